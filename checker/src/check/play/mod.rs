//! The graph of all states of a small program, in which a reader picks each next step.
//!
//! [`unfold`] finds the states and the steps between them, [`visits`] goes to each once
//! more and keeps what is seen there: the tasks, the wait-for graph, how executions end and
//! which findings of the check they show. Every schedule of the program is a path of the
//! graph, so the paths can be counted: all of them, and those that fail.
//!
//! What it leaves out: programs with more states than [`MOST`]. Their executions are as
//! many as before, but nothing of them is drawn here.

mod unfold;
mod visits;

use serde::Serialize;
use unknot_sim::{Execution, Program, explore};

pub use self::unfold::{MostStates, NoStateGraph};
use self::unfold::{StateNode, Unfolding};
use self::visits::{Ending, Visits};
use crate::model::finding::{Fault, Origin};
use crate::model::kind::{KINDS, Kind, Levels};
use crate::model::terms::Semantics;
use crate::replay::record::StepRecord;
use crate::replay::states::{Frames, ObjectRecord, StateFrame, StateTables};
use crate::search::observed::Turnout;
use crate::search::standstill::Known;

/// The states that a page holds at most.
pub const MOST: MostStates = MostStates { states: 5_000, steps: 1_000_000 };

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
    fn of(execution: &Execution<'_>) -> PlayEnd {
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

/// The graph of all states of a program, with the findings that its ends show: those of a
/// check, in the order given.
pub fn state_graph(
    program: &Program,
    findings: &[Fault<Origin>],
    levels: Levels,
    semantics: Semantics,
    most: MostStates,
) -> Result<StateGraph, NoStateGraph> {
    let unfolding = explore(program, semantics.limits(false), Unfolding::new(most));
    if let Some(failure) = unfolding.failure {
        return Err(failure);
    }
    let known = Known { handed: unfolding.handed, levels, findings: vec![] };
    let visits = Visits::new(unfolding.states, known);
    let visits = explore(program, semantics.limits(true), visits);
    let moves = visits.moves();
    let shown = |Ending { state, end, faults }: &Ending| {
        let is_shown = |(_, finding): &(usize, &Fault<Origin>)| is_shown(finding, faults);
        let findings = findings.iter().enumerate().filter(is_shown).map(|(nth, _)| nth);
        (*state, PlayEnd { findings: findings.collect(), ..end.clone() })
    };
    let ends: Vec<(u32, PlayEnd)> = visits.endings.iter().map(shown).collect();
    let fails = |end: &PlayEnd| end.findings.iter().any(|nth| levels.is_error(findings[*nth].kind));
    let count = |is_counted: &dyn Fn(&PlayEnd) -> bool| {
        n_paths(visits.states(), &moves, &|state| {
            ends.iter().any(|(at, end)| *at == state && is_counted(end))
        })
    };
    let schedules = Schedules { all: count(&|_| true), failing: count(&fails) };
    let Visits { objects, steps, frames, .. } = visits;
    let Frames { tables, frames, .. } = frames;
    Ok(StateGraph { objects, steps, tables, frames, moves, ends, schedules })
}

/// Whether an execution with these faults, as analyses find them, shows a finding of a
/// check, which may have settled that it is of another kind.
fn is_shown(finding: &Fault<Origin>, faults: &[Fault<Origin>]) -> bool {
    let settled_to = |kind: Kind| KINDS.iter().filter(move |row| row.alternative == Some(kind));
    let as_found = settled_to(finding.kind).map(|row| finding.of_kind(row.kind));
    as_found.chain([finding.clone()]).any(|finding| finding.is_shown_by(faults))
}

/// How many paths lead from the first state to states that count.
fn n_paths(
    states: &[StateNode],
    moves: &[Vec<(u32, u32)>],
    counts: &dyn Fn(u32) -> bool,
) -> Option<u128> {
    let mut order: Vec<u32> = (0..states.len() as u32).collect();
    // A step leads to a state that is one step further from the start.
    order.sort_by_key(|&state| std::cmp::Reverse(states[state as usize].depth));
    let mut paths: Vec<u128> = vec![0; states.len()];
    for state in order {
        let own = u128::from(counts(state));
        let further = moves[state as usize].iter().map(|(_, to)| paths[*to as usize]);
        let sum = further.fold(Some(own), |sum, more| sum?.checked_add(more))?;
        paths[state as usize] = sum;
    }
    paths.first().copied()
}
