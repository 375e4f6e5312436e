//! The graph of all states as data.

use serde::Serialize;
use unknot_sim::Execution;

use crate::replay::record::StepRecord;
use crate::replay::states::{ObjectRecord, StateFrame, StateTables};
use crate::search::observed::Turnout;

/// A step that can be made in some state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlayStep {
    /// What it does. Its number is the one within its task.
    #[serde(flatten)]
    pub step: StepRecord,
    /// The object that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<u32>,
    /// The objects that it changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<u32>,
    /// What is known to be in the variable that it is about, after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shows: Option<String>,
    /// Whether to leave its task before it is no preemption.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gives_way: bool,
}

/// How executions end in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlayEnd {
    /// `complete`, `failed`, `stuck` or `cut`.
    pub ended: &'static str,
    /// Whether an assumption excludes them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub excluded: bool,
    /// What the main task returned.
    pub outcome: Option<String>,
    /// The findings that they show, by their numbers.
    pub findings: Vec<usize>,
}

impl PlayEnd {
    pub(super) fn of(execution: &Execution<'_>) -> PlayEnd {
        let (ended, outcome) = match Turnout::of(execution) {
            Some(Turnout::Complete(value)) => ("complete", Some(value.to_string())),
            Some(Turnout::Failed) => ("failed", None),
            Some(Turnout::Stuck) => ("stuck", None),
            None => ("cut", None),
        };
        PlayEnd { ended, excluded: execution.is_excluded, outcome, findings: vec![] }
    }
}

/// How many schedules there are, as numbers that may have forty digits; nothing where they
/// are too many to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedules {
    pub all: Option<u128>,
    pub failing: Option<u128>,
}

/// The graph.
#[derive(Clone, Debug)]
pub struct StateGraph {
    /// The objects that steps touch.
    pub objects: Vec<ObjectRecord>,
    /// The steps, each once.
    pub steps: Vec<PlayStep>,
    /// Every record of the frames, once.
    pub tables: StateTables,
    /// What is seen in each state, as what differs from the state before it in this list.
    pub frames: Vec<StateFrame>,
    /// For each state the steps that can be made in it, each with the state that follows.
    pub moves: Vec<Vec<(u32, u32)>>,
    /// The states in which executions end.
    pub ends: Vec<(u32, PlayEnd)>,
    /// The schedules: the paths from the first state to the ends.
    pub schedules: Schedules,
}
