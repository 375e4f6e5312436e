//! The interface between the machine and the explorer that decides: data only.

use super::machine::Machine;
use crate::execution::{Ended, Execution, Object, Phase, Task};
use crate::id::{ObjectId, TaskId};
use crate::names::Names;
use crate::op::Op;
use crate::trace::Trace;

/// A scheduling point: every task has declared its pending operation, and one
/// enabled task is to be picked.
#[derive(Clone, Copy)]
pub struct Point<'a>(pub(super) &'a Machine);

impl std::fmt::Debug for Point<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Point").field("step", &self.step()).finish_non_exhaustive()
    }
}

impl<'a> Point<'a> {
    /// The number of the step that is to be decided, counted from 0.
    #[must_use]
    pub fn step(&self) -> usize {
        self.0.trace.len()
    }

    /// The task that made the last step.
    #[must_use]
    pub fn last(&self) -> Option<TaskId> {
        self.0.trace.steps().last().map(|step| step.task)
    }

    /// The task of the program that made the last step of one: the machine's own tasks run
    /// beside it and do not take its turn. None once the clock has moved: it only moves when
    /// no task can go on, and which of them was the last to wait is a matter of chance.
    #[must_use]
    #[inline]
    pub fn running(&self) -> Option<TaskId> {
        self.0.running()
    }

    /// The execution as it would be if it were given up here: what [`Explorer::end`] sees
    /// after [`Decision::Stop`] with [`Ended::Abandoned`].
    #[must_use]
    pub fn so_far(&self) -> Execution<'a> {
        self.0.execution_until(Ended::Abandoned)
    }

    /// What has happened so far.
    #[must_use]
    pub fn trace(&self) -> &'a Trace {
        &self.0.trace
    }

    /// The tasks of this execution, in the order of their creation.
    #[must_use]
    pub fn live(&self) -> &'a [TaskId] {
        &self.0.live
    }

    /// The paths behind the ids.
    #[must_use]
    pub fn names(&self) -> &'a Names {
        &self.0.names
    }

    /// An object of this execution.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> &'a Object {
        &self.0.objects[id.index()]
    }

    /// An object, if any execution of this search has created it.
    #[must_use]
    pub fn find_object(&self, id: ObjectId) -> Option<&'a Object> {
        self.0.objects.get(id.index())
    }

    /// What a task is about to do; `None` once it has finished, and before it has
    /// reached its first operation.
    #[must_use]
    pub fn pending(&self, task: TaskId) -> Option<&'a Op> {
        // A task that was seen in another execution need not exist in this one yet.
        let task = self.0.tasks.get(task.index())?;
        (task.phase == Phase::Waiting).then_some(&task.pending)
    }

    /// Whether a process can be killed.
    #[must_use]
    pub fn has_deaths(&self) -> bool {
        self.0.has_deaths
    }

    /// What is known of a task of this execution.
    #[must_use]
    pub fn task(&self, task: TaskId) -> &'a Task {
        &self.0.tasks[task.index()]
    }

    /// Whether a task could make its step now.
    #[must_use]
    pub fn is_enabled(&self, task: TaskId) -> bool {
        let shows = |gauge: ObjectId| self.0.objects[gauge.index()].shows;
        self.pending(task).is_some_and(|op| op.is_possible(shows))
    }

    /// Whether it is a preemption if this enabled task makes the next step: the task that
    /// runs could go on ([`Point::running`]). A task that yields or sleeps offers to be left.
    /// A step of the machine's own pseudo-tasks preempts no task.
    #[inline]
    #[must_use]
    pub fn preempts(&self, task: TaskId) -> bool {
        self.0.preempts(task)
    }

    /// The tasks that could make their step now, in the order of creation.
    pub fn enabled(&self) -> impl Iterator<Item = TaskId> + use<'a> {
        let point = *self;
        self.0.live.iter().copied().filter(move |&task| point.is_enabled(task))
    }
}

/// What an explorer answers at a scheduling point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// This enabled task makes its step.
    Run(TaskId),
    /// The execution is not worth continuing.
    Stop(Ended),
}

/// Why the machine runs no further execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This many tasks could not be ended after their executions. Each keeps its
    /// stack for ever.
    GivenUp {
        /// How many.
        tasks: usize,
    },
    /// An execution started more tasks than it may, and was cut there: what is
    /// known of their order takes memory for each task at each step.
    TooManyTasks {
        /// How many it may start, main included.
        most: usize,
    },
}

/// Decides everything that may differ between two executions of a program.
///
/// It sees choices and executions, never the state of the program.
pub trait Explorer {
    /// Called before each execution. False: there is none left.
    fn begin(&mut self) -> bool;
    /// How many steps the execution that was just begun has in common with the one
    /// before it, with every choice made in them. They are repeated, and the
    /// explorer is not asked about them unless that fails. 0 is always right.
    fn n_repeated(&self) -> usize {
        0
    }
    /// Picks the task that makes the next step. Called only when at least one
    /// task is enabled.
    fn pick(&mut self, point: &Point<'_>) -> Decision;
    /// Picks one of `n` values (at least 2) inside the last step.
    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32;
    /// Called instead of [`Explorer::begin`] where the machine runs no further
    /// execution.
    fn refused(&mut self, _why: Refusal) {}
    /// Called where the program behaved differently in steps that were repeated, so that
    /// the explorer was not asked about them. The program still made the steps of the
    /// trace, and then used, created or chose something else. The execution is made again
    /// from its first step.
    fn lost(&mut self, _at: &Point<'_>) {}
    /// Called after each execution.
    fn end(&mut self, execution: &Execution<'_>);
}
