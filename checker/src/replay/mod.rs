//! One execution again, with everything recorded.
//!
//! A search keeps small integers. The one execution that a person looks at is
//! run again by its schedule, or by the seed and number of a sampled one. It
//! becomes owned data: its record, what is wrong with it, which task waits for which.

#[doc(hidden)]
pub mod detail;
#[doc(hidden)]
pub mod file;
#[doc(hidden)]
pub mod graph;
pub mod lanes;
#[doc(hidden)]
pub mod order;
pub(crate) mod other_executions;
#[doc(hidden)]
pub mod record;
#[doc(hidden)]
pub mod states;

use unknot_sim::{Execution, Program, explore};

use crate::analysis::handed::Handed;
use crate::analysis::peers::Wanted;
use crate::analysis::stuck::{self, SettledWait, WaitFor};
use crate::analysis::timeline::Timeline;
use crate::model::finding::{Identity, Origin};
use crate::model::kind::Kind;
use crate::model::schedule::Schedule;
use crate::model::terms::{Budget, Semantics};
use crate::replay::detail::Detail;
use crate::replay::graph::{Graph, WaitEdgeId};
use crate::replay::lanes::Lanes;
use crate::replay::record::Record;
use crate::search::monitor::{CheckPhase, Monitor};
use crate::search::observed::Observed;
use crate::search::run;
use crate::search::settle;
use crate::search::standstill::{self, Known};
use crate::strategy::{Config, Divergence, Dpor, Observing, Replay, Strategy, StrategyRow};

/// One finding of one recorded execution.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What it is.
    pub identity: Identity,
    /// The steps that prove it.
    pub steps: Vec<u32>,
    /// More facts about it.
    pub detail: Detail,
}

/// One execution, run again with everything recorded.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The execution.
    pub record: Record,
    /// What is wrong with it.
    pub proofs: Vec<Proof>,
    /// Which task waits for which at its end.
    pub graph: Graph,
    /// For each wait that other tasks than owners could end: its edge, and what would end
    /// the wait.
    pub wanted: Vec<(WaitEdgeId, Wanted<Origin>)>,
    /// What its tasks held, and where they were blocked.
    pub lanes: Lanes,
    /// How its time was spent, if there was a clock.
    pub timeline: Option<Timeline>,
    /// Where the program left the schedule.
    pub divergence: Option<Divergence>,
    /// Whether a wait in it means something else if its gauge is handed on.
    pub(crate) may_be_handed: bool,
    /// How many other executions were made to find out whether it is: 0 where that
    /// makes no difference, or where a search has told.
    pub beside: u64,
    /// Whether the schedule ended before the program did.
    pub stopped_early: bool,
}

impl Replayed {
    /// An execution, with what a search knows; with what it takes to draw it, if it may be
    /// drawn.
    fn of(execution: &Execution<'_>, known: &Known, is_drawn: bool) -> Replayed {
        let mut found = standstill::analyse(execution, known);
        if execution.is_excluded {
            found.clear();
        }
        let mut handed = known.handed.interned(execution.names);
        handed.absorb(Handed::of(execution));
        let wait_for = stuck::wait_for(execution, &handed);
        let proofs = found.into_iter().map(|evidence| {
            let identity = evidence.signature.identity(execution.names);
            let detail = Detail::of(execution, &wait_for, &evidence);
            Proof { identity, steps: evidence.steps.to_vec(), detail }
        });
        Replayed {
            record: Record::of(execution),
            proofs: proofs.collect(),
            graph: Graph::of(execution, &wait_for, &handed),
            wanted: wanted(execution, &wait_for),
            may_be_handed: wait_for.waits.iter().any(|wait| wait.may_be_handed()),
            lanes: if is_drawn { Lanes::of(execution, &handed) } else { Lanes::default() },
            timeline: is_drawn.then(|| Timeline::of(execution)).flatten(),
            divergence: None,
            beside: 0,
            stopped_early: false,
        }
    }
}

fn wanted(execution: &Execution<'_>, wait_for: &WaitFor) -> Vec<(WaitEdgeId, Wanted<Origin>)> {
    let waits = wait_for.waits.iter().filter(|wait| !wait.certain);
    let of_wait = |wait: &SettledWait| {
        let task = execution.names.task_path(wait.task).to_string();
        let wanted = |(nth, alternative)| {
            let wanted = Wanted::of(execution, wait, alternative).elsewhere(execution);
            (WaitEdgeId { task: task.clone(), nth }, wanted)
        };
        wait.alternatives().enumerate().map(wanted).collect::<Vec<_>>()
    };
    waits.flat_map(of_wait).collect()
}

