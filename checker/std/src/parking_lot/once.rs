//! What is done once, over that of std.

use crate::sync;

/// What is done once, as `parking_lot::Once`. A closure that panics poisons it.
#[derive(Debug, Default)]
pub struct Once(sync::Once);

/// What is known where a closure is called once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnceState {
    /// No closure was called.
    New,
    /// A closure has panicked.
    Poisoned,
    /// A task calls a closure.
    InProgress,
    /// A closure was called.
    Done,
}

impl OnceState {
    /// Whether a closure has panicked.
    #[must_use]
    pub fn poisoned(self) -> bool {
        self == OnceState::Poisoned
    }

    /// Whether a closure was called.
    #[must_use]
    pub fn done(self) -> bool {
        self == OnceState::Done
    }
}

impl Once {
    /// What was not done.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Once {
        Once(sync::Once::new())
    }

    /// Calls the closure, unless that was done; waits while another task is at it.
    ///
    /// # Panics
    /// If another closure has panicked here.
    #[track_caller]
    pub fn call_once(&self, f: impl FnOnce()) {
        self.0.call_once(f);
    }

    /// The same, also if another closure has panicked here.
    #[track_caller]
    pub fn call_once_force(&self, f: impl FnOnce(OnceState)) {
        self.0.call_once_force(|state| {
            f(if state.is_poisoned() { OnceState::Poisoned } else { OnceState::New });
        });
    }
}
