//! The simplest schedule of each finding: fewest preemptions, then fewest steps.
//!
//! A check keeps the simplest schedule that it saw, but a reduced search sees
//! an arbitrary member of each class, and a sampler sees what it draws. Here
//! the schedules with at most 0, 1, 2 … preemptions are gone through, level by
//! level and for all findings of a check at once, until the level of each
//! finding is through: what shows it first has the fewest preemptions, and the
//! rest of its level says which schedule has the fewest steps.
//!
//! The effort is bounded, in numbers that a clock has no part in. When it is
//! spent, the best schedule known stays, and it is only said to be the fewest
//! if every level below it is through. A level in which an execution was cut,
//! or used up its timeouts, proves nothing about the levels above it.

use std::collections::BTreeMap;

use unknot_sim::Program;

use crate::check::{Budget, Seen, Stats, Witness};
use crate::confirm::differs;
use crate::finding::{Fault, Kind, Origin};
use crate::jobs::Jobs;
use crate::strategy::Dfs;
use crate::subtrees::{Cut, run_divided};
use crate::watch::{Phase, Pulse, Watch};

/// Executions that are spent on the findings of one check.
pub const MAX_EXECUTIONS: u64 = 100_000;

/// Steps for each of these executions on average, as [`Stats::effort`] counts
/// them. Executions of a program that polls are as long as they may be, and
/// 100,000 of them would take minutes.
const STEPS_EACH: u64 = 100;

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

/// Looks for the simplest schedules of what a check found under a budget.
#[must_use]
pub fn find(
    program: &Program,
    findings: &BTreeMap<Fault<Origin>, Seen>,
    budget: Budget,
    effort: Effort,
) -> BTreeMap<Fault<Origin>, Simplest> {
    // A program that is not deterministic has no schedules to compare.
    if findings.keys().any(|fault| fault.kind == Kind::Nondeterminism) {
        return BTreeMap::new();
    }
    let best = findings.iter().map(|(id, seen)| (id.clone(), seen.witness.clone())).collect();
    let spent = Stats::default();
    let mut hunt = Hunt { program, budget, effort, level: 0, best, spent, is_whole: true };
    // Schedules with fewer preemptions than this show only what is known.
    let mut proved = 0;
    while hunt.is_on() && hunt.is_through() {
        hunt.level += 1;
        if hunt.is_whole {
            proved = hunt.level;
        }
    }
    let simplest = |fault: &Fault<Origin>, witness: Witness| {
        let seen = &findings[fault].witness;
        // What the check saw it has run again already.
        if witness != *seen && differs(program, fault, &witness, budget.semantics).is_some() {
            return Simplest { fewest: false, witness: seen.clone() };
        }
        Simplest { fewest: witness.preemptions <= proved, witness }
    };
    let best = hunt.best.into_iter();
    best.map(|(fault, witness)| {
        let simplest = simplest(&fault, witness);
        (fault, simplest)
    })
    .collect()
}

/// One level after the other.
struct Hunt<'a> {
    program: &'a Program,
    budget: Budget,
    effort: Effort,
    /// The most preemptions of an execution.
    level: u32,
    best: BTreeMap<Fault<Origin>, Witness>,
    /// What all levels together took so far.
    spent: Stats,
    /// Whether nothing was cut in this level and those below.
    is_whole: bool,
}

impl Hunt<'_> {
    /// Whether a schedule of this level may be simpler than what is known. What
    /// is only told is told with the schedule that the check saw.
    fn is_on(&self) -> bool {
        let mut errors = self.best.iter().filter(|(id, _)| self.budget.levels.is_error(id.kind));
        errors.any(|(_, witness)| witness.preemptions >= self.level)
    }

    /// Goes through the schedules of a level. False if the effort does not
    /// suffice.
    fn is_through(&mut self) -> bool {
        let Effort { max_executions, ref watch, jobs } = self.effort;
        let spent = self.spent;
        let budget = Budget {
            max_executions: max_executions - spent.spent(),
            max_effort: max_executions.saturating_mul(STEPS_EACH).saturating_sub(spent.effort),
            fail_fast: false,
            ..self.budget
        };
        let watch = watch.clone();
        let watch = Watch::new(move |pulse| {
            watch.ask(Pulse {
                phase: Phase::Simplest,
                executions: spent.spent() + pulse.executions,
                steps: spent.steps + pulse.steps,
                // How many levels there will be is not known.
                most: None,
                strategy: None,
            })
        });
        let dfs = Box::new(Dfs::bounded(self.level));
        let seen = run_divided(self.program, dfs, budget, (&watch, jobs), Cut::DEFAULT);
        self.spent.absorb(seen.stats);
        let Stats { blocked, cut, timeouts_used_up, .. } = seen.stats;
        self.is_whole &= (blocked, cut, timeouts_used_up) == (0, 0, 0);
        let is_through = seen.exhausted();
        for (fault, Seen { witness, .. }) in seen.findings {
            let simplicity = |witness: &Witness| (witness.preemptions, witness.steps);
            if let Some(best) = self.best.get_mut(&fault)
                && self.budget.levels.is_error(fault.kind)
                && simplicity(&witness) < simplicity(best)
            {
                *best = witness;
            }
        }
        is_through
    }
}
