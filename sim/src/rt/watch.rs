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

use super::door::{also, create, step};
use super::local::with;
use super::machine::{NewObject, Subscription};
use super::stage::is_quiet;
use crate::act::Act;
use crate::execution::Purpose;
use crate::mode::Mode;
use crate::op::{Access, Op};

fn asking(location: &'static Location<'static>) -> Op {
    Op::local("wait for change", location).acting(Act::AwaitChange)
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
    let new =
        NewObject::new("change", crate::name::Name::default(), location).serving(Purpose::Change);
    let gauge = create(new);
    with(|world| {
        let subscriptions = &mut world.machine.subscriptions;
        let watch = |look: &Access| Subscription { object: look.object, slot: look.slot, gauge };
        subscriptions.extend(seen.looks.iter().map(watch));
    });
    also(gauge, Mode::Subscribe, 0);
    step(asking(location).with(gauge, Mode::Take, 1));
}
