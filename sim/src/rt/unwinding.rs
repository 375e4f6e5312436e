//! Which tasks unwind, or are known to have caught what unwound them.

use std::cell::{Cell, RefCell};

use super::machine::Machine;
use crate::execution::Failure;
use crate::id::TaskId;

thread_local! {
    /// The tasks that panicked or were told to leave, oldest first.
    pub(super) static UNWINDING: RefCell<Vec<Unwinding>> = const { RefCell::new(vec![]) };
    /// Whether the last panic was one of the simulator itself.
    pub(super) static IS_OUR_PANIC: Cell<bool> = const { Cell::new(false) };
    /// Whether a task was given up in the midst of unwinding, so that this thread
    /// panics for ever.
    static IS_NEVER_OVER: Cell<bool> = const { Cell::new(false) };
}

/// A task that panicked or was told to leave by unwinding.
#[derive(Debug)]
pub(super) struct Unwinding {
    pub(super) task: TaskId,
    /// None if it was told to leave.
    pub(super) failure: Option<Failure>,
    /// Whether it is known to have caught its panic.
    pub(super) is_over: bool,
}

/// Says whether a task unwinds, and notes it. To be asked when the task is left after a
/// panic, since other tasks may make that uncertain.
#[cold]
pub(super) fn note_whether(machine: &Machine, has_panicked: &Cell<bool>, task: TaskId) -> bool {
    UNWINDING.with_borrow_mut(|all| {
        if !std::thread::panicking() {
            all.iter_mut().for_each(|unwinding| unwinding.is_over = true);
            return false;
        }
        if all.iter().all(|unwinding| unwinding.is_over) && !IS_NEVER_OVER.get() {
            // The hook does not see a panic that was caught and goes on.
            let message = "a panic that was caught and goes on".to_owned();
            let location = machine.last_place(task).to_string();
            let after = machine.task(task).last_step;
            let failure = Failure::Panic { message, location, after };
            all.push(Unwinding { task, failure: Some(failure), is_over: false });
            has_panicked.set(true);
        }
        all.iter().any(|unwinding| unwinding.task == task && !unwinding.is_over)
    })
}

/// Says that a task that unwinds never comes to the end of that.
pub(super) fn never_over() {
    IS_NEVER_OVER.set(true);
}

/// Forgets all of them.
pub(super) fn clear() {
    UNWINDING.with_borrow_mut(Vec::clear);
}
