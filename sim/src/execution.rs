//! One finished execution, as strategies and analyses see it.

use std::collections::BTreeMap;
use std::panic::Location;

use smallvec::SmallVec;

use crate::exception::Exception;
use crate::id::{ObjectId, Role, TaskId};
use crate::name::Name;
use crate::names::Names;
use crate::noted::Noted;
pub use crate::object::{Object, Ownership, Purpose, Want};
use crate::op::Op;
use crate::slice::CoreSlice;
use crate::trace::Trace;
use crate::value::Value;

/// How an execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every attached task finished, and the tasks that had not were killed.
    Complete,
    /// No task is enabled, and an attached one is unfinished.
    Stuck,
    /// A bound on the steps of one execution cut it.
    Cut,
    /// The strategy gave it up: what would follow is covered elsewhere.
    Abandoned,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Created; it has not reached its first operation.
    Unstarted,
    /// Waits at its pending operation, enabled or not.
    Waiting,
    /// Runs its local code between two operations.
    Running,
    /// Its end was executed.
    Finished,
    /// It was killed where it was, and makes no further step. What it was about to do still
    /// counts for a search: in another order it may be done.
    Killed,
}

/// One task of one execution.
#[derive(Debug)]
pub struct Task {
    /// The task.
    pub id: TaskId,
    /// What it is: one of the program, or a pseudo-task of the machine.
    pub role: Role,
    /// Its name, possibly empty.
    pub name: Name,
    /// The number of its process among those of the execution.
    pub process: u32,
    /// Whether it is a daemon thread: it is killed at the end of its process.
    pub daemon: bool,
    /// Whether the program is not over before it has ended: it is neither a daemon nor in
    /// a daemonic process.
    pub attached: bool,
    /// The cell that is written when it is killed; every step of a task that
    /// can be killed reads it.
    pub alive: Option<ObjectId>,
    /// Virtual time at which a timed wait or sleep ends, in microseconds.
    pub deadline: Option<u64>,
    /// The task that started it (the main task: itself).
    pub parent: TaskId,
    /// The first task of its crowd, if it has one: tasks that are alike.
    pub crowd: Option<TaskId>,
    /// The step that started it; `None` for the main task.
    pub started_by: Option<u32>,
    /// Where it stands.
    pub phase: Phase,
    /// What it is about to do. Meaningful unless it finished.
    pub pending: Op,
    /// Its last executed step.
    pub last_step: Option<u32>,
    /// The gauge that shows 1 once it finished.
    pub done: ObjectId,
    /// How it failed, if it did.
    pub failure: Option<Failure>,
}

/// A process of one execution. That of the main task has number 0.
#[derive(Clone, Debug)]
pub struct ProcessState {
    /// Its main task, by which it is known.
    pub main: TaskId,
    /// The number of the process that started it (number 0: itself).
    pub parent: u32,
    /// Whether it is told to die at the end of its parent.
    pub is_daemonic: bool,
    /// The gauge that counts its threads for the threads that enumerate them.
    pub registry: ObjectId,
    /// What its end and its death touch; `None` for number 0.
    pub life: Option<Life>,
    /// How it ended: 0, 1 after a failure, minus the number of the signal that killed it.
    pub exit_code: Option<i64>,
}

/// The objects of a process that was started by another one.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    /// The gauge that shows minus the number of attached threads that have not ended.
    pub threads: ObjectId,
    /// The cell that is written at its end, be that by itself or not.
    pub alive: ObjectId,
    /// The pseudo-task that ends a process which can be killed.
    pub death: Option<Death>,
}

/// How a process can be killed.
#[derive(Clone, Copy, Debug)]
pub struct Death {
    /// The pseudo-task.
    pub task: TaskId,
    /// The gauge that it waits for.
    pub doomed: ObjectId,
}

/// A pseudo-task that writes what its process puts into a queue.
#[derive(Clone, Copy, Debug)]
pub struct Feeder {
    /// The pseudo-task.
    pub task: TaskId,
    /// The number of its process.
    pub process: u32,
    /// The gauge that shows minus the number of items that it has not written.
    pub unfed: ObjectId,
}

/// What a process has of an end of a pipe.
#[derive(Clone, Debug)]
pub struct EndCopy {
    /// The number of the process.
    pub process: u32,
    /// The gauge that shows 1 while the copy is open.
    pub open: ObjectId,
    /// The gauges of the tasks that wait for what comes from the end.
    pub waited_on: SmallVec<[ObjectId; 2]>,
    /// Whether it is open.
    pub is_open: bool,
    /// Whether a daemon thread has closed it.
    pub is_closed_by_daemon: bool,
    /// Which end, in the order in which the execution made them.
    pub end: u32,
}

