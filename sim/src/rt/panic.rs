//! Panics of a task become data, and standard error stays quiet.
//!
//! While a panic unwinds, destructors make steps like everybody else, so other
//! tasks run in the midst of it, on the same thread. [`std::thread::panicking`]
//! is true for all of them then. Whose panic it is only the hook can tell. A task
//! that caught a panic of its own is held to unwind still, as long as another
//! one does.
//!
//! The hook is the only place where the location of a panic can be learnt. It
//! is installed once in a process, over shuttle's own, which it silences:
//! shuttle would print a schedule that means nothing to a user of ours. A
//! panic outside a simulation goes to the hook that was there before.

use std::any::Any;
use std::sync::Once;

use super::{RT, with};
use crate::execution::Failure;
use crate::id::TaskId;

/// A task that unwinds, with its failure if that is a panic of the program.
#[derive(Debug)]
pub(super) struct Unwinding {
    task: TaskId,
    failure: Option<Failure>,
}

/// The payload with which a task is unwound at the end of an execution.
pub(super) struct Killed;

/// What every shuttle runner of ours is configured with.
pub(super) fn shuttle_config(stack: usize) -> shuttle::Config {
    let mut config = shuttle::Config::new();
    config.stack_size = stack;
    config.failure_persistence = shuttle::FailurePersistence::None;
    config.max_steps = shuttle::MaxSteps::None;
    config.silence_warnings = true;
    config
}

/// Makes panics of tasks silent.
pub(super) fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        // Shuttle installs its hook at its first execution. Have that behind us.
        let scheduler = shuttle::scheduler::RoundRobinScheduler::new(1);
        shuttle::Runner::new(scheduler, shuttle_config(0xf000)).run(|| {});
        std::panic::set_hook(Box::new(move |info| {
            let in_task = RT.try_with(|rt| {
                // A borrowed world means that our own code panicked.
                let world = rt.world.try_borrow().ok();
                let Some(world) = world.as_ref().and_then(|world| world.as_ref()) else {
                    return false;
                };
                let task = world.machine.current;
                let failure = Failure::Panic {
                    message: text_of(info.payload()),
                    location: info.location().map(ToString::to_string).unwrap_or_default(),
                    after: world.machine.task(task).last_step,
                };
                rt.unwinding.borrow_mut().push(Unwinding { task, failure: Some(failure) });
                true
            });
            if !in_task.unwrap_or(false) {
                before(info);
            }
        }));
    });
}

/// The message of a panic.
fn text_of(payload: &dyn Any) -> String {
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a text").to_owned()
}

/// The failure of the running task, whose panic was caught where the task ends.
pub(super) fn caught(payload: Box<dyn Any + Send>) -> Option<Failure> {
    let task = with(|world| world.machine.current);
    let mine = RT.with(|rt| {
        let mut all = rt.unwinding.borrow_mut();
        all.extract_if(.., |unwinding| unwinding.task == task).collect::<Vec<_>>()
    });
    if payload.is::<Killed>() {
        return None;
    }
    // Panics that a destructor caught are there as well.
    let text = text_of(&*payload);
    let is_it =
        |failure: &Failure| matches!(failure, Failure::Panic { message, .. } if *message == text);
    let failure = mine.into_iter().rev().filter_map(|unwinding| unwinding.failure).find(is_it);
    // The hook took it for a panic of our own code if it did not see whose it is. It
    // must not be mistaken for a fault of the program.
    Some(failure.unwrap_or_else(|| std::panic::resume_unwind(payload)))
}

/// Whether the running task unwinds. Another panic that leaves a destructor would
/// abort the process.
pub(crate) fn is_unwinding() -> bool {
    std::thread::panicking() && {
        let task = with(|world| world.machine.current);
        RT.with(|rt| rt.unwinding.borrow().iter().any(|unwinding| unwinding.task == task))
    }
}

/// Why the running task unwinds, if that is a panic of the program.
pub(super) fn failure() -> Option<Failure> {
    let task = with(|world| world.machine.current);
    RT.with(|rt| {
        let unwinding = rt.unwinding.borrow();
        let of_task = unwinding.iter().rev().find(|unwinding| unwinding.task == task);
        of_task.and_then(|unwinding| unwinding.failure.clone())
    })
}

/// Unwinds the running task, since the execution is over.
pub(super) fn unwind() -> ! {
    let task = with(|world| world.machine.current);
    RT.with(|rt| rt.unwinding.borrow_mut().push(Unwinding { task, failure: None }));
    std::panic::resume_unwind(Box::new(Killed))
}
