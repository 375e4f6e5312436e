//! Handles of threads that were started.

use std::cell::RefCell;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use unknot_sim::raw::{self, Act, Mode, ObjectId, Op, TaskId};

use super::current::Thread;

/// What a thread leaves for its handle.
pub(super) struct Packet<T>(RefCell<Option<std::thread::Result<T>>>);

#[expect(unsafe_code, reason = "tasks share a thread")]
// SAFETY: a value goes from one task to another, and no reference to it is kept.
unsafe impl<T: Send> Sync for Packet<T> {}

impl<T> Packet<T> {
    pub(super) fn new() -> Arc<Packet<T>> {
        Arc::new(Packet(RefCell::new(None)))
    }

    pub(super) fn fill(&self, result: std::thread::Result<T>) {
        self.0.replace(Some(result));
    }

    pub(super) fn take(&self) -> Option<std::thread::Result<T>> {
        self.0.take()
    }
}

/// A thread that was started, in any form.
pub(super) struct Started<T> {
    /// None where tasks are not started any more.
    pub(super) task: Option<(TaskId, ObjectId)>,
    pub(super) thread: Thread,
    pub(super) packet: Arc<Packet<T>>,
}

impl<T> Started<T> {
    pub(super) fn join(self, place: &'static Location<'static>) -> std::thread::Result<T> {
        wait_for(self.task, place);
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
