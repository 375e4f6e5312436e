//! Waiting for several futures.

use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use super::future::Future;
use super::waiter::Waiter;
use crate::exception::Exception;
use crate::op::Op;
use crate::rt;

/// What ends a wait for several futures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnWhen {
    /// That one has been done.
    FirstCompleted,
    /// That all have been done.
    AllCompleted,
}

/// Futures after a wait for them.
#[derive(Debug)]
pub struct Waited<R> {
    /// Those that have been done, or cancelled.
    pub done: Vec<Future<R>>,
    /// The others.
    pub not_done: Vec<Future<R>>,
}

/// Looks at futures in one step, and has the waiter told of those that have not been done.
/// Returns whether each has been.
fn look<R: Debug + 'static>(
    verb: &'static str,
    futures: &[Future<R>],
    waiter: &Rc<Waiter>,
    location: &'static Location<'static>,
) -> Result<Vec<bool>, Exception> {
    let op = futures.iter().fold(Op::local(verb, location), |op, one| one.looked_at(op));
    rt::step_or_leave(op)?;
    if rt::is_quiet() {
        return Ok(vec![true; futures.len()]);
    }
    let look = |(nth, one): (usize, &Future<R>)| one.await_in_step(waiter, nth);
    Ok(futures.iter().enumerate().map(look).collect())
}

/// Waits until one future has been done or cancelled, or all have been.
///
/// ```
/// use unknot_sim::{ReturnWhen, ThreadPoolExecutor, done, run_once, wait};
///
/// run_once(|| {
///     let executor = ThreadPoolExecutor::new(2)?;
///     let futures = executor.map([1, 2], |n| n * n)?.futures();
///     let waited = wait(futures, ReturnWhen::AllCompleted)?;
///     assert_eq!((waited.done.len(), waited.not_done.len()), (2, 0));
///     done(())
/// });
/// ```
///
/// # Errors
/// None of the tasks.
#[track_caller]
pub fn wait<R: Debug + 'static>(
    futures: impl IntoIterator<Item = Future<R>>,
    when: ReturnWhen,
) -> Result<Waited<R>, Exception> {
    let location = Location::caller();
    let futures: Vec<Future<R>> = futures.into_iter().collect();
    if when == ReturnWhen::AllCompleted {
        futures.iter().try_for_each(|one| one.join("wait", location))?;
        return Ok(Waited { done: futures, not_done: vec![] });
    }
    let waiter = Rc::new(Waiter::new(location));
    let mut is_done = look("wait", &futures, &waiter, location)?;
    if !is_done.contains(&true) && !is_done.is_empty() {
        waiter.take("wait", 0)?;
        waiter.all("wait")?.into_iter().for_each(|nth| is_done[nth] = true);
    }
    let (done, not_done): (Vec<_>, Vec<_>) =
        futures.into_iter().zip(is_done).partition(|&(_, is_done)| is_done);
    let plain = |all: Vec<(Future<R>, bool)>| all.into_iter().map(|(one, _)| one).collect();
    Ok(Waited { done: plain(done), not_done: plain(not_done) })
}

/// Futures in the order in which they are done.
pub struct AsCompleted<R> {
    /// All of them, those that were returned as `None`.
    futures: Vec<Option<Future<R>>>,
    /// Those that had been done from the first.
    first: Vec<usize>,
    waiter: Rc<Waiter>,
    n_told: u32,
}

impl<R> Debug for AsCompleted<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsCompleted").field("n_told", &self.n_told).finish_non_exhaustive()
    }
}

/// Futures in the order in which they are done or cancelled; first those that have been,
/// in the order given. One step, and one for each of the others.
///
/// ```
/// use unknot_sim::{ThreadPoolExecutor, as_completed, done, run_once};
///
/// run_once(|| {
///     let executor = ThreadPoolExecutor::new(2)?;
///     let futures = executor.map([1, 2], |n| n * n)?.futures();
///     let mut sum = 0;
///     for future in as_completed(futures)? {
///         sum += future.result()?;
///     }
///     assert_eq!(sum, 5);
///     done(())
/// });
/// ```
///
/// # Errors
/// None of the tasks.
#[track_caller]
pub fn as_completed<R: Debug + 'static>(
    futures: impl IntoIterator<Item = Future<R>>,
) -> Result<AsCompleted<R>, Exception> {
    let location = Location::caller();
    let futures: Vec<Future<R>> = futures.into_iter().collect();
    let waiter = Rc::new(Waiter::new(location));
    let is_done = look("as_completed", &futures, &waiter, location)?;
    let first = (0..futures.len()).rev().filter(|&nth| is_done[nth]).collect();
    Ok(AsCompleted { futures: futures.into_iter().map(Some).collect(), first, waiter, n_told: 0 })
}

impl<R> Iterator for AsCompleted<R> {
    type Item = Future<R>;

    fn next(&mut self) -> Option<Future<R>> {
        if let Some(nth) = self.first.pop() {
            return self.futures[nth].take();
        }
        if self.futures.iter().all(Option::is_none) {
            return None;
        }
        let nth = self.waiter.take("as_completed", self.n_told).ok()?;
        self.n_told += 1;
        self.futures[nth].take()
    }
}
