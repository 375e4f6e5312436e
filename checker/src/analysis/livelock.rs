//! Whether steps that repeat ([`super::block`]) may be a livelock.
//!
//! They may be a *livelock* if every task that is enabled anywhere in the block takes
//! part in it. It is *busy waiting* if another task could have gone on and was never
//! picked. Both are candidates: the values of variables are not in a trace, so
//! `settle` runs the repeated steps again to decide.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use unknot_sim::{Execution, ObjectId, Phase, Role};

use super::block::{Block, shown};
use crate::model::finding::{Evidence, Signature, Site};
use crate::model::kind::Kind;

pub(super) fn find(execution: &Execution<'_>, block: Block, found: &mut Vec<Evidence>) {
    let steps = execution.trace.steps();
    let last = steps.len() - block.period..steps.len();
    let mut tasks: SmallVec<[_; 2]> = last.clone().map(|i| steps[i].task).collect();
    tasks.sort_unstable();
    tasks.dedup();
    let mut sites: SmallVec<[Site; 3]> = last.clone().map(|i| Site(steps[i].location)).collect();
    sites.sort_unstable();
    sites.dedup();
    let kind = if is_fair(execution, block) { Kind::Livelock } else { Kind::BusyWait };
    let signature = Signature { kind, tasks, objects: SmallVec::new(), sites };
    found.push(Evidence { signature, steps: last.map(|i| i as u32).collect() });
}

/// Whether every task that is enabled anywhere in a block takes part in it. A task
/// that waits for a deadline counts as enabled, though only the clock can bring that.
pub(crate) fn is_fair(execution: &Execution<'_>, block: Block) -> bool {
    let n = execution.trace.len();
    let steps = &execution.trace.steps()[n - block.period..];
    let mut most: BTreeMap<ObjectId, i64> = BTreeMap::new();
    shown(execution, block, |gauge, shows| {
        let most = most.entry(gauge).or_insert(shows);
        *most = (*most).max(shows);
    });
    let could_run = |id: unknot_sim::TaskId| {
        let task = execution.task(id);
        let shows = |gauge: ObjectId| {
            let now = execution.object(gauge).shows;
            most.get(&gauge).map_or(now, |&most| most.max(now))
        };
        task.role == Role::Program
            && !matches!(task.phase, Phase::Finished | Phase::Killed)
            && (task.deadline.is_some() || task.pending.is_possible(shows))
    };
    let takes_part = |id: unknot_sim::TaskId| steps.iter().any(|step| step.task == id);
    execution.live.iter().all(|&id| takes_part(id) || !could_run(id))
}
