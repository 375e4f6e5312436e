//! A read-write lock that is held across awaits, and is fair: a reader that comes behind a
//! writer which waits does not overtake it. It is not poisoned.

#![expect(unsafe_code, reason = "the value of a lock is reached by the tasks that have the lock")]

use std::cell::UnsafeCell;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use unknot_sim::raw::{NewObject, Ownership};

use super::super::line::Line;
use super::TryLockError;
use crate::object::{Object, Primitive};
use crate::primitive::Place;
use crate::seat;

/// More readers than any program here has.
const UNITS: i64 = 1 << 20;

/// A read-write lock, as `tokio::sync::RwLock`.
pub struct RwLock<T: ?Sized> {
    line: Line,
    value: UnsafeCell<T>,
}

// SAFETY: a value is changed by one task alone, and tasks share a thread.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

/// Holds a [`RwLock`] for reading until it is dropped.
#[must_use = "a lock is given back as soon as its guard is dropped"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    of: &'a RwLock<T>,
    place: Place,
}

/// Holds a [`RwLock`] for writing until it is dropped.
#[must_use = "a lock is given back as soon as its guard is dropped"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    of: &'a RwLock<T>,
    place: Place,
}

impl<T: ?Sized> Primitive for RwLock<T> {
    const KIND: &'static str = "RwLock";

    fn object(&self) -> &Object {
        self.line.object()
    }

    fn describe(&self, new: NewObject) -> NewObject {
        self.line.describe(new)
    }
}

impl<T> RwLock<T> {
    /// A free lock.
    #[track_caller]
    pub const fn new(value: T) -> RwLock<T> {
        let line = Line::new("RwLock", UNITS, Ownership::Owners);
        RwLock { line, value: UnsafeCell::new(value) }
    }

    /// The same, for statics.
    #[track_caller]
    pub const fn const_new(value: T) -> RwLock<T> {
        RwLock::new(value)
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Waits until no task writes, nor waits to, and takes the lock for reading.
    #[track_caller]
    pub fn read(&self) -> impl Future<Output = RwLockReadGuard<'_, T>> {
        self.read_at(Location::caller())
    }

    async fn read_at(&self, place: Place) -> RwLockReadGuard<'_, T> {
        let of = self.reach().0;
        _ = of.line.acquire(1, "read", place).await;
        RwLockReadGuard { of, place }
    }

    /// Waits until no task reads or writes, and takes the lock for writing.
    #[track_caller]
    pub fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> {
        self.write_at(Location::caller())
    }

    async fn write_at(&self, place: Place) -> RwLockWriteGuard<'_, T> {
        let of = self.reach().0;
        _ = of.line.acquire(UNITS, "write", place).await;
        RwLockWriteGuard { of, place }
    }

    /// As [`read`](RwLock::read), where futures are not polled.
    #[track_caller]
    pub fn blocking_read(&self) -> RwLockReadGuard<'_, T> {
        let place = Location::caller();
        seat::run(self.read_at(place), None, place).expect("it is not aborted")
    }

    /// As [`write`](RwLock::write), where futures are not polled.
    #[track_caller]
    pub fn blocking_write(&self) -> RwLockWriteGuard<'_, T> {
        let place = Location::caller();
        seat::run(self.write_at(place), None, place).expect("it is not aborted")
    }

    /// Takes the lock for reading if no task writes, nor waits to. One step.
    ///
    /// # Errors
    /// If one does.
    #[track_caller]
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        let (of, place) = (self.reach().0, Location::caller());
        of.line.try_acquire(1, "try_read", place).map_err(|_| TryLockError(()))?;
        Ok(RwLockReadGuard { of, place })
    }

    /// Takes the lock for writing if no task reads or writes. One step.
    ///
    /// # Errors
    /// If one does.
    #[track_caller]
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        let (of, place) = (self.reach().0, Location::caller());
        of.line.try_acquire(UNITS, "try_write", place).map_err(|_| TryLockError(()))?;
        Ok(RwLockWriteGuard { of, place })
    }

    /// The value, which no other task can reach. No step.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// Goes on as a reader; no writer comes in between. One step.
    #[track_caller]
    pub fn downgrade(self) -> RwLockReadGuard<'a, T> {
        let guard = ManuallyDrop::new(self);
        guard.of.line.release(UNITS - 1, Location::caller());
        RwLockReadGuard { of: guard.of, place: guard.place }
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this task reads, and no task writes besides.
        unsafe { &*self.of.value.get() }
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this task has the lock alone.
        unsafe { &*self.of.value.get() }
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { &mut *self.of.value.get() }
    }
}

impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        self.of.line.release(1, self.place);
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        self.of.line.release(UNITS, self.place);
    }
}

impl<T: ?Sized + std::fmt::Debug> std::fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + std::fmt::Debug> std::fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

crate::sync::lock_of_value!(RwLock);
