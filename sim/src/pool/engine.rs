//! What is behind a pool: tickets, worker processes, and the helper that runs callbacks.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use super::desk::Desk;
use super::staff::{self, Forget, Hired, Staff};
use super::tickets::{Kinds, Ticket, Tickets};
use crate::exception::Exception;
use crate::execution::Want;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, Lifetime, NewObject};

const KINDS: Kinds = Kinds { pool: "Pool", result: "AsyncResult" };

/// A task of a pool: runs the function, and says what is to be done with the result.
pub(super) type Job = Box<dyn FnOnce() -> Delivery>;

/// A task among others, until a worker takes it.
#[derive(Clone)]
struct Queued(Rc<Cell<Option<Job>>>);

/// What is done with a result.
pub(super) struct Delivery {
    pub(super) gives: Gives,
    /// What the helper of a pool with callbacks does before it gives the result. Its
    /// exception ends the helper.
    pub(super) callback: Option<Box<dyn FnOnce() -> Option<Exception>>>,
}

/// How a result is given to the tasks that wait for it.
pub(super) enum Gives {
    /// To a gauge that is known before the step, which keeps the result.
    Result(ObjectId, Box<dyn FnOnce()>),
    /// To the next place of a task that takes results as they come. The step settles
    /// which one, and the next step gives to it.
    NextPlace(Box<dyn FnOnce() -> ObjectId>),
}

/// What a pool is like when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PoolStyle {
    Plain,
    /// It has a helper that runs callbacks.
    WithCallbacks,
    /// Its workers can be told to die.
    Killable,
    KillableWithCallbacks,
}

impl PoolStyle {
    fn has_helper(self) -> bool {
        matches!(self, PoolStyle::WithCallbacks | PoolStyle::KillableWithCallbacks)
    }

    fn lifetime(self) -> Lifetime {
        match self {
            PoolStyle::Plain | PoolStyle::WithCallbacks => Lifetime::UntilDone,
            PoolStyle::Killable | PoolStyle::KillableWithCallbacks => Lifetime::UntilTold,
        }
    }
}

/// What is behind one pool.
#[derive(Debug)]
pub(super) struct Engine {
    tickets: Tickets<Queued>,
    hired: Hired,
    desk: Option<Desk<Delivery>>,
    name: Name,
}

impl Engine {
    /// Starts the workers, and the helper if there is one. One step for each.
    pub(super) fn start(
        name: Name,
        n_workers: usize,
        style: PoolStyle,
        location: &'static Location<'static>,
    ) -> Result<Rc<Engine>, Exception> {
        let n = staff::checked(n_workers, "Number of processes must be at least 1")?;
        let tickets = Tickets::new(KINDS, &name, n, location);
        let desk = (style.has_helper())
            .then(|| Desk::new(tickets.results(), KINDS.result, &name, location));
        let engine = Rc::new(Engine { tickets, hired: Hired::default(), desk, name });
        staff::forget_at_the_end(&engine);
        let staff = Staff::Processes(style.lifetime());
        for nth in 0..n {
            let theirs = Rc::clone(&engine);
            let name = staff::name_of(&engine.name, nth);
            let body = move || _ = theirs.work(Ticket::Number(nth));
            engine.hired.start(staff, name, body, location)?;
        }
        if engine.desk.is_some() {
            let theirs = Rc::clone(&engine);
            engine.hired.start_helper(true, move || theirs.help(), location);
        }
        Ok(engine)
    }

    /// The cell or gauge of a result.
    pub(super) fn new_result(&self, location: &'static Location<'static>) -> NewObject {
        let new = NewObject::new(KINDS.result, self.name.clone(), location);
        new.part_of(self.tickets.results()).wanted_for(Want::Result).raised_by(&["deliver"])
    }

    /// Creates what orders results as they come.
    pub(super) fn new_order(&self, location: &'static Location<'static>) -> ObjectId {
        rt::create(NewObject::new(KINDS.result, self.name.clone(), location))
    }

    pub(super) fn n_workers(&self) -> usize {
        self.tickets.n_workers() as usize
    }

