//! Whether a lock is poisoned: a task panicked while it held it.

use std::cell::Cell;

use unknot_sim::raw;

pub use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

/// Whether a lock is poisoned.
#[derive(Debug, Default)]
pub(crate) struct Poison(Cell<bool>);

/// What is to be known when a lock is given back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    panicking: bool,
}

impl Poison {
    pub(crate) const fn new() -> Poison {
        Poison(Cell::new(false))
    }

    pub(crate) fn get(&self) -> bool {
        self.0.get()
    }

    pub(crate) fn clear(&self) {
        self.0.set(false);
    }

    /// To be asked when the lock was taken.
    pub(crate) fn taken(&self) -> Taken {
        Taken { panicking: raw::is_panicking() }
    }

    /// To be told inside the step that gives the lock back.
    pub(crate) fn given_back(&self, taken: Taken) {
        if !taken.panicking && !raw::is_quiet() && raw::is_panicking() {
            self.0.set(true);
        }
    }

    /// What an operation returns.
    pub(crate) fn wrap<G>(&self, guard: G) -> LockResult<G> {
        if self.get() { Err(PoisonError::new(guard)) } else { Ok(guard) }
    }
}
