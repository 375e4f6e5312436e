//! What pools of workers ask of the machine.

use std::panic::Location;

use super::body::TaskBody;
use super::local::with;
use super::machine::{NewObject, NewProcess, ProcessKind, Signal};
use super::processes::{give_body, start_process};
use super::stage::is_quiet;
use crate::exception::Exception;
use crate::id::{ObjectId, TaskId};
use crate::name::Name;

/// Creates an object that is known by another one and a number, once an execution.
pub(crate) fn create_derived(of: ObjectId, number: u32, new: NewObject) -> ObjectId {
    with(|world| world.machine.create_derived(of, number, new))
}

/// How long a worker process lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Until its work is done.
    UntilDone,
    /// The same, unless the program tells it to die.
    UntilTold,
}

/// Starts a worker process that gets nothing of what is private. One step. `None` where
/// primitives are quiet.
///
/// # Errors
/// `AssertionError` if the current task may not start processes.
pub(crate) fn start_worker(
    name: Name,
    lifetime: Lifetime,
    body: TaskBody,
    location: &'static Location<'static>,
) -> Result<Option<TaskId>, Exception> {
    let kind = match lifetime {
        Lifetime::UntilTold => ProcessKind::Killable,
        // No task gives work to the workers of a process that was killed. They must not be
        // waited for, as daemonic processes are not.
        Lifetime::UntilDone if can_be_killed() => ProcessKind::Daemonic,
        Lifetime::UntilDone => ProcessKind::Plain,
    };
    let main = start_process(NewProcess { name, kind, location }, &[])?;
    if let Some(main) = main {
        give_body(main, body);
    }
    Ok(main)
}

fn can_be_killed() -> bool {
    with(|world| world.machine.task(world.machine.current).alive.is_some())
}

/// The gauge that tells a process to die, by its main task.
pub(crate) fn doom_of(main: TaskId) -> ObjectId {
    let death = with(|world| world.machine.process_of(main).life.and_then(|life| life.death));
    death.expect("only a process that can be killed is told to die").doomed
}

/// Notes that a process was told to die, as part of the step that did so.
pub(crate) fn doom(main: TaskId) {
    if !is_quiet() {
        with(|world| world.machine.signal(main, Signal::Terminate));
    }
}
