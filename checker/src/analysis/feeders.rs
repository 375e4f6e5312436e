//! Which processes can end a wait at a pipe.
//!
//! A task that waits for a message goes on once a process sends one, or once no copy of the
//! other end is open. Only a process that has such a copy can do either. A copy that the
//! process got at its start and never used is there by accident, so only processes count of
//! which a task has done something to the pipe, or is about to. If that is one process, the
//! wait is a wait for that process.
//!
//! A copy that the waiting process has itself ends no wait of its own, unless another of
//! its threads uses the pipe.

use unknot_sim::{Access, Act, EndCopy, Execution, ObjectId, Role, Task, TaskId};

/// The open copies of the end from which a gauge gets what tasks wait for at it.
pub(crate) fn open_copies<'a>(
    execution: &Execution<'a>,
    gauge: ObjectId,
) -> impl Iterator<Item = &'a EndCopy> {
    let feeds = move |copy: &&EndCopy| copy.is_open && copy.waited_on.contains(&gauge);
    execution.copies.iter().filter(feeds)
}

/// The tasks that can end a wait of a task at a gauge of a pipe, a list for each process.
pub(crate) fn feeders(
    execution: &Execution<'_>,
    waiting: TaskId,
    gauge: ObjectId,
) -> Vec<Vec<TaskId>> {
    let pipe = execution.whole(gauge);
    let own = execution.task(waiting).process;
    let of_process = |process: u32| {
        let left = execution.left().filter(move |task| task.process == process);
        if process != own {
            let has_used = execution.live.iter().map(|&id| execution.task(id));
            let mut has_used = has_used.filter(|task| task.process == process);
            let is_used = has_used.any(|task| uses(execution, task, pipe));
            return left.filter(|_| is_used).map(|task| task.id).collect::<Vec<_>>();
        }
        let others = left.filter(|task| task.id != waiting && uses(execution, task, pipe));
        others.map(|task| task.id).collect()
    };
    let tasks = open_copies(execution, gauge).map(|copy| of_process(copy.process));
    tasks.filter(|tasks| !tasks.is_empty()).collect()
}

/// Whether a task has done something to a pipe, or is about to. To start a process and to
/// end is nothing of that.
fn uses(execution: &Execution<'_>, task: &Task, pipe: ObjectId) -> bool {
    let is_use = |act: Act, accesses: &[Access]| {
        !matches!(act, Act::Spawn | Act::End)
            && accesses.iter().any(|access| execution.whole(access.object) == pipe)
    };
    let made = execution.trace.steps().iter().enumerate();
    let mut made = made.filter(|(_, step)| step.task == task.id);
    task.role == Role::Program
        && (is_use(task.pending.act, &task.pending.accesses)
            || made.any(|(nth, step)| is_use(step.act, execution.trace.accesses(nth))))
}
