//! What every task waits for and holds at each step of one execution, as owned data.
//!
//! The state after `n` steps is that of the execution which ends there: its schedule is
//! cut, the program is run, and the wait-for graph is that of its last state. So the graph
//! at a step is the one of `unknot graph --at`, and nothing of it is computed a second time
//! by other means. From one step to the next little changes: each record is kept once in
//! a table, and a frame says which numbers of each list are replaced.
//!
//! What it can miss: only the first [`MOST`] steps of an execution have states, since each
//! takes a run of its own.

mod flow;
mod frames;

use std::sync::Arc;

use serde::Serialize;
use unknot_sim::{Execution, Program, explore};

pub use self::flow::ObjectRecord;
use self::flow::{StepFlow, StepObjects};
pub(crate) use self::frames::Frames;
pub use self::frames::{StateFrame, StateTables};
use super::graph::Graph;
use super::record::{TaskRecord, task_records};
use super::{Replayed, learned};
use crate::analysis::handed::Handed;
use crate::analysis::stuck;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::search::standstill::Known;
use crate::strategy::{Observing, Replay};

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

/// The states of an execution that was run again before.
///
/// # Panics
/// If the program does not end in one execution: a bug of unknot.
#[must_use]
pub fn states(program: &Program, replayed: &Replayed, semantics: Semantics) -> States {
    let schedule = &replayed.record.schedule;
    let n_steps = schedule.steps.len();
    let whole = state_after(n_steps, schedule, program, &Known::default(), semantics, true);
    let (objects, flow) = whole.flow.expect("it was asked for");
    let objects = objects.records;
    let mut frames = Frames::default();
    let mut known = Known::default();
    let mut has_learned = false;
    for steps in 0..=n_steps.min(MOST) {
        let mut state = state_after(steps, schedule, program, &known, semantics, false);
        if state.may_be_handed && !has_learned {
            // The same that `graph --at` does for the one execution that it shows.
            known = learned(program, semantics).0;
            has_learned = true;
            state = state_after(steps, schedule, program, &known, semantics, false);
        }
        frames.push(&state.tasks, &state.graph);
    }
    let Frames { tables, frames, .. } = frames;
    States { objects, flow, tables, frames, left_out: n_steps.saturating_sub(MOST) }
}

fn state_after(
    steps: usize,
    schedule: &Schedule,
    program: &Program,
    known: &Known,
    semantics: Semantics,
    with_flow: bool,
) -> StateAfter {
    let mut schedule = schedule.clone();
    Arc::make_mut(&mut schedule.steps).truncate(steps);
    let seen: (Known, bool, Option<StateAfter>) = (known.clone(), with_flow, None);
    let recorder =
        Observing::new(Replay::new(schedule), seen, |(known, with_flow, last), execution| {
            *last = Some(StateAfter::of(execution, known, *with_flow));
        });
    let recorder = explore(program, semantics.limits(true), recorder);
    recorder.seen.2.expect("a replay runs once")
}
