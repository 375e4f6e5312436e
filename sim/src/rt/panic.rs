//! Panics of a task become data, and standard error stays quiet.
//!
//! The hook is the only place where the location of a panic can be learnt. It
//! is installed once in a process, over shuttle's own, which it silences:
//! shuttle would print a schedule that means nothing to a user of ours. A
//! panic outside a simulation goes to the hook that was there before.

use std::any::Any;
use std::sync::Once;

use super::RT;
use crate::execution::Failure;

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
                let ours = rt.world.try_borrow().is_ok_and(|world| world.is_some());
                if ours {
                    *rt.panicked_at.borrow_mut() = info.location().map(ToString::to_string);
                }
                ours
            });
            if !in_task.unwrap_or(false) {
                before(info);
            }
        }));
    });
}

/// Turns a caught panic of a task into data.
pub(super) fn failure(payload: Box<dyn Any + Send>) -> Failure {
    let location = RT.with(|rt| rt.panicked_at.borrow_mut().take());
    // No location: the hook took it for a panic of our own code. It must not
    // be mistaken for a fault of the program.
    let Some(location) = location else { std::panic::resume_unwind(payload) };
    let message = match payload.downcast_ref::<&'static str>() {
        Some(text) => (*text).to_owned(),
        None => match payload.downcast_ref::<String>() {
            Some(text) => text.clone(),
            None => "a panic without a text".to_owned(),
        },
    };
    Failure::Panic { message, location }
}
