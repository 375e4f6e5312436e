//! A value that is made when it is first used.

#![expect(unsafe_code, reason = "what was written once is shared")]

use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::ops::Deref;
use std::panic::Location;

use unknot_sim::raw::{NewObject, ObjectId};

use super::once::{Entered, Left, OnceState};
use crate::object::{Object, Primitive};

/// A value that is made when it is first used, as [`std::sync::LazyLock`].
pub struct LazyLock<T, F = fn() -> T> {
    state: OnceState,
    make: Cell<Option<F>>,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: the value is written once, before it is shared, and tasks share a thread.
unsafe impl<T: Send, F: Send> Send for LazyLock<T, F> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync, F: Send> Sync for LazyLock<T, F> {}

impl<T, F> Primitive for LazyLock<T, F> {
    const KIND: &'static str = "LazyLock";

    fn object(&self) -> &Object {
        self.state.object()
    }

    fn describe(&self, new: NewObject) -> NewObject {
        OnceState::describe(new)
    }

    fn begin(&self, whole: ObjectId) {
        self.state.begin(Self::KIND, whole, false);
    }
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// A value that this makes when it is first used.
    #[track_caller]
    pub const fn new(make: F) -> LazyLock<T, F> {
        LazyLock {
            state: OnceState::new(),
            make: Cell::new(Some(make)),
            value: UnsafeCell::new(None),
        }
    }

    /// The value, which is made now if it was not used before. No step if this task has used
    /// it.
    ///
    /// # Panics
    /// If what makes it has panicked.
    #[track_caller]
    pub fn force(this: &LazyLock<T, F>) -> &T {
        let (this, place) = (this.reach().0, Location::caller());
        if let Entered::Mine = this.state.enter("force", place) {
            let mut left = Left { this: &this.state, place, is_done: false, poisons: true };
            let Some(make) = this.make.take() else {
                panic!("LazyLock instance has previously been poisoned")
            };
            let value = make();
            // SAFETY: this task is to write, and nothing was written before.
            unsafe { *this.value.get() = Some(value) };
            left.is_done = true;
        }
        // SAFETY: it was written, and nothing writes to it any more.
        let value = unsafe { (*this.value.get()).as_ref() };
        value.unwrap_or_else(|| panic!("LazyLock instance has previously been poisoned"))
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        LazyLock::force(self)
    }
}

impl<T: Default> Default for LazyLock<T> {
    #[track_caller]
    fn default() -> LazyLock<T> {
        LazyLock::new(T::default)
    }
}

impl<T, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyLock").finish_non_exhaustive()
    }
}
