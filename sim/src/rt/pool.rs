//! Execution after execution, and the switching between tasks.
//!
//! One run of shuttle serves a whole search. Shuttle's main task is the
//! *driver*. Each task of the program runs in a *seat*, a coroutine that waits to be
//! given one, runs it, and waits again: to start and end coroutines costs several
//! times what a typical execution does. All blocking is decided by
//! [`super::machine`]; shuttle knows only its main task.
//!
//! The task that has just declared its next operation asks the explorer at once, in its
//! own coroutine. If the explorer picks that task, nothing is switched at all. Otherwise
//! the task notes which seat has its turn and leaves to the driver, which resumes that
//! seat.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shuttle::scheduler::{Schedule, Scheduler, Task as ShuttleTask, TaskId as ShuttleId};

use super::coroutine::{Coroutine, Leave, Stacks};
use super::invariants::check_invariants;
use super::leaving::{self, Leaving};
use super::limits::Program;
use super::local::with;
use super::machine::{Feeding, Invariant, Machine};
use super::overflow::Runs;
use super::stage::{self, Stage};
use super::world::{AtExit, DRIVER, Turn, World};
use super::{panic, signal, unwinding};
use crate::exception::Exception;
use crate::execution::{Ended, Failure};
use crate::id::TaskId;
use crate::op::Op;
use crate::stack::StackSize;

/// Bytes of the stack of the driver, on which strategies and analyses run.
pub(super) const DRIVER_STACK: usize = 1 << 20;

thread_local! {
    /// What is kept between searches.
    static STACKS: RefCell<Option<Stacks>> = const { RefCell::new(None) };
}

/// Says that a task has to leave, since the execution is over.
pub(super) struct Over;

/// Declares an operation of the current task, lets the explorer decide, and
/// executes it once it is this task's turn.
#[inline]
pub(super) fn try_step(declare: impl FnOnce(&mut Machine)) -> Result<bool, Over> {
    match begin_step(declare) {
        Ok(granted) => Ok(granted),
        Err(leave) => {
            go(leave);
            if stage::is_over() { Err(Over) } else { Ok(with(|world| world.machine.execute())) }
        }
    }
}

/// The same for a step that waits until a condition holds. Until then the task is
/// given control whenever it has to say whether the condition holds by now.
pub(super) fn try_step_until(
    declare: impl FnOnce(&mut Machine),
    mut holds: impl FnMut() -> bool,
) -> Result<bool, Over> {
    let mut stepped = begin_step(declare);
    loop {
        let leave = match stepped {
            Ok(granted) => return Ok(granted),
            Err(leave) => leave,
        };
        go(leave);
        if stage::is_over() {
            return Err(Over);
        }
        if !with(|world| world.machine.is_asking()) {
            return Ok(with(|world| world.machine.execute()));
        }
        let holds = holds();
        stepped = with(|world| world.answer(holds));
    }
}

/// Leaves the seat of the task that runs, until it has its turn again. The way out is
/// the one that [`World`] has just returned for that seat.
#[inline]
fn go(leave: Leave) {
    // SAFETY: the world keeps one way out a seat and returns that of the seat which asks.
    // Only code that runs in a seat asks: a task by its own seat ([`World::leave`],
    // [`World::give_up`]), or the life of the seat itself ([`sit`]).
    #[expect(unsafe_code, reason = "a way out is good for the coroutine that runs")]
    unsafe {
        leave.leave();
    }
}

/// Declares an operation, and makes the step if the explorer picks the task for it.
/// If it picks another one, returns the way out of the seat.
#[inline]
fn begin_step(declare: impl FnOnce(&mut Machine)) -> Result<bool, Leave> {
    let stepped = with(|world| match world.machine.invariants_due {
        true => Err(declare),
        false => Ok(world.step(declare)),
    });
    stepped.unwrap_or_else(|declare| {
        check_invariants();
        with(|world| world.step(declare))
    })
}

