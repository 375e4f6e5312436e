//! What primitives that stand on a baton ask of the machine, as part of their last step.

use std::time::Duration;

use super::local::with;
use super::machine::BatonId;
use super::stage::is_quiet;
use super::timed::micros;
use crate::execution::Phase;
use crate::id::{ObjectId, TaskId};
use crate::op::Access;

/// Adds a baton that no task has.
pub(crate) fn create_baton(cell: ObjectId, hold: ObjectId) -> BatonId {
    with(|world| world.machine.create_baton(cell, hold))
}

/// The task that has the baton, or is about to go on with it.
pub(crate) fn holder_of(baton: BatonId) -> Option<TaskId> {
    with(|world| world.machine.holder_of(baton))
}

/// Has nothing go on under a baton once the current task has ended.
pub(crate) fn master_baton(baton: BatonId) {
    with(|world| world.machine.master_baton(baton));
}

/// Whether a task waits for the baton.
pub(crate) fn is_any_next(baton: BatonId) -> bool {
    with(|world| world.machine.is_any_next(baton))
}

/// The gauge that a task waits on for the baton, if it has one.
pub(crate) fn seat_of(baton: BatonId, task: TaskId) -> Option<ObjectId> {
    with(|world| world.machine.seat_of(baton, task))
}

/// Notes the gauge that a task waits on for the baton.
pub(crate) fn give_seat(baton: BatonId, task: TaskId, seat: ObjectId) {
    with(|world| world.machine.give_seat(baton, task, seat));
}

/// Gives a free baton to the current task. Whether it was free.
pub(crate) fn take_baton(baton: BatonId) -> bool {
    with(|world| world.machine.take_baton(baton))
}

/// Frees a baton, and gives it to no task in line until it is opened.
pub(crate) fn close_baton(baton: BatonId) {
    with(|world| world.machine.close_baton(baton));
}

/// Has a baton given to the next in line from now on.
pub(crate) fn open_baton(baton: BatonId) {
    with(|world| world.machine.open_baton(baton));
}

/// Puts a task at the end of the line, or gives it a free baton.
pub(crate) fn line_up(baton: BatonId, task: TaskId) {
    with(|world| world.machine.line_up(baton, task));
}

/// Has the task that is next go on, or frees the baton.
pub(crate) fn hand_on(baton: BatonId) {
    with(|world| world.machine.hand_on(baton));
}

/// Has the clock put the current task in line once the time is up.
pub(crate) fn set_timer(baton: BatonId, duration: Duration) {
    with(|world| world.machine.set_timer(baton, micros(duration)));
}

/// Whether a task stands in line, or has its turn or is about to.
pub(crate) fn has_place(baton: BatonId, task: TaskId) -> bool {
    with(|world| world.machine.has_place(baton, task))
}

/// Notes that a task was started in the group, which it leaves at its end.
pub(crate) fn add_member(baton: BatonId, task: TaskId) {
    with(|world| world.machine.add_member(baton, task));
}

/// Has the current task stand in line once a member has ended.
pub(crate) fn join_in_line(baton: BatonId, task: TaskId) {
    with(|world| world.machine.join_in_line(baton, task));
}

/// Whether a task has made its last step.
pub(crate) fn has_ended(task: TaskId) -> bool {
    with(|world| world.machine.task(task).phase == Phase::Finished)
}

/// Has the current task touch more in its last step, which comes next.
pub(crate) fn say_at_end(accesses: &[Access]) {
    if !is_quiet() {
        with(|world| world.machine.say_at_end(accesses));
    }
}

/// Has the current task stand in line once any of these members has left the group.
pub(crate) fn await_any(baton: BatonId, members: &[TaskId]) {
    with(|world| world.machine.await_any(baton, members));
}

/// The gauge of the end of a member of a group, unless it has left that.
pub(crate) fn end_of_member(baton: BatonId, task: TaskId) -> Option<ObjectId> {
    with(|world| {
        let machine = &world.machine;
        machine.is_member(baton, task).then(|| machine.task(task).done)
    })
}
