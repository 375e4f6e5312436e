//! A read-write lock without poisoning, with a reader that may become the writer.
//!
//! A gauge of more units than there are readers. A reader draws one, in steps that commute; a
//! writer takes all; the reader that may become the writer takes one more than half, so that
//! there is one of that kind, with other readers beside it, and the rest when it does.

#![expect(unsafe_code, reason = "the value of a lock is reached by the tasks that have the lock")]

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use smallvec::SmallVec;
use unknot_sim::raw::{self, Mode, NewObject, ObjectId, Op, Ownership, TaskId};

use crate::object::{Object, Primitive};
use crate::primitive::Place;
use crate::time::{self, Duration, Instant};

/// More than twice the readers of any program here.
const UNITS: i64 = 1 << 20;

/// The units of the reader that may become the writer.
const UPGRADABLE: i64 = UNITS / 2 + 1;

/// A read-write lock, as `parking_lot::RwLock`.
pub struct RwLock<T: ?Sized> {
    object: Object,
    /// The tasks that read. Each of them looks for itself alone.
    readers: UnsafeCell<SmallVec<[TaskId; 2]>>,
    value: UnsafeCell<T>,
}

// SAFETY: a value is changed by one task alone, and tasks share a thread.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

/// A free lock, for statics.
#[track_caller]
pub const fn const_rwlock<T>(value: T) -> RwLock<T> {
    RwLock::new(value)
}

impl<T: ?Sized> Primitive for RwLock<T> {
    const KIND: &'static str = "RwLock";

    fn object(&self) -> &Object {
        &self.object
    }

    fn describe(&self, new: NewObject) -> NewObject {
        new.showing(UNITS).at_most(UNITS).owned(Ownership::Owners).with_crowd()
    }
}

impl<T> RwLock<T> {
    /// A free lock.
    #[track_caller]
    pub const fn new(value: T) -> RwLock<T> {
        let readers = UnsafeCell::new(SmallVec::new_const());
        RwLock { object: Object::new(), readers, value: UnsafeCell::new(value) }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    fn gauge(&self) -> ObjectId {
        self.reach().1
    }

    fn readers<R>(&self, f: impl FnOnce(&mut SmallVec<[TaskId; 2]>) -> R) -> R {
        // SAFETY: nothing that is called back reaches the list.
        f(unsafe { &mut *self.readers.get() })
    }

    fn take(&self, verb: &'static str, mode: Mode, n: i64, place: Place) -> bool {
        raw::step(Op::local(verb, place).with(self.gauge(), mode, n))
    }

    fn take_for(
        &self,
        verb: &'static str,
        (mode, n): (Mode, i64),
        timeout: Duration,
        place: Place,
    ) -> bool {
        let op = Op::local(verb, place);
        let trying = time::passing(op.clone().with(self.gauge(), Mode::Try, n), timeout);
        raw::step_timed(op.with(self.gauge(), mode, n), trying, timeout, |granted| granted)
    }

    /// Waits until no task writes, and takes the lock for reading. One step. A task that reads
    /// already is stuck.
    #[track_caller]
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        let (this, place) = (self.reach().0, Location::caller());
        match this.readers(|readers| readers.contains(&raw::current())) {
            true => this.take("read", Mode::Take, UNITS, place),
            false => this.take("read", Mode::Draw, 1, place),
        };
        RwLockReadGuard::new(this, place)
    }

