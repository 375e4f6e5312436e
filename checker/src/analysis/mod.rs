//! Analyses: what went wrong in one execution.
//!
//! An analysis is a pure function of an execution. Some look at it as a whole;
//! others go from step to step and, where an execution begins like the one
//! before, go on from there ([`onward`]). A new one is a file here and a row in
//! [`ANALYSES`].

pub mod closing;
mod data_race;
mod exception;
pub mod handed;
mod leak;
pub(crate) mod livelock;
mod lost_update;
pub mod missing;
pub mod onward;
pub mod peers;
pub mod stuck;
#[cfg(test)]
mod tests;
mod violation;
mod watched;

use unknot_sim::{Access, Act, Execution, ObjectId, TaskId, Trace};

use crate::model::finding::{Evidence, Kind};
use handed::Handed;
use onward::{Explain, Onward};

/// What analyses keep from execution to execution.
#[derive(Debug, Default)]
pub struct Scratch {
    lost_update: lost_update::State,
    data_race: data_race::State,
    handed: handed::State,
}

/// The place of what is overwritten among the analyses that go step by step.
pub(crate) const OVERWRITES: usize = 0;

impl Scratch {
    /// What is overwritten in the execution.
    pub(crate) fn overwrites(&self) -> &Onward {
        &self.lost_update.onward
    }

    /// Which gauges tasks gave to without having taken from them, in all executions.
    #[must_use]
    pub fn handed(&self) -> &Handed<TaskId, ObjectId> {
        self.handed.handed()
    }

    /// What was found step by step, by each analysis that works like that, and
    /// what that means.
    #[must_use]
    pub fn onward(&self) -> [(&Onward, Explain); 2] {
        [
            (&self.lost_update.onward, lost_update::explain),
            (&self.data_race.onward, data_race::explain),
        ]
    }
}

/// How an analysis looks at an execution.
pub enum Analysis {
    /// As a whole; appends what it finds.
    Whole(fn(&Execution<'_>, &mut Vec<Evidence>)),
    /// As a whole, knowing of all executions which gauges are handed on: a search
    /// judges when it is over.
    Settled(fn(&Execution<'_>, &Handed<TaskId, ObjectId>, &mut Vec<Evidence>)),
    /// Step by step, from the first one that is not as in the execution before.
    Onward(fn(&Execution<'_>, usize, &mut Scratch)),
}
use Analysis::{Onward as StepByStep, Settled, Whole};

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
    AnalysisRow { kinds: &[Kind::LostUpdate], run: StepByStep(lost_update::go_on) },
    AnalysisRow { kinds: &[Kind::InvariantViolation], run: Whole(violation::find) },
    AnalysisRow { kinds: &[Kind::Exception], run: Whole(exception::find) },
    AnalysisRow { kinds: &[Kind::Livelock, Kind::BusyWait], run: Whole(livelock::find) },
    AnalysisRow { kinds: &[Kind::DataRace], run: StepByStep(data_race::go_on) },
    AnalysisRow { kinds: &[Kind::Leak], run: Whole(leak::find) },
];

/// What a step touched for the program. A wait for a change looks at what its task has
/// read before, to know whether to wait: these are no reads of the program, and order
/// nothing.
fn own_accesses(trace: &Trace, step: usize) -> &[Access] {
    match trace.steps()[step].act {
        Act::AwaitChange => &[],
        _ => trace.accesses(step),
    }
}

/// What is wrong with an execution that begins with `same` steps of the one before,
/// but for why it is stuck: what is found step by step stays in `scratch`, the rest is
/// appended to `found`.
pub fn go_on(
    execution: &Execution<'_>,
    same: usize,
    scratch: &mut Scratch,
    found: &mut Vec<Evidence>,
) {
    for row in ANALYSES {
        match row.run {
            Analysis::Whole(find) => find(execution, found),
            Analysis::Onward(go_on) => go_on(execution, same, scratch),
            Analysis::Settled(_) => {}
        }
    }
    scratch.handed.go_on(execution, same);
}

/// What tasks overwrite in an execution without having seen it.
pub(crate) fn overwrites(execution: &Execution<'_>, scratch: &mut Scratch) -> Vec<Evidence> {
    lost_update::go_on(execution, 0, scratch);
    let found = scratch.overwrites().found().iter();
    found.map(|dated| lost_update::explain(execution, dated)).collect()
}

/// Everything that is wrong with an execution, where all executions showed which
/// gauges are handed on.
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
    go_on(execution, 0, scratch, found);
    for (onward, explain) in scratch.onward() {
        found.extend(onward.found().iter().map(|dated| explain(execution, dated)));
    }
}
