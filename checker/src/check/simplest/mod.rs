//! The simplest schedule of each finding: fewest preemptions, then fewest steps.
//!
//! A check keeps the simplest schedule that it observed. But a reduced search runs
//! an arbitrary member of each class, and a sampler runs what it draws. So the
//! schedules known are made simpler themselves first (`reduce.rs`), which takes
//! little. Then the search goes through the levels (`levels.rs`): all executions
//! with at most 0, 1, 2 … preemptions, for all findings of a check at once,
//! until the level of each finding has been finished. The first level that shows a
//! finding gives the fewest preemptions, and the rest of that level gives the schedule
//! with the fewest steps.
//!
//! The effort is bounded, in numbers that do not depend on a clock. When it is
//! spent, the best schedule known stays. It is only said to have the fewest preemptions
//! if every level below it has been finished. A level in which an execution was cut,
//! or used up its timeouts, proves nothing about the levels above it.

mod follow;
mod levels;
mod reduce;

pub(crate) use follow::Follower;

use std::collections::BTreeMap;

use unknot_sim::Program;

use crate::check::confirm::rerun_and_compare;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::terms::Budget;
use crate::search::jobs::Jobs;
use crate::search::monitor::Monitor;
use crate::search::observed::{Observed, Witness};
use crate::search::settle;

pub(crate) use follow::followed;
use levels::LevelSearch;
use reduce::Reduction;

/// Executions that are spent on the findings of one check.
pub const MAX_EXECUTIONS: u64 = 100_000;

/// What each of these executions may take on average, as
/// [`Stats::effort`](crate::search::observed::Stats::effort) counts it. Executions of a
/// program that polls are as long as they may be, and 100,000 of them would take
/// minutes.
const EFFORT_EACH: u64 = 200;

/// Making known schedules simpler may take one part in this many of the effort.
const REDUCING: u64 = 10;

/// The simplest schedule that is known of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simplest {
    /// The schedule.
    pub witness: Witness,
    /// Whether no schedule that shows the finding has fewer preemptions.
    pub fewest: bool,
}

/// What bounds the effort.
#[derive(Clone, Debug)]
pub struct Effort {
    /// Executions in all.
    pub max_executions: u64,
    /// May end it earlier.
    pub monitor: Monitor,
    /// Threads, which change nothing but the time that it takes.
    pub jobs: Jobs,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { max_executions: MAX_EXECUTIONS, monitor: Monitor::default(), jobs: Jobs::MIN }
    }
}

impl Effort {
    /// The budget of a check, bounded by the effort.
    fn within(&self, budget: Budget) -> Budget {
        let max_executions = self.max_executions;
        let max_effort = max_executions.saturating_mul(EFFORT_EACH);
        Budget { max_executions, max_effort, fail_fast: false, ..budget }
    }
}

/// Looks for the simplest schedules of what a check found under a budget.
#[must_use]
pub fn find(
    program: &Program,
    observed: &Observed,
    budget: Budget,
    effort: Effort,
) -> BTreeMap<Fault<Origin>, Simplest> {
    let Observed { findings, handed, .. } = observed;
    // A program that is not deterministic has no schedules to compare.
    if findings.keys().any(|fault| fault.kind == Kind::Nondeterminism) {
        return BTreeMap::new();
    }
    let witnesses = findings.iter().map(|(id, seen)| (id.clone(), seen.witness.clone()));
    let mut best: BTreeMap<_, _> = witnesses.collect();
    let all = effort.within(budget);
    let part = Budget {
        max_executions: all.max_executions / REDUCING,
        max_effort: all.max_effort / REDUCING,
        ..all
    };
    let spent = Reduction::new(program, part, &effort.monitor, (handed, &mut best)).run();
    let Effort { monitor, jobs, .. } = effort;
    let mut levels = LevelSearch::new(program, all, (monitor, jobs), (handed, best), spent);
    while levels.is_on() && levels.is_through() {}
    let proved = levels.proved();
    let simplest = |fault: &Fault<Origin>, witness: Witness| {
        let seen = &findings[fault].witness;
        let is_shown = || {
            rerun_and_compare(program, fault, &witness, handed, budget.semantics).is_none()
                && settle::is_shown(program, fault, &witness.schedule, budget.semantics)
        };
        // The check has already run its own schedule again.
        if witness != *seen && !is_shown() {
            return Simplest { fewest: false, witness: seen.clone() };
        }
        Simplest { fewest: witness.preemptions <= proved, witness }
    };
    let best = levels.into_best().into_iter();
    best.map(|(fault, witness)| {
        let simplest = simplest(&fault, witness);
        (fault, simplest)
    })
    .collect()
}