    /// What a worker does.
    fn work(&self, first: Ticket) -> Result<(), Exception> {
        let mut ticket = first;
        while let Some(queued) = self.tickets.take(ticket)? {
            let job = queued.0.take().expect("one worker has the ticket");
            ticket = self.deliver(job())?;
        }
        Ok(())
    }

    /// Delivers a result, and draws the next ticket.
    fn deliver(&self, delivery: Delivery) -> Result<Ticket, Exception> {
        let op = self.tickets.drawing("deliver");
        let Some(desk) = &self.desk else {
            let mut drawn = (Ticket::Idle, 0);
            self.give(op, delivery.gives, || drawn = self.tickets.draw())?;
            return Ok(drawn.0);
        };
        rt::step_or_leave(op)?;
        let (ticket, nth) = self.tickets.draw();
        // The helper of a pool that was terminated takes nothing any more.
        if let Ticket::Number(_) = ticket {
            desk.bring(nth, delivery)?;
        }
        Ok(ticket)
    }

    /// Gives a result in a step, or in that and the next one.
    fn give(&self, op: Op, gives: Gives, in_step: impl FnOnce()) -> Result<(), Exception> {
        let next_place = match gives {
            Gives::Result(gauge, keep) => {
                rt::step_or_leave(op.with(gauge, Mode::Give, 1))?;
                keep();
                in_step();
                return Ok(());
            }
            Gives::NextPlace(next_place) => next_place,
        };
        // The helper is in order anyway.
        if !op.accesses.is_empty() {
            rt::step_or_leave(op)?;
        }
        in_step();
        let op = Op::local("deliver", self.tickets.location);
        rt::step_or_leave(op.with(next_place(), Mode::Give, 1))?;
        Ok(())
    }

    /// What the helper does.
    fn help(&self) -> Option<Exception> {
        let desk = self.desk.as_ref()?;
        for nth in 0.. {
            let Ok(Some(Delivery { gives, callback })) = desk.take(nth) else { break };
            if let Some(exception) = callback.and_then(|callback| callback()) {
                return Some(exception);
            }
            let op = Op::local("deliver", self.tickets.location);
            if self.give(op, gives, || {}).is_err() {
                break;
            }
        }
        None
    }

    /// Submits jobs. Two steps.
    pub(super) fn submit(
        &self,
        verb: &'static str,
        jobs: Vec<Job>,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        let queued = |job| Queued(Rc::new(Cell::new(Some(job))));
        match self.tickets.submit(verb, jobs.into_iter().map(queued).collect(), location)? {
            true => Ok(()),
            false => Err(rt::raised("ValueError", "Pool not running")),
        }
    }

    /// Takes no more jobs.
    pub(super) fn close(&self, location: &'static Location<'static>) {
        self.tickets.close("close", location, |op, closed| match &self.desk {
            Some(desk) => desk.end(op, closed),
            None => op,
        });
    }

    /// Waits for all workers, and for the helper.
    pub(super) fn join(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        if self.tickets.is_open("join", location)? {
            return Err(rt::raised("ValueError", "Pool is still running"));
        }
        self.hired.join("join", location)
    }

    /// Drops what is queued, tells the workers to die, and waits for them and the helper.
    /// One step, one more with a helper, and one for each that is waited for; one step if
    /// the pool has been terminated before.
    pub(super) fn terminate(&self, location: &'static Location<'static>) {
        let Some(desk) = &self.desk else {
            let is_first = self.tickets.terminate(location, |op| self.hired.doom(op)).is_some();
            self.hired.doomed();
            if is_first {
                self.hired.join_others("terminate", location);
            }
            return;
        };
        if let Some(n_drawn) = self.tickets.terminate(location, |op| op) {
            let op = self.hired.doom(Op::local("terminate", location));
            rt::step(desk.cut(op, n_drawn));
            desk.is_cut();
            self.hired.doomed();
            self.hired.join_others("terminate", location);
        }
    }

    /// Where the pool was made.
    pub(super) fn location(&self) -> &'static Location<'static> {
        self.tickets.location
    }
}

impl Forget for Engine {
    fn forget(&self) {
        drop(self.tickets.forget());
        self.desk.iter().for_each(Desk::forget);
    }
}
