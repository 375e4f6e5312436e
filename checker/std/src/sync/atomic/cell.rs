//! What all atomics have in common: a cell of the machine, and the value beside it.

#![expect(unsafe_code, reason = "the value of an atomic is reached inside of steps alone")]

use std::cell::UnsafeCell;
use std::panic::Location;
use std::sync::atomic::Ordering;

use unknot_sim::raw::{self, Access, Mode, NewObject, Noted, ObjectId, Op, Text};

use super::order::{of_load, of_store, of_update};
use crate::object::{Object, Primitive};
use crate::{run, spurious};

/// What an atomic can hold. The machine knows it by a number.
pub(super) trait Held: Copy + Eq {
    /// The number.
    fn number(self) -> i64;

    /// The value for people.
    fn text(self) -> Text;
}

/// An atomic value.
pub(super) struct AtomicCell<T> {
    object: Object,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached inside of steps alone, one at a time, and tasks share a thread.
unsafe impl<T> Send for AtomicCell<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for AtomicCell<T> {}

impl<T> AtomicCell<T> {
    #[track_caller]
    pub(super) const fn new(value: T) -> AtomicCell<T> {
        AtomicCell { object: Object::new(), value: UnsafeCell::new(value) }
    }

    /// The value, which no task can reach. What is written there is no step: the machine is
    /// told of a new object, since what it knows of the old one no longer holds.
    pub(super) fn get_mut(&mut self) -> &mut T {
        self.object.forget();
        self.value.get_mut()
    }

    pub(super) fn into_inner(self) -> T {
        self.value.into_inner()
    }

    pub(super) fn as_ptr(&self) -> *mut T {
        self.value.get()
    }
}

impl<T: Held> Primitive for AtomicCell<T> {
    const KIND: &'static str = "Atomic";

    fn object(&self) -> &Object {
        &self.object
    }

    fn describe(&self, new: NewObject) -> NewObject {
        new.variable().showing(self.get().number()).keeping_versions(true)
    }
}

impl<T: Held> AtomicCell<T> {
    fn get(&self) -> T {
        // SAFETY: tasks share a thread, and no reference to the value is kept.
        unsafe { *self.value.get() }
    }

    fn set(&self, cell: ObjectId, value: T) {
        if raw::is_quiet() {
            return;
        }
        if self.get() == value {
            raw::nothing_changed(cell);
        }
        // SAFETY: as above.
        unsafe { *self.value.get() = value };
    }

    /// The value as it is shown: as in std, that is a relaxed load.
    pub(super) fn shown(&self) -> T {
        if run::is_inside() { self.load(Ordering::Relaxed) } else { self.get() }
    }

    /// The value without a step.
    pub(super) fn peek(&self) -> T {
        if run::is_inside() { self.reach().0.get() } else { self.get() }
    }

    #[track_caller]
    pub(super) fn load(&self, ordering: Ordering) -> T {
        let ((this, cell), order) = (self.reach(), of_load(ordering));
        let op = Op::local("load", Location::caller());
        raw::step(op.with(cell, Mode::Read, 0).ordered(order));
        let value = this.get();
        raw::note(|| Noted::Read(value.text()));
        value
    }

    #[track_caller]
    pub(super) fn store(&self, value: T, ordering: Ordering) {
        let ((this, cell), order) = (self.reach(), of_store(ordering));
        let op = Op::local("store", Location::caller());
        raw::step(op.with(cell, Mode::Write, value.number()).ordered(order));
        this.set(cell, value);
        raw::note(|| Noted::Wrote(value.text()));
    }

    /// Replaces the value by what is made of it, and returns the old one.
    #[track_caller]
    pub(super) fn update(
        &self,
        verb: &'static str,
        ordering: Ordering,
        change: impl FnOnce(T) -> T,
    ) -> T {
        let ((this, cell), order) = (self.reach(), of_update(ordering));
        let op = Op::local(verb, Location::caller());
        raw::step(op.with(cell, Mode::Update, 0).ordered(order).deferred());
        let old = this.get();
        let new = change(old);
        raw::touch(Access::new(cell, Mode::Update, new.number()).ordered(order));
        this.set(cell, new);
        raw::note(|| Noted::Updated { old: old.text(), new: new.text() });
        old
    }

    #[track_caller]
    pub(super) fn exchange(
        &self,
        verb: &'static str,
        (expected, new): (T, T),
        (success, failure): (Ordering, Ordering),
        is_weak: bool,
    ) -> Result<T, T> {
        let ((this, cell), place) = (self.reach(), Location::caller());
        let (succeeding, failing) = (of_update(success), of_load(failure));
        if is_weak && spurious::fails(place) {
            raw::step(Op::local(verb, place).with(cell, Mode::Read, 0).ordered(failing));
            let value = this.get();
            raw::note(|| Noted::Read(value.text()));
            return Err(value);
        }
        let op = Op::local(verb, place).with(cell, Mode::Compare, expected.number());
        raw::step(op.with(cell, Mode::Update, 0).ordered(succeeding).deferred());
        let old = this.get();
        let succeeds = old == expected;
        let order = if succeeds { succeeding } else { failing };
        raw::touch(Access::new(cell, Mode::Compare, expected.number()).ordered(order));
        if succeeds {
            raw::touch(Access::new(cell, Mode::Update, new.number()).ordered(order));
            this.set(cell, new);
            raw::note(|| Noted::Updated { old: old.text(), new: new.text() });
            Ok(old)
        } else {
            raw::note(|| Noted::Compared { found: old.text(), expected: expected.text() });
            Err(old)
        }
    }

    /// Exchanges until nothing has come in between, or nothing is to be written.
    #[track_caller]
    pub(super) fn fetch_update(
        &self,
        (set, fetch): (Ordering, Ordering),
        mut change: impl FnMut(T) -> Option<T>,
    ) -> Result<T, T> {
        let mut old = self.load(fetch);
        while let Some(new) = change(old) {
            match self.exchange("compare_exchange", (old, new), (set, fetch), true) {
                Ok(found) => return Ok(found),
                Err(found) => old = found,
            }
            if raw::is_quiet() {
                break;
            }
        }
        Err(old)
    }
}
