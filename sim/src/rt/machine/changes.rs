//! What a task has looked at, and whether that has changed since.

use smallvec::SmallVec;

use super::state::Machine;
use crate::act::Act;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::op::Access;

/// What a task has read since it last gave way.
#[derive(Debug, Default)]
pub(crate) struct ReadSet {
    /// What to look at again: one access for each slot of each object.
    pub(crate) looks: SmallVec<[Access; 4]>,
    pub(crate) changed: bool,
}

impl Machine {
    /// Walks the trace backwards to where the current task last gave way.
    /// `skip` steps at the end are the one that is being made.
    pub(crate) fn seen(&self, skip: usize) -> ReadSet {
        let mut seen = ReadSet::default();
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

impl ReadSet {
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

impl Machine {
    /// Takes back that the last step changed a variable: what was written was there
    /// already. Tasks that wait for a change are given 0 then, and not nothing, since
    /// what a step touches may not depend on values.
    pub(crate) fn nothing_changed(&mut self, variable: ObjectId) {
        if self.repeat.is_on {
            // It is noted already.
            return;
        }
        let Machine { trace, subscriptions, objects, .. } = self;
        for access in trace.last_accesses() {
            let subscriptions =
                || subscriptions.iter().filter(|watch| watch.gauge == access.object);
            if access.object == variable && access.writes() {
                access.granted = false;
            } else if access.mode == Mode::Give && subscriptions().any(|w| w.object == variable) {
                objects[access.object.index()].shows -= access.amount;
                access.amount = 0;
            }
        }
    }
}
