//! Handles of threads that were started.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use unknot_sim::raw::{self, Act, Mode, ObjectId, Op, TaskId};

use super::current::Thread;
use crate::object::Object;

/// What a thread leaves for its handle.
pub(super) struct Packet<T> {
    result: RefCell<Option<std::thread::Result<T>>>,
    /// Orders the drop of the handle and the end of the thread, where it matters which of
    /// them drops the result.
    given_up: Object,
}

#[expect(unsafe_code, reason = "tasks share a thread")]
// SAFETY: a value goes from one task to another, and no reference to it is kept.
unsafe impl<T: Send> Sync for Packet<T> {}

impl<T> Packet<T> {
    pub(super) fn new(place: &'static Location<'static>) -> Arc<Packet<T>> {
        Arc::new(Packet { result: RefCell::new(None), given_up: Object::at(place) })
    }

    /// A step of the end of the thread, or of the drop of its handle. A result without a
    /// destructor can be dropped by any task.
    pub(super) fn order(&self, verb: &'static str, mode: Mode) {
        if std::mem::needs_drop::<T>() {
            let op = Op::local(verb, self.given_up.place());
            raw::step(op.with(self.given_up.id("Result", |new| new), mode, 0));
        }
    }

    pub(super) fn fill(&self, result: std::thread::Result<T>) {
        self.result.replace(Some(result));
    }

    pub(super) fn take(&self) -> Option<std::thread::Result<T>> {
        self.result.take()
    }
}

/// A thread that was started, in any form.
pub(super) struct Started<T> {
    /// None where tasks are not started any more.
    pub(super) task: Option<(TaskId, ObjectId)>,
    pub(super) thread: Thread,
    pub(super) packet: Arc<Packet<T>>,
    pub(super) is_joined: Cell<bool>,
}

impl<T> Drop for Started<T> {
    fn drop(&mut self) {
        if self.task.is_some() && !self.is_joined.get() {
            self.packet.order("detach", Mode::Update);
        }
    }
}

impl<T> Started<T> {
    pub(super) fn join(self, place: &'static Location<'static>) -> std::thread::Result<T> {
        wait_for(self.task, place);
        self.is_joined.set(true);
        self.packet.take().unwrap_or_else(|| Err(Box::new("the thread was unwound")))
    }

    pub(super) fn is_finished(&self, place: &'static Location<'static>) -> bool {
        let Some((_, done)) = self.task else { return true };
        let op = Op::local("is_finished", place).acting(Act::LookAtEnds);
        raw::ask(op.with(done, Mode::Look, 1))
    }
}

/// Waits until a task has ended.
pub(super) fn wait_for(task: Option<(TaskId, ObjectId)>, place: &'static Location<'static>) {
    if let Some((_, done)) = task {
        raw::step(Op::local("join", place).acting(Act::Join).with(done, Mode::Await, 1));
    }
}

impl<T> JoinHandle<T> {
    /// What shows 1 once the thread has ended; none where threads are not started any more.
    pub(crate) fn end(&self) -> Option<ObjectId> {
        self.0.task.map(|(_, done)| done)
    }

    /// What a thread has left that has ended. No step.
    pub(crate) fn take(&self) -> Option<std::thread::Result<T>> {
        self.0.is_joined.set(true);
        self.0.packet.take()
    }
}

/// A thread that was started, as [`std::thread::JoinHandle`].
pub struct JoinHandle<T>(pub(super) Started<T>);

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended. One step.
    ///
    /// # Errors
    /// What the thread panicked with.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        self.0.join(Location::caller())
    }

    /// Whether the thread has ended. One step.
    #[must_use]
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.0.is_finished(Location::caller())
    }

    /// The thread.
    #[must_use]
    pub fn thread(&self) -> &Thread {
        &self.0.thread
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}
