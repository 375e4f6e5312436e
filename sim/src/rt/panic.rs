//! Panics of a task become data, and standard error stays quiet.
//!
//! While a panic unwinds, destructors make steps like all other code, so other
//! tasks run in the midst of it, on the same thread. [`std::thread::panicking`] is
//! true for all of them then. The hook notes which task panics. That a task caught its
//! panic is known once a task is left while no task panics at all. What cannot be known
//! is whether a task that panicked while another one did has caught its panic. No
//! step depends on that: it is asked where the execution is over and a task has to
//! leave. Even if such a task has caught it, its failure is reported, and it is not unwound.
//!
//! The hook is the only place where the location of a panic can be learnt. It
//! is installed once in a process, over shuttle's own, which it silences:
//! shuttle would print a schedule that means nothing to a user of unknot. A
//! panic outside a simulation goes to the hook that was there before.

use std::any::Any;
use std::cell::RefCell;
use std::panic::PanicHookInfo;
use std::sync::Once;

use super::local::{WORLD, with};
use super::stage;
use super::unwinding::{self, IS_OUR_PANIC, UNWINDING, Unwinding};
use super::world::World;
use crate::exception::Exception;
use crate::execution::Failure;

/// The payload with which a task is unwound at the end of an execution.
pub(super) struct Killed;

/// How Rust's runtime calls the panic that ends the process: a second panic left a
/// destructor of a task that unwinds.
const FATAL: &str = "panic in a destructor during cleanup";

/// The configuration of every shuttle runner here.
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
        // Shuttle installs its hook at its first execution, so that execution is made now.
        let scheduler = shuttle::scheduler::RoundRobinScheduler::new(1);
        shuttle::Runner::new(scheduler, shuttle_config(0xf000)).run(|| {});
        std::panic::set_hook(Box::new(move |info| {
            if !note_panic(info) {
                before(info);
            }
        }));
    });
}

/// Notes a panic, and says whether it is one of a task.
fn note_panic(info: &PanicHookInfo<'_>) -> bool {
    WORLD.try_with(|world| note_panic_in(world, info)).unwrap_or(false)
}

fn note_panic_in(world: &RefCell<Option<World>>, info: &PanicHookInfo<'_>) -> bool {
    let message = text_of(info.payload());
    // A borrowed world means that the simulator itself panicked.
    let world = world.try_borrow();
    let is_ours = world.is_err();
    let Some(world) = world.as_ref().ok().and_then(|world| world.as_ref()) else {
        IS_OUR_PANIC.set(is_ours);
        return false;
    };
    let task = world.machine.current;
    if message == FATAL {
        let path = world.machine.names.task_path(task);
        let failures = |all: &Vec<Unwinding>| all.iter().rev().find_map(|of| of.failure.clone());
        let last = UNWINDING.with_borrow(failures);
        eprintln!("a destructor of {path} panicked while the task was being unwound: {last:?}");
        return false;
    }
    // A search without any execution has no task. Where a task was given up before it, on this
    // thread, shuttle misses the end of that all the same.
    let Some(running) = world.machine.tasks.get(task.index()) else { return world.is_through };
    let failure = Failure::Panic {
        message,
        location: info.location().map(ToString::to_string).unwrap_or_default(),
        after: running.last_step,
    };
    let unwinding = Unwinding { task, failure: Some(failure), is_over: false };
    UNWINDING.with_borrow_mut(|all| all.push(unwinding));
    world.has_panicked.set(true);
    true
}

/// The message of a panic.
pub(super) fn text_of(payload: &dyn Any) -> String {
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a text").to_owned()
}

/// Whether a failure is a panic with this message.
fn says(failure: Option<&Failure>, text: &str) -> bool {
    matches!(failure, Some(Failure::Panic { message, .. }) if message == text)
}

