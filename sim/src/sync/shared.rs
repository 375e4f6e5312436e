//! A variable that several tasks use without protection.
//!
//! `read` and `write` are steps of their own, and `update` is one of each, so
//! that `x -= 1` is two steps between which anything may happen.
//! `update_in_one_step` is for what nothing can come between.

use std::cell::RefCell;
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use crate::id::{Name, ObjectId};
use crate::mode::Mode;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// A shared variable. Clones are handles to the same variable.
///
/// ```
/// use unknot_sim::{Shared, done, run_once, spawn};
///
/// run_once(|| {
///     let balance = Shared::named("balance", 100);
///     let theirs = balance.clone();
///     // Two steps: another task may write in between.
///     let task = spawn(move || theirs.write(theirs.read() - 30));
///     task.join()?;
///     assert_eq!(balance.read(), 70);
///     done(())
/// });
/// ```
#[derive(Debug)]
pub struct Shared<T> {
    cell: ObjectId,
    value: Rc<RefCell<T>>,
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared { cell: self.cell, value: Rc::clone(&self.value) }
    }
}

impl<T: Clone + Debug> Shared<T> {
    /// A variable without a name.
    #[track_caller]
    pub fn new(value: T) -> Shared<T> {
        Shared::create(Name::default(), value, Location::caller())
    }

    /// A variable with a name for reports.
    #[track_caller]
    pub fn named(name: impl Into<Name>, value: T) -> Shared<T> {
        Shared::create(name.into(), value, Location::caller())
    }

    fn create(name: Name, value: T, location: &'static Location<'static>) -> Shared<T> {
        let cell = rt::create(NewObject::new("Shared", name, location).variable().plain());
        Shared { cell, value: Rc::new(RefCell::new(value)) }
    }

    /// The value. One step.
    #[track_caller]
    #[must_use]
    pub fn read(&self) -> T {
        rt::step(Op::local("read", Location::caller()).with(self.cell, Mode::Read, 0));
        let value = self.value.borrow().clone();
        rt::note(|| format!("{value:?}"));
        value
    }

    /// Replaces the value. One step.
    #[track_caller]
    pub fn write(&self, value: T) {
        rt::step(Op::local("write", Location::caller()).with(self.cell, Mode::Write, 0));
        rt::note(|| format!("{value:?}"));
        // While the task is being unwound the variable keeps what it had.
        if !rt::is_quiet() {
            *self.value.borrow_mut() = value;
        }
    }

    /// Reads the value and writes what is made of it, as `x -= 1` does; returns the
    /// old one. Two steps: what others write in between is lost.
    #[track_caller]
    pub fn update(&self, change: impl FnOnce(&T) -> T) -> T {
        let old = self.read();
        let new = change(&old);
        self.write(new);
        old
    }

    /// Reads and replaces the value in one step; returns the old one. Nothing can
    /// come between.
    #[track_caller]
    pub fn update_in_one_step(&self, change: impl FnOnce(&T) -> T) -> T {
        rt::step(Op::local("update", Location::caller()).with(self.cell, Mode::Update, 0));
        let old = self.value.borrow().clone();
        if !rt::is_quiet() {
            let new = change(&old);
            rt::note(|| format!("{old:?} -> {new:?}"));
            *self.value.borrow_mut() = new;
        }
        old
    }
}
