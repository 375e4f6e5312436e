//! How threads are started.

#![expect(unsafe_code, reason = "a scoped thread borrows from the stack of another one")]

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::Arc;

use unknot_sim::Name;
use unknot_sim::raw::{self, Mode};

use super::current::Thread;
use super::handle::{JoinHandle, Packet, Started};
use super::leave_locals;
use crate::run;

/// What a thread is like before it is started, as [`std::thread::Builder`].
#[derive(Debug, Default)]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// A thread without a name.
    #[must_use]
    pub fn new() -> Builder {
        Builder::default()
    }

    /// The same with a name.
    #[must_use]
    pub fn name(self, name: String) -> Builder {
        Builder { name: Some(name) }
    }

    /// Nothing: all stacks are as the check says.
    #[must_use]
    pub fn stack_size(self, _: usize) -> Builder {
        self
    }

    /// Starts the thread. One step.
    ///
    /// # Errors
    /// Never.
    #[track_caller]
    pub fn spawn<T: Send + 'static>(
        self,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<T>> {
        // SAFETY: it borrows from no stack.
        Ok(JoinHandle(unsafe { start(self.name, Location::caller(), f, || {}) }))
    }

    /// Starts a thread that may borrow from the scope. One step.
    ///
    /// # Errors
    /// Never.
    #[track_caller]
    pub fn spawn_scoped<'scope, 'env, T: Send + 'scope>(
        self,
        scope: &'scope super::Scope<'scope, 'env>,
        f: impl FnOnce() -> T + Send + 'scope,
    ) -> io::Result<super::ScopedJoinHandle<'scope, T>> {
        Ok(scope.start(self.name, Location::caller(), f))
    }
}

/// Starts a thread. One step.
#[track_caller]
pub fn spawn<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    spawn_at(f, Location::caller())
}

/// The same from a place that was noted before.
pub(crate) fn spawn_at<T: Send + 'static>(
    f: impl FnOnce() -> T + Send + 'static,
    place: &'static Location<'static>,
) -> JoinHandle<T> {
    // SAFETY: it borrows from no stack.
    JoinHandle(unsafe { start(None, place, f, || {}) })
}

/// Starts a thread; `panicked` is called in it if it panics.
///
/// # Safety
/// What the closures borrow must be there until the task has ended. An execution that is over
/// unwinds the newest task first, so what is on the stack of the task that starts it is.
pub(super) unsafe fn start<'a, T: 'a>(
    name: Option<String>,
    place: &'static Location<'static>,
    f: impl FnOnce() -> T + 'a,
    panicked: impl FnOnce() + 'a,
) -> Started<T> {
    let packet = Packet::new(place);
    let theirs = Arc::clone(&packet);
    let body: Box<dyn FnOnce() + 'a> = Box::new(move || {
        let leaving = Leaving;
        let result = catch_unwind(AssertUnwindSafe(f));
        let result = match result {
            Err(payload) if raw::must_go_on(&*payload) => resume_unwind(payload),
            Err(payload) => {
                raw::fail(&*payload);
                panicked();
                Err(payload)
            }
            result => result,
        };
        theirs.order("leave a result", Mode::Read);
        // What no other thread can ask for is dropped while the locals are there.
        if Arc::strong_count(&theirs) == 1 {
            drop(result);
            drop(leaving);
        } else {
            drop(leaving);
            theirs.fill(result);
        }
    });
    // SAFETY: the caller says so.
    let body = unsafe { std::mem::transmute::<Box<dyn FnOnce() + 'a>, Box<dyn FnOnce()>>(body) };
    let called = name.clone().map_or_else(Name::default, Name::from);
    let task = raw::spawn(called, body, place);
    let thread = match task {
        Some((task, _)) => Thread::enter(task, name, place),
        None => Thread::nobody(name, place),
    };
    Started { task, thread, packet, is_joined: Cell::new(false) }
}

/// Destroys the locals of a thread when it leaves, be that by its end or not.
pub(crate) struct Leaving;

impl Drop for Leaving {
    fn drop(&mut self) {
        if run::is_inside() {
            leave_locals();
        }
    }
}
