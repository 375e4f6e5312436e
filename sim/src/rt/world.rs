//! The machine together with what moves it: which seat runs which task, and which
//! explorer decides what comes next.
//!
//! Nothing here switches; [`World::advance`] says where control has to go, and
//! [`super::pool`] brings it there.

use std::any::Any;
use std::cell::Cell;
use std::panic::Location;

use super::body::TaskBody;
use super::coroutine::Leave;
use super::explorer::{Decision, Explorer, Point, Refusal};
use super::limits::{Limits, Program};
use super::machine::{Machine, NewProcess, Repetition};
use super::numbers;
use super::post::Control;
use super::stage::{self, Stage};
use super::trial::Tried;
use super::unwinding;
use crate::execution::Ended;
use crate::id::{ObjectId, Role, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::names::Names;
use crate::op::{Access, Op};
use crate::value::Value;

/// Makes the outcome of a complete execution from its final state.
pub(crate) type AtExit = Box<dyn FnOnce() -> Value>;

/// Marks a task that has no seat.
pub(super) const NO_SEAT: usize = usize::MAX;

/// Marks the driver, which gives the seats their turns.
pub(super) const DRIVER: usize = usize::MAX - 1;

/// Tasks that may be given up in a search, which then ends: the stack of each is
/// lost.
const MAX_GIVEN_UP: usize = 200;

/// Tasks of an execution. What is known of their order takes four bytes for each of
/// them at each step, and their stacks are two mappings each, of which a process has
/// some 65,000 for all of its threads.
const MAX_TASKS: usize = 4_000;

/// The machine together with what moves it.
pub(super) struct World {
    pub(super) machine: Machine,
    pub(super) explorer: Box<dyn Explorer>,
    pub(super) program: Program,
    pub(super) max_steps: usize,
    /// For each task of the machine the seat in which it runs.
    pub(super) seats: Vec<usize>,
    /// For each task of the machine what it will run.
    bodies: Vec<Option<TaskBody>>,
    /// For each seat the way out of it.
    pub(super) ways_out: Vec<Leave>,
    /// Seats without a task.
    empty: Vec<usize>,
    /// Seats in which a destructor never came to an end.
    given_up: Vec<usize>,
    /// Whether the program has started more tasks than it may.
    is_crowded: bool,
    /// The seat that has its turn, or the driver.
    pub(super) turn: usize,
    /// The task that the next seat to wake is to run.
    starting: Option<TaskId>,
    /// Whether some task has panicked, or was unwound, in this execution.
    pub(super) has_panicked: Cell<bool>,
    /// Whether all executions have been made.
    pub(super) is_through: bool,
    /// Tells the execution from all others of the process.
    pub(super) number: u64,
    /// Makes the outcome once every task has ended.
    pub(super) at_exit: Option<AtExit>,
    /// What is dropped once every task has ended.
    pub(super) kept: Vec<Box<dyn Any>>,
    /// What a condition has looked at since the machine began to ask it.
    pub(super) looked_at: Vec<Access>,
    /// What a condition that is tried has done.
    pub(super) tried: Tried,
}

/// Where control goes.
pub(super) enum Turn {
    /// On in the same seat.
    Stay,
    /// To this seat, which does not exist yet if it has the next number.
    Switch(usize),
}

impl World {
    pub(super) fn new(
        program: Program,
        explorer: Box<dyn Explorer>,
        limits: Limits,
        names: Names,
    ) -> World {
        World {
            machine: Machine::new(limits.recording, limits.time, limits.max_timeouts, names),
            explorer,
            program,
            max_steps: limits.max_steps,
            seats: vec![],
            bodies: vec![],
            ways_out: vec![],
            empty: vec![],
            given_up: vec![],
            is_crowded: false,
            turn: DRIVER,
            starting: None,
            has_panicked: Cell::new(false),
            is_through: false,
            number: 0,
            at_exit: None,
            kept: vec![],
            looked_at: vec![],
            tried: Tried::default(),
        }
    }

    /// Decides which task runs next, and says where control has to go for that.
    /// `here` is the seat that asks.
    #[inline]
    pub(super) fn advance(&mut self, here: usize) -> Turn {
        if let Some(task) = self.machine.unstarted.take() {
            self.machine.current = task;
            self.machine.post.begin(task);
            self.starting = Some(task);
            return Turn::Switch(self.empty.pop().unwrap_or(self.ways_out.len()));
        }
        if self.machine.repeat.is_on {
            match self.machine.next_again() {
                Repetition::Again(task) => {
                    self.machine.current = task;
                    let seat = self.seats[task.index()];
                    return if seat == here { Turn::Stay } else { Turn::Switch(seat) };
                }
                Repetition::New => {}
                Repetition::Lost => {
                    self.machine.ended = Some(Ended::Abandoned);
                    return Turn::Switch(DRIVER);
                }
            }
        }
        self.advance_anew(here)
    }

    /// The same where the next step is not a repeated one.
    #[inline(never)]
    fn advance_anew(&mut self, here: usize) -> Turn {
        if !self.machine.awaits.is_empty()
            && let Some(task) = self.machine.next_to_ask()
        {
            self.machine.current = task;
            self.machine.post(Control::Answers);
            return Turn::Switch(self.seats[task.index()]);
        }
        loop {
            match self.decide() {
                Decision::Run(task) => {
                    assert!(self.machine.is_enabled(task), "an explorer picked a blocked task");
                    self.machine.resume(task);
                    if self.machine.task(task).role != Role::Program {
                        self.machine.execute_system(task);
                        continue;
                    }
                    let seat = self.seats[task.index()];
                    return if seat == here { Turn::Stay } else { Turn::Switch(seat) };
                }
                Decision::Stop(ended) => {
                    self.machine.ended = Some(ended);
                    return Turn::Switch(DRIVER);
                }
            }
        }
    }

    /// Declares an operation of the current task, and makes that step if the task
    /// is picked for it. If another one is, returns the way out of the seat.
    #[inline]
    pub(super) fn step(&mut self, declare: impl FnOnce(&mut Machine)) -> Result<bool, Leave> {
        declare(&mut self.machine);
        self.take_turn()
    }

    /// Notes whether the condition of the current task holds, as the machine asked,
    /// and goes on as if the task had just declared its step.
    pub(super) fn answer(&mut self, holds: bool) -> Result<bool, Leave> {
        self.machine.answer_asked(holds);
        self.take_turn()
    }

    /// Makes the declared step of the current task if it is picked for it. If another
    /// task is, returns the way out of the seat.
    #[inline]
    fn take_turn(&mut self) -> Result<bool, Leave> {
        let task = self.machine.current;
        match self.leave(self.seats[task.index()]) {
            None => Ok(self.machine.execute()),
            Some(leave) => {
                if self.has_panicked.get() || std::thread::panicking() {
                    unwinding::note_whether(&self.machine, &self.has_panicked, task);
                }
                Err(leave)
            }
        }
    }

    /// Decides which task runs next, and returns the way out of the seat that asks
    /// unless that seat goes on.
    pub(super) fn leave(&mut self, here: usize) -> Option<Leave> {
        match self.advance(here) {
            Turn::Stay => None,
            Turn::Switch(seat) => Some(self.leave_to(here, seat)),
        }
    }

    /// The way out of a seat, for another to have its turn.
    pub(super) fn leave_to(&mut self, here: usize, seat: usize) -> Leave {
        self.turn = seat;
        self.ways_out[here].clone()
    }

    fn decide(&mut self) -> Decision {
        let machine = &mut self.machine;
        if machine.exit.is_some() || machine.clock.is_some() {
            machine.ready_system();
        }
        if let Some(ended) = machine.ended {
            return Decision::Stop(ended);
        }
        if !machine.is_enabled(machine.current) && !machine.any_enabled() {
            return Decision::Stop(machine.come_to_end());
        }
        if machine.trace.len() >= self.max_steps || self.is_crowded {
            return Decision::Stop(Ended::Cut);
        }
        self.explorer.pick(&Point(machine))
    }

    /// Says whether an operation that only looks sees what it looks for, and notes
    /// what a condition that is asked looks at.
    pub(super) fn look(&mut self, op: &Op) -> bool {
        op.accesses.iter().fold(false, |sees, &access| sees | self.look_at(access))
    }

    fn look_at(&mut self, access: Access) -> bool {
        if stage::stage() == Stage::Asking {
            self.looked_at.push(access);
        }
        access.mode == Mode::Look && self.machine.object(access.object).shows >= access.amount
    }

    pub(super) fn also(&mut self, access: Access) -> bool {
        match stage::is_quiet() {
            true => self.look_at(access),
            false => self.machine.touch(access),
        }
    }

    pub(super) fn last_step_is_mine(&self) -> bool {
        let made = &self.machine.trace.steps()[..self.machine.n_made()];
        made.last().is_some_and(|step| step.task == self.machine.current)
    }

    pub(super) fn choose(&mut self, n: u32) -> u32 {
        if self.machine.repeat.is_on {
            return self.machine.choose_again(n);
        }
        let value = self.explorer.choose(&Point(&self.machine), n);
        assert!(value < n, "an explorer chose {value} of {n} values");
        self.machine.trace.choose(value, n);
        value
    }

    pub(super) fn create_task(
        &mut self,
        name: Name,
        body: TaskBody,
        daemon: bool,
        location: &'static Location<'static>,
    ) -> (TaskId, ObjectId) {
        let task = self.machine.create_task(name, daemon, location);
        self.is_crowded |= self.machine.live.len() > MAX_TASKS;
        self.prepare(task, body);
        (task, self.machine.task(task).done)
    }

    /// Creates the main task of a process. What it runs is given to it afterwards.
    pub(super) fn create_process(&mut self, new: NewProcess) -> TaskId {
        let task = self.machine.create_process(new);
        self.is_crowded |= self.machine.live.len() > MAX_TASKS;
        task
    }

    pub(super) fn prepare(&mut self, task: TaskId, body: TaskBody) {
        if self.bodies.len() <= task.index() {
            self.bodies.resize_with(task.index() + 1, || None);
            self.seats.resize(task.index() + 1, NO_SEAT);
        }
        self.bodies[task.index()] = Some(body);
        self.seats[task.index()] = NO_SEAT;
    }

    /// Sets the machine up for another execution.
    pub(super) fn begin(&mut self) -> bool {
        if self.given_up.len() >= MAX_GIVEN_UP {
            self.explorer.refused(Refusal::GivenUp { tasks: self.given_up.len() });
            return false;
        }
        if self.is_crowded {
            self.explorer.refused(Refusal::TooManyTasks { most: MAX_TASKS });
            return false;
        }
        let more = self.explorer.begin();
        if more {
            self.set_up(self.explorer.n_repeated());
        }
        more
    }

    /// Sets the machine up once more for an execution that was lost while it was
    /// repeated.
    pub(super) fn begin_again(&mut self) {
        self.explorer.lost(&Point(&self.machine));
        stage::enter(Stage::Running);
        self.set_up(0);
    }

    fn set_up(&mut self, same: usize) {
        if self.has_panicked.take() {
            unwinding::clear();
        }
        self.number = numbers::next_execution();
        self.machine.reset(same);
        let main = TaskBody::Main(Program::clone(&self.program));
        self.prepare(TaskId::MAIN, main);
    }

    /// The seat of the newest task that is still in the middle of its body. What a task has
    /// started may borrow from its stack, so that has to be unwound before it.
    pub(super) fn next_to_unwind(&mut self) -> Option<usize> {
        stage::enter(Stage::Over);
        let machine = &mut self.machine;
        for &task in machine.live.iter().rev() {
            // Pseudo-tasks never had a seat.
            let seat = self.seats.get(task.index()).copied().unwrap_or(NO_SEAT);
            if seat != NO_SEAT {
                machine.current = task;
                machine.post(Control::Leaves);
                return Some(seat);
            }
        }
        stage::enter(Stage::Running);
        None
    }

    /// Takes the running task out of its seat, in which no task can ever sit again.
    /// Returns the way out.
    pub(super) fn give_up(&mut self) -> Leave {
        let task = self.machine.current;
        let seat = std::mem::replace(&mut self.seats[task.index()], NO_SEAT);
        self.given_up.push(seat);
        self.leave_to(seat, DRIVER)
    }

    /// Whether the task in a seat never came to an end.
    pub(super) fn is_given_up(&self, seat: usize) -> bool {
        self.given_up.contains(&seat)
    }

    /// Empties the seat of a task.
    pub(super) fn stand_up(&mut self, task: TaskId, here: usize) {
        self.seats[task.index()] = NO_SEAT;
        self.empty.push(here);
    }

    /// Gives a seat the task that was waiting for one.
    pub(super) fn take_job(&mut self, here: usize) -> Option<(TaskId, TaskBody)> {
        let task = self.starting.take()?;
        self.seats[task.index()] = here;
        let body = self.bodies[task.index()].take().expect("a started task has a body");
        Some((task, body))
    }
}
