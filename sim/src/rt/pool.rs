//! Coroutines from shuttle, and the loop that runs execution after execution.
//!
//! One shuttle `Runner` serves a whole search, and within one shuttle
//! execution a *batch* of ours: starting and ending shuttle executions and
//! tasks costs several times what a typical execution of ours does. Shuttle's
//! main task is the *driver*; every other shuttle task is a *coroutine* that
//! waits to be given one of our tasks, runs it, and waits again. To shuttle
//! every one of them is always runnable: all blocking is decided by
//! [`super::machine`], and shuttle's scheduler only obeys [`Rt::turn`].
//!
//! Who decides: the task that has just declared its next operation asks the
//! explorer at once, in its own coroutine. If it is itself picked nothing is
//! switched at all.
//!
//! A batch is bounded since shuttle records a schedule entry for each switch.

use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::time::Duration;

use shuttle::scheduler::{Schedule, Scheduler, Task as ShuttleTask, TaskId as ShuttleId};

use super::invariant::check_invariants;
use super::machine::Machine;
use super::world::{NO_SEAT, Turn, World};
use super::{Killed, RT, panic, with};
use crate::execution::{Ended, Failure};
use crate::mode::Mode;
use crate::op::Op;

/// Our executions in one of shuttle's. Shuttle keeps 16 bytes for each switch
/// until its execution ends, and starts and stops all coroutines with it: at
/// 128 the first is a few dozen KiB and the second under 1 % of the time.
const BATCH: usize = 128;

/// Shuttle's number of its main task, in which the driver runs.
pub(super) const DRIVER: usize = 0;

/// A started coroutine.
pub(super) type Coroutine = shuttle::thread::JoinHandle<()>;

/// Declares an operation of the current task, lets the explorer decide, and
/// executes it once it is this task's turn.
pub(super) fn try_step(declare: impl FnOnce(&mut Machine)) -> Result<bool, Killed> {
    check_invariants();
    let turn = with(|world| {
        declare(&mut world.machine);
        let here = world.seats[world.machine.current.index()];
        world.advance(here)
    });
    go(turn);
    with(|world| if world.unwinding { Err(Killed) } else { Ok(world.machine.execute()) })
}

fn go(turn: Turn) {
    match turn {
        Turn::Stay => {}
        Turn::Switch(seat) => switch(seat),
        Turn::Create => {
            // While shuttle creates a task it asks who is next: still we.
            let here = shuttle_number(shuttle::thread::current().id());
            RT.with(|rt| rt.turn.set(here));
            let handle = shuttle::thread::spawn(run_coroutine);
            let seat = shuttle_number(handle.thread().id());
            with(|world| world.coroutines.push(handle));
            switch(seat);
        }
    }
}

fn switch(seat: usize) {
    RT.with(|rt| rt.turn.set(seat));
    // A sleep is shuttle's cheapest scheduling point: it models no time.
    shuttle::thread::sleep(Duration::ZERO);
}

fn shuttle_number(id: shuttle::thread::ThreadId) -> usize {
    id.into()
}

/// The life of a coroutine: one task after another.
fn run_coroutine() {
    let here = shuttle_number(shuttle::thread::current().id());
    while let Some((task, body)) = with(|world| world.take_job(here)) {
        let result = catch_unwind(AssertUnwindSafe(body));
        RT.with(|rt| rt.leaving.set(0));
        let failure = match result {
            Ok(exception) => exception.map(Failure::Exception),
            Err(payload) if payload.is::<Killed>() => None,
            Err(payload) => Some(panic::failure(payload)),
        };
        let (unwound, end) = with(|world| {
            if let Some(failure) = failure.filter(|_| !world.unwinding) {
                world.machine.fail(task, failure);
            }
            let task = world.machine.task(task);
            let op = Op::local("end", Location::caller()).with(task.done, Mode::Give, 1);
            (world.unwinding, op)
        });
        let ended = !unwound && try_step(|machine| machine.declare(end)).is_ok();
        let turn = with(|world| {
            world.seats[task.index()] = NO_SEAT;
            world.parked.push(here);
            if ended {
                world.machine.finish(task);
                world.advance(here)
            } else {
                Turn::Switch(DRIVER)
            }
        });
        go(turn);
    }
}

/// The driver: a batch of executions, one after the other.
pub(super) fn drive() {
    RT.with(|rt| rt.closing.set(false));
    for _ in 0..BATCH {
        if !with(World::begin) {
            break;
        }
        let turn = with(|world| world.advance(DRIVER));
        go(turn);
        while let Some(seat) = with(World::next_to_unwind) {
            switch(seat);
        }
        conclude();
        with(|world| world.explorer.end(&world.machine.execution()));
    }
    RT.with(|rt| rt.closing.set(true));
    let coroutines = with(|world| {
        world.parked.clear();
        std::mem::take(&mut world.coroutines)
    });
    for coroutine in coroutines {
        coroutine.join().expect("a coroutine catches what its tasks throw");
    }
}

/// Makes the outcome of a complete execution from its final state, if the
/// program asked for that and main did not fail.
fn conclude() {
    let at_exit = with(|world| {
        let is_complete = world.machine.ended == Some(Ended::Complete);
        let wanted = is_complete && world.machine.outcome.is_some();
        world.unwinding = true;
        world.at_exit.take().filter(|_| wanted)
    });
    if let Some(at_exit) = at_exit {
        RT.with(|rt| rt.quiet.set(true));
        let outcome = at_exit();
        RT.with(|rt| rt.quiet.set(false));
        with(|world| world.machine.outcome = Some(outcome));
    }
    with(|world| world.unwinding = false);
}

/// Shuttle's scheduler, which decides nothing.
#[derive(Debug)]
pub(super) struct Obey;

impl Scheduler for Obey {
    fn new_execution(&mut self) -> Option<Schedule> {
        with(|world| world.more).then(|| Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&ShuttleTask],
        _current: Option<ShuttleId>,
        _is_yielding: bool,
    ) -> Option<ShuttleId> {
        RT.with(|rt| {
            if rt.closing.get() {
                return runnable.first().map(|task| task.id());
            }
            Some(ShuttleId::from(rt.turn.get()))
        })
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!("no task asks shuttle for random numbers")
    }
}
