//! Steps that take time, or may.
//!
//! Where durations count, virtual time is a clock that moves when no task can go on;
//! where they do not, a timeout may end a wait at any point, and to sleep is a step
//! like others.

use std::panic::Location;
use std::time::Duration;

use super::door::{note, step_quietly, unwind_if_over};
use super::limits::TimeMode;
use super::local::with;
use super::machine::Machine;
use super::stage::{self, Stage, is_quiet};
use super::{pool, tried};
use crate::act::Act;
use crate::noted::{Noted, Text};
use crate::op::Op;

/// Makes one step that waits until it is possible, or until a timeout turns it
/// into a try. `resolve` is told whether the accesses were granted, does what
/// belongs to the step, and says whether the wait was successful.
pub fn step_timed(
    wait: Op,
    trying: Op,
    timeout: Duration,
    resolve: impl FnOnce(bool) -> bool,
) -> bool {
    if !stage::makes_steps() {
        return step_quietly(&trying);
    }
    let location = wait.location;
    let micros = micros(timeout);
    let declare = |machine: &mut Machine| machine.declare_timed(wait, trying, micros);
    let granted = unwind_if_over(pool::try_step(declare));
    if is_quiet() {
        return false;
    }
    if !granted {
        note(|| Noted::Answer(Text::of("timed out")));
    }
    let granted = resolve(granted);
    with(|world| world.machine.count_timeout(location, granted));
    granted
}

/// Passes virtual time, or is a scheduling point when durations do not count.
pub fn sleep(duration: Duration, location: &'static Location<'static>) {
    sleep_as("sleep", duration, location);
}

/// The same under another name.
pub(crate) fn sleep_as(
    verb: &'static str,
    duration: Duration,
    location: &'static Location<'static>,
) {
    let mut sleep = Op::local(verb, location).acting(Act::Sleep);
    if !stage::makes_steps() {
        step_quietly(&sleep);
        return;
    }
    unwind_if_over(pool::try_step(|machine| match machine.time {
        TimeMode::Any => machine.declare(&mut sleep),
        TimeMode::Virtual => {
            // The gauge of a task that has not ended is opened by no step: only the
            // clock ends this wait.
            let own_end = machine.task(machine.current).done;
            machine.declare_timed(sleep.clone().guarded(own_end, 1), sleep, micros(duration));
        }
    }));
}

/// The same wait, which no step of a task ends: the gauge of a task that has not ended is
/// opened by none.
pub(crate) fn only_by_the_clock(wait: Op) -> Op {
    with(|world| wait.guarded(world.machine.task(world.machine.current).done, 1))
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Virtual time, or `None` when durations do not count.
pub fn now() -> Option<Duration> {
    if stage::stage() == Stage::Trying {
        tried::try_on(&Op::local("now", Location::caller()));
    }
    with(|world| match world.machine.time {
        TimeMode::Any => None,
        TimeMode::Virtual => Some(Duration::from_micros(world.machine.now)),
    })
}
