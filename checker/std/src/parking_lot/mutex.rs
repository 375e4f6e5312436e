//! A lock without poisoning, over that of std.

#![expect(unsafe_code, reason = "a guard of a part of a value points into it")]

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use crate::poison::{PoisonError, TryLockError};
use crate::sync;
use crate::time::{Duration, Instant};

/// A lock, as `parking_lot::Mutex`.
pub struct Mutex<T: ?Sized>(sync::Mutex<T>);

/// Holds a [`Mutex`] until it is dropped.
#[must_use = "a lock is given back as soon as its guard is dropped"]
pub struct MutexGuard<'a, T: ?Sized> {
    /// None while the lock is given back, in a wait or a call of [`MutexGuard::unlocked`].
    pub(super) guard: Option<sync::MutexGuard<'a, T>>,
}

/// Holds a [`Mutex`] for a part of its value.
#[must_use = "a lock is given back as soon as its guard is dropped"]
pub struct MappedMutexGuard<'a, T: ?Sized> {
    value: *mut T,
    /// Gives the lock back when it is dropped.
    guard: Box<dyn Held + 'a>,
    borrows: PhantomData<&'a mut T>,
}

// SAFETY: a shared guard gives shared values.
unsafe impl<T: ?Sized + Sync> Sync for MappedMutexGuard<'_, T> {}

/// What holds a lock, of any value.
trait Held {}

impl<T: ?Sized> Held for sync::MutexGuard<'_, T> {}

/// A free lock, for statics.
#[track_caller]
pub const fn const_mutex<T>(value: T) -> Mutex<T> {
    Mutex::new(value)
}

impl<T> Mutex<T> {
    /// A free lock.
    #[track_caller]
    pub const fn new(value: T) -> Mutex<T> {
        Mutex(sync::Mutex::new(value))
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits until the lock is free and takes it. One step.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard { guard: Some(self.0.lock().unwrap_or_else(PoisonError::into_inner)) }
    }

    /// Takes the lock if it is free. One step.
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(MutexGuard { guard: Some(guard) }),
            Err(TryLockError::Poisoned(error)) => {
                Some(MutexGuard { guard: Some(error.into_inner()) })
            }
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Waits until the lock is free and takes it, unless the time is up first. One step.
    #[track_caller]
    pub fn try_lock_for(&self, timeout: Duration) -> Option<MutexGuard<'_, T>> {
        let guard = self.0.try_lock_for(timeout, Location::caller())?;
        Some(MutexGuard { guard: Some(guard) })
    }

    /// The same until then.
    #[track_caller]
    pub fn try_lock_until(&self, deadline: Instant) -> Option<MutexGuard<'_, T>> {
        self.try_lock_for(deadline - Instant::now())
    }

    /// Whether a task holds the lock. One step.
    #[must_use]
    #[track_caller]
    pub fn is_locked(&self) -> bool {
        self.0.is_locked(Location::caller())
    }

    /// The value, which no other task can reach. No step.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    fn held(&self) -> &sync::MutexGuard<'a, T> {
        self.guard.as_ref().expect("the lock is held")
    }

    /// Keeps the lock for a part of its value.
    pub fn map<U: ?Sized>(
        mut this: MutexGuard<'a, T>,
        f: impl FnOnce(&mut T) -> &mut U,
    ) -> MappedMutexGuard<'a, U> {
        let value: *mut U = f(&mut this);
        let guard = Box::new(this.guard.take().expect("the lock is held"));
        MappedMutexGuard { value, guard, borrows: PhantomData }
    }

    /// The same, if there is such a part.
    ///
    /// # Errors
    /// The guard, if there is not.
    pub fn try_map<U: ?Sized>(
        mut this: MutexGuard<'a, T>,
        f: impl FnOnce(&mut T) -> Option<&mut U>,
    ) -> Result<MappedMutexGuard<'a, U>, MutexGuard<'a, T>> {
        let Some(value) = f(&mut this).map(std::ptr::from_mut) else { return Err(this) };
        let guard = Box::new(this.guard.take().expect("the lock is held"));
        Ok(MappedMutexGuard { value, guard, borrows: PhantomData })
    }

    /// Gives the lock back while a closure is called.
    #[track_caller]
    pub fn unlocked<R>(this: &mut MutexGuard<'a, T>, f: impl FnOnce() -> R) -> R {
        let lock = this.held().lock();
        this.guard = None;
        let relocks = Relocks { guard: this, lock, place: Location::caller() };
        let result = f();
        drop(relocks);
        result
    }

    /// Gives the lock back, so that another task may take it, and takes it again.
    #[track_caller]
    pub fn bump(this: &mut MutexGuard<'a, T>) {
        MutexGuard::unlocked(this, || ());
    }

    /// Gives the lock back.
    pub fn unlock_fair(this: MutexGuard<'a, T>) {
        drop(this);
    }
}

/// Takes a lock again, also if a closure panics.
struct Relocks<'g, 'a, T: ?Sized> {
    guard: &'g mut MutexGuard<'a, T>,
    lock: &'a sync::Mutex<T>,
    place: &'static Location<'static>,
}

impl<T: ?Sized> Drop for Relocks<'_, '_, T> {
    fn drop(&mut self) {
        self.guard.guard = Some(self.lock.lock_at(self.place));
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.held()
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.guard.as_mut().expect("the lock is held")
    }
}

impl<'a, T: ?Sized> MappedMutexGuard<'a, T> {
    /// Keeps the lock for a part of this part.
    pub fn map<U: ?Sized>(
        this: MappedMutexGuard<'a, T>,
        f: impl FnOnce(&mut T) -> &mut U,
    ) -> MappedMutexGuard<'a, U> {
        // SAFETY: this task has the lock alone.
        let value: *mut U = f(unsafe { &mut *this.value });
        MappedMutexGuard { value, guard: this.guard, borrows: PhantomData }
    }
}

impl<T: ?Sized> Deref for MappedMutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this task has the lock alone.
        unsafe { &*self.value }
    }
}

impl<T: ?Sized> DerefMut for MappedMutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { &mut *self.value }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MappedMutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

sync::lock_of_value!(Mutex);
