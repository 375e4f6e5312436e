//! Dispatch by ticket: which worker does which task.
//!
//! Tasks are numbered as they are submitted. A worker holds a *ticket*, the number of the
//! task that it does next: at first worker i holds ticket i, and it draws another one with
//! the step that delivers a result. It waits for its ticket at a gauge of that alone, to
//! which the submission of that number gives. So submissions commute with results, and two
//! executions differ only if results were delivered in another order. What this leaves out
//! is which of several idle workers takes a task; they are alike but for their numbers.
//!
//! A submission takes two steps. The first draws the number, in order with all other
//! submissions, and is refused once the pool is closed. The second gives to the gauge of
//! that number. In one step, which gauge it gives to would depend on the steps before it.
//!
//! After the last task come as many numbers as there are workers, which closing gives to:
//! the worker that holds one of these ends.

use std::cell::RefCell;
use std::fmt;
use std::panic::Location;

use super::places::Places;
use crate::exception::Exception;
use crate::execution::Want;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// What a pool is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kinds {
    pub(super) pool: &'static str,
    pub(super) result: &'static str,
}

/// Whether tasks are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Open,
    Closed,
    /// Tasks that are queued are dropped as well.
    Terminated,
}

/// The tickets of one pool.
pub(super) struct Tickets<J> {
    /// The cell at which tasks are submitted; it stands for the pool.
    line: ObjectId,
    /// The cell at which tickets are drawn; it stands for all results.
    order: ObjectId,
    tasks: Places,
    /// Where a worker waits that gets no more tasks and is about to be killed.
    idle: ObjectId,
    n_workers: u32,
    pub(super) location: &'static Location<'static>,
    state: RefCell<TicketBooks<J>>,
}

struct TicketBooks<J> {
    standing: Standing,
    /// The tasks by their numbers.
    tasks: Vec<J>,
    n_drawn: u32,
}

impl<J> fmt::Debug for Tickets<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tickets").field("line", &self.line).finish_non_exhaustive()
    }
}

/// What a worker does next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ticket {
    /// The task with this number.
    Number(u32),
    /// Nothing: it is about to be killed.
    Idle,
}

/// What follows the tasks that were submitted until the pool was closed.
pub(super) struct AtClose {
    /// How many tasks there are.
    pub(super) n_tasks: u32,
}

impl<J: Clone> Tickets<J> {
    pub(super) fn new(
        kinds: Kinds,
        name: &Name,
        n_workers: u32,
        location: &'static Location<'static>,
    ) -> Tickets<J> {
        let new = |kind| NewObject::new(kind, name.clone(), location);
        let (line, order) = (rt::create(new(kinds.pool)), rt::create(new(kinds.result)));
        let task = new(kinds.pool).wanted_for(Want::Task).raised_by(SUBMITS);
        Tickets {
            line,
            order,
            tasks: Places::new(line, task.clone()),
            idle: rt::create(task.part_of(order)),
            n_workers,
            location,
            state: RefCell::new(TicketBooks {
                standing: Standing::Open,
                tasks: vec![],
                n_drawn: 0,
            }),
        }
    }

    pub(super) fn n_workers(&self) -> u32 {
        self.n_workers
    }

    /// The cell that stands for all results.
    pub(super) fn results(&self) -> ObjectId {
        self.order
    }

    /// Submits tasks with successive numbers. Two steps. Whether the pool takes them.
    pub(super) fn submit(
        &self,
        verb: &'static str,
        tasks: Vec<J>,
        location: &'static Location<'static>,
    ) -> Result<bool, Exception> {
        let op = || Op::local(verb, location);
        rt::step_or_leave(op().with(self.line, Mode::Update, 0))?;
        // At the end of an execution no task is done any more.
        if rt::is_quiet() {
            return Ok(true);
        }
        if self.state.borrow().standing != Standing::Open {
            return Ok(false);
        }
        let numbers = {
            let all = &mut self.state.borrow_mut().tasks;
            let first = number(all.len());
            all.extend(tasks);
            first..number(all.len())
        };
        if !numbers.is_empty() {
            rt::step_or_leave(numbers.fold(op(), |op, nth| self.hand_over(op, nth)))?;
        }
        Ok(true)
    }

