//! Atomic integers. Every operation is one step; the order is sequentially
//! consistent.
//!
//! A failed compare-and-exchange only looks, so it is a read: whether it fails
//! is decided inside the step. The values that are written and compared with
//! are recorded, so that a search can tell how it would have turned out before
//! an earlier step.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// An atomic integer. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{Atomic, done, run_once, spawn};
///
/// run_once(|| {
///     let hits = Atomic::named("hits", 0);
///     let theirs = hits.clone();
///     let task = spawn(move || _ = theirs.fetch_add(1));
///     hits.fetch_add(1);
///     task.join()?;
///     assert_eq!(hits.compare_exchange(2, 5), Ok(2));
///     assert_eq!(hits.compare_exchange(2, 6), Err(5));
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Atomic {
    cell: ObjectId,
    value: Rc<Cell<i64>>,
}

impl Atomic {
    super::constructors::constructors! {
        /// An atomic integer with a first value.
        (value: i64)
    }

    fn create(name: Name, value: i64, location: &'static Location<'static>) -> Atomic {
        let new = NewObject::new("Atomic", name, location).variable().showing(value);
        // The steps that wrote it tell what it held.
        let cell = rt::create(new.keeping_versions(true));
        Atomic { cell, value: Rc::new(Cell::new(value)) }
    }

    /// The value.
    #[track_caller]
    #[must_use]
    pub fn load(&self) -> i64 {
        rt::step(Op::local("load", Location::caller()).with(self.cell, Mode::Read, 0));
        let value = match rt::is_quiet() {
            true => rt::as_of(self.cell).map_or(self.value.get(), |(_, amount)| amount),
            false => self.value.get(),
        };
        rt::note(|| Noted::Read(Text::of(value)));
        value
    }

    /// Replaces the value without looking.
    #[track_caller]
    pub fn store(&self, value: i64) {
        rt::step(Op::local("store", Location::caller()).with(self.cell, Mode::Write, value));
        self.set(value);
        rt::note(|| Noted::Wrote(Text::of(value)));
    }

    /// Replaces the value and returns the old one.
    #[track_caller]
    pub fn swap(&self, value: i64) -> i64 {
        self.update("swap", Location::caller(), |_| value)
    }

    /// Adds, wrapping around, and returns the old value.
    #[track_caller]
    pub fn fetch_add(&self, amount: i64) -> i64 {
        self.update("fetch_add", Location::caller(), |old| old.wrapping_add(amount))
    }

    /// Subtracts, wrapping around, and returns the old value.
    #[track_caller]
    pub fn fetch_sub(&self, amount: i64) -> i64 {
        self.update("fetch_sub", Location::caller(), |old| old.wrapping_sub(amount))
    }

    /// Keeps the bits of both, and returns the old value.
    #[track_caller]
    pub fn fetch_and(&self, bits: i64) -> i64 {
        self.update("fetch_and", Location::caller(), |old| old & bits)
    }

    /// Keeps the bits of either, and returns the old value.
    #[track_caller]
    pub fn fetch_or(&self, bits: i64) -> i64 {
        self.update("fetch_or", Location::caller(), |old| old | bits)
    }

    /// Keeps the bits in which both differ, and returns the old value.
    #[track_caller]
    pub fn fetch_xor(&self, bits: i64) -> i64 {
        self.update("fetch_xor", Location::caller(), |old| old ^ bits)
    }

    /// Keeps the larger one, and returns the old value.
    #[track_caller]
    pub fn fetch_max(&self, value: i64) -> i64 {
        self.update("fetch_max", Location::caller(), |old| old.max(value))
    }

    /// Keeps the smaller one, and returns the old value.
    #[track_caller]
    pub fn fetch_min(&self, value: i64) -> i64 {
        self.update("fetch_min", Location::caller(), |old| old.min(value))
    }

    /// Replaces the value if it is `expected`.
    ///
    /// # Errors
    /// The value, if it is another.
    #[track_caller]
    pub fn compare_exchange(&self, expected: i64, new: i64) -> Result<i64, i64> {
        let op = Op::local("compare_exchange", Location::caller());
        // Both are declared: if the task is killed here, what it expects tells a search
        // whether it would have written.
        let op = op.with(self.cell, Mode::Compare, expected).with(self.cell, Mode::Update, 0);
        rt::step(op.deferred());
        let old = self.value.get();
        let succeeds = old == expected;
        rt::also(self.cell, Mode::Compare, expected);
        if succeeds {
            rt::also(self.cell, Mode::Update, new);
            self.set(new);
            rt::note(|| Noted::Updated { old: Text::of(old), new: Text::of(new) });
            Ok(old)
        } else {
            rt::note(|| Noted::Compared { found: Text::of(old), expected: Text::of(expected) });
            Err(old)
        }
    }

    fn update(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        change: impl FnOnce(i64) -> i64,
    ) -> i64 {
        rt::step(Op::local(verb, location).with(self.cell, Mode::Update, 0).deferred());
        let old = self.value.get();
        let new = change(old);
        rt::also(self.cell, Mode::Update, new);
        self.set(new);
        rt::note(|| Noted::Updated { old: Text::of(old), new: Text::of(new) });
        old
    }

    /// While the task is being unwound the value stays what it was.
    fn set(&self, value: i64) {
        if rt::is_quiet() {
            return;
        }
        if self.value.replace(value) == value {
            rt::nothing_changed(self.cell);
        }
    }
}

impl Fork for Atomic {
    fn reads(&self, reads: &mut Reads) {
        reads.cell(self.cell);
    }

    fn fork(&self, to: &mut Forking) -> Atomic {
        to.once(self.cell, |to| {
            let value = self.value.get();
            Atomic { cell: to.integer(self.cell, value), value: Rc::new(Cell::new(value)) }
        })
    }
}
