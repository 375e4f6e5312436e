//! Whether primitives act or only look.
//!
//! A primitive acts while its task runs. While a condition is asked or tried, and once an
//! execution is over, it is *quiet*: it makes no step, waits for nothing, changes
//! nothing, and notes nothing. This is the one place that says which of these holds.

use std::cell::Cell;

/// What primitives do when they are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Tasks run: primitives make steps.
    Running,
    /// A condition is asked: primitives tell what they hold, and which objects they
    /// looked at is noted.
    Asking,
    /// A condition that a task waits for is tried: primitives tell what they hold, and
    /// what variables held.
    Trying,
    /// The task of a condition goes on: its first look, which was waited for, is made
    /// already.
    Looked,
    /// The execution is over: tasks that are unfinished come to their end.
    Over,
}

thread_local! {
    static STAGE: Cell<Stage> = const { Cell::new(Stage::Running) };
}

/// The present stage of this thread.
pub(super) fn stage() -> Stage {
    STAGE.get()
}

/// Begins a stage, and returns the one before it.
pub(super) fn enter(stage: Stage) -> Stage {
    STAGE.replace(stage)
}

/// Whether tasks that are unfinished come to their end.
pub(super) fn is_over() -> bool {
    stage() == Stage::Over
}

/// Whether primitives only look: nothing may block, and what is stored stays as it
/// is.
pub fn is_quiet() -> bool {
    !matches!(stage(), Stage::Running | Stage::Looked)
}

/// Whether what a primitive asks for is a step.
pub(super) fn makes_steps() -> bool {
    stage() == Stage::Running
}
