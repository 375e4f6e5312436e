//! Other executions that overwrite the same variable, with other values.
//!
//! One execution in which nothing depended on what was read is weak evidence. The same
//! may be written for two values and something else for a third (`min`, a toggle,
//! a maximum), and each value needs an execution of its own. So the program is explored
//! once more before a finding is called a stale write, and where an execution says
//! nothing. Values are recorded, and executions and steps are bounded. The first way is
//! the order of the search; if that has not finished, the second way is at random.

use std::collections::BTreeMap;

use unknot_sim::{Decision, Execution, Explorer, Point, Program, explore};

use super::constant::ReadsAndWrites;
use super::loss::{Values, is_equal, overwrites, values};
use crate::analysis::Scratch;
use crate::model::finding::{Fault, Origin};
use crate::model::terms::Semantics;
use crate::search::observed::Witness;
use crate::strategy::{Config, Dpor, Strategy, StrategyRow};

/// Executions of each of the two ways.
const MAX_EXECUTIONS: u64 = 5_000;

/// Steps of each of the two ways. Each step is counted once more for each ten tasks:
/// to pick one of a hundred takes longer than to pick one of three.
const MAX_STEPS: u64 = 500_000;
const TASKS_OF_A_STEP: u64 = 10;

/// Executions that are kept for one fault, and for one fault with the same values.
const MAX_KEPT: usize = 32;
const MAX_ALIKE: usize = 3;

/// What the executions say about one fault.
#[derive(Default)]
pub(super) struct Hunted {
    /// Executions that overwrite the same, a few for each set of values.
    pub(super) cases: Vec<Case>,
    /// What all executions read and wrote at its lines.
    pub(super) all: ReadsAndWrites,
}

/// Executions by what they overwrite.
pub(super) type Kept = BTreeMap<Fault<Origin>, Hunted>;

/// One execution, with what its task had read, what it replaced, and what it wrote.
pub(super) struct Case {
    values: Values,
    pub(super) witness: Witness,
}

impl Hunted {
    /// Whether the same was written after different values were read. That is the only
    /// evidence where no read can be moved after the other task's write.
    pub(super) fn is_constant(&self) -> bool {
        let differ = |one: &Case, other: &Case| {
            let [read, _, wrote] = &one.values;
            wrote.is_some() && *wrote == other.values[2] && *read != other.values[0]
        };
        let cases = &self.cases;
        cases.iter().any(|one| cases.iter().any(|other| differ(one, other)))
            || self.all.is_constant()
    }
}

struct Hunt {
    strategy: Box<dyn Strategy>,
    kept: Kept,
    executions: u64,
    steps: u64,
}

impl Hunt {
    fn is_spent(&self) -> bool {
        self.executions >= MAX_EXECUTIONS || self.steps >= MAX_STEPS
    }
}

impl Explorer for Hunt {
    fn begin(&mut self) -> bool {
        !self.is_spent() && self.strategy.divergence().is_none() && self.strategy.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.strategy.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.strategy.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.executions += 1;
        let each = 1 + execution.tasks.len() as u64 / TASKS_OF_A_STEP;
        self.steps += execution.trace.len() as u64 * each;
        if execution.is_excluded {
            return self.strategy.end(execution);
        }
        for (fault, hunted) in &mut self.kept {
            hunted.all.see(execution, fault);
        }
        for (fault, evidence) in overwrites(execution, &mut Scratch::default(), None) {
            let cases = self.kept.get_mut(&fault).map(|hunted| &mut hunted.cases);
            let Some(cases) = cases.filter(|cases| cases.len() < MAX_KEPT) else { continue };
            let values = values(execution, &evidence);
            let alike = cases.iter().filter(|case| case.values == values).count();
            if !is_equal(&values) && alike < MAX_ALIKE {
                let steps = execution.trace.steps().iter();
                let preemptions = steps.filter(|step| step.preempts).count() as u32;
                cases.push(Case { values, witness: Witness::of(execution, preemptions) });
            }
        }
        self.strategy.end(execution);
    }
}

/// Executions that overwrite the same as one of these faults, a few for each set of
/// values.
pub(super) fn hunt(
    program: &Program,
    faults: impl Iterator<Item = Fault<Origin>>,
    semantics: Semantics,
) -> Kept {
    let run = |strategy: Box<dyn Strategy>, kept| {
        let hunt = Hunt { strategy, kept, executions: 0, steps: 0 };
        explore(program, semantics.limits(true), hunt)
    };
    let kept = faults.map(|fault| (fault, Hunted::default())).collect();
    let hunt = run(Box::new(Dpor::new()), kept);
    if !hunt.is_spent() {
        return hunt.kept;
    }
    let sampler = StrategyRow::named("random").expect("there is such a sampler");
    run((sampler.create)(Config::default()), hunt.kept).kept
}
