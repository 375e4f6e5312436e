//! The points of a search with backtrack sets: which tasks could make a step, and which
//! of them are to be explored.
//!
//! A set only grows while its point is on the path of the search. A task that
//! would be one preemption too many is not added to the set but counted, once.

use smallvec::SmallVec;
use unknot_sim::TaskId;

use crate::strategy::api::PreemptionBound;
use crate::strategy::asked::Asked;
use crate::strategy::order::choice::Choices;

/// What became of a task that could make the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BacktrackState {
    /// No plan asks for it.
    Idle,
    /// It is to be explored.
    Planned,
    /// It was explored, or is being explored.
    Explored,
    /// It would be one preemption too many.
    LeftOut,
}

/// A task that can make the next step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Enabled {
    pub(super) task: TaskId,
    pub(super) preempts: bool,
    pub(super) state: BacktrackState,
}

/// The point before one step.
#[derive(Debug)]
pub(super) struct BacktrackPoint {
    pub(super) enabled: SmallVec<[Enabled; 4]>,
    /// The place of the task that makes the step in the present execution.
    pub(super) at: usize,
    /// What the task asked for when the step was first made.
    pub(super) asked: Option<Asked>,
    /// The values chosen inside that step.
    pub(super) choices: Choices,
    /// The preemptions before it.
    pub(super) preemptions: u32,
}

impl BacktrackPoint {
    pub(super) fn taken(&self) -> Enabled {
        self.enabled[self.at]
    }

    /// Whether every enabled task may make the step without a preemption.
    pub(super) fn is_free(&self) -> bool {
        self.enabled.iter().all(|one| !one.preempts)
    }

    /// Plans a task. Says whether it can make the step.
    pub(super) fn plan(&mut self, task: TaskId, bound: &mut PreemptionBound) -> bool {
        let nth = self.enabled.iter().position(|one| one.task == task);
        nth.map(|nth| self.plan_nth(nth, bound)).is_some()
    }

    pub(super) fn plan_all(&mut self, bound: &mut PreemptionBound) {
        (0..self.enabled.len()).for_each(|nth| self.plan_nth(nth, bound));
    }

    fn plan_nth(&mut self, nth: usize, bound: &mut PreemptionBound) {
        let one = &mut self.enabled[nth];
        if one.state != BacktrackState::Idle {
            return;
        }
        if one.preempts && self.preemptions >= bound.preemptions {
            one.state = BacktrackState::LeftOut;
            bound.left_out += 1;
        } else {
            one.state = BacktrackState::Planned;
        }
    }

    /// Turns to the next task that is planned and not explored.
    pub(super) fn next_task(&mut self) -> bool {
        let planned = self.enabled.iter().position(|one| one.state == BacktrackState::Planned);
        let Some(nth) = planned else { return false };
        self.enabled[nth].state = BacktrackState::Explored;
        self.at = nth;
        self.asked = None;
        true
    }
}
