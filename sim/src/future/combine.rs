//! Futures made of others: with a time limit, all of several, the first of two.
//!
//! Each polls its parts in the order in which they were given, every time; so what is there
//! first in that order is taken first.

use std::fmt::{self, Debug};
use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::timer::Sleep;
use crate::exception::Exception;

/// A future with a time limit.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Timeout<F> {
    future: Option<Pin<Box<F>>>,
    sleep: Sleep,
    location: &'static Location<'static>,
}

/// Waits for a future until the time is up, and drops it then. If both are there, the future
/// counts.
///
/// ```
/// use std::future::pending;
/// use std::time::Duration;
/// use unknot_sim::{future, run_once};
///
/// run_once(|| {
///     let late = future::timeout(Duration::from_secs(1), pending::<()>());
///     assert_eq!(future::block_on(late).map_err(|e| e.kind), Err("TimeoutError"));
/// });
/// ```
#[track_caller]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    let location = Location::caller();
    Timeout {
        future: Some(Box::pin(future.into_future())),
        sleep: Sleep::new(duration, "timeout", location),
        location,
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Exception>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.future.as_mut().expect("a future that is ready is polled no more");
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            self.future = None;
            return Poll::Ready(Ok(output));
        }
        if Pin::new(&mut self.sleep).poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.future = None;
        Poll::Ready(Err(Exception::at(Some(self.location), "TimeoutError", "")))
    }
}

impl<F> Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout").field("sleep", &self.sleep).finish_non_exhaustive()
    }
}

/// A part of what is gathered.
enum Gathered<F: Future> {
    Pending(Pin<Box<F>>),
    Ready(Option<F::Output>),
}

/// Several futures at once.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Gather<F: Future>(Vec<Gathered<F>>);

/// Waits for all of these futures at once. Comes to what each came to, in their order.
///
/// ```
/// use unknot_sim::{future, run_once};
///
/// run_once(|| {
///     let both = future::gather([future::spawn(async { 1 }), future::spawn(async { 2 })]);
///     let sum: i32 = future::block_on(both).into_iter().map(|one| one.expect("no error")).sum();
///     assert_eq!(sum, 3);
/// });
/// ```
pub fn gather<I>(futures: I) -> Gather<<I::Item as IntoFuture>::IntoFuture>
where
    I: IntoIterator<Item: IntoFuture>,
{
    let parts = futures.into_iter().map(|one| Gathered::Pending(Box::pin(one.into_future())));
    Gather(parts.collect())
}

/// Nothing in it is pinned: the futures are behind pointers.
impl<F: Future> Unpin for Gather<F> {}

impl<F: Future> Gather<F> {
    /// Polls each that is not ready. Ready once all are.
    fn poll_each(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for part in &mut self.0 {
            if let Gathered::Pending(future) = part
                && let Poll::Ready(output) = future.as_mut().poll(cx)
            {
                *part = Gathered::Ready(Some(output));
            }
        }
        match self.0.iter().any(|part| matches!(part, Gathered::Pending(_))) {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    }
}

impl<F: Future> Future for Gather<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.poll_each(cx).is_pending() {
            return Poll::Pending;
        }
        let all = self.0.iter_mut().filter_map(|part| match part {
            Gathered::Ready(output) => output.take(),
            Gathered::Pending(_) => None,
        });
        Poll::Ready(all.collect())
    }
}

impl<F: Future> Debug for Gather<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gather").field(&self.0.len()).finish()
    }
}

/// Waits for all of these futures at once, and with a limit no longer than that. Comes to what
/// each came to that did, and to those that are left, both in their order. What is left goes on
/// if it is the handle of a task; an `Err` raises nothing here.
///
/// ```
/// use std::time::Duration;
/// use unknot_sim::{future, run_once};
///
/// run_once(|| {
///     let tasks = [future::spawn(async { 1 }), future::spawn(async { 2 })];
///     let (done, pending) = future::block_on(future::wait(tasks, None));
///     assert_eq!((done.len(), pending.len()), (2, 0));
/// });
/// ```
#[track_caller]
pub fn wait<I>(
    futures: I,
    limit: Option<Duration>,
) -> impl Future<Output = DoneAndPending<<I::Item as IntoFuture>::IntoFuture>>
where
    I: IntoIterator<Item: IntoFuture>,
{
    let location = Location::caller();
    let mut all = gather(futures);
    async move {
        match limit {
            Some(limit) => {
                let limited = Timeout {
                    future: Some(Box::pin(std::future::poll_fn(|cx| all.poll_each(cx)))),
                    sleep: Sleep::new(limit, "wait", location),
                    location,
                };
                // What is left is told below.
                _ = limited.await;
            }
            None => std::future::poll_fn(|cx| all.poll_each(cx)).await,
        }
        let (mut done, mut pending) = (vec![], vec![]);
        for part in all.0 {
            match part {
                Gathered::Pending(future) => pending.push(future),
                Gathered::Ready(output) => done.extend(output),
            }
        }
        (done, pending)
    }
}

/// What futures came to that did, and those that are left.
pub type DoneAndPending<F> = (Vec<<F as Future>::Output>, Vec<Pin<Box<F>>>);

/// What a [`Select`] comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first future was ready.
    First(A),
    /// The second one was, and the first was not.
    Second(B),
}

/// Two futures, of which one is enough.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Select<A, B> {
    first: Option<Pin<Box<A>>>,
    second: Option<Pin<Box<B>>>,
}

/// Waits for either of two futures, and drops the other.
///
/// ```
/// use std::future::{pending, ready};
/// use unknot_sim::future::{self, Either};
///
/// unknot_sim::run_once(|| {
///     let either = future::select(pending::<()>(), ready(3));
///     assert_eq!(future::block_on(either), Either::Second(3));
/// });
/// ```
pub fn select<A: IntoFuture, B: IntoFuture>(
    first: A,
    second: B,
) -> Select<A::IntoFuture, B::IntoFuture> {
    Select {
        first: Some(Box::pin(first.into_future())),
        second: Some(Box::pin(second.into_future())),
    }
}

impl<A: Future, B: Future> Future for Select<A, B> {
    type Output = Either<A::Output, B::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let is_there = "what is ready is polled no more";
        let first = self.first.as_mut().expect(is_there).as_mut().poll(cx);
        let selected = match first.map(Either::First) {
            Poll::Ready(selected) => selected,
            Poll::Pending => match self.second.as_mut().expect(is_there).as_mut().poll(cx) {
                Poll::Ready(output) => Either::Second(output),
                Poll::Pending => return Poll::Pending,
            },
        };
        (self.first, self.second) = (None, None);
        Poll::Ready(selected)
    }
}

impl<A, B> Debug for Select<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Select").finish_non_exhaustive()
    }
}

/// A future that lets others come first once.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct YieldNow(bool);

/// Offers the turn to other tasks. One step.
///
/// ```
/// use unknot_sim::{future, run_once};
///
/// run_once(|| future::block_on(future::yield_now()));
/// ```
pub fn yield_now() -> YieldNow {
    YieldNow(false)
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
