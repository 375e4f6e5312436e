//! How a task leaves once the execution is over.

use std::cell::Cell;

thread_local! {
    static LEAVING: Cell<Leaving> = const { Cell::new(Leaving::Nobody) };
}

/// How a task leaves once the execution is over, with the operations that it has left.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leaving {
    /// No task was told to leave.
    Nobody,
    /// It was told to leave by an exception.
    Asked(u32),
    /// It unwinds.
    Unwinding(u32),
}

impl Leaving {
    /// Operations after the first exception: as a rule programs end with that.
    pub(super) const ASKED: Leaving = Leaving::Asked(100);

    /// Operations while unwinding: destructors can be many, and nothing can stop them.
    pub(super) const UNWINDING: Leaving = Leaving::Unwinding(100_000);
}

/// How the running task leaves, if it was told to.
pub(super) fn leaving() -> Leaving {
    LEAVING.get()
}

/// Has the running task leave so.
pub(super) fn set(leaving: Leaving) {
    LEAVING.set(leaving);
}