    /// The same, also if this task reads already.
    #[track_caller]
    pub fn read_recursive(&self) -> RwLockReadGuard<'_, T> {
        let (this, place) = (self.reach().0, Location::caller());
        this.take("read_recursive", Mode::Draw, 1, place);
        RwLockReadGuard::new(this, place)
    }

    /// Waits until no task reads or writes, and takes the lock for writing. One step.
    #[track_caller]
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        let (this, place) = (self.reach().0, Location::caller());
        this.take("write", Mode::Take, UNITS, place);
        RwLockWriteGuard::new(this, place)
    }

    /// Waits until no task writes, or reads so, and takes the lock for reading and perhaps for
    /// writing later. One step.
    #[track_caller]
    pub fn upgradable_read(&self) -> RwLockUpgradableReadGuard<'_, T> {
        let (this, place) = (self.reach().0, Location::caller());
        this.take("upgradable_read", Mode::Take, UPGRADABLE, place);
        RwLockUpgradableReadGuard::new(this, place)
    }

    /// Takes the lock for reading if no task writes. One step.
    #[track_caller]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        this.take("try_read", Mode::Try, 1, place).then(|| RwLockReadGuard::new(this, place))
    }

    /// Takes the lock for writing if no task reads or writes. One step.
    #[track_caller]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        this.take("try_write", Mode::Try, UNITS, place).then(|| RwLockWriteGuard::new(this, place))
    }

    /// As [`upgradable_read`](RwLock::upgradable_read), if that need not wait. One step.
    #[track_caller]
    pub fn try_upgradable_read(&self) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        let is_taken = this.take("try_upgradable_read", Mode::Try, UPGRADABLE, place);
        is_taken.then(|| RwLockUpgradableReadGuard::new(this, place))
    }

    /// As [`read`](RwLock::read), unless the time is up first. One step.
    #[track_caller]
    pub fn try_read_for(&self, timeout: Duration) -> Option<RwLockReadGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        let is_taken = this.take_for("try_read_for", (Mode::Draw, 1), timeout, place);
        is_taken.then(|| RwLockReadGuard::new(this, place))
    }

    /// As [`write`](RwLock::write), unless the time is up first. One step.
    #[track_caller]
    pub fn try_write_for(&self, timeout: Duration) -> Option<RwLockWriteGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        let is_taken = this.take_for("try_write_for", (Mode::Take, UNITS), timeout, place);
        is_taken.then(|| RwLockWriteGuard::new(this, place))
    }

    /// As [`read`](RwLock::read), until then.
    #[track_caller]
    pub fn try_read_until(&self, deadline: Instant) -> Option<RwLockReadGuard<'_, T>> {
        self.try_read_for(deadline - Instant::now())
    }

    /// As [`write`](RwLock::write), until then.
    #[track_caller]
    pub fn try_write_until(&self, deadline: Instant) -> Option<RwLockWriteGuard<'_, T>> {
        self.try_write_for(deadline - Instant::now())
    }

    /// Whether a task reads or writes. One step.
    #[must_use]
    #[track_caller]
    pub fn is_locked(&self) -> bool {
        !self.reach().0.take("is_locked", Mode::Look, UNITS, Location::caller())
    }

    /// Whether a task writes. One step.
    #[must_use]
    #[track_caller]
    pub fn is_locked_exclusive(&self) -> bool {
        !self.reach().0.take("is_locked_exclusive", Mode::Look, 1, Location::caller())
    }

    /// The value, which no other task can reach. No step.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

/// Declares a guard that gives units back when it is dropped, in steps that commute or not.
macro_rules! guard {
    ($(#[$doc:meta])* $name:ident, $mode:expr, $n:expr) => {
        $(#[$doc])*
        #[must_use = "a lock is given back as soon as its guard is dropped"]
        pub struct $name<'a, T: ?Sized> {
            lock: &'a RwLock<T>,
            place: Place,
            not_send: PhantomData<*const ()>,
        }

        // SAFETY: a shared guard gives shared values.
        unsafe impl<T: ?Sized + Sync> Sync for $name<'_, T> {}

        impl<'a, T: ?Sized> $name<'a, T> {
            /// Gives the lock back.
            pub fn unlock_fair(this: $name<'a, T>) {
                drop(this);
            }
        }

        impl<T: ?Sized> Deref for $name<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                // SAFETY: this task has the lock, and no task that could write has it besides.
                unsafe { &*self.lock.value.get() }
            }
        }

        impl<T: ?Sized> Drop for $name<'_, T> {
            fn drop(&mut self) {
                self.lock.take("unlock", $mode, $n, self.place);
                self.left();
            }
        }

        impl<T: ?Sized + fmt::Debug> fmt::Debug for $name<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}