/// Runs a strategy that ends by itself, with its last execution recorded.
fn record<S: Strategy>(
    program: &Program,
    strategy: S,
    (known, is_drawn): (Known, bool),
    semantics: Semantics,
) -> (Replayed, S) {
    let seen: (Known, Option<Replayed>) = (known, None);
    let look: fn(&mut (Known, Option<Replayed>), &Execution<'_>) = match is_drawn {
        true => |(known, last), execution| *last = Some(Replayed::of(execution, known, true)),
        false => |(known, last), execution| *last = Some(Replayed::of(execution, known, false)),
    };
    let recorder = Observing::new(strategy, seen, look);
    let recorder = explore(program, semantics.limits(true), recorder);
    (recorder.seen.1.expect("a replay runs once"), recorder.explorer)
}

/// Settles the findings of an execution that followed its schedule.
fn settle(program: &Program, replayed: &mut Replayed, semantics: Semantics) {
    let found: Vec<(Kind, Vec<u32>)> = (replayed.proofs.iter())
        .map(|proof| (proof.identity.kind, proof.steps.clone()))
        .filter(|(kind, _)| kind.is_to_settle())
        .collect();
    if found.is_empty() {
        return;
    }
    let sorted = settle::sort(program, &replayed.record.schedule, &found, semantics);
    replayed.proofs.retain_mut(|proof| {
        let kind = &mut proof.identity.kind;
        if !kind.is_to_settle() {
            return true;
        }
        let settled = sorted.get(&(*kind, proof.steps.clone()));
        settled.is_some_and(|&settled| {
            *kind = settled;
            true
        })
    });
}

/// Executions that are observed beside a stuck one, to learn which gauges are
/// handed on.
const LEARNING: u64 = 200;

/// Steps of these executions in all.
const LEARNING_STEPS: u64 = 100_000;

/// The same where no search was made before. Whether a wait is certain may depend on
/// other executions, so the first executions of a search are observed.
fn record_alone<S: Strategy>(
    program: &Program,
    create: impl Fn() -> S,
    semantics: Semantics,
) -> (Replayed, S) {
    let alone = record(program, create(), (Known::default(), true), semantics);
    if !alone.0.may_be_handed {
        return alone;
    }
    let (known, spent) = learned(program, semantics);
    let (mut replayed, strategy) = match known.handed.is_empty() {
        true => alone,
        false => record(program, create(), (known, true), semantics),
    };
    replayed.beside = spent;
    (replayed, strategy)
}

/// What the first executions of a search show, and how many these were.
pub(crate) fn learned(program: &Program, semantics: Semantics) -> (Known, u64) {
    let budget = Budget {
        max_executions: LEARNING,
        max_effort: LEARNING_STEPS,
        semantics,
        ..Budget::default()
    };
    let monitored = (CheckPhase::Search, &Monitor::default());
    let Observed { handed, stats, .. } = run(program, Dpor::new(), budget, monitored);
    (Known { handed, ..Known::default() }, stats.spent())
}

/// Runs one execution of a sampler again, with everything recorded. It needs
/// the semantics of the check, which hold for the profiles as well.
///
/// # Panics
/// If the strategy runs nothing: a bug of unknot.
#[must_use]
pub fn resample(
    program: &Program,
    row: &StrategyRow,
    seed: u64,
    execution: u64,
    semantics: Semantics,
) -> Replayed {
    debug_assert!(row.way.is_drawn(), "a search has no end of its own");
    let create = || (row.create)(Config { seed, only: Some(execution), ..Config::default() });
    let mut replayed = record_alone(program, create, semantics).0;
    settle(program, &mut replayed, semantics);
    replayed
}

/// Runs one schedule with everything recorded.
///
/// # Panics
/// If the program does not end in one execution: a bug of unknot.
#[must_use]
pub fn replay(program: &Program, schedule: &Schedule, semantics: Semantics) -> Replayed {
    of_schedule(
        program,
        record_alone(program, || Replay::new(schedule.clone()), semantics),
        semantics,
    )
}

/// The same, with what a search knows.
pub(crate) fn replay_knowing(
    program: &Program,
    schedule: &Schedule,
    known: Known,
    semantics: Semantics,
) -> Replayed {
    of_schedule(
        program,
        record(program, Replay::new(schedule.clone()), (known, false), semantics),
        semantics,
    )
}

fn of_schedule(
    program: &Program,
    (mut replayed, strategy): (Replayed, Replay),
    semantics: Semantics,
) -> Replayed {
    replayed.divergence = strategy.divergence().cloned();
    replayed.stopped_early = strategy.stopped_early();
    if replayed.divergence.is_none() {
        settle(program, &mut replayed, semantics);
    }
    replayed
}
