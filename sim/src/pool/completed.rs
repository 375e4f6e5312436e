//! Futures in the order in which they are done.

use std::collections::VecDeque;
use std::fmt::{self, Debug};
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::future::{Future, SeenAs};
use super::waiter::{Waiter, WaitsUntil};
use super::waits::{await_in_step, distinct, look};
use crate::exception::Exception;
use crate::rt;

const VERB: &str = "as_completed";

/// Futures in the order in which they are done.
pub struct AsCompleted<R> {
    /// All of them, those that were returned as `None`.
    futures: Vec<Option<Future<R>>>,
    /// Those that are known to have been done, in the order in which they are returned.
    known: VecDeque<usize>,
    waiter: Rc<Waiter>,
    n_told: u32,
}

impl<R> Debug for AsCompleted<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsCompleted").field("n_told", &self.n_told).finish_non_exhaustive()
    }
}

/// Futures in the order in which they are done or cancelled; first those that have been,
/// in the order given. A future that is given twice is returned once. One step, and one for
/// each of the others.
///
/// A future that a shutdown has cancelled does not come: as in Python, a task waits for it
/// for ever.
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
    AsCompleted::new(distinct(futures), Location::caller())
}

impl<R: Debug + 'static> AsCompleted<R> {
    fn new(
        futures: Vec<Future<R>>,
        location: &'static Location<'static>,
    ) -> Result<AsCompleted<R>, Exception> {
        let seen = look(VERB, &futures, location)?;
        let waiter = await_in_step(&futures, &seen, WaitsUntil::Each, location);
        let known = (0..futures.len()).filter(|&nth| seen[nth] != SeenAs::Unfinished).collect();
        let futures = futures.into_iter().map(Some).collect();
        Ok(AsCompleted { futures, known, waiter, n_told: 0 })
    }
}

impl<R> AsCompleted<R> {
    fn next_known(&mut self) -> Option<Future<R>> {
        let nth = self.known.pop_front()?;
        self.futures[nth].take()
    }

    fn n_left(&self) -> usize {
        self.futures.iter().flatten().count()
    }
}

impl<R> Iterator for AsCompleted<R> {
    type Item = Future<R>;

    fn next(&mut self) -> Option<Future<R>> {
        let known = self.next_known();
        if known.is_some() || self.n_left() == 0 {
            return known;
        }
        let nth = self.waiter.take(VERB, self.n_told).ok()?;
        self.n_told += 1;
        self.futures[nth].take()
    }
}

/// Futures in the order in which they are done, until the time is up.
#[derive(Debug)]
pub struct AsCompletedUntil<R> {
    all: AsCompleted<R>,
    n: usize,
    timeout: Duration,
    /// The virtual time at which the time is up.
    deadline: Option<Duration>,
    is_over: bool,
}

/// The same until the time is up, which begins to run with this call. One step, and two
/// more whenever futures are waited for; those that were done meanwhile are then returned one
/// after the other.
///
/// Where durations count, futures that are asked for too late are not returned, be they
/// done or not. Where they do not, the time is up only in a wait for a future.
///
/// ```
/// use std::time::Duration;
/// use unknot_sim::{ThreadPoolExecutor, as_completed_timeout, done, run_once};
///
/// run_once(|| {
///     let executor = ThreadPoolExecutor::new(1)?;
///     let futures = executor.map([1, 2], |n| n * n)?.futures();
///     for future in as_completed_timeout(futures, Duration::from_secs(1))? {
///         match future {
///             Ok(future) => assert!(future.done()),
///             Err(timeout) => assert!(timeout.to_string().starts_with("TimeoutError")),
///         }
///     }
///     done(())
/// });
/// ```
///
/// # Errors
/// None of the tasks. The last item is a `TimeoutError` if the time was up.
#[track_caller]
pub fn as_completed_timeout<R: Debug + 'static>(
    futures: impl IntoIterator<Item = Future<R>>,
    timeout: Duration,
) -> Result<AsCompletedUntil<R>, Exception> {
    let (futures, location) = (distinct(futures), Location::caller());
    let n = futures.len();
    let deadline = rt::now().map(|now| now.saturating_add(timeout));
    let all = AsCompleted::new(futures, location)?;
    Ok(AsCompletedUntil { all, n, timeout, deadline, is_over: false })
}

impl<R> AsCompletedUntil<R> {
    /// The time that is left; `None` if it has been up for a while.
    fn left(&self) -> Option<Duration> {
        match (self.deadline, rt::now()) {
            (Some(deadline), Some(now)) => deadline.checked_sub(now),
            _ => Some(self.timeout),
        }
    }

    /// Waits for the next futures, and takes all that have been done.
    fn wait(&mut self) -> Result<(), Exception> {
        let left = self.left();
        let all = &mut self.all;
        if let Some(left) = left {
            all.waiter.wait(VERB, all.n_told, Some(left))?;
            let told = all.waiter.all(VERB)?;
            all.known.extend(&told[all.n_told as usize..]);
            all.n_told = u32::try_from(told.len()).expect("fewer than 2^32 futures");
        }
        match all.known.is_empty() {
            true => {
                let message = format!("{} (of {}) futures unfinished", all.n_left(), self.n);
                Err(rt::raised("TimeoutError", message))
            }
            false => Ok(()),
        }
    }
}

impl<R> Iterator for AsCompletedUntil<R> {
    type Item = Result<Future<R>, Exception>;

    fn next(&mut self) -> Option<Result<Future<R>, Exception>> {
        if self.is_over || self.all.n_left() == 0 {
            return None;
        }
        if self.all.known.is_empty()
            && let Err(exception) = self.wait()
        {
            self.is_over = true;
            return Some(Err(exception));
        }
        self.all.next_known().map(Ok)
    }
}
