//! What processes ask of the machine.

use std::panic::Location;

use super::body::TaskBody;
use super::door::step;
use super::local::with;
use super::machine::{NewFeeder, NewObject, NewProcess, Signal};
use super::stage::is_quiet;
use crate::act::Act;
use crate::exception::Exception;
use crate::id::{ObjectId, TaskId, TaskPath};
use crate::mode::Mode;
use crate::op::{Access, Op};

/// Starts the main task of a process, as part of a step of its own that touches what is
/// copied. The task runs nothing before it is given a body. `None` where primitives are
/// quiet: it could never run.
///
/// # Errors
/// If the current task may not start processes.
pub(crate) fn start_process(
    new: NewProcess,
    reads: &[Access],
) -> Result<Option<TaskId>, Exception> {
    if !is_quiet() && !with(|world| world.machine.may_start_processes()) {
        let message = "daemons are not allowed to have children";
        return Err(super::door::raised("AssertionError", message));
    }
    let mut op = Op::local("start", new.location).acting(Act::Spawn);
    op.accesses.extend_from_slice(reads);
    if !is_quiet() {
        op.accesses.extend(with(|world| world.machine.ends_looked_at()));
    }
    step(op);
    if is_quiet() {
        return Ok(None);
    }
    Ok(Some(with(|world| world.create_process(new))))
}

/// Gives the main task of a process what it is to run.
pub(crate) fn give_body(task: TaskId, body: TaskBody) {
    with(|world| world.prepare(task, body));
}

/// Copies an object of the current task for the main task of a process that is about to
/// run, as part of the step that starts it.
pub(crate) fn copy(
    of: ObjectId,
    to: TaskId,
    change: impl FnOnce(NewObject) -> NewObject,
) -> ObjectId {
    with(|world| world.machine.copy_object(of, to, change))
}

/// The same for a gauge, which then shows what the original shows.
pub(crate) fn copy_gauge(
    of: ObjectId,
    to: TaskId,
    change: impl FnOnce(NewObject) -> NewObject,
) -> ObjectId {
    with(|world| {
        let copy = world.machine.copy_object(of, to, change);
        let shows = world.machine.tell(of);
        if shows != world.machine.object(copy).initial {
            world.machine.touch(Access::new(copy, Mode::Set, shows));
        }
        copy
    })
}

/// Creates an object in the name of a task.
pub(crate) fn create_of(creator: TaskId, new: NewObject) -> ObjectId {
    with(|world| world.machine.create_object_of(creator, new))
}

/// Creates a feeder of the process of a task, in the name of that task.
pub(crate) fn create_feeder(of: TaskId, new: NewFeeder) {
    with(|world| world.machine.create_feeder(of, new));
}

/// The main task of the process that runs.
pub(crate) fn own_main() -> TaskId {
    with(|world| world.machine.process_of(world.machine.current).main)
}

/// The gauge that shows 1 once a task has ended.
pub(crate) fn end_of(task: TaskId) -> ObjectId {
    with(|world| world.machine.task(task).done)
}

/// How a process has ended, by its main task.
pub(crate) fn exit_code(main: TaskId) -> Option<i64> {
    with(|world| world.machine.process_of(main).exit_code)
}

/// The path of the main task of the process of a task.
pub(crate) fn main_of(task: TaskId) -> TaskPath {
    with(|world| {
        let main = world.machine.process_of(task).main;
        world.machine.names.task_path(main)
    })
}

/// The main task of the process that started that of a task, and the gauge of its end if
/// it can be killed.
pub(crate) fn parent_of(task: TaskId) -> (TaskId, Option<ObjectId>) {
    with(|world| {
        let parent = world.machine.process_of(task).parent as usize;
        let parent = &world.machine.processes[parent];
        let is_killable = parent.life.is_some_and(|life| life.death.is_some());
        (parent.main, is_killable.then(|| world.machine.task(parent.main).done))
    })
}

/// Tells a process to die, by its main task. One step.
pub(crate) fn signal(
    verb: &'static str,
    main: TaskId,
    signal: Signal,
    location: &'static Location<'static>,
) {
    let death = with(|world| world.machine.process_of(main).life.and_then(|life| life.death));
    let doomed = death.expect("only a process that can be killed is told to die").doomed;
    step(Op::local(verb, location).with(doomed, Mode::Give, 1));
    if !is_quiet() {
        with(|world| world.machine.signal(main, signal));
    }
}

/// The task that created an object, and its number among what that task created.
pub(crate) fn origin_of(object: ObjectId) -> (TaskPath, u32) {
    with(|world| world.machine.names.object_origin(object))
}
