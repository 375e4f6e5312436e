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

mod asked;
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
use asked::{AskedOrders, negated};
use cover::Cover;
use failure::FailureTest;
use orders::{EventOrders, Finder};
use pairs::{MAX_FLIPS, Reordered};

pub(crate) use asked::{ConditionForm, Surveyed};
pub(crate) use cover::Term;
pub(crate) use difference::{ExecutionDifference, OtherOrder, difference, end_alike, fails};
pub(crate) use nearest::{Nearest, NonePasses, n_common};
pub(crate) use orders::{MAX_CONDITIONS, OrderCondition, OrderEvent};

/// Two steps in the order of the failing execution, and what became of them flipped.
#[derive(Clone, Debug)]
pub(crate) struct FlippedPair {
    /// The events.
    pub(crate) first: usize,
    pub(crate) second: usize,
    /// The execution with this pair flipped and everything else as far as possible as it was;
    /// nothing where that was not achieved.
    pub(crate) flipped: Option<FlippedRun>,
}

/// An execution with a pair of steps the other way round.
#[derive(Clone, Debug)]
pub(crate) struct FlippedRun {
    pub(crate) schedule: Schedule,
    /// Whether it fails, if that is known.
    pub(crate) fails: Option<bool>,
    /// How many other conditions are the other way round in it too.
    pub(crate) others: usize,
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
    /// What it is in them where a condition does not hold, for each term of each set.
    pub(crate) negated: Vec<Vec<ConditionForm>>,
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
    let mut test = FailureTest::new(observed.handed.clone(), errors);
    if !is_all(&observed) {
        test = test.of_some(budget.levels);
    }
    let schedule = failing.record.schedule.clone();
    let replayed = Replay::new(schedule.clone());
    let (orders, (row, made)) = pairs::look(program, replayed, budget.semantics, |execution| {
        let orders = EventOrders::of(execution);
        let rows = Finder::default().holding(&orders, execution);
        (orders, rows)
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
    let mut asked = survey(program, Arc::clone(&orders), test, &observed, (budget, monitor))?;
    // A search that was not through may have missed these two, which are known as well.
    asked.know(true, row.clone(), made);
    if let Ok(nearest) = &nearest {
        let theirs = Arc::clone(&orders);
        let replayed = Replay::new(nearest.schedule.clone());
        let (row, made) = pairs::look(program, replayed, budget.semantics, move |execution| {
            Finder::default().holding(&theirs, execution)
        });
        asked.know(false, row, made);
    }
    let cover = cover::cover(&row, &asked.failing, &asked.passing);
    let negated = negated(&orders, &cover, &asked);
    let asked = asked.surveyed();
    let again = |nearest: Nearest| {
        let replayed = replay(program, &nearest.schedule, budget.semantics);
        (nearest, replayed)
    };
    let passing = nearest.map(again);
    let orders = Arc::into_inner(orders).expect("every look at executions is over");
    Ok(Explanation { failing, orders, passing, pairs, left_out, cover, negated, asked })
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
        let flipped = pairs::flipped(program, orders, what, semantics, move |execution| {
            (Schedule::of(execution.trace, execution.names), test.judge(execution))
        });
        let run = |((schedule, fails), others)| FlippedRun { schedule, fails, others };
        let flipped = flipped.map(run);
        FlippedPair { first, second, flipped }
    };
    (all.iter().take(MAX_FLIPS).map(flip).collect(), left_out)
}

/// What is kept of the executions of a search.
struct Survey {
    orders: Arc<EventOrders>,
    test: FailureTest,
    finder: Finder,
    asked: AskedOrders,
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
        let Some(fails) = self.test.judge(execution) else {
            self.asked.neither += 1;
            return;
        };
        let (row, made) = self.finder.holding(&self.orders, execution);
        self.asked.add(fails, row, made);
    }
}

/// Asks the executions of the search that was made.
fn survey(
    program: &Program,
    orders: Arc<EventOrders>,
    test: FailureTest,
    observed: &Observed,
    (budget, monitor): (Budget, &Monitor),
) -> Result<AskedOrders, Stop> {
    let survey = Survey {
        orders,
        test,
        finder: Finder::default(),
        asked: AskedOrders::new(is_all(observed)),
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
    let asked = done.seen.asked;
    let Surveyed { failing, passing, neither, .. } = asked.surveyed();
    let Stats { executions, cut, excluded, alike, blocked, .. } = observed.stats;
    // Those that are others with other names were made as well.
    let renamed = if alike > 0 { blocked } else { 0 };
    let made = executions + cut + excluded + renamed;
    assert_eq!(failing + passing + neither, made, "the same search was made twice");
    Ok(asked)
}

/// Whether a search made all executions that there are.
fn is_all(observed: &Observed) -> bool {
    observed.end == End::Exhausted
        && observed.stats.all_cut() + observed.stats.timeouts_used_up == 0
}
