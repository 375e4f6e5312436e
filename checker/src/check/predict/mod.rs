//! `check --predict`: what one execution lets expect of others, and which of it is so.
//!
//! The first execution of the strategy is made once, at full size. Deadlocks, data races and
//! lost updates are predicted from it ([`crate::analysis::predict`]), and each prediction is
//! steered to (`steer.rs`). All executions that were made are then run as a check runs
//! its own: their findings are confirmed, settled and told like any others. A prediction is
//!
//! - *confirmed* if an execution shows it;
//! - *refuted* if a search through everything shows it nowhere; such a search is made with a
//!   small budget where some prediction is not confirmed;
//! - *unconfirmed* otherwise, with what was in the way.
//!
//! Only findings count for the verdict, so there is no false alarm; and one execution shows
//! nothing about all others, so no verdict passes.

pub(crate) mod judged;
mod steer;

use std::collections::BTreeSet;
use std::sync::Arc;

use unknot_sim::{Decision, Execution, Explorer, Names, Point, Program, explore};

use super::confirm::confirm;
use super::observe::observe_row;
use crate::analysis;
use crate::analysis::handed::Handed;
use crate::analysis::predict::expected::{Prediction, Predictions, SteeredWay};
use crate::analysis::predict::predict;
use crate::analysis::stuck::is_stuck;
use crate::model::end::End;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::schedule::Schedule;
use crate::model::terms::Budget;
use crate::replay::learned;
use crate::replay::record::Record;
use crate::search::jobs::Jobs;
use crate::search::monitor::{CheckPhase, Monitor, Stop};
use crate::search::observed::Observed;
use crate::search::run;
use crate::strategy::{Config, Divergence, Observing, Replay, STRATEGIES, Strategy, StrategyRow};
use judged::{JudgedPrediction, Predicted, PredictionStatus, SearchedBeside};
use steer::{Steered, Steering, StepPlan};

/// Executions of the search that is made where a prediction is not confirmed, unless another
/// number is asked for.
const MOST_SEARCHED: u64 = 10_000;

/// Its work then, as [`crate::search::observed::Stats::effort`] counts it: about a second.
const MOST_WORK: u64 = 5_000_000;

/// Executions that may be spent on simpler schedules of what is found.
pub(super) const MOST_SIMPLER: u64 = 2_000;

/// The budget of that search, of so many executions if a number is given.
pub(crate) fn budget(given: Option<u64>, usual: Budget) -> Budget {
    match given {
        Some(max_executions) => Budget { max_executions, ..usual },
        None => Budget { max_executions: MOST_SEARCHED, max_effort: MOST_WORK, ..usual },
    }
}

/// Of what is to be predicted, and how.
pub(super) struct Predicting<'a> {
    pub(super) program: &'a Program,
    /// What makes the execution.
    pub(super) strategy: &'a StrategyRow,
    /// The seed, for a strategy that has one.
    pub(super) seed: Option<u64>,
    /// The budget of the search beside.
    pub(super) budget: Budget,
    pub(super) monitor: &'a Monitor,
    pub(super) jobs: Jobs,
}

/// The execution from which predictions come.
struct Base {
    record: Record,
    predictions: Predictions,
    /// The same faults in terms that mean the same in every search.
    named: Vec<Fault<Origin>>,
    plan: Arc<StepPlan>,
    handed: Handed,
    names: Names,
    /// What it shows itself.
    faults: Vec<Fault<Origin>>,
}

impl Base {
    fn of(execution: &Execution<'_>) -> Base {
        let predictions = match execution.is_excluded {
            true => Predictions::default(),
            false => predict(execution),
        };
        let named = predictions.all.iter().map(|one| one.fault.named(execution.names));
        let handed = Handed::of(execution).named(execution.names);
        Base {
            named: named.collect(),
            predictions,
            record: Record::of(execution),
            plan: Arc::new(StepPlan::of(execution)),
            faults: analysis::faults(execution, &handed),
            handed,
            names: execution.names.clone(),
        }
    }
}

/// Makes the execution.
fn base(predicting: &Predicting<'_>) -> Base {
    let config =
        Config { seed: predicting.seed.unwrap_or_default(), only: Some(0), ..Config::default() };
    let strategy = (predicting.strategy.create)(config);
    let look = |base: &mut Option<Base>, execution: &Execution<'_>| {
        *base = Some(Base::of(execution));
    };
    let observing = Observing::new(strategy, None, look);
    // A sampler ends by itself, after the profiles that it may need.
    let observing = if predicting.seed.is_some() { observing } else { observing.at_most(1) };
    let limits = predicting.budget.semantics.limits(true);
    explore(predicting.program, limits, observing).seen.expect("a strategy makes an execution")
}

