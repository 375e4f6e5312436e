//! Why an execution fails: the order that decides.
//!
//! - The nearest execution that passes ([`nearest`]), and the pairs of steps that are made
//!   in another order there. Each of these pairs is flipped alone, and that is run
//!   ([`flip`]).
//! - Every execution of a search is asked which conditions on the order of the failing
//!   one's steps hold in it ([`orders`]), and whether it fails. The fewest of these
//!   conditions that tell the ones from the others are the reason ([`cover`]): *if* for all
//!   executions that were made, *if and only if* where every failing one meets them, and
//!   for all there are where the search was exhaustive.
//!
//! An execution fails if it shows a finding that is an error. Executions that were cut or
//! excluded are neither, and are counted.

mod cover;
mod difference;
mod failure;
mod flip;
mod nearest;
mod orders;
mod pairs;

use std::sync::Arc;

use unknot_sim::{Ended, Execution, Program, explore};

use crate::check::observe_monitored;
use crate::check::simplest::{self, Effort};
use crate::model::end::End;
use crate::model::finding::{Fault, Origin};
use crate::model::schedule::Schedule;
use crate::model::terms::{Budget, Semantics};
use crate::replay::{Replayed, replay};
use crate::search::monitor::{CheckPhase, Monitor, Pulse, Stop};
use crate::search::observed::{Observed, Stats};
use crate::strategy::{Dpor, Observing, Replay};
use cover::{Bits, Cover, Rows};
use failure::FailureTest;
use orders::{EventOrders, Finder};
use pairs::{MAX_FLIPS, Reordered};

pub(crate) use cover::Term;
pub(crate) use difference::{ExecutionDifference, OtherOrder, difference, end_alike, fails};
pub(crate) use nearest::{Nearest, NonePasses, n_common};
pub(crate) use orders::{OrderCondition, OrderEvent};

/// Two steps in the order of the failing execution, and what became of them flipped.
#[derive(Clone, Debug)]
pub(crate) struct FlippedPair {
    /// The events.
    pub(crate) first: usize,
    pub(crate) second: usize,
    /// The execution with this pair flipped and everything else as far as possible as it was,
    /// and whether it fails; nothing where the pair cannot be flipped alone.
    pub(crate) flipped: Option<(Schedule, bool)>,
}

/// How many executions were asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Surveyed {
    pub(crate) failing: u64,
    pub(crate) passing: u64,
    /// Cut by a bound, or excluded.
    pub(crate) neither: u64,
    /// Whether there are no others.
    pub(crate) is_exhaustive: bool,
}

/// Why an execution fails.
#[derive(Debug)]
pub(crate) struct Explanation {
    pub(crate) failing: Replayed,
    pub(crate) orders: EventOrders,
    /// The nearest execution that passes, or that none was found.
    pub(crate) passing: Result<(Nearest, Replayed), NonePasses>,
    /// What is made in another order there, the nearest pairs first.
    pub(crate) pairs: Vec<FlippedPair>,
    /// Of these, pairs that were left out.
    pub(crate) left_out: usize,
    pub(crate) cover: Cover,
    pub(crate) asked: Surveyed,
}

/// Why nothing is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unexplained {
    /// No execution within the budget fails.
    NothingFails { is_exhaustive: bool },
    /// The given schedule does not fail.
    Passes,
    /// The program does not do the same under the same schedule.
    Nondeterminism,
    /// The searches were told to stop.
    Stopped(Stop),
}

impl From<Stop> for Unexplained {
    fn from(stop: Stop) -> Unexplained {
        Unexplained::Stopped(stop)
    }
}

/// Explains why a schedule fails, or otherwise the simplest one that does. The searches ask
/// a monitor whether to go on.
pub(crate) fn explain(
    program: &Program,
    given: Option<Replayed>,
    (budget, monitor): (Budget, &Monitor),
) -> Result<Explanation, Unexplained> {
    let monitored = (CheckPhase::Explanation, monitor);
    let observed = observe_monitored(program, Dpor::new(), budget, monitored);
    if let End::Stopped(stop) = observed.end {
        return Err(stop.into());
    }
    if observed.divergence.is_some() {
        return Err(Unexplained::Nondeterminism);
    }
    let is_error = |fault: &&Fault<Origin>| budget.levels.is_error(fault.kind);
    let failing = match given {
        Some(given) => given,
        None => simplest(program, &observed, (budget, monitor))?,
    };
    let shown = failing.proofs.iter().map(|proof| proof.identity.fault());
    let shown: Vec<Fault<Origin>> = shown.filter(|fault| is_error(&fault)).collect();
    if shown.is_empty() {
        return Err(Unexplained::Passes);
    }
    let errors = observed.findings.keys().filter(is_error).cloned().chain(shown).collect();
    let test = FailureTest::new(observed.handed.clone(), errors);
    let schedule = failing.record.schedule.clone();
    let replayed = Replay::new(schedule.clone());
    let (orders, row) = pairs::look(program, replayed, budget.semantics, |execution| {
        let orders = EventOrders::of(execution);
        let row = Finder::default().holding(&orders, execution);
        (orders, row)
    });
    let orders = Arc::new(orders);
    let terms = (budget.semantics, monitor);
    let nearest = nearest::nearest(program, &schedule, test.clone(), terms)?;
    let (pairs, left_out) = match &nearest {
        Ok(nearest) => {
            flipped_pairs(program, &orders, (&schedule, nearest), &test, budget.semantics)
        }
        Err(_) => (vec![], 0),
    };
    let (failing_rows, passing_rows, asked) =
        survey(program, Arc::clone(&orders), test, &observed, (budget, monitor))?;
    let cover = cover::cover(&row, &failing_rows, &passing_rows);
    let again = |nearest: Nearest| {
        let replayed = replay(program, &nearest.schedule, budget.semantics);
        (nearest, replayed)
    };
    let passing = nearest.map(again);
    let orders = Arc::into_inner(orders).expect("every look at executions is over");
    Ok(Explanation { failing, orders, passing, pairs, left_out, cover, asked })
}