    fn hand_over(&self, op: Op, number: u32) -> Op {
        op.with(self.tasks.gauge(number), Mode::Give, 1)
    }

    /// Ends submissions. Two steps, of which the second touches more if `also` says so;
    /// one if they have been ended before.
    pub(super) fn close(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        also: impl FnOnce(Op, AtClose) -> Op,
    ) {
        let op = || Op::local(verb, location);
        rt::step(op().with(self.line, Mode::Update, 0));
        if rt::is_quiet() {
            return;
        }
        let n_tasks = {
            let mut state = self.state.borrow_mut();
            if state.standing != Standing::Open {
                return;
            }
            state.standing = Standing::Closed;
            number(state.tasks.len())
        };
        let ends = n_tasks..n_tasks + self.n_workers;
        let op = ends.fold(op(), |op, nth| self.hand_over(op, nth));
        rt::step(also(op, AtClose { n_tasks }));
    }

    /// Ends submissions and drops the tasks that no worker has a ticket for. One step,
    /// which touches more if `also` says so. How many tickets were drawn, the first time.
    pub(super) fn terminate(
        &self,
        location: &'static Location<'static>,
        also: impl FnOnce(Op) -> Op,
    ) -> Option<u32> {
        let op = Op::local("terminate", location).with(self.line, Mode::Update, 0);
        rt::step(also(op.with(self.order, Mode::Update, 0)));
        if rt::is_quiet() {
            return None;
        }
        let mut state = self.state.borrow_mut();
        let before = std::mem::replace(&mut state.standing, Standing::Terminated);
        (before != Standing::Terminated).then_some(state.n_drawn)
    }

    /// All tasks, which are no longer kept: they may hold handles to the pool, which would
    /// outlive the execution.
    pub(super) fn forget(&self) -> Vec<J> {
        std::mem::take(&mut self.state.borrow_mut().tasks)
    }

    /// Whether tasks are still taken. One step.
    pub(super) fn is_open(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
    ) -> Result<bool, Exception> {
        rt::step_or_leave(Op::local(verb, location).with(self.line, Mode::Read, 0))?;
        Ok(!rt::is_quiet() && self.state.borrow().standing == Standing::Open)
    }

    /// Waits for the task of a ticket; `None` if there is none any more. One step.
    pub(super) fn take(&self, ticket: Ticket) -> Result<Option<J>, Exception> {
        let gauge = match ticket {
            Ticket::Number(number) => self.tasks.gauge(number),
            Ticket::Idle => self.idle,
        };
        rt::step_or_leave(Op::local("take task", self.location).with(gauge, Mode::Await, 1))?;
        let Ticket::Number(number) = ticket else { return Ok(None) };
        if rt::is_quiet() {
            return Ok(None);
        }
        Ok(self.state.borrow().tasks.get(number as usize).cloned())
    }

    /// All tasks, done or not. They are known once submissions have been ended.
    pub(super) fn submitted(&self) -> Vec<J> {
        self.state.borrow().tasks.clone()
    }

    /// A step that draws a ticket.
    pub(super) fn drawing(&self, verb: &'static str) -> Op {
        Op::local(verb, self.location).with(self.order, Mode::Update, 0)
    }

    /// Draws a ticket as part of such a step. Also says how many were drawn before.
    pub(super) fn draw(&self) -> (Ticket, u32) {
        let mut state = self.state.borrow_mut();
        let nth = state.n_drawn;
        state.n_drawn += 1;
        let is_over = state.standing == Standing::Terminated;
        (if is_over { Ticket::Idle } else { Ticket::Number(self.n_workers + nth) }, nth)
    }
}

/// The operations for which idle workers wait.
const SUBMITS: &[&str] = &[
    "apply",
    "apply_async",
    "map",
    "map_async",
    "imap",
    "imap_unordered",
    "starmap",
    "starmap_async",
    "submit",
    "close",
    "shutdown",
];

fn number(n: usize) -> u32 {
    u32::try_from(n).expect("fewer than 2^32 tasks")
}
