//! Tasks: starting them and waiting for their end.
//!
//! A start is part of the step that asked for it: the new task runs at once up
//! to its first operation, which nobody can observe. An end is a step of its
//! own, since joins wait for it.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use crate::exception::{Ending, Exception};
use crate::id::{Name, ObjectId, TaskId};
use crate::op::{Mode, Op};
use crate::rt;

/// A started task.
#[derive(Debug)]
pub struct JoinHandle<T> {
    task: Option<(TaskId, ObjectId)>,
    result: Rc<RefCell<Option<T>>>,
}

/// Starts a task without a name.
#[track_caller]
pub fn spawn<T: Ending + 'static>(body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    start(Name::default(), body, Location::caller())
}

/// Starts a task with a name for reports.
#[track_caller]
pub fn spawn_named<T: Ending + 'static>(
    name: impl Into<Name>,
    body: impl FnOnce() -> T + 'static,
) -> JoinHandle<T> {
    start(name.into(), body, Location::caller())
}

fn start<T: Ending + 'static>(
    name: Name,
    body: impl FnOnce() -> T + 'static,
    location: &'static Location<'static>,
) -> JoinHandle<T> {
    let result = Rc::new(RefCell::new(None));
    let slot = Rc::clone(&result);
    let body = Box::new(move || {
        let value = body();
        let exception = value.exception();
        *slot.borrow_mut() = Some(value);
        exception
    });
    JoinHandle { task: rt::spawn(name, body, location), result }
}

impl<T> JoinHandle<T> {
    /// Waits until the task has finished, and returns what it returned.
    ///
    /// # Errors
    /// `JoinError` if the task panicked and so returned nothing.
    #[track_caller]
    pub fn join(self) -> Result<T, Exception> {
        if let Some((_, done)) = self.task {
            rt::step(Op::local("join", Location::caller()).with(done, Mode::Await, 1));
        }
        let value = self.result.borrow_mut().take();
        value.ok_or_else(|| Exception::new("JoinError", "the joined task returned nothing"))
    }
}

/// A scheduling point that touches nothing.
#[track_caller]
pub fn yield_now() {
    rt::step(Op::local("yield", Location::caller()));
}

/// One of `n` values, each of which the search explores. 0 if `n` is below 2.
#[track_caller]
#[must_use]
pub fn choose(n: u32) -> u32 {
    rt::choose(n, Location::caller())
}
