//! A variable that several tasks use without protection.
//!
//! `read` and `write` are steps of their own, and `update` is one of each, so
//! that `x -= 1` is two steps between which anything may happen.
//! `update_in_one_step` is for what nothing can come between.
//!
//! To write what is there already changes nothing for a task that waits for a change
//! ([`yield_until_changed`](crate::yield_until_changed)). Integers, `bool`, `char`,
//! texts, and options, vectors and pairs of one of these are compared; a write of any
//! other type counts as a change.

use std::any::Any;
use std::cell::RefCell;
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use smallvec::SmallVec;

use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::known::with_simple_types;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
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
    value: Rc<RefCell<Versions<T>>>,
}

/// What a variable holds, and what it held.
#[derive(Debug)]
struct Versions<T> {
    now: T,
    /// Oldest first.
    older: SmallVec<[T; 6]>,
}

impl<T> Versions<T> {
    /// Only values that own nothing are kept: a value that owns something has to be dropped
    /// when it is replaced. And only small ones, since every version is kept.
    const ARE_KEPT: bool = !std::mem::needs_drop::<T>() && size_of::<T>() <= 64;
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared { cell: self.cell, value: Rc::clone(&self.value) }
    }
}

impl<T: Clone + Debug + 'static> Shared<T> {
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
        let new = NewObject::new("Shared", name, location).variable().plain();
        let cell = rt::create(new.keeping_versions(Versions::<T>::ARE_KEPT));
        let versions = Versions { now: value, older: SmallVec::new() };
        Shared { cell, value: Rc::new(RefCell::new(versions)) }
    }

    /// The value. One step.
    #[track_caller]
    #[must_use]
    pub fn read(&self) -> T {
        rt::step(Op::local("read", Location::caller()).with(self.cell, Mode::Read, 0));
        let value = match rt::is_quiet() {
            true => self.as_of(),
            false => self.value.borrow().now.clone(),
        };
        rt::note(|| Noted::Read(Text::debug(&value)));
        value
    }

    /// Replaces the value. One step.
    #[track_caller]
    pub fn write(&self, value: T) {
        rt::step(Op::local("write", Location::caller()).with(self.cell, Mode::Write, 0));
        rt::note(|| Noted::Wrote(Text::debug(&value)));
        // While the task is being unwound the variable keeps what it had.
        if !rt::is_quiet() {
            self.set(value);
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
        let old = self.value.borrow().now.clone();
        if !rt::is_quiet() {
            let new = change(&old);
            rt::note(|| Noted::Updated { old: Text::debug(&old), new: Text::debug(&new) });
            self.set(new);
        }
        old
    }

    fn set(&self, value: T) {
        let mut versions = self.value.borrow_mut();
        if is_same(&versions.now, &value) {
            rt::nothing_changed(self.cell);
        }
        let before = std::mem::replace(&mut versions.now, value);
        if Versions::<T>::ARE_KEPT {
            versions.older.push(before);
        } else {
            drop(versions);
            // Dropping the value may run code of the program.
            drop(before);
        }
    }

    /// The value as a condition sees it that is asked or tried.
    fn as_of(&self) -> T {
        let versions = self.value.borrow();
        let back = rt::as_of(self.cell).map_or(0, |(back, _)| back);
        let nth = versions.older.len().checked_sub(back).filter(|_| back > 0);
        nth.map_or(&versions.now, |nth| &versions.older[nth]).clone()
    }
}

impl<T: Clone + Debug + 'static> Fork for Shared<T> {
    fn reads(&self, reads: &mut Reads) {
        reads.cell(self.cell);
    }

    fn fork(&self, to: &mut Forking) -> Shared<T> {
        to.once(self.cell, |to| {
            let now = self.value.borrow().now.clone();
            let versions = Versions { now, older: SmallVec::new() };
            Shared { cell: to.cell(self.cell), value: Rc::new(RefCell::new(versions)) }
        })
    }
}

/// Whether two values are known to be the same. A type need not be comparable for a
/// variable to hold it; values of types that are not listed here never are.
fn is_same<T: 'static>(a: &T, b: &T) -> bool {
    let (a, b): (&dyn Any, &dyn Any) = (a, b);
    macro_rules! compare {
        ($($kind:ty)*) => {$(
            compare!(@ $kind, Option<$kind>, Vec<$kind>, ($kind, $kind));
        )*};
        (@ $($kind:ty),*) => {$(
            if let (Some(a), Some(b)) = (a.downcast_ref::<$kind>(), b.downcast_ref::<$kind>()) {
                return a == b;
            }
        )*};
    }
    with_simple_types!(compare);
    false
}
