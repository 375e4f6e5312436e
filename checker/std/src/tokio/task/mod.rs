//! As `tokio::task`.

mod handle;
mod join_set;

pub use handle::{AbortHandle, JoinError, JoinHandle};
pub use join_set::JoinSet;

use std::future::Future;
use std::panic::Location;
use std::task::Poll;

use crate::seat;

/// Starts a task that polls a future. One step.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    handle::start(future, || {}, Location::caller())
}

/// Starts a task that calls a closure, which may block. One step. To abort it has no effect
/// once it has begun.
#[track_caller]
pub fn spawn_blocking<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    handle::start(async { f() }, || {}, Location::caller())
}

/// Calls a closure, which may block: each task is a thread here.
pub fn block_in_place<T>(f: impl FnOnce() -> T) -> T {
    f()
}

/// Offers the turn to other tasks, as [`thread::yield_now`](crate::thread::yield_now) does.
#[track_caller]
pub fn yield_now() -> impl Future<Output = ()> + Send {
    let place = Location::caller();
    let mut is_first = true;
    std::future::poll_fn(move |cx| {
        if std::mem::take(&mut is_first) {
            seat::yield_at(place);
            // For a combinator that polls what was woken alone.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
}
