//! What every task waits for and holds at each step of one execution, as owned data.
//!
//! The schedule is replayed, and before each step the execution so far is taken as if it
//! ended there. So the graph at a step is the one of `unknot graph --at`, and nothing of it
//! is computed a second time by other means. From one step to the next little changes: each
//! record is kept once in a table, and a frame says which numbers of each list are replaced.
//!
//! What it can miss: only the first [`MOST`] steps of an execution have states, since the
//! graph of each is found from the first step on.

mod flow;
mod frames;

use serde::Serialize;
use unknot_sim::{Decision, Execution, Explorer, Point, Program, explore};

pub use self::flow::ObjectRecord;
use self::flow::{StepFlow, StepObjects};
pub(crate) use self::frames::Frames;
pub use self::frames::{StateFrame, StateTables};
use super::graph::Graph;
use super::record::{TaskRecord, task_records};
use super::{Replayed, learned};
use crate::analysis::handed::Handed;
use crate::analysis::stuck;
use crate::model::terms::Semantics;
use crate::search::standstill::Known;
use crate::strategy::Replay;

/// The most steps after which a state is kept.
pub const MOST: usize = 1_500;

/// The states of an execution: before its first step, and after each step.
#[derive(Clone, Debug, Serialize)]
pub struct States {
    /// What the steps touch.
    pub objects: Vec<ObjectRecord>,
    /// What each step changes and reads.
    pub flow: Vec<StepFlow>,
    /// Every record of the frames, once.
    pub tables: StateTables,
    /// The state after no step, one step, and so on.
    pub frames: Vec<StateFrame>,
    /// How many steps at the end have no state.
    #[serde(skip_serializing_if = "is_none")]
    pub left_out: usize,
}

impl States {
    /// Keeps so many states at the start, at least one.
    pub(crate) fn keep(&mut self, n_states: usize) {
        self.frames.truncate(n_states.max(1));
        self.tables.keep_those_of(&self.frames);
        self.left_out = self.flow.len().saturating_sub(self.frames.len() - 1);
    }
}

fn is_none(n: &usize) -> bool {
    *n == 0
}

/// The last state of an execution that may end early.
pub(crate) struct StateAfter {
    pub(crate) tasks: Vec<TaskRecord>,
    pub(crate) graph: Graph,
    may_be_handed: bool,
    flow: Option<(StepObjects, Vec<StepFlow>)>,
}

impl StateAfter {
    pub(crate) fn of(execution: &Execution<'_>, known: &Known, with_flow: bool) -> StateAfter {
        let mut handed = known.handed.interned(execution.names);
        handed.absorb(Handed::of(execution));
        let wait_for = stuck::wait_for(execution, &handed);
        StateAfter {
            tasks: task_records(execution),
            graph: Graph::of(execution, &wait_for, &handed),
            may_be_handed: wait_for.waits.iter().any(|wait| wait.may_be_handed()),
            flow: with_flow.then(|| StepObjects::of(execution)),
        }
    }

    /// What the last step touches, and the objects that its numbers name.
    pub(crate) fn last_flow(&self) -> Option<(&StepFlow, &StepObjects)> {
        let (objects, flow) = self.flow.as_ref()?;
        Some((flow.last()?, objects))
    }

    /// Calls steps by other numbers. What is said of them in sentences is left out.
    pub(crate) fn renumber(&mut self, number: &dyn Fn(u32) -> u32) {
        for task in &mut self.tasks {
            task.since = task.since.map(number);
            task.killed = task.killed.map(number);
        }
        self.graph.renumber(number);
    }
}

/// Replays a schedule, and takes the state at each step of it.
struct FrameTaker {
    replay: Replay,
    /// What other executions have shown, and the first frame for which that is of use.
    known: Known,
    known_from: usize,
    frames: Frames,
    /// The first frame in which a wait means something else if its gauge is handed on.
    may_be_handed: Option<usize>,
    flow: Option<(StepObjects, Vec<StepFlow>)>,
}

impl FrameTaker {
    fn new(replayed: &Replayed, known: Known, known_from: usize) -> FrameTaker {
        FrameTaker {
            replay: Replay::new(replayed.record.schedule.clone()),
            known,
            known_from,
            frames: Frames::default(),
            may_be_handed: None,
            flow: None,
        }
    }

    fn take(&mut self, execution: &Execution<'_>) {
        let number = execution.trace.len();
        if number > MOST {
            return;
        }
        assert_eq!(number, self.frames.frames.len(), "each state is taken once");
        let state = match number >= self.known_from {
            true => StateAfter::of(execution, &self.known, false),
            false => StateAfter::of(execution, &Known::default(), false),
        };
        if state.may_be_handed {
            self.may_be_handed.get_or_insert(number);
        }
        self.frames.push(&state.tasks, &state.graph);
    }
}

impl Explorer for FrameTaker {
    fn begin(&mut self) -> bool {
        self.replay.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.take(&point.so_far());
        self.replay.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.replay.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        // Where the replay stops, the state was taken already.
        if execution.trace.len() == self.frames.frames.len() {
            self.take(execution);
        }
        self.flow = Some(StepObjects::of(execution));
        self.replay.end(execution);
    }
}

/// The states of an execution that was run again before.
///
/// # Panics
/// If the program does not end in one execution: a bug of unknot.
#[must_use]
pub fn states(program: &Program, replayed: &Replayed, semantics: Semantics) -> States {
    let limits = semantics.limits(true);
    let mut taken =
        explore(program, limits, FrameTaker::new(replayed, Known::default(), usize::MAX));
    if let Some(first) = taken.may_be_handed {
        // The same that `graph --at` does for the one execution that it shows.
        let known = learned(program, semantics).0;
        if !known.handed.is_empty() {
            taken = explore(program, limits, FrameTaker::new(replayed, known, first));
        }
    }
    let FrameTaker { frames: Frames { tables, frames, .. }, flow, .. } = taken;
    let (objects, flow) = flow.expect("a replay runs once");
    let left_out = flow.len().saturating_sub(MOST);
    States { objects: objects.records, flow, tables, frames, left_out }
}
