//! Waiting until something changes that a task has looked at.
//!
//! Two steps. The first *arrives*: it looks again at everything that the task
//! has read since it last gave way; if another task changed any of it, the task
//! goes on. Otherwise it parks, and the second step waits on a private gauge,
//! to which every step that changes one of these objects gives, then and later: what a
//! step touches should not depend on what other tasks did before. It does all the same
//! where a try may be refused or not. There [`Mode::Subscribe`] tells a search which gauges
//! the step would give to.
//!
//! Only a different value is a change: a step that writes what is there already gives 0.
//! Otherwise two tasks that each poll by a swap would wake one another for ever.

use std::panic::Location;

use super::door::{also, create, step, unwind_if_over};
use super::local::with;
use super::machine::{Machine, NewObject, Subscription};
use super::pool;
use super::stage::is_quiet;
use crate::act::Act;
use crate::execution::Purpose;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::op::{Access, Op};

fn asking(location: &'static Location<'static>) -> Op {
    Op::local("wait for change", location).acting(Act::AwaitChange)
}

/// Offers the turn to other tasks, for loops that poll.
///
/// A task that comes to the same place again and again, and has changed nothing
/// since the last time, polls. The first `patience` times in a row that is a step like others.
/// From then on it waits until something that it has looked at since the last time changes, or
/// until no other task can go on: then it may look again, at most 100 times in a row.
///
/// What it misses: a task that would have gone on after some looks in vain, while other tasks
/// could still have made steps. More patience finds it.
pub fn give_way(location: &'static Location<'static>, patience: u32) {
    let round =
        if is_quiet() { None } else { with(|world| world.machine.idle_round(location, patience)) };
    let Some(looks) = round.filter(|looks| !looks.is_empty()) else {
        step(Op::local("yield", location).acting(Act::Yield));
        return;
    };
    let mut arrive = asking(location);
    arrive.accesses.extend(looks.iter().copied());
    with(|world| world.machine.repeat.is_barred = true);
    step(arrive);
    // What was changed until the step came is seen at once.
    if with(|world| world.machine.is_changed(location, &looks)) || is_quiet() {
        return;
    }
    let gauge = watch(&looks, location);
    let wait = asking(location).with(gauge, Mode::Take, 1);
    if with(|world| world.machine.timeouts_at(location)) >= MOST_LOOKS {
        step(wait);
        return;
    }
    let trying = asking(location).with(gauge, Mode::Try, 1);
    step_or_idle(wait, trying);
}

/// How often in a row a task looks again because no other task can go on.
const MOST_LOOKS: u32 = 100;

/// Makes a step that waits, or tries once no other task can go on.
fn step_or_idle(wait: Op, trying: Op) {
    let location = wait.location;
    let declare = |machine: &mut Machine| machine.declare_until_idle(wait, trying);
    let granted = unwind_if_over(pool::try_step(declare));
    if !is_quiet() {
        with(|world| world.machine.count_timeout(location, granted));
    }
}

/// Subscribes the running task to changes of what it looked at, as part of its last step.
/// Returns the gauge to which such a change gives.
fn watch(looks: &[Access], location: &'static Location<'static>) -> ObjectId {
    let new =
        NewObject::new("change", crate::name::Name::default(), location).serving(Purpose::Change);
    let gauge = create(new);
    with(|world| {
        let subscriptions = &mut world.machine.subscriptions;
        let watch = |look: &Access| Subscription { object: look.object, slot: look.slot, gauge };
        subscriptions.extend(looks.iter().map(watch));
    });
    also(gauge, Mode::Subscribe, 0);
    gauge
}

pub(crate) fn yield_until_changed(location: &'static Location<'static>) {
    if is_quiet() {
        return;
    }
    let mut arrive = asking(location);
    arrive.accesses.extend(with(|world| {
        // What the task saw is read off the whole trace.
        world.machine.repeat.is_barred = true;
        world.machine.seen(0).looks
    }));
    step(arrive);
    let seen = with(|world| world.machine.seen(1));
    if seen.changed {
        return;
    }
    let gauge = watch(&seen.looks, location);
    step(asking(location).with(gauge, Mode::Take, 1));
}
