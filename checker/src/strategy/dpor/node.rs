//! The points of the present execution, as the search sees them.

use std::sync::Arc;

use unknot_sim::{Access, Step, TaskId};

use crate::strategy::asked::Asked;
use crate::strategy::order::choice::{Choice, Choices};

/// Why a step is made at its point.
#[derive(Clone, Debug)]
pub(super) enum StepReason {
    /// It was the first to be made there. Other steps may be made before it.
    Free,
    /// It leads to a head.
    Led,
    /// It is made before a step of another task that was made here first.
    Head(Arc<Head>),
}

/// What is known of a head: a step that was moved before another one.
#[derive(Debug)]
pub(super) struct Head {
    /// The task of the other step.
    pub(super) against: TaskId,
    /// What the other step touched here, if it may touch something else later;
    /// otherwise empty.
    pub(super) instead_of: Vec<Access>,
    /// The head before this one that was moved before the same step.
    pub(super) before: Option<u32>,
}

/// The point before one step.
#[derive(Debug)]
pub(super) struct Node {
    /// The task that makes the step.
    pub(super) task: TaskId,
    pub(super) reason: StepReason,
    /// What the task asked for when the step was first made.
    pub(super) asked: Option<Asked>,
    /// The values chosen inside that step.
    pub(super) choices: Choices,
    /// How many of the first choices are given. All values of the other choices are tried.
    pub(super) n_given: u32,
    /// What the step touched with the values that were tried before, if any.
    touched_before: Option<Arc<[Access]>>,
}

impl Clone for Node {
    /// Most steps choose nothing, and most nodes are copied for every frame.
    fn clone(&self) -> Node {
        Node {
            task: self.task,
            reason: self.reason.clone(),
            asked: self.asked,
            choices: Choices::from_slice(&self.choices),
            n_given: self.n_given,
            touched_before: self.touched_before.clone(),
        }
    }
}

impl Node {
    /// A step with values that are given.
    pub(super) fn new(task: TaskId, reason: StepReason, choices: Choices) -> Node {
        let n_given = choices.len() as u32;
        Node { task, reason, asked: None, choices, n_given, touched_before: None }
    }

    /// A step that was the first to be made at its point.
    pub(super) fn free(made: &Step, choices: Choices) -> Node {
        let asked = Some(Asked::before(made));
        Node { asked, n_given: 0, ..Node::new(made.task, StepReason::Free, choices) }
    }

    /// What the step touched with the values that were tried before.
    pub(super) fn touched_before(&self) -> &[Access] {
        self.touched_before.as_deref().unwrap_or_default()
    }

    /// Notes what the step touched with the present values.
    pub(super) fn touches(&mut self, accesses: &[Access]) {
        let before = self.touched_before().iter().chain(accesses);
        self.touched_before = Some(before.copied().collect());
    }

    pub(super) fn is_free(&self) -> bool {
        matches!(self.reason, StepReason::Free)
    }

    /// The choices that are not given.
    pub(super) fn open_choices(&self) -> &[Choice] {
        &self.choices[(self.n_given as usize).min(self.choices.len())..]
    }

    /// Whether the step has other values than the ones that are tried first.
    pub(super) fn has_other_values(&self) -> bool {
        self.open_choices().iter().any(|choice| choice.value > 0)
    }

    /// Whether the search makes the step only because of a plan.
    pub(super) fn deviates(&self) -> bool {
        matches!(self.reason, StepReason::Head(_)) || self.has_other_values()
    }

    /// The task before whose step it was moved, for a head.
    pub(super) fn against(&self) -> Option<TaskId> {
        match &self.reason {
            StepReason::Head(head) => Some(head.against),
            _ => None,
        }
    }

    /// The head, if it was moved before a step of this task.
    pub(super) fn head_against(&self, task: TaskId) -> Option<&Head> {
        match &self.reason {
            StepReason::Head(head) if head.against == task => Some(head),
            _ => None,
        }
    }
}

/// The heads that were made one after another just before a step of a task,
/// newest first. Steps beyond the slice are free.
pub(super) fn chain(
    nodes: &[Node],
    step: usize,
    task: TaskId,
) -> impl Iterator<Item = (usize, &Head)> {
    let head_at = move |at: usize| nodes.get(at)?.head_against(task).map(|head| (at, head));
    let newest = step.checked_sub(1).and_then(head_at);
    std::iter::successors(newest, move |(_, head)| head_at(head.before? as usize))
}
