//! Which tasks are alike, and what a program with such tasks must not ask for.

use super::door::raised;
use super::local::with;
use super::panic::raise_misuse;
use crate::id::TaskId;

/// Has a task that was just started be like another one, or like itself.
pub(crate) fn join_crowd(member: TaskId, first: TaskId) {
    let is_told_apart = with(|world| {
        let machine = &mut world.machine;
        let task = machine.task_mut(member);
        // Tasks that can be killed are, one after another, in the order of their starts.
        if task.process != 0 || task.alive.is_some() {
            return false;
        }
        task.crowd = Some(first);
        machine.has_crowds = true;
        !machine.cpus.is_empty()
    });
    if is_told_apart {
        refuse();
    }
}

/// Refuses what tells tasks apart by when they were started, if some are alike.
pub(crate) fn tell_apart() {
    if with(|world| world.machine.has_crowds) {
        refuse();
    }
}

fn refuse() {
    let message = "tasks of spawn_many are alike: a program that has some can neither list nor \
                   count its tasks, nor have a processor";
    raise_misuse(raised("RuntimeError", message));
}