/// The failure of the running task, when a panic was caught at the end of its body.
pub(super) fn caught(payload: Box<dyn Any + Send>) -> Option<Failure> {
    let task = with(|world| world.machine.current);
    let is_mine = |unwinding: &mut Unwinding| unwinding.task == task;
    let mine: Vec<_> = UNWINDING.with_borrow_mut(|all| all.extract_if(.., is_mine).collect());
    let is_ours = IS_OUR_PANIC.take();
    if payload.is::<Killed>() {
        return None;
    }
    if is_ours {
        // It must not be mistaken for a fault of the program.
        std::panic::resume_unwind(payload);
    }
    // Panics that a destructor caught are noted as well.
    let message = text_of(&*payload);
    let noted = mine.into_iter().map(|unwinding| unwinding.failure);
    let noted = noted.flatten().find(|failure| says(Some(failure), &message));
    Some(noted.unwrap_or_else(|| {
        with(|world| Failure::Panic {
            message,
            location: world.machine.last_place(task).to_string(),
            after: world.machine.task(task).last_step,
        })
    }))
}

/// Whether what a task has caught is not for it: it was told to leave, or the simulator
/// itself has panicked. It has to be resumed at once, and nothing may be asked before.
#[must_use]
pub fn must_go_on(payload: &(dyn Any + Send)) -> bool {
    payload.is::<Killed>() || IS_OUR_PANIC.get()
}

/// Says that the running task has caught this panic of its own, and goes on.
pub fn handled(payload: &(dyn Any + Send)) {
    take_note(payload);
}

/// Says that the running task has caught this panic of its own for another task to be told.
/// It is a failure of the task all the same.
pub fn fail(payload: &(dyn Any + Send)) {
    let noted = take_note(payload);
    if stage::is_over() {
        return;
    }
    with(|world| {
        let task = world.machine.current;
        let failure = noted.unwrap_or_else(|| Failure::Panic {
            message: text_of(payload),
            location: world.machine.last_place(task).to_string(),
            after: world.machine.task(task).last_step,
        });
        world.machine.fail(task, failure);
    });
}

/// Takes what was noted of a panic of the running task that has been caught.
fn take_note(payload: &dyn Any) -> Option<Failure> {
    let (task, text) = (with(|world| world.machine.current), text_of(payload));
    UNWINDING.with_borrow_mut(|all| {
        let is_it = |one: &Unwinding| one.task == task && says(one.failure.as_ref(), &text);
        let newest = all.iter().rposition(is_it)?;
        all.remove(newest).failure
    })
}

/// Whether the running task unwinds because of a panic of the program. Other than
/// `std::thread::panicking`, which is about the thread that all tasks share.
#[must_use]
pub fn is_panicking() -> bool {
    if !std::thread::panicking() || stage::is_over() {
        return false;
    }
    is_unwinding() && failure().is_some()
}

/// Forgets a panic that was caught inside the simulator.
pub(super) fn forget(payload: &dyn Any) {
    let text = text_of(payload);
    UNWINDING.with_borrow_mut(|all| {
        let newest = all.iter().rposition(|unwinding| says(unwinding.failure.as_ref(), &text));
        newest.map(|at| all.remove(at));
    });
}

/// Whether the running task unwinds. Another panic that leaves a destructor would
/// abort the process.
pub(crate) fn is_unwinding() -> bool {
    with(|world| {
        unwinding::note_whether(&world.machine, &world.has_panicked, world.machine.current)
    })
}

/// Why the running task unwinds, if that is a panic of the program.
pub(super) fn failure() -> Option<Failure> {
    let task = with(|world| world.machine.current);
    UNWINDING.with_borrow(|all| {
        let of_task = all.iter().find(|unwinding| unwinding.task == task && !unwinding.is_over);
        of_task.and_then(|unwinding| unwinding.failure.clone())
    })
}

/// Raises the exception of a guard that was refused when it was dropped, or of another call
/// that cannot return one: it panics. It does not if its task has panicked before, since
/// that task may still be unwinding, and a panic in a destructor would then end the process.
pub(crate) fn raise_misuse(exception: Exception) {
    let task = with(|world| world.machine.current);
    is_unwinding();
    let has_panicked =
        UNWINDING.with_borrow(|all| all.iter().any(|unwinding| unwinding.task == task));
    if !has_panicked {
        std::panic::panic_any(exception.to_string());
    }
    with(|world| world.machine.fail(task, Failure::Exception(exception)));
}

/// Unwinds the running task, since the execution is over.
pub(super) fn unwind() -> ! {
    let task = with(|world| {
        world.has_panicked.set(true);
        world.machine.current
    });
    let unwinding = Unwinding { task, failure: None, is_over: false };
    UNWINDING.with_borrow_mut(|all| all.push(unwinding));
    std::panic::resume_unwind(Box::new(Killed))
}
