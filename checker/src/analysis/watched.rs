//! What a task that waits for a change looked at, and so what its wait is about.

use smallvec::{SmallVec, smallvec};
use unknot_sim::{Execution, Mode, ObjectId, Purpose, Task};

/// What the task looked at before it parked until something changes, the latest look
/// first; nothing for any other wait, since then the gauge names what raises it.
pub(super) fn watched<'a>(
    execution: &Execution<'a>,
    task: &'a Task,
    gauge: ObjectId,
) -> impl Iterator<Item = ObjectId> + use<'a> {
    let is_for_change = execution.object(gauge).purpose == Purpose::Change;
    let last = task.last_step.filter(|_| is_for_change);
    let looks = last.map_or(&[][..], |last| execution.trace.accesses(last as usize)).iter();
    looks
        .filter(|access| matches!(access.mode, Mode::Read | Mode::Look))
        .map(|access| access.object)
        .filter(move |&object| Some(object) != task.alive)
}

/// What a wait is about: the primitive that a gauge is part of, or what is to change.
pub(super) fn about(
    execution: &Execution<'_>,
    task: &Task,
    gauge: ObjectId,
) -> SmallVec<[ObjectId; 1]> {
    let watched: SmallVec<[ObjectId; 1]> = watched(execution, task, gauge).collect();
    if watched.is_empty() { smallvec![execution.whole(gauge)] } else { watched }
}