guard! {
    /// Holds a [`RwLock`] for reading until it is dropped.
    RwLockReadGuard, Mode::Tally, 1
}

guard! {
    /// Holds a [`RwLock`] for writing until it is dropped.
    RwLockWriteGuard, Mode::Give, UNITS
}

guard! {
    /// Holds a [`RwLock`] for reading, and perhaps for writing later, until it is dropped.
    RwLockUpgradableReadGuard, Mode::Give, UPGRADABLE
}

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    fn new(lock: &'a RwLock<T>, place: Place) -> RwLockReadGuard<'a, T> {
        lock.readers(|readers| readers.push(raw::current()));
        RwLockReadGuard { lock, place, not_send: PhantomData }
    }

    fn left(&self) {
        let me = raw::current();
        self.lock.readers(|readers| {
            let at = readers.iter().position(|&reader| reader == me);
            at.map(|at| readers.remove(at))
        });
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    fn new(lock: &'a RwLock<T>, place: Place) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard { lock, place, not_send: PhantomData }
    }

    fn left(&self) {}

    /// Goes on as a reader; no writer comes in between. One step.
    #[track_caller]
    pub fn downgrade(this: RwLockWriteGuard<'a, T>) -> RwLockReadGuard<'a, T> {
        let guard = ManuallyDrop::new(this);
        guard.lock.take("downgrade", Mode::Give, UNITS - 1, Location::caller());
        RwLockReadGuard::new(guard.lock, guard.place)
    }

    /// Goes on as the reader that may become the writer again. One step.
    #[track_caller]
    pub fn downgrade_to_upgradable(
        this: RwLockWriteGuard<'a, T>,
    ) -> RwLockUpgradableReadGuard<'a, T> {
        let guard = ManuallyDrop::new(this);
        guard.lock.take("downgrade", Mode::Give, UNITS - UPGRADABLE, Location::caller());
        RwLockUpgradableReadGuard::new(guard.lock, guard.place)
    }
}

impl<'a, T: ?Sized> RwLockUpgradableReadGuard<'a, T> {
    fn new(lock: &'a RwLock<T>, place: Place) -> RwLockUpgradableReadGuard<'a, T> {
        RwLockUpgradableReadGuard { lock, place, not_send: PhantomData }
    }

    fn left(&self) {}

    /// Waits until no other task reads, and goes on as the writer. One step.
    #[track_caller]
    pub fn upgrade(this: RwLockUpgradableReadGuard<'a, T>) -> RwLockWriteGuard<'a, T> {
        let guard = ManuallyDrop::new(this);
        guard.lock.take("upgrade", Mode::Take, UNITS - UPGRADABLE, Location::caller());
        RwLockWriteGuard::new(guard.lock, guard.place)
    }

    /// The same, if no other task reads. One step.
    ///
    /// # Errors
    /// The guard, if one does.
    #[track_caller]
    pub fn try_upgrade(
        this: RwLockUpgradableReadGuard<'a, T>,
    ) -> Result<RwLockWriteGuard<'a, T>, RwLockUpgradableReadGuard<'a, T>> {
        let n = UNITS - UPGRADABLE;
        match this.lock.take("try_upgrade", Mode::Try, n, Location::caller()) {
            true => {
                let guard = ManuallyDrop::new(this);
                Ok(RwLockWriteGuard::new(guard.lock, guard.place))
            }
            false => Err(this),
        }
    }

    /// Goes on as a reader like others. One step.
    #[track_caller]
    pub fn downgrade(this: RwLockUpgradableReadGuard<'a, T>) -> RwLockReadGuard<'a, T> {
        let guard = ManuallyDrop::new(this);
        guard.lock.take("downgrade", Mode::Give, UPGRADABLE - 1, Location::caller());
        RwLockReadGuard::new(guard.lock, guard.place)
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this task has the lock alone.
        unsafe { &mut *self.lock.value.get() }
    }
}

crate::sync::lock_of_value!(RwLock);
