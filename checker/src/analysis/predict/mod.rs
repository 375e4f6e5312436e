//! What other orders of one execution would show: deadlocks, data races and lost updates.
//!
//! Each prediction comes with ways to it: which steps of the execution are to be made first,
//! in their order, and where which task is to be after that. Whether a way leads there is for
//! an execution to show ([`crate::check`] makes it); nothing is claimed before.
//!
//! What it can miss, besides what the files of the three kinds say: whatever takes a branch
//! that this execution has not taken. There is at most one prediction for each set of objects
//! and source lines, and at most [`expected::MOST_PREDICTIONS`] of each kind.

mod closure;
mod cycles;
mod deadlock;
pub(crate) mod expected;
mod locks;
mod lost;
mod order;
mod races;

use unknot_sim::Execution;

use expected::Predictions;
use locks::Locks;
use order::{Strength, WeakOrder};

/// What other orders of an execution would show.
pub(crate) fn predict(execution: &Execution<'_>) -> Predictions {
    let mut predictions = Predictions::default();
    let locks = Locks::of(execution);
    let kept = WeakOrder::of(execution, &locks, Strength::Kept, None);
    deadlock::predict(execution, &locks, &kept, &mut predictions);
    races::predict(execution, &locks, &kept, &mut predictions);
    lost::predict(execution, &locks, &mut predictions);
    predictions
}
