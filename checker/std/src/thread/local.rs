//! Thread-locals: one list of slots for each task.
//!
//! They are destroyed in the order of their creation, as the last thing that a thread does
//! before its end, also when it is unwound. A destructor may make others; those are destroyed
//! as well.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use unknot_sim::raw;

use crate::run;

/// The locals of one thread, in the order of their creation.
#[derive(Default)]
pub(crate) struct Slots(Vec<LocalSlot>);

struct LocalSlot {
    key: usize,
    /// None from when it is destroyed.
    value: Option<Rc<dyn Any>>,
}

/// A thread-local, as [`std::thread::LocalKey`]; [`thread_local!`](crate::thread_local)
/// declares it.
pub struct LocalKey<T: 'static> {
    make: fn() -> T,
}

/// The local was destroyed, or is about to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessError;

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("already destroyed")
    }
}

impl std::error::Error for AccessError {}

impl<T: 'static> LocalKey<T> {
    /// What the macro declares.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(make: fn() -> T) -> LocalKey<T> {
        LocalKey { make }
    }

    /// Gives the value of the running thread, which is made if it is not there.
    ///
    /// # Panics
    /// If it was destroyed.
    pub fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        self.try_with(f)
            .expect("cannot access a Thread Local Storage value during or after destruction")
    }

    /// The same.
    ///
    /// # Errors
    /// If it was destroyed.
    pub fn try_with<R>(&'static self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        run::with(|run| run.asked_for_itself());
        let value = match self.find() {
            Some(known) => known.ok_or(AccessError)?,
            None => {
                // What makes it may use other locals.
                let value: Rc<dyn Any> = Rc::new((self.make)());
                with_slots(|slots| {
                    slots.push(LocalSlot { key: self.key(), value: Some(Rc::clone(&value)) });
                });
                value
            }
        };
        let value = value.downcast_ref::<T>().expect("a key has one type");
        Ok(f(value))
    }

    fn key(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn find(&'static self) -> Option<Option<Rc<dyn Any>>> {
        with_slots(|slots| {
            slots.iter().find(|slot| slot.key == self.key()).map(|slot| slot.value.clone())
        })
    }
}

impl<T: 'static> LocalKey<Cell<T>> {
    /// Replaces the value.
    pub fn set(&'static self, value: T) {
        self.with(|cell| cell.set(value));
    }

    /// A copy of the value.
    pub fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// Takes the value, and leaves the default.
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// Replaces the value, and returns the old one.
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// Looks at the value.
    pub fn with_borrow<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        self.with(|cell| f(&cell.borrow()))
    }

    /// Changes the value.
    pub fn with_borrow_mut<R>(&'static self, f: impl FnOnce(&mut T) -> R) -> R {
        self.with(|cell| f(&mut cell.borrow_mut()))
    }

    /// Replaces the value.
    pub fn set(&'static self, value: T) {
        self.with(|cell| cell.replace(value));
    }

    /// Takes the value, and leaves the default.
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(RefCell::take)
    }

    /// Replaces the value, and returns the old one.
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}

/// The slots of the running task.
fn with_slots<R>(f: impl FnOnce(&mut Vec<LocalSlot>) -> R) -> R {
    let task = raw::current();
    run::with(|run| {
        let all = &mut run.threads.locals;
        let at = all.iter().position(|(of, _)| *of == task).unwrap_or_else(|| {
            all.push((task, Slots::default()));
            all.len() - 1
        });
        f(&mut all[at].1.0)
    })
}

/// Destroys the locals of the running task.
pub(crate) fn leave_locals() {
    // Most threads have none.
    let task = raw::current();
    if !run::with(|run| run.threads.locals.iter().any(|(of, _)| *of == task)) {
        return;
    }
    let mut nth = 0;
    loop {
        let next = with_slots(|slots| slots.get_mut(nth).map(|slot| slot.value.take()));
        let Some(value) = next else { return };
        // What is dropped here may make steps, and other locals.
        drop(value);
        nth += 1;
    }
}

/// Declares thread-locals, as [`std::thread_local!`].
#[macro_export]
macro_rules! thread_local {
    () => {};
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty = const $init:block $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> =
            $crate::thread::LocalKey::new(|| $init);
        $($crate::thread_local! { $($rest)* })?
    };
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty = $init:expr $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> =
            $crate::thread::LocalKey::new(|| $init);
        $($crate::thread_local! { $($rest)* })?
    };
}
