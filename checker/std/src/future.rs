//! Futures: each that is spawned is a thread that polls, and waits until it is woken.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::sync::{Mutex, MutexGuard, PoisonError};
use crate::{run, seat, thread};

/// Polls a future until it is ready.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    poll_at(Location::caller(), future)
}

fn poll_at<F: Future>(place: &'static Location<'static>, future: F) -> F::Output {
    seat::run(future, None, place).expect("no task can tell it to drop the future")
}

/// What a task that was spawned shares with its handle.
struct Task<T> {
    state: Mutex<TaskState<T>>,
}

struct TaskState<T> {
    value: Option<Result<T, JoinError>>,
    has_ended: bool,
    is_aborted: bool,
    /// What waits for the task, and what the task waits with.
    joiner: Option<Waker>,
    own: Option<Waker>,
}

/// A task that was spawned.
pub struct JoinHandle<T> {
    task: Arc<Task<T>>,
    /// Whether it has given the value.
    is_done: bool,
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        // Whether the task ends before or after is a matter of order, if a value is dropped by
        // the one that comes last.
        if std::mem::needs_drop::<T>() && !self.is_done && run::is_inside() {
            drop(self.task.lock());
        }
    }
}

/// Tells a task to drop its future.
#[derive(Clone)]
pub struct AbortHandle {
    task: Arc<dyn Aborts>,
}

/// What can be told to drop its future.
trait Aborts: Send + Sync {
    fn abort(&self);
    fn is_finished(&self) -> bool;
}

impl<T: Send> Aborts for Task<T> {
    #[track_caller]
    fn abort(&self) {
        Task::abort(self);
    }

    #[track_caller]
    fn is_finished(&self) -> bool {
        self.lock().has_ended
    }
}

impl<T> Task<T> {
    #[track_caller]
    fn lock(&self) -> MutexGuard<'_, TaskState<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[track_caller]
    fn abort(&self) {
        let mut state = self.lock();
        state.is_aborted = true;
        let own = state.own.take();
        drop(state);
        if let Some(own) = own {
            own.wake();
        }
    }
}

impl AbortHandle {
    /// Tells the task to drop its future, when it is polled next.
    #[track_caller]
    pub fn abort(&self) {
        self.task.abort();
    }

    /// Whether the task has ended.
    #[must_use]
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }
}

impl std::fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AbortHandle").finish_non_exhaustive()
    }
}

/// Why a task has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// It was told to drop its future.
    Cancelled,
}

impl std::fmt::Display for JoinError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the task was cancelled")
    }
}

impl std::error::Error for JoinError {}

/// Starts a task that polls a future.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let place = Location::caller();
    let state =
        TaskState { value: None, has_ended: false, is_aborted: false, joiner: None, own: None };
    let task = Arc::new(Task { state: Mutex::new(state) });
    let theirs = Arc::clone(&task);
    let handle = thread::spawn(move || {
        let value =
            poll_at(place, Abortable { task: Arc::clone(&theirs), future: Some(Box::pin(future)) });
        let mut state = theirs.lock();
        state.value = Some(value);
        state.has_ended = true;
        let joiner = state.joiner.take();
        drop(state);
        if let Some(joiner) = joiner {
            joiner.wake();
        }
    });
    drop(handle);
    JoinHandle { task, is_done: false }
}

/// A future that is dropped when its task is told to.
struct Abortable<F: Future> {
    task: Arc<Task<F::Output>>,
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for Abortable<F> {
    type Output = Result<F::Output, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        {
            let mut state = self.task.lock();
            if state.is_aborted {
                drop(state);
                self.future = None;
                return Poll::Ready(Err(JoinError::Cancelled));
            }
            state.own = Some(context.waker().clone());
        }
        let Some(future) = &mut self.future else { return Poll::Pending };
        let polled = future.as_mut().poll(context);
        if polled.is_ready() {
            self.future = None;
        }
        polled.map(Ok)
    }
}

impl<F: Future> Unpin for Abortable<F> {}

impl<T> JoinHandle<T> {
    /// Tells the task to drop its future, when it is polled next.
    #[track_caller]
    pub fn abort(&self) {
        self.task.abort();
    }

    /// What tells the task so, without its value.
    #[must_use]
    pub fn abort_handle(&self) -> AbortHandle
    where
        T: Send + 'static,
    {
        let task: Arc<Task<T>> = Arc::clone(&self.task);
        AbortHandle { task }
    }

    /// Whether the task has ended.
    #[must_use]
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        let state = self.task.lock();
        state.has_ended
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.task.lock();
        let value = state.value.take();
        match value {
            Some(value) => {
                drop(state);
                self.is_done = true;
                Poll::Ready(value)
            }
            None => {
                state.joiner = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<T> std::fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}

/// Offers the turn to other tasks once.
pub async fn yield_now() {
    let mut is_first = true;
    std::future::poll_fn(move |context| {
        if std::mem::take(&mut is_first) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}