/// Predicts, and makes what was predicted.
pub(super) fn observe(predicting: &Predicting<'_>) -> (Observed, Predicted) {
    let base = base(predicting);
    let SteeredAll { mut predictions, mut stop, schedules, steered } = steer(predicting, &base);
    let mut observed = made_again(predicting, schedules);
    stop = stop.or(stopped(observed.end));
    for prediction in &mut predictions {
        prediction.settle(&observed);
    }
    let (mut searched, mut has_alike) = (None, false);
    let is_open = |one: &SteeredPrediction<'_>| one.confirmed.is_none();
    if stop.is_none() && observed.divergence.is_none() && predictions.iter().any(is_open) {
        let found = search(predicting);
        stop = stopped(found.end);
        let (executions, is_whole) = (found.stats.spent(), found.is_whole());
        searched = Some(SearchedBeside { executions, is_whole });
        has_alike = found.stats.alike > 0;
        for prediction in &mut predictions {
            prediction.look_for(&found);
        }
        observed.go_on(found);
    }
    let is_whole = searched.is_some_and(|searched| searched.is_whole);
    let judged = predictions.into_iter().map(|one| {
        let is_refuted = is_whole && (!has_alike || one.is_of_main());
        one.judged(is_refuted)
    });
    let judged = judged.collect();
    let predicted = Predicted {
        record: base.record,
        predictions: judged,
        is_cut: base.predictions.is_cut,
        steered,
        searched,
    };
    if !matches!(observed.end, End::Nondeterminism | End::Refused(_)) {
        observed.end = stop.map_or(End::Predicted(predicted.counts()), End::Stopped);
    }
    (observed, predicted)
}

/// Runs all executions that were made as a check runs its own.
fn made_again(predicting: &Predicting<'_>, schedules: Vec<Schedule>) -> Observed {
    let Predicting { program, monitor, budget, .. } = *predicting;
    let budget = Budget { max_executions: u64::MAX, max_effort: u64::MAX, ..budget };
    let given = GivenSchedules::new(schedules);
    let mut observed = run(program, given, budget, (CheckPhase::Steering, monitor));
    let mut waits = observed.stuck.keys().flatten();
    if waits.any(|wait| wait.may_be_handed()) {
        // Whether only its owner can end a wait for a lock may show in other executions alone.
        observed.handed.absorb(learned(program, budget.semantics).0.handed);
    }
    confirm(program, &mut observed, budget);
    observed
}

fn stopped(end: End) -> Option<Stop> {
    match end {
        End::Stopped(stop) => Some(stop),
        _ => None,
    }
}

/// The search beside.
fn search(predicting: &Predicting<'_>) -> Observed {
    let Predicting { program, budget, monitor, jobs, .. } = *predicting;
    observe_row(program, (&STRATEGIES[0], Config::default()), budget, monitor, jobs)
}

/// A prediction, and what was seen of it.
struct SteeredPrediction<'a> {
    prediction: &'a Prediction,
    fault: &'a Fault<Origin>,
    /// The way that was gone last.
    way: &'a SteeredWay,
    /// Why the last execution that was steered to it did not show it.
    why: String,
    /// The faults of the execution that shows it, not settled.
    shown: Option<Vec<Fault<Origin>>>,
    confirmed: Option<Fault<Origin>>,
}

/// What was steered.
struct SteeredAll<'a> {
    predictions: Vec<SteeredPrediction<'a>>,
    stop: Option<Stop>,
    /// All executions that were made, each once.
    schedules: Vec<Schedule>,
    steered: u64,
}

