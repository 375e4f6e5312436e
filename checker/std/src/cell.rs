//! Cells whose accesses are seen: a data race in one is an error.

#![expect(unsafe_code, reason = "a cell gives pointers to what it holds")]

use std::fmt;
use std::panic::Location;

pub use std::cell::{Cell, LazyCell, OnceCell, Ref, RefCell, RefMut};

use unknot_sim::raw::{self, Mode, NewObject, Op};

use crate::object::{Object, Primitive};

/// A cell that tasks share, as `UnsafeCell` of loom. Each use is a step, and two of which one
/// writes, and that nothing orders, are a data race.
#[derive(Default)]
pub struct UnsafeCell<T: ?Sized> {
    object: Object,
    value: std::cell::UnsafeCell<T>,
}

// SAFETY: as that of std; tasks share a thread.
unsafe impl<T: ?Sized + Send> Send for UnsafeCell<T> {}
// SAFETY: it gives pointers alone, as that of loom; tasks share a thread, and what races is
// found.
unsafe impl<T: ?Sized + Send> Sync for UnsafeCell<T> {}

impl<T> UnsafeCell<T> {
    /// A cell.
    #[track_caller]
    pub const fn new(value: T) -> UnsafeCell<T> {
        UnsafeCell { object: Object::new(), value: std::cell::UnsafeCell::new(value) }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Primitive for UnsafeCell<T> {
    const KIND: &'static str = "UnsafeCell";

    fn object(&self) -> &Object {
        &self.object
    }

    fn describe(&self, new: NewObject) -> NewObject {
        new.variable().plain()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// Gives a pointer in a step. What the program does with it after steps of its own is an
    /// access behind these.
    fn give<P, R>(
        &self,
        (verb, mode): (&'static str, Mode),
        place: &'static Location<'static>,
        (f, at): (impl FnOnce(P) -> R, P),
    ) -> R {
        self.touch(verb, mode, place);
        let before = raw::n_made();
        let result = f(at);
        if raw::n_made() != before {
            self.touch(verb, mode, place);
        }
        result
    }

    fn touch(&self, verb: &'static str, mode: Mode, place: &'static Location<'static>) {
        raw::step(Op::local(verb, place).with(self.reach().1, mode, 0));
    }

    /// Gives a pointer to read from. One step.
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        let this = self.reach().0;
        this.give(("read", Mode::Read), Location::caller(), (f, this.value.get().cast_const()))
    }

    /// Gives a pointer to write to. One step.
    #[track_caller]
    pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        let this = self.reach().0;
        this.give(("write", Mode::Write), Location::caller(), (f, this.value.get()))
    }

    /// A pointer to read from. One step here, and one at each use.
    #[track_caller]
    pub fn get(&self) -> ConstPtr<'_, T> {
        let this = self.reach().0;
        this.touch("read", Mode::Read, Location::caller());
        ConstPtr(this)
    }

    /// A pointer to write to. One step here, and one at each use.
    #[track_caller]
    pub fn get_mut(&self) -> MutPtr<'_, T> {
        let this = self.reach().0;
        this.touch("write", Mode::Write, Location::caller());
        MutPtr(this)
    }
}

/// A pointer to read from.
pub struct ConstPtr<'a, T: ?Sized>(&'a UnsafeCell<T>);

/// A pointer to write to.
pub struct MutPtr<'a, T: ?Sized>(&'a UnsafeCell<T>);

impl<T: ?Sized> ConstPtr<'_, T> {
    /// The value. One step.
    ///
    /// # Safety
    /// As for a pointer.
    #[must_use]
    #[track_caller]
    pub unsafe fn deref(&self) -> &T {
        self.0.touch("read", Mode::Read, Location::caller());
        // SAFETY: the caller says so.
        unsafe { &*self.0.value.get() }
    }

    /// Gives the pointer. One step.
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        let at = self.0.value.get().cast_const();
        self.0.give(("read", Mode::Read), Location::caller(), (f, at))
    }
}

impl<T: ?Sized> MutPtr<'_, T> {
    /// The value. One step.
    ///
    /// # Safety
    /// As for a pointer.
    #[must_use]
    #[track_caller]
    #[expect(clippy::mut_from_ref, reason = "as with a pointer")]
    pub unsafe fn deref(&self) -> &mut T {
        self.0.touch("write", Mode::Write, Location::caller());
        // SAFETY: the caller says so.
        unsafe { &mut *self.0.value.get() }
    }

    /// Gives the pointer. One step.
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        self.0.give(("write", Mode::Write), Location::caller(), (f, self.0.value.get()))
    }
}

impl<T> From<T> for UnsafeCell<T> {
    #[track_caller]
    fn from(value: T) -> UnsafeCell<T> {
        UnsafeCell::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsafeCell").finish_non_exhaustive()
    }
}

impl<T: ?Sized> fmt::Debug for ConstPtr<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConstPtr").finish_non_exhaustive()
    }
}

impl<T: ?Sized> fmt::Debug for MutPtr<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MutPtr").finish_non_exhaustive()
    }
}
