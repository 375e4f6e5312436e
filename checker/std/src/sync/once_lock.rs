//! A value that is written once.

#![expect(unsafe_code, reason = "what was written once is shared")]

use std::cell::UnsafeCell;
use std::fmt;
use std::panic::Location;

use unknot_sim::raw::{NewObject, ObjectId};

use super::once::{Entered, Left, OnceState};
use crate::object::{Object, Primitive};

/// A value that is written once, as [`std::sync::OnceLock`].
pub struct OnceLock<T> {
    state: OnceState,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: the value is written once, before it is shared, and tasks share a thread.
unsafe impl<T: Send> Send for OnceLock<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

impl<T> Primitive for OnceLock<T> {
    const KIND: &'static str = "OnceLock";

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

impl<T> OnceLock<T> {
    /// Without a value.
    #[must_use]
    #[track_caller]
    pub const fn new() -> OnceLock<T> {
        OnceLock { state: OnceState::new(), value: UnsafeCell::new(None) }
    }

    fn value(&self) -> Option<&T> {
        // SAFETY: asked where it is known to be written, and then nothing writes to it, or by the
        // task that is to write.
        unsafe { (*self.value.get()).as_ref() }
    }

    /// The value, if it was written. One step, unless this task has seen it.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        let this = self.reach().0;
        this.state.look("get", Location::caller()).then(|| this.value()).flatten()
    }

    /// Waits until the value is written. One step, unless this task has seen it.
    #[track_caller]
    pub fn wait(&self) -> &T {
        let this = self.reach().0;
        this.state.wait(Location::caller());
        this.value().expect("the execution is over, and the value was not written")
    }

    /// The value, which no other task can reach. No step.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().as_mut()
    }

    /// Writes the value, unless that was done; waits while another task is at it.
    ///
    /// # Errors
    /// The value, if there is another one.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.init("set", Location::caller(), || value.take().expect("called once"));
        value.map_or(Ok(()), Err)
    }

    /// The value, which is made now if it was not written; waits while another task is at it.
    #[track_caller]
    pub fn get_or_init(&self, f: impl FnOnce() -> T) -> &T {
        self.init("get_or_init", Location::caller(), f)
    }

    pub(super) fn init(
        &self,
        verb: &'static str,
        place: &'static Location<'static>,
        f: impl FnOnce() -> T,
    ) -> &T {
        let this = self.reach().0;
        if let Entered::Done = this.state.enter(verb, place)
            && let Some(value) = this.value()
        {
            return value;
        }
        let mut left = Left { this: &this.state, place, is_done: false, poisons: false };
        let value = f();
        // This task is to write, and nothing was written before, unless the execution is over and
        // nothing is ordered any more; then what is there stays.
        if this.value().is_none() {
            // SAFETY: no task has a reference, since there is no value.
            unsafe { *this.value.get() = Some(value) };
        }
        left.is_done = true;
        drop(left);
        this.value().expect("written above")
    }

    /// The value.
    #[must_use]
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }

    /// Takes the value out. No step: no other task can reach it.
    pub fn take(&mut self) -> Option<T> {
        self.state.set_done(false);
        self.value.get_mut().take()
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> OnceLock<T> {
        OnceLock::new()
    }
}

impl<T> From<T> for OnceLock<T> {
    #[track_caller]
    fn from(value: T) -> OnceLock<T> {
        let mut lock = OnceLock::new();
        *lock.value.get_mut() = Some(value);
        lock.state.set_done(true);
        lock
    }
}

impl<T> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceLock").finish_non_exhaustive()
    }
}
