//! What is behind an executor: tickets, workers, and the helper of worker processes.

use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use super::desk::Desk;
use super::future::{Future, Notifier};
use super::staff::{self, Forget, Hired, Staff};
use super::tickets::{Kinds, Ticket, Tickets};
use super::work::{Cancelled, Work};
use crate::exception::Exception;
use crate::execution::Want;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// How an executor is shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// All tasks are done, and the caller waits for the end of the workers.
    Wait,
    /// All tasks are done, and the caller goes on at once.
    Return,
    /// Tasks that have not begun are cancelled, and the caller waits for the others.
    CancelAndWait,
    /// Tasks that have not begun are cancelled, and the caller goes on at once.
    CancelAndReturn,
}

impl Shutdown {
    fn waits(self) -> bool {
        matches!(self, Shutdown::Wait | Shutdown::CancelAndWait)
    }

    fn cancels(self) -> bool {
        matches!(self, Shutdown::CancelAndWait | Shutdown::CancelAndReturn)
    }
}

/// A task of an executor, whatever it returns.
type Assignment = Rc<dyn Work>;

/// What is behind one executor.
pub(super) struct Crew {
    tickets: Tickets<Assignment>,
    hired: Hired,
    /// Where worker processes bring what they have done. Worker threads tell it themselves.
    desk: Option<Desk<Option<Assignment>>>,
    kinds: Kinds,
    name: Name,
}

impl Debug for Crew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.tickets.fmt(f)
    }
}

impl Crew {
    /// Starts the workers, and the helper of worker processes. One step for each.
    pub(super) fn start(
        kind: &'static str,
        name: Name,
        n_workers: usize,
        staff: Staff,
        location: &'static Location<'static>,
    ) -> Result<Rc<Crew>, Exception> {
        let n = staff::checked(n_workers, "max_workers must be greater than 0")?;
        let kinds = Kinds { pool: kind, result: "Future" };
        let tickets = Tickets::new(kinds, &name, n, location);
        let desk = (staff != Staff::Threads)
            .then(|| Desk::new(tickets.results(), kinds.result, &name, location));
        let crew = Rc::new(Crew { tickets, hired: Hired::default(), desk, kinds, name });
        staff::forget_at_the_end(&crew);
        for nth in 0..n {
            let theirs = Rc::clone(&crew);
            let name = staff::name_of(&crew.name, nth);
            let body = move || _ = theirs.work(Ticket::Number(nth));
            crew.hired.start(staff, name, body, location)?;
        }
        if crew.desk.is_some() {
            let theirs = Rc::clone(&crew);
            crew.hired.start_helper(false, move || theirs.help(), location);
        }
        Ok(crew)
    }

    /// What a worker does.
    fn work(&self, first: Ticket) -> Result<(), Exception> {
        let mut ticket = first;
        while let Some(task) = self.tickets.take(ticket)? {
            let is_begun = task.begin()?;
            if is_begun {
                task.run();
            }
            let Some(desk) = &self.desk else {
                if is_begun {
                    task.finish()?;
                }
                rt::step_or_leave(self.tickets.drawing("next task"))?;
                ticket = self.tickets.draw().0;
                continue;
            };
            rt::step_or_leave(self.tickets.drawing("deliver"))?;
            let (next, nth) = self.tickets.draw();
            desk.bring(nth, is_begun.then_some(task))?;
            ticket = next;
        }
        Ok(())
    }

    /// What the helper does.
    fn help(&self) -> Option<Exception> {
        let desk = self.desk.as_ref()?;
        for nth in 0.. {
            let Ok(Some(task)) = desk.take(nth) else { break };
            if task.is_some_and(|task| task.finish().is_err()) {
                break;
            }
        }
        None
    }

    /// Submits a task. Two steps.
    pub(super) fn submit<R: Debug + 'static>(
        &self,
        work: Box<dyn FnOnce() -> R>,
        location: &'static Location<'static>,
    ) -> Result<Future<R>, Exception> {
        let new = NewObject::new(self.kinds.result, self.name.clone(), location);
        let new = new.part_of(self.tickets.results());
        let new = new.wanted_for(Want::Result).raised_by(&["deliver"]);
        let notifier = if self.desk.is_some() { Notifier::Canceller } else { Notifier::Worker };
        let future = Future::new(new, notifier, work, location);
        let task: Assignment = Rc::new(future.clone());
        match self.tickets.submit("submit", vec![task], location)? {
            true => Ok(future),
            false => {
                let message = "cannot schedule new futures after shutdown";
                Err(rt::raised("RuntimeError", message))
            }
        }
    }

    /// Takes no more tasks.
    pub(super) fn shutdown(
        &self,
        how: Shutdown,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        self.tickets.close("shutdown", location, |op, closed| match &self.desk {
            Some(desk) => desk.end(op, closed),
            None => op,
        });
        if how.cancels() {
            self.cancel_all(location)?;
        }
        if how.waits() {
            self.hired.join("shutdown", location)?;
        }
        Ok(())
    }

    /// Cancels the tasks that have not begun: one after the other where workers take them
    /// from a queue meanwhile, all at once where a thread of the executor hands them out.
    /// One step for each or for all, one more to cancel, and those of callbacks.
    fn cancel_all(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        let tasks = self.tickets.submitted();
        let at_once = if self.desk.is_some() { tasks.len().max(1) } else { 1 };
        tasks.chunks(at_once).try_for_each(|tasks| {
            let op = || Op::local("cancel", location);
            rt::step_or_leave(tasks.iter().fold(op(), |op, task| task.looked_at(op)))?;
            if rt::is_quiet() {
                return Ok(());
            }
            let cancelled: Vec<Cancelled> =
                tasks.iter().filter_map(|task| task.drop_in_step()).collect();
            if !cancelled.is_empty() {
                rt::step_or_leave(cancelled.iter().fold(op(), |op, one| one.given(op)))?;
            }
            cancelled.into_iter().for_each(Cancelled::tell);
            Ok(())
        })
    }

    pub(super) fn location(&self) -> &'static Location<'static> {
        self.tickets.location
    }
}

impl Forget for Crew {
    fn forget(&self) {
        self.tickets.forget().iter().for_each(|task| task.forget());
        self.desk.iter().for_each(Desk::forget);
    }
}