/// Steers to each prediction that the execution does not show itself.
fn steer<'a>(predicting: &Predicting<'_>, base: &'a Base) -> SteeredAll<'a> {
    let Base { record, plan, handed, names, .. } = base;
    let Predicting { program, budget, monitor, .. } = *predicting;
    let steering = Steering { program, names, plan, handed, semantics: budget.semantics, monitor };
    let mut made = SteeredAll {
        predictions: vec![],
        stop: None,
        schedules: vec![record.schedule.clone()],
        steered: 0,
    };
    let mut known: BTreeSet<Schedule> = made.schedules.iter().cloned().collect();
    for (prediction, fault) in base.predictions.all.iter().zip(&base.named) {
        if base.faults.iter().any(|shown| is_case(fault, shown)) {
            continue;
        }
        let why = "no execution was steered to it".to_owned();
        let way = prediction.ways.first().expect("there is at least one");
        let mut one =
            SteeredPrediction { prediction, fault, way, why, shown: None, confirmed: None };
        for way in &prediction.ways {
            if one.shown.is_some() || made.stop.is_some() {
                break;
            }
            one.way = way;
            match steering.go(way, made.steered) {
                Err(stop) => made.stop = Some(stop),
                Ok(steered) => {
                    made.steered += 1;
                    if known.insert(steered.schedule.clone()) {
                        made.schedules.push(steered.schedule.clone());
                    }
                    one.see(steered);
                }
            }
        }
        made.predictions.push(one);
    }
    made
}

/// Whether a fault is what was predicted, before it is settled. A semaphore that serves as a
/// lock may be a signal elsewhere, so what is stuck may be no deadlock but a hang.
fn is_case(predicted: &Fault<Origin>, shown: &Fault<Origin>) -> bool {
    match predicted.kind {
        Kind::Deadlock => {
            is_stuck(shown.kind)
                && predicted.objects.iter().all(|object| shown.objects.contains(object))
                && predicted.sites.iter().all(|site| shown.sites.contains(site))
        }
        _ => *predicted == shown.unsettled(),
    }
}

impl SteeredPrediction<'_> {
    /// Looks at an execution that was steered to it.
    fn see(&mut self, steered: Steered) {
        let Steered { faults, left_at, schedule } = steered;
        if faults.iter().any(|shown| is_case(self.fault, shown)) {
            self.shown = Some(faults);
            return;
        }
        self.why = match left_at {
            Some((step, why)) => format!("at step {step}, {why}"),
            None => {
                format!("its steps were made, and it did not show ({} steps)", schedule.steps.len())
            }
        };
    }

    /// Takes what was found, settled, of the executions that were made.
    fn settle(&mut self, observed: &Observed) {
        let Some(shown) = &self.shown else { return };
        let mut found = observed.findings.keys();
        // Where a lock is handed on elsewhere, what looked like a deadlock is a hang.
        let is_it = |found: &&Fault<Origin>| {
            let is_shown = || is_stuck(found.kind) || found.unsettled().is_shown_by(shown);
            is_case(self.fault, found) && is_shown()
        };
        self.confirmed = found.find(is_it).cloned();
        if self.confirmed.is_none() {
            self.why = "it was shown once, and not when that was settled".to_owned();
        }
    }

    /// Takes what a search has found.
    fn look_for(&mut self, found: &Observed) {
        if self.confirmed.is_none() {
            let mut found = found.findings.keys();
            self.confirmed = found.find(|found| is_case(self.fault, found)).cloned();
        }
    }

    /// Whether main has made all that it is about. Of tasks that are alike a search finds
    /// what some of them do, and their own objects are then those of others.
    fn is_of_main(&self) -> bool {
        self.fault.objects.iter().all(|(creator, _)| creator.parts.is_empty())
    }

    fn judged(self, is_refuted: bool) -> JudgedPrediction {
        let status = match self.confirmed {
            Some(fault) => PredictionStatus::Confirmed(fault),
            None if is_refuted => PredictionStatus::Refuted,
            None => PredictionStatus::Unconfirmed(self.why),
        };
        let Prediction { fault, keeps_locks, .. } = self.prediction;
        let steps = self.way.steps.clone();
        JudgedPrediction { kind: fault.kind, steps, keeps_locks: *keeps_locks, status }
    }
}

/// Follows one schedule after the other.
#[derive(Debug)]
struct GivenSchedules {
    left: std::vec::IntoIter<Schedule>,
    replay: Replay,
}

impl GivenSchedules {
    fn new(schedules: Vec<Schedule>) -> GivenSchedules {
        GivenSchedules { left: schedules.into_iter(), replay: Replay::new(Schedule::default()) }
    }
}

impl Explorer for GivenSchedules {
    fn begin(&mut self) -> bool {
        let Some(next) = self.left.next() else { return false };
        self.replay = Replay::new(next);
        self.replay.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.replay.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.replay.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.replay.end(execution);
    }
}

impl Strategy for GivenSchedules {
    fn is_exhausted(&self) -> bool {
        false
    }

    fn divergence(&self) -> Option<&Divergence> {
        self.replay.divergence()
    }
}
