//! The tasks that wait until a condition holds.

use crate::id::{ObjectId, TaskId};

/// A task that waits until a condition holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Awaiting {
    pub(crate) task: TaskId,
    pub(crate) cell: ObjectId,
    /// Shows 1 while its step is possible.
    pub(crate) gauge: ObjectId,
    /// Which one of the waits of the trace this is.
    pub(crate) nth: usize,
    /// Whether there is a version about which the task has not been asked.
    pub(crate) is_due: bool,
}

/// The gauges that tasks wait on, each with its task and variable.
#[derive(Debug, Default)]
pub(crate) struct Awaits {
    pub(crate) now: Vec<Awaiting>,
    pub(crate) gauges: Vec<(TaskId, ObjectId, ObjectId)>,
    /// The task that was given control to answer, and not to make its step.
    pub(crate) asking: Option<TaskId>,
}

impl Awaits {
    pub(crate) fn clear(&mut self) {
        self.now.clear();
        self.gauges.clear();
        self.asking = None;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// Notes that there is a new version of a variable.
    pub(crate) fn written(&mut self, cell: ObjectId) {
        self.now.iter_mut().filter(|one| one.cell == cell).for_each(|one| one.is_due = true);
    }
}
