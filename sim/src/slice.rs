//! A stretch of virtual time that a core gave to one task.

use crate::id::{ObjectId, TaskId};

/// A stretch of virtual time in which a core did one thing. Times are microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreSlice {
    /// The processor.
    pub cpu: ObjectId,
    /// Its core, counted from 0.
    pub core: u32,
    /// The task that had it.
    pub task: TaskId,
    /// When it began.
    pub from: u64,
    /// When it ended, later than that.
    pub to: u64,
    /// Whether the time went into the switch to the task, which did not run yet.
    pub is_switch: bool,
}
