//! Analyses: what went wrong in one execution.
//!
//! An analysis is a pure function of an execution. Some look at it as a whole. Others
//! go from step to step and, where an execution begins like the one before, continue
//! from where the two part ([`incremental`]). A new analysis is a file here and a row in
//! [`ANALYSES`].

pub(crate) mod block;
pub mod closing;
mod data_race;
mod exception;
pub(crate) mod feeders;
mod fences;
pub mod handed;
pub mod incremental;
mod inherited;
mod leak;
pub(crate) mod livelock;
mod lost_update;
pub mod missing;
pub mod peers;
pub(crate) mod predict;
pub(crate) mod starvation;
mod stated;
pub mod stuck;
#[cfg(test)]
mod tests;
pub mod timeline;
pub(crate) mod users;
mod violation;
mod watched;

use unknot_sim::{Execution, ObjectId, TaskId};

use crate::model::finding::{Evidence, Fault, Origin};
use crate::model::kind::Kind;
use data_race::DataRaces;
use handed::Handed;
use incremental::Incremental;
use lost_update::LostUpdates;

/// What analyses keep from execution to execution.
#[derive(Debug)]
pub struct Scratch {
    /// The analyses that go from step to step, in the order of their rows.
    pub(crate) incremental: Vec<Box<dyn Incremental>>,
    /// The place of lost updates among these.
    pub(crate) overwrites: usize,
    handed: handed::HandedState,
}

impl Default for Scratch {
    fn default() -> Scratch {
        let rows = ANALYSES.iter().filter_map(|row| match row.run {
            Analysis::Incremental(create) => Some((row.kinds, create())),
            _ => None,
        });
        let (kinds, incremental): (Vec<_>, Vec<_>) = rows.unzip();
        let overwrites = kinds.iter().position(|kinds| kinds.contains(&Kind::LostUpdate));
        let overwrites = overwrites.expect("lost updates are found step by step");
        Scratch { incremental, overwrites, handed: handed::HandedState::default() }
    }
}

impl Scratch {
    /// Which gauges tasks gave to without having taken from them, in all executions.
    #[must_use]
    pub fn handed(&self) -> &Handed<TaskId, ObjectId> {
        self.handed.handed()
    }
}

/// How an analysis looks at an execution.
pub enum Analysis {
    /// As a whole; appends what it finds.
    Whole(fn(&Execution<'_>, &mut Vec<Evidence>)),
    /// As a whole, knowing which gauges are handed on in any execution: so a search
    /// judges when it is over.
    Settled(fn(&Execution<'_>, &Handed<TaskId, ObjectId>, &mut Vec<Evidence>)),
    /// Step by step, from the first one that is not as in the execution before.
    Incremental(fn() -> Box<dyn Incremental>),
}
use Analysis::{Incremental as StepByStep, Settled, Whole};

/// An analysis by the kinds that it finds.
pub struct AnalysisRow {
    /// What it can find.
    pub kinds: &'static [Kind],
    /// The function.
    pub run: Analysis,
}

/// All analyses.
pub const ANALYSES: &[AnalysisRow] = &[
    AnalysisRow {
        kinds: &[Kind::Deadlock, Kind::Hang, Kind::AbandonedLock],
        run: Settled(stuck::find),
    },
    AnalysisRow { kinds: &[Kind::LostUpdate], run: StepByStep(|| Box::<LostUpdates>::default()) },
    AnalysisRow { kinds: &[Kind::InvariantViolation], run: Whole(violation::find) },
    AnalysisRow { kinds: &[Kind::Exception], run: Whole(exception::find) },
    AnalysisRow {
        kinds: &[Kind::Livelock, Kind::BusyWait, Kind::Starvation],
        run: Whole(repeated),
    },
    AnalysisRow { kinds: &[Kind::DataRace], run: StepByStep(|| Box::<DataRaces>::default()) },
    AnalysisRow { kinds: &[Kind::Leak], run: Whole(leak::find) },
];

/// What may be wrong with steps that repeat.
fn repeated(execution: &Execution<'_>, found: &mut Vec<Evidence>) {
    if let Some(block) = block::block(execution) {
        livelock::find(execution, block, found);
        starvation::find(execution, block, found);
    }
}

/// What is wrong with an execution that has its first `same` steps in common with the
/// one before, except for why it is stuck. What is found step by step stays in
/// `scratch`; the rest is appended to `found`.
pub fn resume(
    execution: &Execution<'_>,
    same: usize,
    scratch: &mut Scratch,
    found: &mut Vec<Evidence>,
) {
    for row in ANALYSES {
        if let Analysis::Whole(find) = row.run {
            find(execution, found);
        }
    }
    for analysis in &mut scratch.incremental {
        analysis.resume(execution, same);
    }
    scratch.handed.resume(execution, same);
}

/// What tasks overwrite in an execution without having read it.
pub(crate) fn overwrites(execution: &Execution<'_>, scratch: &mut Scratch) -> Vec<Evidence> {
    let analysis = &mut scratch.incremental[scratch.overwrites];
    analysis.resume(execution, 0);
    analysis.hits().found().iter().map(|hit| analysis.explain(execution, hit)).collect()
}

/// The faults of an execution that is looked at for itself, as analyses find them, in terms
/// that mean the same in every search.
pub(crate) fn faults(execution: &Execution<'_>, handed: &Handed) -> Vec<Fault<Origin>> {
    let mut found = vec![];
    let handed = handed.interned(execution.names);
    analyse(execution, &handed, &mut Scratch::default(), &mut found);
    found.iter().map(|one| one.signature.fault().named(execution.names)).collect()
}

/// Everything that is wrong with an execution, given which gauges are handed on in
/// any execution.
pub fn analyse(
    execution: &Execution<'_>,
    handed: &Handed<TaskId, ObjectId>,
    scratch: &mut Scratch,
    found: &mut Vec<Evidence>,
) {
    for row in ANALYSES {
        if let Analysis::Settled(find) = row.run {
            find(execution, handed, found);
        }
    }
    resume(execution, 0, scratch, found);
    for analysis in &scratch.incremental {
        let hits = analysis.hits().found().iter();
        found.extend(hits.map(|hit| analysis.explain(execution, hit)));
    }
}
