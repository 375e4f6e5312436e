//! What was predicted, and what became of it, as data.

use crate::model::end::PredictionCounts;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::replay::record::Record;

/// What was predicted, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Predicted {
    /// The execution from which it was predicted.
    pub(crate) record: Record,
    pub(crate) predictions: Vec<JudgedPrediction>,
    /// Whether a bound left out what else may be predicted.
    pub(crate) is_cut: bool,
    /// Executions that were steered.
    pub(crate) steered: u64,
    /// The search beside, if one was made.
    pub(crate) searched: Option<SearchedBeside>,
}

/// The search that is made where a prediction is not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SearchedBeside {
    pub(crate) executions: u64,
    /// Whether it went through everything.
    pub(crate) is_whole: bool,
}

/// One prediction, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct JudgedPrediction {
    pub(crate) kind: Kind,
    /// The steps of the execution that it is about ([`SteeredWay::steps`]).
    pub(crate) steps: Vec<u32>,
    /// Whether its first way keeps the order of locks.
    pub(crate) keeps_locks: bool,
    pub(crate) status: PredictionStatus,
}

/// What became of a prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PredictionStatus {
    /// An execution shows it, as this.
    Confirmed(Fault<Origin>),
    /// All executions were made, and none shows it.
    Refuted,
    /// None of the executions that were made shows it; why the steered one does not.
    Unconfirmed(String),
}

impl Predicted {
    pub(super) fn counts(&self) -> PredictionCounts {
        let mut counts = PredictionCounts::default();
        for prediction in &self.predictions {
            match prediction.status {
                PredictionStatus::Confirmed(_) => counts.confirmed += 1,
                PredictionStatus::Refuted => counts.refuted += 1,
                PredictionStatus::Unconfirmed(_) => counts.unconfirmed += 1,
            }
        }
        counts
    }
}
