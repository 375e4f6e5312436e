//! The directed stage: some samples before a search that is not through at once.
//!
//! A search that goes through everything finds late what is far from its first executions.
//! So a check that was not told how to explore has samples first. What they show is a finding
//! like others, with the number of the execution that showed it first. They are counted apart:
//! a search that goes through everything afterwards counts what it always counts.
//!
//! The stage has two parts. A search that is not through after a few executions is preceded by
//! a few hundred of `portfolio`, a third of them of `directed`, which finds what few lines in a
//! certain order show, however many tasks run them. A search that is not through after a few
//! thousand will take long, and is preceded by more of `frontier` besides, which finds
//! what takes several rare events one after another. A sampler is never through, and has both.
//!
//! To know whether a search is through in time, its beginning is made before the samples. It
//! is made anew after them if it was not: that wastes a few thousand executions of a search
//! that has many more.

use std::collections::BTreeMap;

use unknot_sim::Program;

use super::observe::{observe_monitored, observe_row_if};
use crate::model::end::End;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::terms::Budget;
use crate::search::jobs::Jobs;
use crate::search::monitor::{CheckPhase, Monitor};
use crate::search::observed::{Observed, Seen};
use crate::strategy::{Config, StrategyRow, Way};

/// One part of the stage.
struct StagePart {
    /// Executions after which a search that is through needs no such part.
    head: u64,
    /// How the part explores. Its seed is that of the check, and more by its number, so that no
    /// part draws what an earlier one has drawn.
    strategy: &'static str,
    /// Its executions at most.
    executions: u64,
}

/// The parts, one after another.
const PARTS: [StagePart; 2] = [
    StagePart { head: 16, strategy: "portfolio", executions: 200 },
    StagePart { head: 4_096, strategy: "frontier", executions: 16_384 },
];

/// What a part and the beginning before it may cost each, as `Stats::effort` counts it: the
/// executions of a program of thousands of steps are fewer.
const MOST_EFFORT: u64 = 4_000_000;

/// What the stage showed.
#[derive(Clone, Debug)]
pub(crate) struct DirectedStage {
    /// How many executions it had.
    pub(crate) executions: u64,
    /// What it found, each with the number of the execution that showed it first.
    pub(crate) first: BTreeMap<Fault<Origin>, u64>,
    /// The last part, and the seed of that.
    last: (usize, u64),
}

impl DirectedStage {
    /// The sampler of its last part, and the seed of that.
    #[must_use]
    pub(crate) fn sampler(&self) -> (&'static StrategyRow, u64) {
        (row(self.last.0), self.last.1)
    }

    /// Which execution of the stage showed a finding of the check first.
    #[must_use]
    pub(crate) fn first(&self, fault: &Fault<Origin>) -> Option<u64> {
        let same = |(found, _): &(&Fault<Origin>, &u64)| is_same(found, fault);
        self.first.iter().find(same).map(|(_, number)| *number)
    }

    /// The stage so far, and another part.
    fn and(
        before: Option<DirectedStage>,
        last: (usize, u64),
        observed: &Observed,
    ) -> DirectedStage {
        let (made, mut first) =
            before.map_or_else(Default::default, |it| (it.executions, it.first));
        for (fault, seen) in &observed.findings {
            first.entry(fault.clone()).or_insert(made + seen.first);
        }
        DirectedStage { executions: made + observed.stats.spent(), first, last }
    }
}

fn row(part: usize) -> &'static StrategyRow {
    StrategyRow::named(PARTS[part].strategy).expect("it has a row")
}

/// Whether two findings are one, whatever their values turned out to mean.
fn is_same(one: &Fault<Origin>, other: &Fault<Origin>) -> bool {
    one.unsettled() == other.unsettled()
}

/// How a check begins that was not told how to explore.
#[derive(Default)]
pub(super) struct Beginning {
    /// The stage, if there was one, and what it observed.
    pub(super) stage: Option<(DirectedStage, Observed)>,
    /// The search, if its beginning is all of it: it is through, or has ended otherwise.
    pub(super) whole: Option<Observed>,
}

/// The search, if it is through within a budget, or has ended otherwise.
fn whole(
    program: &Program,
    strategy: &StrategyRow,
    budget: Budget,
    (monitor, jobs): (&Monitor, Jobs),
    is_first: bool,
) -> Option<Observed> {
    let of = (strategy, Config::default());
    let is_open = |seen: &Observed| matches!(seen.end, End::Executions | End::Effort);
    // What a program shows only when it is first run must not be forgotten. It is enough to
    // run the first findings again for that.
    let is_of_use = |seen: &Observed| is_first || !is_open(seen);
    let seen = observe_row_if(is_of_use, program, of, budget, (monitor, jobs))?;
    let is_fickle = seen.findings.keys().any(|fault| fault.kind == Kind::Nondeterminism);
    (!is_open(&seen) || is_fickle).then_some(seen)
}

/// Makes the beginning of the search, and the parts of the stage that are due.
pub(super) fn begin(
    program: &Program,
    (strategy, seed): (&StrategyRow, u64),
    budget: Budget,
    (monitor, jobs): (&Monitor, Jobs),
) -> Beginning {
    let mut stage: Option<(DirectedStage, Observed)> = None;
    for (nth, part) in PARTS.iter().enumerate() {
        let max_effort = budget.max_effort.min(MOST_EFFORT);
        let is_search = strategy.way == Way::Search;
        // A sampler that is to draw few has no stage.
        let enough = if is_search { part.head } else { PARTS[PARTS.len() - 1].head };
        if budget.max_executions <= enough {
            break;
        }
        if is_search {
            let head = Budget { max_executions: part.head, max_effort, ..budget };
            let whole = whole(program, strategy, head, (monitor, jobs), nth == 0);
            if whole.is_some() {
                return Beginning { stage, whole };
            }
        }
        let max_executions = part.executions.min(budget.max_executions);
        let seed = seed.wrapping_add(nth as u64);
        let budget = Budget { max_executions, max_effort, ..budget };
        let monitored = (CheckPhase::Directed, monitor);
        let sampler = (row(nth).create)(Config { seed, ends: true, ..Config::default() });
        let mut observed = observe_monitored(program, sampler, budget, monitored);
        let (made, before) = stage.take().unzip();
        let made = DirectedStage::and(made, (nth, seed), &observed);
        before.into_iter().for_each(|before| add(before, &mut observed));
        let is_end = is_end(&observed, budget);
        stage = Some((made, observed));
        if is_end {
            break;
        }
    }
    Beginning { stage, whole: None }
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