/// How a task failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It returned an exception.
    Exception(Exception),
    /// It panicked.
    Panic {
        /// The panic's message.
        message: String,
        /// Where it panicked.
        location: String,
        /// Its last step until then. Destructors may have made more.
        after: Option<u32>,
    },
}

/// A condition of the program that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The task that made the step after which it was found.
    pub task: TaskId,
    /// That step; `None` before the first one.
    pub step: Option<u32>,
    /// What should have held, with values.
    pub message: String,
    /// Where the program says so.
    pub location: &'static Location<'static>,
}

/// A view of one finished execution.
#[derive(Clone, Copy, Debug)]
pub struct Execution<'a> {
    /// How it ended.
    pub ended: Ended,
    /// What happened.
    pub trace: &'a Trace,
    /// Its tasks, in the order of their creation.
    pub live: &'a [TaskId],
    /// All tasks by index; only those in `live` belong to this execution.
    pub tasks: &'a [Task],
    /// Its processes, in the order of their starts.
    pub processes: &'a [ProcessState],
    /// The ends of pipes that processes have had, open or not.
    pub copies: &'a [EndCopy],
    /// The feeders of queues between processes.
    pub feeders: &'a [Feeder],
    /// All objects by index; only those that the trace or a pending operation
    /// names belong to this execution.
    pub objects: &'a [Object],
    /// The paths behind the ids.
    pub names: &'a Names,
    /// Virtual time at the end, in microseconds; 0 when durations do not count.
    pub makespan: u64,
    /// What the cores of its processors did, in the order in which the slices began.
    pub slices: &'a [CoreSlice],
    /// Whether some task used up the number of its timeouts in a row, so that
    /// longer runs of timeouts were not explored.
    pub timeouts_used_up: bool,
    /// Whether the outcome is made from the final state, and not by the main task.
    pub has_exit_outcome: bool,
    /// Whether a task has assumed what does not hold, so that nothing which this execution
    /// shows counts.
    pub is_excluded: bool,
    /// Whether some tasks are alike ([`Task::crowd`]).
    pub has_crowds: bool,
    /// Conditions that did not hold, in the order in which they were found.
    pub violations: &'a [Violation],
    /// What the main task returned, when it finished without a failure.
    pub outcome: Option<&'a Value>,
    /// Values that steps read or wrote, by step: filled only when recording.
    pub values: &'a BTreeMap<u32, Noted>,
}

impl<'a> Execution<'a> {
    /// A task of this execution.
    #[must_use]
    pub fn task(&self, id: TaskId) -> &'a Task {
        &self.tasks[id.index()]
    }

    /// An object of this execution.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> &'a Object {
        &self.objects[id.index()]
    }

    /// The object that stands for the whole primitive that this one belongs to.
    #[must_use]
    pub fn whole(&self, id: ObjectId) -> ObjectId {
        self.object(id).part_of.unwrap_or(id)
    }

    /// The tasks that did not finish, killed or not, in the order of their creation.
    pub fn unfinished(&self) -> impl Iterator<Item = &'a Task> + use<'a> {
        let tasks = self.tasks;
        self.live.iter().map(move |id| &tasks[id.index()]).filter(|t| t.phase != Phase::Finished)
    }

    /// The tasks of the program that neither finished nor were killed before the end, in
    /// the order of their creation.
    pub fn left(&self) -> impl Iterator<Item = &'a Task> + use<'a> {
        self.unfinished().filter(|task| task.role == Role::Program && task.phase != Phase::Killed)
    }

    /// The step in which a task was killed, if it was.
    #[must_use]
    pub fn killed_at(&self, task: TaskId) -> Option<u32> {
        let task = self.task(task);
        let alive = task.alive.filter(|_| task.phase == Phase::Killed)?;
        let kills = |step: &usize| {
            let mut accesses = self.trace.accesses(*step).iter();
            accesses.any(|access| access.object == alive && access.writes())
        };
        (0..self.trace.len()).rev().find(kills).map(|step| step as u32)
    }

    /// Whether the task's pending operation could be executed now.
    #[must_use]
    pub fn is_enabled(&self, task: TaskId) -> bool {
        let task = self.task(task);
        let shows = |gauge| self.object(gauge).shows;
        task.phase == Phase::Waiting && task.pending.is_possible(shows)
    }
}
