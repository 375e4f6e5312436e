//! The simplest schedule of each finding: fewest preemptions, then fewest steps.
//!
//! A check keeps the simplest schedule that it saw, but a reduced search sees
//! an arbitrary member of each class, and a sampler sees what it draws. So the
//! schedules known are made simpler themselves first (`reduce.rs`), which takes
//! little. Then the levels are gone through (`levels.rs`): all that can be had
//! with at most 0, 1, 2 … preemptions, for all findings of a check at once,
//! until the level of each finding is through: what shows it first has the
//! fewest preemptions, and the rest of its level says which schedule has the
//! fewest steps.
//!
//! The effort is bounded, in numbers that a clock has no part in. When it is
//! spent, the best schedule known stays, and it is only said to be the fewest
//! if every level below it is through. A level in which an execution was cut,
//! or used up its timeouts, proves nothing about the levels above it.

mod follow;
mod levels;
mod reduce;

use std::collections::BTreeMap;

use unknot_sim::Program;

use crate::check::confirm::differs;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::terms::Budget;
use crate::search::jobs::Jobs;
use crate::search::observed::{Observed, Witness};
use crate::search::settle;
use crate::search::watch::Watch;

use levels::Hunt;
use reduce::Reduction;

/// Executions that are spent on the findings of one check.
pub const MAX_EXECUTIONS: u64 = 100_000;

/// What each of these executions may take on average, as
/// [`Stats::effort`](crate::search::observed::Stats::effort) counts it. Executions of a
/// program that polls are as long as they may be, and 100,000 of them would take
/// minutes.
const EFFORT_EACH: u64 = 200;

/// The part of the effort that making known schedules simpler may take: one in
/// so many.
const REDUCING: u64 = 10;

/// The simplest schedule known of a finding.
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
    /// Who may end it earlier.
    pub watch: Watch,
    /// Threads, which change nothing but the time it takes.
    pub jobs: Jobs,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { max_executions: MAX_EXECUTIONS, watch: Watch::default(), jobs: Jobs::MIN }
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
    let spent = Reduction::new(program, part, &effort.watch, (handed, &mut best)).run();
    let Effort { watch, jobs, .. } = effort;
    let mut hunt = Hunt::new(program, all, (watch, jobs), (handed, best), spent);
    while hunt.is_on() && hunt.is_through() {}
    let proved = hunt.proved();
    let simplest = |fault: &Fault<Origin>, witness: Witness| {
        let seen = &findings[fault].witness;
        let is_shown = || {
            differs(program, fault, &witness, handed, budget.semantics).is_none()
                && settle::is_shown(program, fault, &witness.schedule, budget.semantics)
        };
        // What the check saw it has run again already.
        if witness != *seen && !is_shown() {
            return Simplest { fewest: false, witness: seen.clone() };
        }
        Simplest { fewest: witness.preemptions <= proved, witness }
    };
    let best = hunt.into_best().into_iter();
    best.map(|(fault, witness)| {
        let simplest = simplest(&fault, witness);
        (fault, simplest)
    })
    .collect()
}
