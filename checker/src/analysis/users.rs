//! Which tasks use an end of a connection, and so can end the waits at the other one.
//!
//! A task that waits for bytes goes on once a task sends some at the other end, or closes it;
//! one that waits for room, once a task receives there. Each operation on an end touches the
//! handle that it is made with ([`Purpose::Handle`]), so a trace tells which tasks use which end:
//! those that have done something with a handle of it, or are about to.
//!
//! What it can miss: a task that has a handle and has never used it may do so later. It is not
//! known here, so a wait that it alone could end counts as one that no known task ends (a hang),
//! and among others it does not count.

use unknot_sim::{Access, Act, Execution, ObjectId, Purpose, Role, Task, TaskId};

/// The tasks that use an end, have not ended, and are not the one that waits.
pub(crate) fn users(execution: &Execution<'_>, waiting: TaskId, end: ObjectId) -> Vec<TaskId> {
    let others = execution.left().filter(|task| task.id != waiting);
    others.filter(|task| uses(execution, task, end)).map(|task| task.id).collect()
}

fn uses(execution: &Execution<'_>, task: &Task, end: ObjectId) -> bool {
    let is_handle = |access: &Access| {
        execution.object(access.object).purpose == Purpose::Handle
            && execution.whole(access.object) == end
    };
    let is_use = |act: Act, accesses: &[Access]| {
        !matches!(act, Act::Spawn | Act::End) && accesses.iter().any(is_handle)
    };
    let made = execution.trace.steps().iter().enumerate();
    let mut made = made.filter(|(_, step)| step.task == task.id);
    task.role == Role::Program
        && (is_use(task.pending.act, &task.pending.accesses)
            || made.any(|(nth, step)| is_use(step.act, execution.trace.accesses(nth))))
}
