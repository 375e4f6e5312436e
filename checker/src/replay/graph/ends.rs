//! What stands at the end of an edge between tasks: what an owner holds, or what a task did.

use unknot_sim::{ObjectId, Phase};

use super::build::GraphBuilder;
use super::{Blocked, Held, PeerRecord};
use crate::analysis::peers;
use crate::analysis::stuck::{self, Holding, Owner};
use crate::model::labels::{object_label, package_path};
use crate::replay::lanes::is_place;

impl GraphBuilder<'_> {
    pub(super) fn held(&self, gauge: ObjectId, amount: i64, step: u32) -> Held {
        let location = self.execution.trace.steps()[step as usize].location;
        Held {
            amount,
            mode: self.mode(gauge, amount),
            step,
            file: package_path(location.file()).to_owned(),
            line: location.line(),
        }
    }

    /// What an owner has of a gauge, or what it did to have it. At a place before a lock a
    /// writer that came holds nothing yet, and the readers that are in are in no way of
    /// others.
    pub(super) fn owned(
        &self,
        gauge: ObjectId,
        Owner { task, amount, step, .. }: Owner,
    ) -> Option<(Option<Held>, Option<PeerRecord>)> {
        let held = |gauge, step| Some(self.held(gauge, amount, step));
        let Some(step) = step else { return Some((None, None)) };
        if !is_place(self.execution, gauge) {
            return Some((held(gauge, step), None));
        }
        if amount < self.execution.object(gauge).initial {
            return None;
        }
        let whole = self.execution.whole(gauge);
        let is_in = |held: &Holding| held.task == task && held.gauge == whole;
        Some(match stuck::holdings(self.execution).into_iter().find(is_in) {
            Some(holding) => (held(whole, holding.step), None),
            None => (None, Some(self.peer(&peers::Peer { task, step }))),
        })
    }

    pub(super) fn peer(&self, peer: &peers::Peer) -> PeerRecord {
        let made = &self.execution.trace.steps()[peer.step as usize];
        let task = self.execution.task(peer.task);
        let ended = task.phase == Phase::Finished;
        let is_blocked = !ended && !self.execution.is_enabled(peer.task);
        let guard = stuck::sought(self.execution, task).first().copied().filter(|_| is_blocked);
        PeerRecord {
            task: self.path(peer.task),
            op: made.verb.to_owned(),
            step: peer.step,
            file: package_path(made.location.file()).to_owned(),
            line: made.location.line(),
            ended,
            blocked: guard.map(|guard| {
                let whole = self.execution.whole(guard.gauge);
                let object = self.execution.object(whole);
                Blocked {
                    op: task.pending.verb.to_owned(),
                    object: object_label(object, whole, self.execution.names),
                    file: package_path(task.pending.location.file()).to_owned(),
                    line: task.pending.location.line(),
                }
            }),
        }
    }
}
