//! A lock that is held across awaits, and is fair: the future that has waited longest has it
//! next. It is not poisoned.

#![expect(unsafe_code, reason = "the value of a lock is reached by the task that has the lock")]

use std::cell::UnsafeCell;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use unknot_sim::raw::{NewObject, Ownership};

use super::super::line::Line;
use crate::object::{Object, Primitive};
use crate::primitive::{Place, opaque, says};
use crate::seat;
use crate::sync::Arc;

/// A lock, as `tokio::sync::Mutex`.
pub struct Mutex<T: ?Sized> {
    line: Line,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached by one task at a time, and tasks share a thread.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

says! {
    /// The lock is not free.
    TryLockError => "operation would block";
}

/// Holds a [`Mutex`] until it is dropped.
#[must_use = "a lock is given back as soon as its guard is dropped"]
pub struct MutexGuard<'a, T: ?Sized> {
    of: &'a Mutex<T>,
    place: Place,
}

/// The same of a lock in an [`Arc`].
#[must_use = "a lock is given back as soon as its guard is dropped"]
pub struct OwnedMutexGuard<T> {
    of: Arc<Mutex<T>>,
    place: Place,
}

// SAFETY: a shared guard gives shared values.
unsafe impl<T: ?Sized + Send + Sync> Sync for MutexGuard<'_, T> {}

impl<T: ?Sized> Primitive for Mutex<T> {
    const KIND: &'static str = "Mutex";

    fn object(&self) -> &Object {
        self.line.object()
    }

    fn describe(&self, new: NewObject) -> NewObject {
        self.line.describe(new)
    }
}

impl<T> Mutex<T> {
    /// A free lock.
    #[track_caller]
    pub const fn new(value: T) -> Mutex<T> {
        Mutex { line: Line::new("Mutex", 1, Ownership::Owners), value: UnsafeCell::new(value) }
    }

    /// The same, for statics.
    #[track_caller]
    pub const fn const_new(value: T) -> Mutex<T> {
        Mutex::new(value)
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits until the lock is free and takes it.
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        self.lock_at(Location::caller())
    }

    async fn lock_at(&self, place: Place) -> MutexGuard<'_, T> {
        let of = self.reach().0;
        // It is never closed.
        _ = of.line.acquire(1, "lock", place).await;
        MutexGuard { of, place }
    }

    /// The same where futures are not polled.
    #[track_caller]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        let place = Location::caller();
        seat::run(self.lock_at(place), None, place).expect("it is not aborted")
    }

    /// Takes the lock if it is free. One step.
    ///
    /// # Errors
    /// If it is not.
    #[track_caller]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        let (of, place) = (self.reach().0, Location::caller());
        of.line.try_acquire(1, "try_lock", place).map_err(|_| TryLockError(()))?;
        Ok(MutexGuard { of, place })
    }

    /// The value, which no other task can reach. No step.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T> Arc<Mutex<T>> {
    /// Waits until the lock is free and takes it, with a guard that owns it.
    #[track_caller]
    pub fn lock_owned(self) -> impl Future<Output = OwnedMutexGuard<T>> {
        let place = Location::caller();
        async move {
            _ = self.line.acquire(1, "lock", place).await;
            OwnedMutexGuard { of: self, place }
        }
    }

    /// Takes the lock if it is free, with a guard that owns it. One step.
    ///
    /// # Errors
    /// If it is not.
    #[track_caller]
    pub fn try_lock_owned(self) -> Result<OwnedMutexGuard<T>, TryLockError> {
        let place = Location::caller();
        self.line.try_acquire(1, "try_lock", place).map_err(|_| TryLockError(()))?;
        Ok(OwnedMutexGuard { of: self, place })
    }
}

/// What both guards have in common.
macro_rules! guards {
    ($name:ty, [$($t:tt)*]) => {
        impl<$($t)*> Deref for $name {
            type Target = T;

            fn deref(&self) -> &T {
                // SAFETY: this task has the lock alone.
                unsafe { &*self.of.value.get() }
            }
        }

        impl<$($t)*> DerefMut for $name {
            fn deref_mut(&mut self) -> &mut T {
                // SAFETY: as above.
                unsafe { &mut *self.of.value.get() }
            }
        }

        impl<$($t)*> Drop for $name {
            fn drop(&mut self) {
                self.of.line.release(1, self.place);
            }
        }
    };
}

guards!(MutexGuard<'_, T>, [T: ?Sized]);
guards!(OwnedMutexGuard<T>, [T]);

opaque!(OwnedMutexGuard<T>);
crate::sync::lock_of_value!(Mutex);

impl<T: ?Sized + std::fmt::Debug> std::fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
