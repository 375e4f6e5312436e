//! The directed stage: some samples before a search that is not through at once.
//!
//! A search that goes through everything finds late what is far from its first executions.
//! So the search of a check that was not told how to explore begins with a few hundred
//! executions of `portfolio`, a third of them of `directed`, which finds what few lines in a
//! certain order show, however many tasks run them. What they show is a finding like others,
//! with the number of the execution that showed it first. They are counted apart: a search
//! that goes through everything afterwards counts what it always counts.
//!
//! A program that the search is through with after [`HEAD`] executions has no stage.

use std::collections::BTreeMap;

use unknot_sim::Program;

use super::observe::observe_monitored;
use crate::model::end::End;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::terms::Budget;
use crate::search::monitor::{CheckPhase, Monitor};
use crate::search::observed::{Observed, Seen};
use crate::strategy::{Config, StrategyRow};

/// Executions after which a search that is through needs no stage.
const HEAD: u64 = 16;

/// Executions of the stage.
const EXECUTIONS: u64 = 200;

/// How the stage explores.
const STRATEGY: &str = "portfolio";

/// What the stage showed.
#[derive(Clone, Debug)]
pub(crate) struct DirectedStage {
    /// How many executions it had.
    pub(crate) executions: u64,
    /// What it found, each with the number of the execution that showed it first.
    pub(crate) first: BTreeMap<Fault<Origin>, u64>,
}

impl DirectedStage {
    /// The sampler of the stage.
    #[must_use]
    pub(crate) fn strategy() -> &'static StrategyRow {
        StrategyRow::named(STRATEGY).expect("it has a row")
    }

    /// Which execution of the stage showed a finding of the check first.
    #[must_use]
    pub(crate) fn first(&self, fault: &Fault<Origin>) -> Option<u64> {
        let same = |(found, _): &(&Fault<Origin>, &u64)| is_same(found, fault);
        self.first.iter().find(same).map(|(_, number)| *number)
    }
}

/// Whether two findings are one, whatever their values turned out to mean.
fn is_same(one: &Fault<Origin>, other: &Fault<Origin>) -> bool {
    one.unsettled() == other.unsettled()
}

/// How a check begins that was not told how to explore.
pub(super) enum Beginning {
    /// Its first executions are all of it: the search is through, or has ended otherwise.
    Whole(Observed),
    /// After the stage the search begins.
    Stage(DirectedStage, Observed),
}

/// Makes the first executions of the search, and the stage if the search is not through.
pub(super) fn begin(
    program: &Program,
    strategy: &StrategyRow,
    budget: Budget,
    monitor: &Monitor,
) -> Option<Beginning> {
    if budget.max_executions <= HEAD {
        return None;
    }
    let head = Budget { max_executions: HEAD, ..budget };
    let search = (strategy.create)(Config::default());
    let head = observe_monitored(program, search, head, (CheckPhase::Search, monitor));
    // What a program shows only when it is first run must not be forgotten.
    let is_fickle = head.findings.keys().any(|fault| fault.kind == Kind::Nondeterminism);
    if head.end != End::Executions || is_fickle {
        return Some(Beginning::Whole(head));
    }
    let max_executions = EXECUTIONS.min(budget.max_executions);
    let sampler = (DirectedStage::strategy().create)(Config::default());
    let budget = Budget { max_executions, ..budget };
    let observed = observe_monitored(program, sampler, budget, (CheckPhase::Directed, monitor));
    let first = observed.findings.iter().map(|(fault, seen)| (fault.clone(), seen.first));
    let executions = observed.stats.spent();
    Some(Beginning::Stage(DirectedStage { executions, first: first.collect() }, observed))
}

/// Whether the check ends with the stage, since it ends at the first error.
pub(super) fn is_end(observed: &Observed, budget: Budget) -> bool {
    let is_error = |fault: &Fault<Origin>| budget.levels.is_error(fault.kind);
    matches!(observed.end, End::Stopped(_))
        || budget.fail_fast && observed.findings.keys().any(is_error)
}

/// Adds to a search what only the stage has found: the search ended before it came there.
pub(super) fn add(staged: Observed, observed: &mut Observed) {
    for (fault, seen) in staged.findings {
        if observed.findings.keys().any(|known| is_same(known, &fault)) {
            continue;
        }
        // The search has no execution that shows it.
        observed.kinds.entry(fault.kind).or_insert(0);
        observed.findings.insert(fault, Seen { executions: 0, intact: 0, ..seen });
    }
    observed.handed.absorb(staged.handed);
}
