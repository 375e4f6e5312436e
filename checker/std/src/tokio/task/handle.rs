//! Tasks and their handles: each task is a thread, of which the handle waits for the end.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use smallvec::smallvec;
use unknot_sim::raw::{self, Act, Mode, ObjectId, Op};

use crate::primitive::{Place, opaque};
use crate::seat::{self, Parked, Wait};
use crate::thread;

/// What became of a task. A panic is a finding of its own, so what it panicked with may be left.
enum Ended<T> {
    Value(T),
    Cancelled,
    Panicked(ManuallyDrop<Box<dyn Any + Send>>),
}

/// A task that was started. Dropped, it lets the task go on.
pub struct JoinHandle<T> {
    thread: thread::JoinHandle<Ended<T>>,
    abort: ObjectId,
    place: Place,
    parked: Option<Parked>,
}

/// Tells a task to drop its future.
#[derive(Clone)]
pub struct AbortHandle {
    end: Option<ObjectId>,
    abort: ObjectId,
}

/// Why a task has no value.
pub struct JoinError(Option<Box<dyn Any + Send>>);

opaque!(JoinHandle<T>, AbortHandle);

#[expect(unsafe_code, reason = "tasks share a thread")]
// SAFETY: what it panicked with is reached by the owner alone.
unsafe impl Sync for JoinError {}

/// Starts a task that polls a future, and then calls a closure.
pub(super) fn start<F>(
    future: F,
    at_end: impl FnOnce() + Send + 'static,
    place: Place,
) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let abort = seat::new_abort(place);
    let body = move || {
        let polled = catch_unwind(AssertUnwindSafe(|| seat::run(future, Some(abort), place)));
        let ended = match polled {
            Ok(Some(value)) => Ended::Value(value),
            Ok(None) => Ended::Cancelled,
            Err(payload) if raw::must_go_on(&*payload) => resume_unwind(payload),
            Err(payload) => {
                raw::fail(&*payload);
                Ended::Panicked(ManuallyDrop::new(payload))
            }
        };
        at_end();
        ended
    };
    let thread = thread::spawn_at(body, place);
    JoinHandle { thread, abort, place, parked: None }
}

/// Whether a task has ended. One step.
fn has_ended(end: Option<ObjectId>, place: Place) -> bool {
    end.is_none_or(|end| {
        let op = Op::local("is_finished", place).acting(Act::LookAtEnds);
        raw::ask(op.with(end, Mode::Look, 1))
    })
}

impl<T> JoinHandle<T> {
    /// Tells the task to drop its future where it waits next. One step.
    #[track_caller]
    pub fn abort(&self) {
        self.abort_handle().abort();
    }

    /// What tells the task so, without its value.
    #[must_use]
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle { end: self.thread.end(), abort: self.abort }
    }

    /// Whether the task has ended. One step.
    #[must_use]
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.abort_handle().is_finished()
    }

    /// What the task comes to, which is about to end. One step.
    pub(super) fn join(self, place: Place) -> Result<T, JoinError> {
        if let Some(end) = self.thread.end() {
            raw::step(Op::local("join", place).acting(Act::Join).with(end, Mode::Await, 1));
        }
        self.take()
    }

    /// What the task has come to, which has ended.
    fn take(&self) -> Result<T, JoinError> {
        match self.thread.take() {
            Some(Ok(Ended::Value(value))) => Ok(value),
            Some(Ok(Ended::Panicked(payload))) => {
                Err(JoinError(Some(ManuallyDrop::into_inner(payload))))
            }
            _ => Err(JoinError(None)),
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.parked.is_none() {
            let (end, place) = (self.thread.end(), self.place);
            let Some(end) = end.filter(|_| !has_ended(end, place)) else {
                return Poll::Ready(self.take());
            };
            let (gauges, act) = (smallvec![end], Act::Join);
            let wait = Wait { gauges, units: None, verb: "join", place, act };
            self.parked = Some(Parked::wait(wait));
        }
        if self.parked.as_ref().is_some_and(|parked| !parked.is_over(cx)) {
            return Poll::Pending;
        }
        self.parked = None;
        Poll::Ready(self.take())
    }
}

impl AbortHandle {
    /// Tells the task to drop its future where it waits next. One step.
    #[track_caller]
    pub fn abort(&self) {
        let op = Op::local("abort", std::panic::Location::caller());
        raw::step(op.with(self.abort, Mode::Set, 1));
    }

    /// Whether the task has ended. One step.
    #[must_use]
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        has_ended(self.end, std::panic::Location::caller())
    }
}

impl JoinError {
    /// Whether the task was told to drop its future.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_none()
    }

    /// Whether it panicked.
    #[must_use]
    pub fn is_panic(&self) -> bool {
        self.0.is_some()
    }

    /// What it panicked with.
    ///
    /// # Panics
    /// If it did not.
    #[must_use]
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send> {
        self.try_into_panic().expect("the task did not panic: it was cancelled")
    }

    /// The same.
    ///
    /// # Errors
    /// If it did not.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send>, JoinError> {
        self.0.ok_or(JoinError(None))
    }

    fn text(&self) -> &'static str {
        if self.is_panic() { "task panicked" } else { "task was cancelled" }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinError({})", self.text())
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for JoinError {}
