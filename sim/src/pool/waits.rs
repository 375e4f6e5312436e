//! Waiting for several futures.

use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::future::{Future, SeenAs};
use super::waiter::{Waiter, WaitsUntil};
use super::work::Work;
use crate::exception::Exception;
use crate::op::Op;
use crate::rt;

/// What ends a wait for several futures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnWhen {
    /// That one has been done.
    FirstCompleted,
    /// That one has raised something, or that all have been done.
    FirstException,
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

/// Each future once, in the order given.
pub(super) fn distinct<R>(futures: impl IntoIterator<Item = Future<R>>) -> Vec<Future<R>> {
    let mut distinct: Vec<Future<R>> = vec![];
    for future in futures {
        if !distinct.iter().any(|known| Rc::ptr_eq(&known.core, &future.core)) {
            distinct.push(future);
        }
    }
    distinct
}

/// Looks at futures in one step.
pub(super) fn look<R: Debug + 'static>(
    verb: &'static str,
    futures: &[Future<R>],
    location: &'static Location<'static>,
) -> Result<Vec<SeenAs>, Exception> {
    let op = futures.iter().fold(Op::local(verb, location), |op, one| one.looked_at(op));
    rt::step_or_leave(op)?;
    if rt::is_quiet() {
        return Ok(vec![SeenAs::Done; futures.len()]);
    }
    Ok(futures.iter().map(Future::seen_in_step).collect())
}

/// Has a waiter told of those that have not been done, as part of the step that looked.
pub(super) fn await_in_step<R: Debug + 'static>(
    futures: &[Future<R>],
    seen: &[SeenAs],
    until: WaitsUntil,
    location: &'static Location<'static>,
) -> Rc<Waiter> {
    let waiter = Rc::new(Waiter::new(until, location));
    for (nth, future) in futures.iter().enumerate() {
        if seen[nth] == SeenAs::Unfinished {
            future.await_in_step(&waiter, nth);
        }
    }
    waiter
}

impl ReturnWhen {
    /// Whether what a task sees of futures ends its wait, and what else does.
    fn until(self, seen: &[SeenAs]) -> Option<WaitsUntil> {
        let n_left = seen.iter().filter(|&&seen| seen == SeenAs::Unfinished).count();
        let (is_over, until) = match self {
            ReturnWhen::FirstCompleted => (n_left < seen.len(), WaitsUntil::First),
            ReturnWhen::FirstException => {
                (seen.contains(&SeenAs::Raised), WaitsUntil::Raised(n_left))
            }
            ReturnWhen::AllCompleted => (false, WaitsUntil::All(n_left)),
        };
        (!is_over && n_left > 0).then_some(until)
    }
}

/// Waits until one future has been done or cancelled, or has raised something, or all have
/// been. A future that is given twice counts once.
///
/// A shutdown that cancels takes futures from the workers, and is not seen by a task that
/// waits for several: as in Python, it waits for such a future for ever.
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
    let (futures, location) = (distinct(futures), Location::caller());
    if when == ReturnWhen::AllCompleted {
        futures.iter().try_for_each(|one| one.see(location))?;
        return Ok(Waited { done: futures, not_done: vec![] });
    }
    wait_at(futures, when, None, location)
}

/// The same until the time is up.
///
/// ```
/// use std::time::Duration;
/// use unknot_sim::{ReturnWhen, ThreadPoolExecutor, done, run_once, wait_timeout};
///
/// run_once(|| {
///     let executor = ThreadPoolExecutor::new(2)?;
///     let futures = executor.map([1, 2], |n| n * n)?.futures();
///     let waited = wait_timeout(futures, ReturnWhen::AllCompleted, Duration::from_secs(1))?;
///     assert_eq!(waited.done.len() + waited.not_done.len(), 2);
///     done(())
/// });
/// ```
///
/// # Errors
/// None of the tasks.
#[track_caller]
pub fn wait_timeout<R: Debug + 'static>(
    futures: impl IntoIterator<Item = Future<R>>,
    when: ReturnWhen,
    timeout: Duration,
) -> Result<Waited<R>, Exception> {
    wait_at(distinct(futures), when, Some(timeout), Location::caller())
}

/// Looks at all futures, waits, and asks which ones it was told of. Three steps, or one.
fn wait_at<R: Debug + 'static>(
    futures: Vec<Future<R>>,
    when: ReturnWhen,
    timeout: Option<Duration>,
    location: &'static Location<'static>,
) -> Result<Waited<R>, Exception> {
    let mut seen = look("wait", &futures, location)?;
    if let Some(until) = when.until(&seen) {
        let waiter = await_in_step(&futures, &seen, until, location);
        waiter.wait("wait", 0, timeout)?;
        waiter.all("wait")?.into_iter().for_each(|nth| seen[nth] = SeenAs::Done);
    }
    let (done, not_done): (Vec<_>, Vec<_>) =
        futures.into_iter().zip(seen).partition(|&(_, seen)| seen != SeenAs::Unfinished);
    let plain = |all: Vec<(Future<R>, SeenAs)>| all.into_iter().map(|(one, _)| one).collect();
    Ok(Waited { done: plain(done), not_done: plain(not_done) })
}