/// What the main task runs. Returns the exception that nothing handled.
fn run_main(program: &Program) -> Option<Exception> {
    match program() {
        Ok(value) => {
            // A task that leaves early has no say in the outcome.
            if !stage::is_over() {
                with(|world| world.machine.outcome = Some(value));
            }
            None
        }
        Err(exception) => Some(exception),
    }
}

/// The life of a seat: one task after another.
fn sit(here: usize, stack: StackSize) {
    signal::enter(Runs::Task, stack.bytes());
    while let Some((task, body)) = with(|world| world.take_job(here)) {
        let result = catch_unwind(AssertUnwindSafe(|| body.run(run_main)));
        leaving::set(Leaving::Nobody);
        let failure = match result {
            Ok(exception) => exception.map(Failure::Exception),
            Err(payload) => panic::caught(payload),
        };
        let (is_process, has_groups, mut end) = with(|world| {
            let machine = &mut world.machine;
            if let Some(failure) = failure.filter(|_| !stage::is_over()) {
                machine.fail(task, failure);
            }
            let (is_process, has_groups) = (machine.is_main_of_child(task), machine.has_groups());
            let mut end = machine.end_of(task);
            if has_groups && !is_process {
                end.accesses.extend(machine.touched_by_leaving(task));
            }
            (is_process, has_groups, end)
        });
        let ended = !stage::is_over()
            && (!has_groups || !is_process || leave_groups(task).is_ok())
            && (!is_process || finish_process(task).is_ok())
            && try_step(|machine| machine.declare_end(&mut end, is_process)).is_ok();
        let leave = with(|world| {
            world.stand_up(task, here);
            if ended {
                if has_groups {
                    world.machine.leave_groups();
                }
                world.machine.finish(task);
                world.leave(here)
            } else {
                Some(world.leave_to(here, DRIVER))
            }
        });
        if let Some(leave) = leave {
            go(leave);
        }
    }
}

/// Has the main task of a process leave the groups of tasks that take turns, before it waits
/// for its threads: those may be in them.
fn leave_groups(task: TaskId) -> Result<(), Over> {
    let mut op = with(|world| {
        let op = Op::local("leave", world.machine.last_place(task));
        Op { accesses: world.machine.touched_by_leaving(task), ..op }
    });
    if !op.accesses.is_empty() {
        try_step(|machine| machine.declare(&mut op))?;
        with(|world| world.machine.leave_groups());
    }
    Ok(())
}

/// Makes the steps of the main task of a process between its body and its end.
fn finish_process(task: TaskId) -> Result<(), Over> {
    while let Some(mut op) = with(|world| world.machine.before_end(task)) {
        try_step(|machine| machine.declare(&mut op))?;
    }
    Ok(())
}

/// The driver: all executions of a search, one after the other.
pub(super) fn drive(stack: StackSize) {
    signal::enter(Runs::Driver, DRIVER_STACK);
    let kept = STACKS.take().filter(|kept| kept.size() == stack);
    let stacks = kept.unwrap_or_else(|| Stacks::new(stack));
    let mut seats = Seats { stacks, coroutines: vec![] };
    while with(World::begin) {
        seats.execute();
        if with(|world| world.machine.is_lost()) {
            stage::enter(Stage::Over);
            drop(with(Later::take));
            with(World::begin_again);
            seats.execute();
        }
        with(|world| world.machine.post.clear());
        conclude();
        with(|world| world.explorer.end(&world.machine.execution()));
    }
    for (seat, mut coroutine) in seats.coroutines.into_iter().enumerate() {
        match with(|world| world.is_given_up(seat)) {
            // Nothing can end the code that runs on its stack.
            true => std::mem::forget(coroutine),
            false => assert!(coroutine.resume(), "who is given no task is through"),
        }
    }
    STACKS.set(Some(seats.stacks));
    with(|world| world.is_through = true);
}

