//! The graph of all states as data of a page, in which a reader picks each next step.

use serde::Serialize;

use crate::check::play::{MOST, NoStateGraph, PlayEnd, PlayStep, StateGraph};
use crate::model::count::grouped;
use crate::model::end::Stop;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::{Kind, Level, Levels};
use crate::replay::states::{ObjectRecord, StateFrame, StateTables};
use crate::report::data::Report;

/// A finding that some ends show.
#[derive(Debug, Serialize)]
struct PlayFinding {
    kind: Kind,
    level: Level,
    /// Its number in the report of the check, if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<usize>,
}

/// How many schedules there are. The numbers are too large for some readers of JSON.
#[derive(Debug, Serialize)]
struct ScheduleCounts {
    all: Option<String>,
    failing: Option<String>,
}

/// The graph, as a page holds it.
#[derive(Debug, Serialize)]
struct PlayGraph {
    findings: Vec<PlayFinding>,
    schedules: ScheduleCounts,
    objects: Vec<ObjectRecord>,
    steps: Vec<PlayStep>,
    tables: StateTables,
    frames: Vec<StateFrame>,
    moves: Vec<Vec<(u32, u32)>>,
    ends: Vec<(u32, PlayEnd)>,
}

/// What a page holds for a reader who picks the steps.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Playable {
    Graph(Box<PlayGraph>),
    /// Why there is none.
    LeftOut(String),
}

/// A graph of all states, or why there is none, as text of a page.
#[derive(Debug)]
pub(crate) struct PlayData(String);

impl PlayData {
    pub(crate) fn new(
        graph: Result<StateGraph, NoStateGraph>,
        findings: &[Fault<Origin>],
        levels: Levels,
        report: &Report,
    ) -> PlayData {
        let told = |fault: &Fault<Origin>| PlayFinding {
            kind: fault.kind,
            level: levels.of(fault.kind),
            finding: report.findings.iter().position(|one| one.key == fault.key()),
        };
        let playable = match graph {
            Ok(graph) => {
                let StateGraph { objects, steps, tables, frames, moves, ends, schedules } = graph;
                let text = |n: Option<u128>| n.map(|n| n.to_string());
                let (all, failing) = (text(schedules.all), text(schedules.failing));
                Playable::Graph(Box::new(PlayGraph {
                    findings: findings.iter().map(told).collect(),
                    schedules: ScheduleCounts { all, failing },
                    objects,
                    steps,
                    tables,
                    frames,
                    moves,
                    ends,
                }))
            }
            Err(NoStateGraph::TooManyStates) => Playable::LeftOut(format!(
                "With these parameters there are more than {} states, too many to play through \
                 in a page.",
                grouped(MOST.states as u64)
            )),
            Err(NoStateGraph::TooLong) => Playable::LeftOut(
                "The executions of this program are too many and too long to play through in a \
                 page."
                    .to_owned(),
            ),
            Err(NoStateGraph::Nondeterminism) => Playable::LeftOut(
                "The program does not do the same under the same schedule.".to_owned(),
            ),
        };
        PlayData(serde_json::to_string(&playable).expect("a graph is JSON"))
    }

    /// Says that a graph is left out since the page would be too large.
    pub(super) fn left_out() -> PlayData {
        let text = "The graph of states would make this page too large.".to_owned();
        PlayData(serde_json::to_string(&Playable::LeftOut(text)).expect("a text is JSON"))
    }

    /// Says that there is no graph since the searches were told to stop.
    pub(crate) fn stopped(stop: Stop) -> PlayData {
        let text = format!("The graph of states was not made: {stop}.");
        PlayData(serde_json::to_string(&Playable::LeftOut(text)).expect("a text is JSON"))
    }

    pub(super) fn json(&self) -> &str {
        &self.0
    }
}
