//! Analyses: what went wrong in one execution.
//!
//! An analysis is a pure function of an execution, with buffers that it may
//! reuse. A new one is a file here and a row in [`ANALYSES`].

pub mod closing;
mod data_race;
mod exception;
mod leak;
mod livelock;
mod lost_update;
pub mod peers;
pub mod stuck;
#[cfg(test)]
mod tests;
mod violation;

use unknot_sim::Execution;

use crate::finding::{Evidence, Kind};

/// Buffers that analyses reuse from execution to execution.
#[derive(Debug, Default)]
pub struct Scratch {
    lost_update: lost_update::Buffers,
    data_race: data_race::Buffers,
}

/// Appends what it finds.
pub type Analysis = fn(&Execution<'_>, &mut Scratch, &mut Vec<Evidence>);

/// An analysis by the kinds that it finds.
pub struct AnalysisRow {
    /// What it can find.
    pub kinds: &'static [Kind],
    /// The function.
    pub run: Analysis,
}

/// All analyses.
pub const ANALYSES: &[AnalysisRow] = &[
    AnalysisRow { kinds: &[Kind::Deadlock, Kind::Hang, Kind::AbandonedLock], run: stuck::find },
    AnalysisRow { kinds: &[Kind::LostUpdate], run: lost_update::find },
    AnalysisRow { kinds: &[Kind::InvariantViolation], run: violation::find },
    AnalysisRow { kinds: &[Kind::Exception], run: exception::find },
    AnalysisRow { kinds: &[Kind::Livelock], run: livelock::find },
    AnalysisRow { kinds: &[Kind::DataRace], run: data_race::find },
    AnalysisRow { kinds: &[Kind::Leak], run: leak::find },
];

/// Everything that is wrong with an execution.
pub fn analyse(execution: &Execution<'_>, scratch: &mut Scratch, found: &mut Vec<Evidence>) {
    for row in ANALYSES {
        (row.run)(execution, scratch, found);
    }
}
