//! Waiting until something changes that a task has looked at.
//!
//! Two steps. The first *arrives*: it looks again at everything that the task
//! has read since it last gave way; if another task changed any of it, the task
//! goes on. Otherwise it parks, and the second step waits on a private gauge,
//! to which whoever changes one of these objects gives in that same step, then
//! and later: what a step touches should not depend on what others did before.
//! Where it does all the same, since a try may be refused or not, [`Mode::Watch`]
//! tells a search to whom the step would give.
//!
//! Only a different value is a change: a step that writes what is there already gives 0.
//! Two tasks that each poll by a swap would wake one another for ever otherwise.

use std::panic::Location;

use smallvec::SmallVec;

use super::machine::{Machine, Watch};
use super::{also, create, step, with};
use crate::act::Act;
use crate::execution::Purpose;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::op::{Access, Op};

/// What a task has read since it last gave way.
#[derive(Debug, Default)]
struct Seen {
    /// What to look at again: one access for each slot of each object.
    looks: SmallVec<[Access; 4]>,
    changed: bool,
}

impl Machine {
    /// Walks the trace backwards to where the current task last gave way.
    /// `skip` steps at the end are the one that is being made.
    fn seen(&self, skip: usize) -> Seen {
        let mut seen = Seen::default();
        let mut changed: SmallVec<[(ObjectId, u32); 8]> = SmallVec::new();
        let steps = self.trace.steps();
        for i in (0..steps.len() - skip).rev() {
            let mine = steps[i].task == self.current;
            if mine && steps[i].act == Act::AwaitChange {
                break;
            }
            for access in self.trace.accesses(i) {
                if !mine && access.changes() {
                    changed.push((access.object, access.slot));
                } else if mine && Some(access.object) != self.task(self.current).alive {
                    seen.look(access, &changed);
                }
            }
        }
        seen
    }
}

impl Seen {
    fn look(&mut self, access: &Access, changed: &[(ObjectId, u32)]) {
        let mode = match access.mode {
            Mode::Read | Mode::Update | Mode::Compare | Mode::Until => Mode::Read,
            Mode::Look | Mode::Try => Mode::Look,
            _ => return,
        };
        let Access { object, slot, .. } = *access;
        self.changed |= changed.contains(&(object, slot));
        if !self.looks.iter().any(|look| (look.object, look.slot) == (object, slot)) {
            self.looks.push(Access { slot, ..Access::new(object, mode, 0) });
        }
    }
}

fn asking(location: &'static Location<'static>) -> Op {
    Op::local("wait for change", location).acting(Act::AwaitChange)
}

impl Machine {
    /// Takes back that the last step changed a variable: what was written was there
    /// already. Those who wait for a change are given 0 then, and not nothing, since
    /// what a step touches may not depend on values.
    pub(crate) fn nothing_changed(&mut self, variable: ObjectId) {
        if self.repeat.is_on {
            // It is noted already.
            return;
        }
        let Machine { trace, watches, objects, .. } = self;
        for access in trace.last_accesses() {
            let watches = || watches.iter().filter(|watch| watch.gauge == access.object);
            if access.object == variable && access.writes() {
                access.granted = false;
            } else if access.mode == Mode::Give && watches().any(|w| w.object == variable) {
                objects[access.object.index()].shows -= access.amount;
                access.amount = 0;
            }
        }
    }
}

pub(crate) fn yield_until_changed(location: &'static Location<'static>) {
    if super::is_quiet() {
        return;
    }
    let mut arrive = asking(location);
    arrive.accesses.extend(with(|world| {
        // What was seen is read off the whole trace.
        world.machine.repeat.is_barred = true;
        world.machine.seen(0).looks
    }));
    step(arrive);
    let seen = with(|world| world.machine.seen(1));
    if seen.changed {
        return;
    }
    let new = super::NewObject::new("change", crate::name::Name::default(), location)
        .serving(Purpose::Change);
    let gauge = create(new);
    with(|world| {
        let watches = &mut world.machine.watches;
        let watch = |look: &Access| Watch { object: look.object, slot: look.slot, gauge };
        watches.extend(seen.looks.iter().map(watch));
    });
    also(gauge, Mode::Watch, 0);
    step(asking(location).with(gauge, Mode::Take, 1));
}
