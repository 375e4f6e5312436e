//! A mutual-exclusion lock that owns what it protects: a gauge of 1.

#![expect(unsafe_code, reason = "the value of a lock is reached by the task that has the lock")]

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::panic::Location;

use unknot_sim::raw::{self, Mode, NewObject, ObjectId, Op, Ownership};

use super::guard::{guard_of_value, lock_of_value};
use crate::object::{Object, Primitive};
use crate::poison::{LockResult, Poison, Taken, TryLockError, TryLockResult};
use crate::time::{self, Duration};

/// A lock, as [`std::sync::Mutex`].
pub struct Mutex<T: ?Sized> {
    object: Object,
    poison: Poison,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached by one task at a time, and tasks share a thread.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

/// Holds a [`Mutex`] until it is dropped.
#[must_use = "a lock is given back as soon as its guard is dropped"]
pub struct MutexGuard<'a, T: ?Sized> {
    lock: &'a Mutex<T>,
    taken: Taken,
    place: &'static Location<'static>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives shared values.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T: ?Sized> Primitive for Mutex<T> {
    const KIND: &'static str = "Mutex";

    fn object(&self) -> &Object {
        &self.object
    }

    fn describe(&self, new: NewObject) -> NewObject {
        new.showing(1).at_most(1).owned(Ownership::Owners)
    }
}

impl<T> Mutex<T> {
    /// A free lock.
    #[track_caller]
    pub const fn new(value: T) -> Mutex<T> {
        Mutex { object: Object::new(), poison: Poison::new(), value: UnsafeCell::new(value) }
    }

    /// The value.
    ///
    /// # Errors
    /// If the lock is poisoned; the value is in the error.
    pub fn into_inner(self) -> LockResult<T> {
        let Mutex { poison, value, .. } = self;
        poison.wrap(value.into_inner())
    }
}

impl<T: ?Sized> Mutex<T> {
    pub(crate) fn gauge(&self) -> ObjectId {
        self.reach().1
    }

    pub(crate) fn guard(&self, place: &'static Location<'static>) -> MutexGuard<'_, T> {
        MutexGuard { lock: self, taken: self.poison.taken(), place, not_send: PhantomData }
    }

    pub(crate) fn wrap<G>(&self, guard: G) -> LockResult<G> {
        self.poison.wrap(guard)
    }

    /// Waits until the lock is free and takes it. One step.
    ///
    /// # Errors
    /// If a task panicked while it held the lock; the guard is in the error.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let ((this, gauge), place) = (self.reach(), Location::caller());
        raw::step(Op::local("lock", place).with(gauge, Mode::Take, 1));
        this.poison.wrap(this.guard(place))
    }

    /// Takes the lock if it is free. One step.
    ///
    /// # Errors
    /// If it is not free, or poisoned.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let ((this, gauge), place) = (self.reach(), Location::caller());
        match raw::ask(Op::local("try_lock", place).with(gauge, Mode::Try, 1)) {
            true => Ok(this.poison.wrap(this.guard(place))?),
            false => Err(TryLockError::WouldBlock),
        }
    }

    /// Takes the lock, poisoned or not. One step.
    pub(crate) fn lock_at(&self, place: &'static Location<'static>) -> MutexGuard<'_, T> {
        let (this, gauge) = self.reach();
        raw::step(Op::local("lock", place).with(gauge, Mode::Take, 1));
        this.guard(place)
    }

    /// Takes the lock, poisoned or not, unless the time is up first. One step.
    pub(crate) fn try_lock_for(
        &self,
        timeout: Duration,
        place: &'static Location<'static>,
    ) -> Option<MutexGuard<'_, T>> {
        let ((this, gauge), op) = (self.reach(), Op::local("try_lock_for", place));
        let wait = op.clone().with(gauge, Mode::Take, 1);
        let trying = time::passing(op.with(gauge, Mode::Try, 1), timeout);
        let is_taken = raw::step_timed(wait, trying, timeout, |granted| granted);
        is_taken.then(|| this.guard(place))
    }

    /// Whether a task holds the lock. One step.
    pub(crate) fn is_locked(&self, place: &'static Location<'static>) -> bool {
        !raw::ask(Op::local("is_locked", place).with(self.reach().1, Mode::Look, 1))
    }

    /// Whether a task panicked while it held the lock. One step.
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        let (this, gauge) = self.reach();
        raw::step(Op::local("is_poisoned", Location::caller()).with(gauge, Mode::Look, 1));
        this.poison.get()
    }

    /// Has the lock not be poisoned any more. One step.
    #[track_caller]
    pub fn clear_poison(&self) {
        let (this, gauge) = self.reach();
        // It takes nothing, and is ordered with everything.
        raw::step(Op::local("clear_poison", Location::caller()).with(gauge, Mode::Drop, 0));
        this.poison.clear();
    }

    /// The value, which no other task can reach. No step.
    ///
    /// # Errors
    /// If the lock is poisoned; the value is in the error.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let Mutex { poison, value, .. } = self;
        poison.wrap(value.get_mut())
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// The lock.
    pub(crate) fn lock(&self) -> &'a Mutex<T> {
        self.lock
    }

    /// The lock, which the guard no longer gives back.
    pub(crate) fn leave(self) -> &'a Mutex<T> {
        let lock = self.lock;
        std::mem::forget(self);
        lock
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let op = Op::local("unlock", self.place);
        raw::step(op.with(self.lock.gauge(), Mode::GiveBounded, 1));
        self.lock.poison.given_back(self.taken);
    }
}

guard_of_value!(MutexGuard, alone);
lock_of_value!(Mutex);
