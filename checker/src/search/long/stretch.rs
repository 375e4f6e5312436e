//! Some executions of a long search in a row.
//!
//! What is asked between executions is asked at the end of each, since only then the names
//! are there with which a later stretch goes on.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use unknot_sim::{Decision, Execution, Explorer, Names, Point, Refusal, explore_on};

use super::data::{Long, LongState};
use crate::model::end::{End, Stop};
use crate::model::finding::{Fault, Origin};
use crate::model::terms::Budget;
use crate::search::Search;
use crate::search::monitor::{CheckPhase, Monitor, Pulse};
use crate::search::observed::Observed;
use crate::strategy::Strategy;

/// A stretch that was made.
pub(super) struct Made {
    pub(super) seen: Observed,
    pub(super) passed: BTreeSet<Fault<Origin>>,
    /// The strategy with which to go on, unless the search is over.
    pub(super) rest: Option<(Box<dyn Strategy>, Names)>,
}

/// Makes at most so many executions.
pub(super) fn make(
    long: &Long<'_>,
    before: &LongState,
    (strategy, names): (Box<dyn Strategy>, Names),
    executions: u64,
) -> Made {
    let told: Arc<OnceLock<Stop>> = Arc::default();
    let answer = Arc::clone(&told);
    let monitor = long.monitor.asking(move |_| answer.get().copied());
    let stats = before.seen.as_ref().map(|seen| seen.stats).unwrap_or_default();
    let max_effort = long.budget.max_effort.saturating_sub(stats.effort);
    let budget = Budget { max_executions: executions, max_effort, ..long.budget };
    let search = Search::new(strategy, budget, (CheckPhase::Search, monitor));
    let worker = StretchWorker {
        search: search.passing(before.passed.clone()),
        monitor: long.monitor.clone(),
        told,
        before: (stats.spent(), stats.steps),
        most: long.budget.max_executions,
        names: names.clone(),
        is_begun: false,
    };
    let limits = long.budget.semantics.limits(false);
    let mut worker = explore_on(long.program, limits, names, worker);
    while let Some(names) = worker.search.go_on(long.program) {
        worker = explore_on(long.program, limits, names, worker);
    }
    let StretchWorker { mut search, names, .. } = worker;
    let (is_stopped, passed) = (search.is_stopped(), search.passed());
    let mut seen = search.take();
    let is_over = matches!(seen.end, End::Exhausted | End::Nondeterminism | End::Refused(_));
    if is_stopped || is_over {
        return Made { seen, passed, rest: None };
    }
    let rest = rest_of(search.into_strategy());
    if rest.is_none() {
        // The stretch ended exactly when there was nothing left.
        seen.end = End::Exhausted;
    }
    Made { seen, passed, rest: rest.map(|rest| (rest, names)) }
}

/// The search that begins here and has counted nothing, if an execution is left in it.
pub(super) fn rest_of(mut strategy: Box<dyn Strategy>) -> Option<Box<dyn Strategy>> {
    let Some(search) = strategy.as_divisible() else { return Some(strategy) };
    search.copy().begin().then(|| search.copy())
}

/// The explorer of a stretch.
struct StretchWorker {
    search: Search<Box<dyn Strategy>>,
    monitor: Monitor,
    /// The answer, once that is to stop.
    told: Arc<OnceLock<Stop>>,
    /// Executions and steps of the stretches before.
    before: (u64, u64),
    /// The most executions of all stretches.
    most: u64,
    /// The names, when no further execution is made.
    names: Names,
    is_begun: bool,
}

impl StretchWorker {
    /// Asks whether to go on.
    fn ask(&mut self) {
        let stats = self.search.stats();
        let (executions, steps) = (self.before.0 + stats.spent(), self.before.1 + stats.steps);
        let strategy: &dyn Strategy = &self.search.strategy;
        let (phase, most) = (CheckPhase::Search, Some(self.most));
        let pulse = Pulse { phase, executions, steps, most, strategy: Some(strategy) };
        self.monitor.ask(pulse).into_iter().for_each(|stop| _ = self.told.set(stop));
    }
}

impl Explorer for StretchWorker {
    fn begin(&mut self) -> bool {
        if !std::mem::replace(&mut self.is_begun, true) {
            self.ask();
        }
        self.search.begin()
    }

    fn lost(&mut self, at: &Point<'_>) {
        self.search.lost(at);
    }

    fn refused(&mut self, why: Refusal) {
        self.search.refused(why);
    }

    fn n_repeated(&self) -> usize {
        self.search.n_repeated()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.search.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.search.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.search.end(execution);
        self.ask();
        if self.told.get().is_some() || self.search.is_spent() {
            self.names = execution.names.clone();
        }
    }
}
