//! A read-write lock: a gauge of more units than there are readers.
//!
//! A reader draws one and gives it back in steps that commute, a writer takes all. A single
//! reader keeps a writer off as well as several, so nothing is lost by not ordering readers.
//! A task that reads and reads again is stuck, since in Rust's own a writer may come in
//! between, for which the second read waits; to try to read again succeeds.

#![expect(unsafe_code, reason = "the value of a lock is reached by the tasks that have the lock")]

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::panic::Location;

use smallvec::SmallVec;
use unknot_sim::raw::{self, Mode, NewObject, Op, Ownership, TaskId};

use super::guard::{guard_of_value, lock_of_value};
use crate::object::{Object, Primitive};
use crate::poison::{LockResult, Poison, Taken, TryLockError, TryLockResult};

/// More readers than any program here has.
const UNITS: i64 = 1 << 20;

/// A read-write lock, as [`std::sync::RwLock`].
pub struct RwLock<T: ?Sized> {
    object: Object,
    poison: Poison,
    /// The tasks that read. Each of them looks for itself alone.
    readers: UnsafeCell<SmallVec<[TaskId; 2]>>,
    value: UnsafeCell<T>,
}

// SAFETY: a value is changed by one task alone, and tasks share a thread.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

/// Holds a [`RwLock`] for reading until it is dropped.
#[must_use = "a lock is given back as soon as its guard is dropped"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    place: &'static Location<'static>,
    not_send: PhantomData<*const ()>,
}

/// Holds a [`RwLock`] for writing until it is dropped.
#[must_use = "a lock is given back as soon as its guard is dropped"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    taken: Taken,
    place: &'static Location<'static>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives shared values.
unsafe impl<T: ?Sized + Sync> Sync for RwLockReadGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Sync> Sync for RwLockWriteGuard<'_, T> {}

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
        RwLock {
            object: Object::new(),
            poison: Poison::new(),
            readers: UnsafeCell::new(SmallVec::new_const()),
            value: UnsafeCell::new(value),
        }
    }

    /// The value.
    ///
    /// # Errors
    /// If the lock is poisoned; the value is in the error.
    pub fn into_inner(self) -> LockResult<T> {
        let RwLock { poison, value, .. } = self;
        poison.wrap(value.into_inner())
    }
}

impl<T: ?Sized> RwLock<T> {
    fn readers<R>(&self, f: impl FnOnce(&mut SmallVec<[TaskId; 2]>) -> R) -> R {
        // SAFETY: nothing that is called back reaches the list.
        f(unsafe { &mut *self.readers.get() })
    }

    fn read_guard(&self, place: &'static Location<'static>) -> RwLockReadGuard<'_, T> {
        self.readers(|readers| readers.push(raw::current()));
        RwLockReadGuard { lock: self, place, not_send: PhantomData }
    }

    fn write_guard(&self, place: &'static Location<'static>) -> RwLockWriteGuard<'_, T> {
        RwLockWriteGuard { lock: self, taken: self.poison.taken(), place, not_send: PhantomData }
    }

    /// Waits until no task writes, and takes the lock for reading. One step.
    ///
    /// # Errors
    /// If a task panicked while it wrote; the guard is in the error.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let ((this, gauge), place) = (self.reach(), Location::caller());
        let op = Op::local("read", place);
        let is_again = this.readers(|readers| readers.contains(&raw::current()));
        raw::step(match is_again {
            true => op.with(gauge, Mode::Take, UNITS),
            false => op.with(gauge, Mode::Draw, 1),
        });
        this.poison.wrap(this.read_guard(place))
    }

    /// Waits until no task reads or writes, and takes the lock for writing. One step.
    ///
    /// # Errors
    /// If a task panicked while it wrote; the guard is in the error.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let ((this, gauge), place) = (self.reach(), Location::caller());
        raw::step(Op::local("write", place).with(gauge, Mode::Take, UNITS));
        this.poison.wrap(this.write_guard(place))
    }

    /// Takes the lock for reading if no task writes. One step.
    ///
    /// # Errors
    /// If a task writes, or the lock is poisoned.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let ((this, gauge), place) = (self.reach(), Location::caller());
        match raw::ask(Op::local("try_read", place).with(gauge, Mode::Try, 1)) {
            true => Ok(this.poison.wrap(this.read_guard(place))?),
            false => Err(TryLockError::WouldBlock),
        }
    }

    /// Takes the lock for writing if no task reads or writes. One step.
    ///
    /// # Errors
    /// If one does, or the lock is poisoned.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let ((this, gauge), place) = (self.reach(), Location::caller());
        match raw::ask(Op::local("try_write", place).with(gauge, Mode::Try, UNITS)) {
            true => Ok(this.poison.wrap(this.write_guard(place))?),
            false => Err(TryLockError::WouldBlock),
        }
    }

    /// Whether a task panicked while it wrote. One step.
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        let (this, gauge) = self.reach();
        let op = Op::local("is_poisoned", Location::caller());
        raw::step(op.with(gauge, Mode::Look, UNITS));
        this.poison.get()
    }

    /// Has the lock not be poisoned any more. One step.
    #[track_caller]
    pub fn clear_poison(&self) {
        let (this, gauge) = self.reach();
        raw::step(Op::local("clear_poison", Location::caller()).with(gauge, Mode::Drop, 0));
        this.poison.clear();
    }

    /// The value, which no other task can reach. No step.
    ///
    /// # Errors
    /// If the lock is poisoned; the value is in the error.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let RwLock { poison, value, .. } = self;
        poison.wrap(value.get_mut())
    }
}

impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        let op = Op::local("unlock", self.place);
        raw::step(op.with(self.lock.reach().1, Mode::Tally, 1));
        let me = raw::current();
        self.lock.readers(|readers| {
            let at = readers.iter().position(|&reader| reader == me);
            at.map(|at| readers.remove(at))
        });
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        let op = Op::local("unlock", self.place);
        raw::step(op.with(self.lock.reach().1, Mode::Give, UNITS));
        self.lock.poison.given_back(self.taken);
    }
}

guard_of_value!(RwLockReadGuard);
guard_of_value!(RwLockWriteGuard, alone);
lock_of_value!(RwLock);