/// Leaves the running task for good, with its stack as it is: it neither comes to
/// an end nor can be unwound.
pub(super) fn give_up() -> ! {
    if panic::is_unwinding() {
        unwinding::never_over();
    }
    let leave = with(World::give_up);
    leaving::set(Leaving::Nobody);
    go(leave);
    unreachable!("a task that was given up gets no other turn")
}

/// The coroutines, by the numbers that the world knows.
struct Seats {
    stacks: Stacks,
    coroutines: Vec<Coroutine>,
}

impl Seats {
    /// Runs one execution up to where every task has ended or was given up.
    fn execute(&mut self) {
        match with(|world| world.advance(DRIVER)) {
            Turn::Switch(seat) => self.run(seat),
            Turn::Stay => unreachable!("the driver has no task"),
        }
        while let Some(seat) = with(World::next_to_unwind) {
            self.run(seat);
        }
    }

    /// Has tasks run, this one first, until it is the driver's turn.
    fn run(&mut self, first: usize) {
        let mut seat = first;
        while seat != DRIVER {
            if seat == self.coroutines.len() {
                self.open();
            }
            let is_through = self.coroutines[seat].resume();
            debug_assert!(!is_through, "a seat waits for another task");
            seat = with(|world| world.turn);
        }
    }

    fn open(&mut self) {
        let (seat, size) = (self.coroutines.len(), self.stacks.size());
        let (coroutine, leave) = self.stacks.coroutine(move || sit(seat, size));
        self.coroutines.push(coroutine);
        with(|world| world.ways_out.push(leave));
    }
}

/// Makes the outcome of a complete execution from its final state, if the
/// program asked for that and main did not fail.
fn conclude() {
    let (is_wanted, Later { at_exit, conditions, feeding, kept }) = with(|world| {
        let is_complete = world.machine.ended == Some(Ended::Complete);
        let is_wanted = is_complete && world.machine.outcome.is_some();
        let later = Later::take(world);
        if !later.is_empty() {
            stage::enter(Stage::Over);
            world.machine.current = TaskId::MAIN;
        }
        (is_wanted, later)
    });
    if let Some(at_exit) = at_exit.filter(|_| is_wanted) {
        let outcome = catch_unwind(AssertUnwindSafe(at_exit));
        let (outcome, failure) = match outcome {
            Ok(outcome) => (Some(outcome), None),
            Err(payload) => (None, panic::caught(payload)),
        };
        with(|world| {
            world.machine.outcome = outcome;
            if let Some(failure) = failure {
                world.machine.fail(TaskId::MAIN, failure);
            }
        });
    }
    drop((conditions, feeding, kept));
    stage::enter(Stage::Running);
}

/// What the program gave for later. Dropping it may run code of the program, so it must
/// not stay in the world, and primitives have to be quiet.
struct Later {
    at_exit: Option<AtExit>,
    conditions: Vec<Invariant>,
    feeding: Vec<Feeding>,
    kept: Vec<Box<dyn Any>>,
}

impl Later {
    fn take(world: &mut World) -> Later {
        let machine = &mut world.machine;
        Later {
            at_exit: world.at_exit.take(),
            conditions: std::mem::take(&mut machine.invariants),
            feeding: std::mem::take(&mut machine.feeding),
            kept: std::mem::take(&mut world.kept),
        }
    }

    fn is_empty(&self) -> bool {
        let Later { at_exit, conditions, feeding, kept } = self;
        at_exit.is_none() && conditions.is_empty() && feeding.is_empty() && kept.is_empty()
    }
}

/// Shuttle's scheduler, which always picks the driver.
#[derive(Debug, Default)]
pub(super) struct DriverOnly {
    is_through: bool,
}

impl Scheduler for DriverOnly {
    fn new_execution(&mut self) -> Option<Schedule> {
        let is_through = std::mem::replace(&mut self.is_through, true);
        (!is_through).then(|| Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&ShuttleTask],
        _current: Option<ShuttleId>,
        _is_yielding: bool,
    ) -> Option<ShuttleId> {
        runnable.first().map(|task| task.id())
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!("no task asks shuttle for random numbers")
    }
}
