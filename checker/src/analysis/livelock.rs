//! Livelock: an execution that was cut at the limit of steps, and whose end is
//! a block of steps repeated three times in which nothing changed.
//!
//! The block is compared by task and source line. Misses loops that change
//! something each time round, such as a counter, and blocks longer than a third
//! of the execution; those are only counted as cut.

use smallvec::SmallVec;
use unknot_sim::{Ended, Execution};

use crate::finding::{Evidence, Kind, Signature, Site};

const ROUNDS: usize = 3;

pub(super) fn find(execution: &Execution<'_>, found: &mut Vec<Evidence>) {
    if execution.ended != Ended::Cut {
        return;
    }
    let Some(period) = period(execution) else { return };
    let steps = execution.trace.steps();
    let block = steps.len() - period..steps.len();
    let mut tasks: SmallVec<[_; 2]> = block.clone().map(|i| steps[i].task).collect();
    tasks.sort_unstable();
    tasks.dedup();
    let mut sites: SmallVec<[Site; 3]> = block.clone().map(|i| Site(steps[i].location)).collect();
    sites.sort_unstable();
    sites.dedup();
    let signature = Signature { kind: Kind::Livelock, tasks, objects: SmallVec::new(), sites };
    found.push(Evidence { signature, steps: block.map(|i| i as u32).collect() });
}

/// The length of the shortest block that the execution ends with three times,
/// with no change in any of them.
fn period(execution: &Execution<'_>) -> Option<usize> {
    let trace = execution.trace;
    let steps = trace.steps();
    let quiet = (0..steps.len())
        .rev()
        .take_while(|&i| trace.accesses(i).iter().all(|access| !access.mutates()))
        .count();
    let same = |i: usize, j: usize| {
        steps[i].task == steps[j].task && steps[i].location == steps[j].location
    };
    (1..=quiet / ROUNDS).find(|&period| {
        let first = steps.len() - ROUNDS * period;
        (first..steps.len() - period).all(|i| same(i, i + period))
    })
}
