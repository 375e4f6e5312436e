//! Locks that are still held when everything has ended, and generators and greenlets that are
//! still suspended: a note.
//!
//! Looks only at locks, which their takers own; a semaphore has no owner in this
//! sense. An execution that is stuck has findings of its own and no leaks. A unit that
//! another task than its owner gives back is no leak either.

use smallvec::smallvec;
use unknot_sim::{Ended, Execution, Object, Ownership, Phase, Purpose, Task, TaskId};

use super::stuck::holdings;
use crate::model::finding::{Evidence, Signature, Site};
use crate::model::kind::Kind;

pub(super) fn find(execution: &Execution<'_>, found: &mut Vec<Evidence>) {
    if execution.ended != Ended::Complete || !is_anything_held(execution) {
        return;
    }
    for holding in holdings(execution) {
        let gauge = execution.object(holding.gauge);
        // A daemon that is killed has no turn any more, and no task misses it.
        if gauge.purpose == Purpose::Baton {
            continue;
        }
        // The copy of a lock that a task of the parent held is no lock that was forgotten.
        if gauge.ownership != Ownership::Owners || holding.is_ghost {
            continue;
        }
        let step = holding.step;
        let signature = Signature {
            kind: Kind::Leak,
            tasks: smallvec![holding.task],
            objects: smallvec![holding.gauge],
            sites: smallvec![Site(execution.trace.steps()[step as usize].location)],
        };
        found.push(Evidence { signature, steps: smallvec![step] });
    }
    found.extend(execution.live.iter().filter_map(|&task| suspended(execution, task)));
}

/// A generator or a greenlet that began and did not end, at the place where it waits.
fn suspended(execution: &Execution<'_>, task: TaskId) -> Option<Evidence> {
    let Task { phase, pending, last_step, .. } = execution.task(task);
    let gauge = pending.guard.filter(|_| *phase != Phase::Finished)?.gauge;
    let step = last_step.filter(|_| execution.object(gauge).purpose == Purpose::Suspension)?;
    let signature = Signature {
        kind: Kind::Leak,
        tasks: smallvec![task],
        objects: smallvec![execution.whole(gauge)],
        sites: smallvec![Site(pending.location)],
    };
    Some(Evidence { signature, steps: smallvec![step] })
}

/// Whether some lock does not show what it showed at first, or a task may be suspended: a quick look, since nearly
/// always the answer is no. An object that only earlier executions had may look held
/// here; then no task turns out to hold it.
fn is_anything_held(execution: &Execution<'_>) -> bool {
    let is_held = |o: &Object| {
        (o.ownership == Ownership::Owners && o.shows != o.initial)
            || o.purpose == Purpose::Suspension
    };
    execution.objects.iter().any(is_held)
}
