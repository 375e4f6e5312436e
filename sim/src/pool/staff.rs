//! The workers of a pool: processes or threads.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;

use crate::act::Act;
use crate::exception::Exception;
use crate::id::TaskId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, Lifetime, TaskBody};

/// What workers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Staff {
    /// Processes of their own.
    Processes(Lifetime),
    /// Threads of the process that made the pool.
    Threads,
}

/// What a pool keeps that may hold handles to it.
pub(super) trait Forget {
    /// Lets all of that go.
    fn forget(&self);
}

/// Has a pool forget what it keeps once the execution is over: that would live as long as
/// the pool, and the pool as long as that.
pub(super) fn forget_at_the_end<P: Forget + 'static>(pool: &Rc<P>) {
    rt::keep_to_the_end(Forgetting(Rc::clone(pool)));
}

struct Forgetting<P: Forget>(Rc<P>);

impl<P: Forget> Drop for Forgetting<P> {
    fn drop(&mut self) {
        self.0.forget();
    }
}

/// The tasks that belong to a pool.
#[derive(Debug, Default)]
pub(super) struct Hired {
    /// In the order in which they were started.
    workers: RefCell<Vec<TaskId>>,
    helper: Cell<Option<TaskId>>,
}

impl Hired {
    /// Starts a worker. One step.
    pub(super) fn start(
        &self,
        staff: Staff,
        name: Name,
        body: impl FnOnce() + 'static,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        let body = move || {
            body();
            None
        };
        let task = match staff {
            Staff::Processes(lifetime) => {
                rt::start_worker(name, lifetime, TaskBody::detached(body), location)?
            }
            Staff::Threads => {
                rt::spawn(name, TaskBody::detached(body), false, location).map(|(id, _)| id)
            }
        };
        self.workers.borrow_mut().extend(task);
        Ok(())
    }

    /// Starts a thread that helps the workers. One step.
    pub(super) fn start_helper(
        &self,
        is_daemon: bool,
        body: impl FnOnce() -> Option<Exception> + 'static,
        location: &'static Location<'static>,
    ) {
        let name = Name::from("result handler");
        let body = TaskBody::detached(body);
        self.helper.set(rt::spawn(name, body, is_daemon, location).map(|(id, _)| id));
    }

    /// Waits for the end of each. One step for each of them.
    ///
    /// # Errors
    /// `RuntimeError` if one of them does so, once it has waited for those before it.
    pub(super) fn join(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        for task in self.all() {
            if task == rt::current() {
                return Err(rt::raised("RuntimeError", "cannot join current thread"));
            }
            let op = Op::local(verb, location).acting(Act::Join);
            rt::step_or_leave(op.with(rt::end_of(task), Mode::Await, 1))?;
        }
        Ok(())
    }

    fn all(&self) -> Vec<TaskId> {
        self.workers.borrow().iter().copied().chain(self.helper.get()).collect()
    }

    /// Waits for the end of each other one. One step for each of them.
    pub(super) fn join_others(&self, verb: &'static str, location: &'static Location<'static>) {
        for task in self.all().into_iter().filter(|&task| task != rt::current()) {
            let op = Op::local(verb, location).acting(Act::Join);
            rt::step(op.with(rt::end_of(task), Mode::Await, 1));
        }
    }

    /// Adds that each process is told to die to a step.
    pub(super) fn doom(&self, op: Op) -> Op {
        let mains = self.workers.borrow();
        mains.iter().fold(op, |op, &main| op.with(rt::doom_of(main), Mode::Give, 1))
    }

    /// Notes that each process was told to die, as part of the step.
    pub(super) fn doomed(&self) {
        self.workers.borrow().iter().for_each(|&main| rt::doom(main));
    }
}

/// A number of workers.
pub(super) fn checked(n: usize, message: &'static str) -> Result<u32, Exception> {
    let n = u32::try_from(n).ok().filter(|&n| n > 0);
    n.ok_or_else(|| Exception::at(rt::place_of_last_step(), "ValueError", message))
}

/// The name of a worker: workers are counted from 1.
pub(super) fn name_of(pool: &Name, nth: u32) -> Name {
    match pool.is_empty() {
        true => Name::from(("worker", nth + 1)),
        false => Name { base: format!("{pool} worker").into(), index: Some(nth + 1) },
    }
}
