//! Deadlock, hang and abandoned lock: why an execution is stuck.
//!
//! A wait is *certain* when only known tasks can end it: the owners of a lock
//! or the task that is joined. Among the certain waits the greatest set is
//! computed in which no task can go on even if all tasks outside it did all they
//! could (an AND/OR reduction, since a gauge may have several owners). What
//! remains are knots and the tasks behind them; each strongly connected
//! component with a cycle is one `deadlock`. A task that waits for an owner
//! that has ended is an `abandoned-lock`. Every other wait is a `hang`.
//! A task that waits for one of these is behind it and belongs to its finding.
//!
//! Computed once, on the final state: what is stuck there is stuck for good.
//! Waits on gauges without owners may have peers that could end them; those
//! are never part of a knot, so a cycle through such a wait is a hang. Whether a
//! semaphore has owners is not a matter of one execution ([`super::handed`]), so a
//! search keeps the waits and judges them when it is over.
//!
//! A lock may be given back by a task that did not take it. A wait for such a lock is
//! also a wait for that task, while it is there.
//!
//! What it can miss: a deadlock among tasks that an execution cut by a bound left
//! behind. It reports a hang where a semaphore that serves as a lock has permits left.

mod holdings;
mod reduce;
mod wait;

use smallvec::SmallVec;
use unknot_sim::{Ended, Execution, ObjectId, TaskId};

pub(crate) use holdings::holdings_after;
pub use holdings::{Holding, holdings, holdings_before};
pub use reduce::{Reason, SettledWait, WaitFor};
pub use wait::{EndedBy, Owner, Wait};
pub(crate) use wait::{owners_at, sought, waits};

use super::handed::Handed;
use crate::model::finding::{Evidence, Signature};
use crate::model::kind::Kind;

/// Computes which task waits for which on the final state of an execution, knowing
/// which gauges are handed on.
#[must_use]
pub fn wait_for(execution: &Execution<'_>, handed: &Handed<TaskId, ObjectId>) -> WaitFor {
    WaitFor::new(waits(execution), handed)
}

/// Why an execution is stuck: a finding for each reason.
pub(crate) fn find(
    execution: &Execution<'_>,
    handed: &Handed<TaskId, ObjectId>,
    found: &mut Vec<Evidence>,
) {
    if execution.ended == Ended::Stuck {
        let wait_for = wait_for(execution, handed);
        found.extend(wait_for.reasons().iter().map(evidence));
    }
}

fn evidence(reason: &Reason<'_>) -> Evidence {
    let mut signature = Signature {
        kind: reason.kind,
        tasks: SmallVec::new(),
        objects: SmallVec::new(),
        sites: SmallVec::new(),
    };
    let mut steps = SmallVec::new();
    for wait in &reason.waits {
        signature.tasks.push(wait.task);
        // A parked task waits on a gauge of its own, for what the gauge is part of.
        signature.objects.extend(wait.about.iter().copied());
        signature.sites.push(wait.site);
        steps.extend(wait.owners.iter().filter_map(|owner| owner.step));
    }
    signature.objects.sort_unstable();
    signature.objects.dedup();
    steps.sort_unstable();
    steps.dedup();
    Evidence { signature, steps }
}

/// Whether a kind is one of being stuck.
#[must_use]
pub fn is_stuck(kind: Kind) -> bool {
    matches!(kind, Kind::Deadlock | Kind::Hang | Kind::AbandonedLock)
}
