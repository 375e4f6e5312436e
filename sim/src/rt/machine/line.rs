//! What is kept of the batons of an execution.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::id::{ObjectId, TaskId};

/// One baton, in the order in which an execution made them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BatonId(pub(super) u32);

/// A baton, and the tasks that want it.
#[derive(Debug)]
pub(crate) struct BatonLine {
    /// What each step updates that touches the baton or the line.
    pub(super) cell: ObjectId,
    /// The gauge that its owner holds: for reports.
    pub(super) hold: ObjectId,
    /// The task that has the baton, or was given its seat.
    pub(super) holder: Option<TaskId>,
    /// Whether the baton is given to no task in line, as in a loop that no task runs.
    pub(super) is_closed: bool,
    /// The task at whose end the baton is not handed on: no other one goes on then.
    pub(super) master: Option<TaskId>,
    /// The tasks that come next.
    pub(super) next: VecDeque<TaskId>,
    /// The gauge that each task of the group waits on.
    pub(super) seats: BTreeMap<TaskId, ObjectId>,
    /// In the order in which they were set.
    pub(super) timers: Vec<Timer>,
    /// The tasks that were started in the group and have not left it.
    pub(super) members: BTreeSet<TaskId>,
    /// The tasks that wait until a member has left, each with that.
    pub(super) joining: Vec<(TaskId, TaskId)>,
}

/// A task that is to stand in line when its time is up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timer {
    pub(super) task: TaskId,
    /// In microseconds of virtual time.
    pub(super) deadline: u64,
}

impl BatonLine {
    pub(super) fn new(cell: ObjectId, hold: ObjectId) -> BatonLine {
        BatonLine {
            cell,
            hold,
            holder: None,
            is_closed: false,
            master: None,
            next: VecDeque::new(),
            seats: BTreeMap::new(),
            timers: vec![],
            members: BTreeSet::new(),
            joining: vec![],
        }
    }
}