/// The simplest schedule of the gravest error, run again.
fn simplest(
    program: &Program,
    observed: &Observed,
    (budget, monitor): (Budget, &Monitor),
) -> Result<Replayed, Unexplained> {
    let effort = Effort { monitor: monitor.clone(), ..Effort::default() };
    let found = simplest::find(program, observed, budget, effort);
    let errors = found.into_iter().filter(|(fault, _)| budget.levels.is_error(fault.kind));
    let first =
        errors.min_by(|(a, one), (b, other)| (a.kind, &one.witness).cmp(&(b.kind, &other.witness)));
    let is_exhaustive = observed.end == End::Exhausted;
    let (_, first) = first.ok_or(Unexplained::NothingFails { is_exhaustive })?;
    Ok(replay(program, &first.witness.schedule, budget.semantics))
}

/// The pairs that are made the other way round in the nearest execution that passes, each
/// flipped alone.
fn flipped_pairs(
    program: &Program,
    orders: &Arc<EventOrders>,
    (failing, nearest): (&Schedule, &Nearest),
    test: &FailureTest,
    semantics: Semantics,
) -> (Vec<FlippedPair>, usize) {
    let Reordered { conditions, .. } =
        pairs::reordered(program, orders, &nearest.schedule, semantics);
    let pair = |(condition, _)| match condition {
        OrderCondition::Before { first, second } => Some((condition, first, second)),
        OrderCondition::Chose { .. } => None,
    };
    let all: Vec<(OrderCondition, usize, usize)> =
        conditions.into_iter().filter_map(pair).collect();
    let left_out = all.len().saturating_sub(MAX_FLIPS);
    let flip = |&(condition, first, second): &(OrderCondition, usize, usize)| {
        let (test, what) = (test.clone(), (failing, condition, None));
        let flipped = pairs::flipped_alone(program, orders, what, semantics, move |execution| {
            (Schedule::of(execution.trace, execution.names), test.fails(execution))
        });
        FlippedPair { first, second, flipped }
    };
    (all.iter().take(MAX_FLIPS).map(flip).collect(), left_out)
}

/// What is kept of the executions of a search.
struct Survey {
    orders: Arc<EventOrders>,
    test: FailureTest,
    finder: Finder,
    failing: Rows,
    passing: Rows,
    neither: u64,
    executions: u64,
    steps: u64,
    monitor: Monitor,
    stop: Option<Stop>,
}

impl Survey {
    fn goes_on(&mut self) -> bool {
        self.stop = self.monitor.ask(Pulse {
            phase: CheckPhase::Explanation,
            executions: self.executions,
            steps: self.steps,
            most: None,
            strategy: None,
        });
        self.stop.is_none()
    }

    fn ask(&mut self, execution: &Execution<'_>) {
        self.executions += 1;
        self.steps += execution.trace.len() as u64;
        if execution.ended == Ended::Abandoned {
            return;
        }
        let rows = match self.test.judge(execution) {
            Some(true) => &mut self.failing,
            Some(false) => &mut self.passing,
            None => {
                self.neither += 1;
                return;
            }
        };
        let row: Bits = self.finder.holding(&self.orders, execution);
        *rows.entry(row).or_default() += 1;
    }
}

/// Asks the executions of the search that was made.
fn survey(
    program: &Program,
    orders: Arc<EventOrders>,
    test: FailureTest,
    observed: &Observed,
    (budget, monitor): (Budget, &Monitor),
) -> Result<(Rows, Rows, Surveyed), Stop> {
    let survey = Survey {
        orders,
        test,
        finder: Finder::default(),
        failing: Rows::new(),
        passing: Rows::new(),
        neither: 0,
        executions: 0,
        steps: 0,
        monitor: monitor.clone(),
        stop: None,
    };
    let asking = Observing::new(Dpor::new(), survey, Survey::ask);
    let asking = asking.at_most(observed.stats.spent()).going_on(Survey::goes_on);
    let done = explore(program, budget.semantics.limits(false), asking);
    if let Some(stop) = done.seen.stop {
        return Err(stop);
    }
    let Survey { failing, passing, neither, .. } = done.seen;
    let asked = Surveyed {
        failing: failing.values().sum(),
        passing: passing.values().sum(),
        neither,
        is_exhaustive: observed.end == End::Exhausted
            && observed.stats.all_cut() + observed.stats.timeouts_used_up == 0,
    };
    let all = asked.failing + asked.passing + neither;
    let Stats { executions, excluded, .. } = observed.stats;
    assert_eq!(all, executions + observed.stats.cut + excluded, "the same search was made twice");
    Ok((failing, passing, asked))
}
