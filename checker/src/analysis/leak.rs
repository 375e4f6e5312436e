//! Locks that are still held when everything has ended: a note.
//!
//! Looks only at locks, which their takers own; a semaphore has no owner in this
//! sense. An execution that is stuck has findings of its own and no leaks. A unit that
//! another task than its owner gives back is no leak either.

use smallvec::smallvec;
use unknot_sim::{Ended, Execution, Object, Ownership, Purpose};

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
}

/// Whether some lock does not show what it showed at first: a quick look, since nearly
/// always the answer is no. An object that only earlier executions had may look held
/// here; then no task turns out to hold it.
fn is_anything_held(execution: &Execution<'_>) -> bool {
    let is_held = |o: &Object| o.ownership == Ownership::Owners && o.shows != o.initial;
    execution.objects.iter().any(is_held)
}
