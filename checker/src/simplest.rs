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

use unknot_sim::{Decision, Ended, Execution, Explorer, ObjectId, Point, Program, TaskId, explore};

use crate::analysis::{self, Scratch};
use crate::check::{Budget, Seen, Witness};
use crate::confirm::differs;
use crate::finding::{Evidence, Fault, Kind, Levels, Origin};
use crate::strategy::{Dfs, Strategy};
use crate::watch::{Phase, Pulse, Watch};

/// Executions that are spent on the findings of one check.
pub const MAX_EXECUTIONS: u64 = 100_000;

/// Steps for each of these executions on average. Executions of a program that
/// polls are as long as they may be, and 100,000 of them would take minutes. A
/// step among many tasks costs more to decide, and counts for more.
const STEPS_EACH: u64 = 100;

/// Tasks among which a step counts for one more.
const TASKS_A_STEP: usize = 10;

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
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { max_executions: MAX_EXECUTIONS, watch: Watch::default() }
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
    let Effort { max_executions, watch } = effort;
    let mut hunt = Hunt {
        dfs: Dfs::bounded(0),
        level: 0,
        best,
        met: BTreeMap::new(),
        max_executions,
        max_steps: max_executions.saturating_mul(STEPS_EACH),
        spent: (0, 0),
        watch,
        levels: budget.levels,
        is_whole: true,
        scratch: Scratch::default(),
        found: vec![],
    };
    // Schedules with fewer preemptions than this show only what is known.
    let mut proved = 0;
    let sought = |hunt: &Hunt| {
        let mut errors = hunt.best.iter().filter(|(id, _)| budget.levels.is_error(id.kind));
        errors.any(|(_, witness)| witness.preemptions >= hunt.level)
    };
    while sought(&hunt) {
        hunt = explore(program, budget.semantics.limits(false), hunt);
        // The effort may have been spent exactly when the level was through.
        if !hunt.dfs.is_exhausted() && hunt.dfs.begin() {
            break;
        }
        hunt.level += 1;
        if hunt.is_whole {
            proved = hunt.level;
        }
        hunt.dfs = Dfs::bounded(hunt.level);
        hunt.met.clear();
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

/// The explorer of one level after the other.
struct Hunt {
    dfs: Dfs,
    /// The most preemptions of an execution.
    level: u32,
    best: BTreeMap<Fault<Origin>, Witness>,
    /// The findings of this level. The numbers in a fault mean something
    /// else in the next one.
    met: BTreeMap<Fault<ObjectId>, Fault<Origin>>,
    /// Executions of all levels together.
    max_executions: u64,
    /// Steps of all of them.
    max_steps: u64,
    /// Executions and steps so far.
    spent: (u64, u64),
    watch: Watch,
    /// Which kinds are looked for.
    levels: Levels,
    /// Whether nothing was cut in this level and those below.
    is_whole: bool,
    scratch: Scratch,
    found: Vec<Evidence>,
}

impl Hunt {
    fn look(&mut self, execution: &Execution<'_>) {
        let preemptions = execution.trace.steps().iter().filter(|s| s.preempts).count() as u32;
        // One with fewer was there in the level below.
        if preemptions < self.level {
            return;
        }
        let steps = execution.trace.len() as u32;
        analysis::analyse(execution, &mut self.scratch, &mut self.found);
        for Evidence { signature, .. } in self.found.drain(..) {
            // What is only told is told with the schedule that the check saw.
            if !self.levels.is_error(signature.kind) {
                continue;
            }
            let new = |fault: &Fault<ObjectId>| fault.named(execution.names);
            let fault = self.met.entry(signature.fault()).or_insert_with_key(new);
            if let Some(best) = self.best.get_mut(fault)
                && (preemptions, steps) < (best.preemptions, best.steps)
            {
                *best = Witness::of(execution, preemptions);
            }
        }
    }
}

impl Explorer for Hunt {
    fn begin(&mut self) -> bool {
        let (executions, steps) = self.spent;
        // How many levels there will be is not known.
        let (most, strategy) = (None, None);
        let pulse = Pulse { phase: Phase::Simplest, executions, steps, most, strategy };
        executions < self.max_executions
            && steps < self.max_steps
            && self.watch.ask(pulse).is_none()
            && self.dfs.begin()
    }

    fn decided(&self, point: &Point<'_>) -> Option<TaskId> {
        self.dfs.decided(point)
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.dfs.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.dfs.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.spent.0 += 1;
        let weight = 1 + execution.live.len() / TASKS_A_STEP;
        self.spent.1 += (execution.trace.len() * weight) as u64;
        match execution.ended {
            Ended::Complete | Ended::Stuck => self.look(execution),
            Ended::Cut | Ended::Abandoned => self.is_whole = false,
        }
        self.is_whole &= !execution.timeouts_used_up;
        self.dfs.end(execution);
    }
}
