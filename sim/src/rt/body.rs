//! What a task runs.
//!
//! Most tasks are started with a handle that is to have what they return. Such a task
//! and its handle share one piece of memory, for the closure and for what it returns: tasks
//! are started in every execution, and memory for each is the largest part of what a start
//! costs. The main task is started again in every execution, and needs none.

use std::cell::Cell;
use std::fmt::Debug;
use std::rc::Rc;

use super::limits::Program;
use crate::ending;
use crate::exception::Exception;

/// What a task runs, once.
pub(crate) enum TaskBody {
    /// The program itself, by the main task.
    Main(Program),
    /// What a handle waits for.
    Joined(Rc<dyn RunsOnce>),
    /// What no task asks about.
    Detached(Box<dyn FnOnce() -> Option<Exception>>),
}

/// A closure of which a handle is to have the value.
pub(crate) trait RunsOnce {
    /// Runs it. Returns the exception that nothing handled.
    fn run(&self) -> Option<Exception>;
}

impl TaskBody {
    pub(crate) fn detached(body: impl FnOnce() -> Option<Exception> + 'static) -> TaskBody {
        TaskBody::Detached(Box::new(body))
    }

    /// Runs it, with a function that runs the program. Returns the exception that nothing
    /// handled.
    pub(super) fn run(self, main: fn(&Program) -> Option<Exception>) -> Option<Exception> {
        match self {
            TaskBody::Main(program) => main(&program),
            TaskBody::Joined(task) => task.run(),
            TaskBody::Detached(body) => body(),
        }
    }
}

/// What a task and its handle share.
pub(crate) struct Joinable<F, T> {
    /// Until it runs.
    body: Cell<Option<F>>,
    /// Once it has returned, until the handle takes it.
    returned: Cell<Option<T>>,
}

/// Where a handle finds the value of its task.
pub(crate) trait Returned<T> {
    /// The value of a task that has returned one, the first time.
    fn take(&self) -> Option<T>;
}

impl<F, T> Joinable<F, T> {
    pub(crate) fn new(body: F) -> Joinable<F, T> {
        Joinable { body: Cell::new(Some(body)), returned: Cell::new(None) }
    }
}

impl<T: Debug + 'static, F: FnOnce() -> T> RunsOnce for Joinable<F, T> {
    fn run(&self) -> Option<Exception> {
        let body = self.body.take().expect("a task runs once");
        let value = body();
        let exception = ending::exception(&value);
        self.returned.set(Some(value));
        exception
    }
}

impl<F, T> Returned<T> for Joinable<F, T> {
    fn take(&self) -> Option<T> {
        self.returned.take()
    }
}
