//! How a task leaves once the execution is over.

use std::cell::Cell;

thread_local! {
    static LEAVING: Cell<Leaving> = const { Cell::new(Leaving::Nobody) };
}

/// How a task leaves once the execution is over. It gets so many operations more.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leaving {
    /// Nobody was told to.
    Nobody,
    /// By itself, on an exception.
    Asked(u32),
    /// It unwinds.
    Unwinding(u32),
}

impl Leaving {
    /// Programs end with the first exception as a rule.
    pub(super) const ASKED: Leaving = Leaving::Asked(100);

    /// Destructors can be many, and nothing can stop them.
    pub(super) const UNWINDING: Leaving = Leaving::Unwinding(100_000);
}

/// How far the task has got that was told to leave.
pub(super) fn leaving() -> Leaving {
    LEAVING.get()
}

/// Has the running task leave so.
pub(super) fn set(leaving: Leaving) {
    LEAVING.set(leaving);
}
