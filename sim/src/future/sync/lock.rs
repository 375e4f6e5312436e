//! A lock for futures: that of threads, with an await.

use std::future::Future;
use std::panic::Location;

use crate::future::leaf::{Awaited, Leaf};
use crate::future::lines;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt;
use crate::sync::{Lock, LockGuard};

/// A lock for futures. Clones are handles to the same lock.
///
/// A task that comes later may overtake one that waits, except in a loop.
#[derive(Clone, Debug)]
pub struct AsyncLock {
    lock: Lock,
}

impl Default for AsyncLock {
    #[track_caller]
    fn default() -> AsyncLock {
        AsyncLock::new()
    }
}

impl AsyncLock {
    crate::sync::constructors::constructors! {
        /// A free lock.
        ()
    }

    fn create(name: Name, location: &'static Location<'static>) -> AsyncLock {
        AsyncLock { lock: Lock::create(name, location) }
    }

    /// Waits until the lock is free and takes it. The guard gives it back.
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = AsyncLockGuard> + use<> {
        Leaf::new(Locking { lock: self.lock.clone(), location: Location::caller() })
    }

    /// Takes the lock if it is free. One step.
    #[track_caller]
    #[must_use]
    pub fn try_lock(&self) -> Option<AsyncLockGuard> {
        self.lock.try_acquire().then(|| AsyncLockGuard::new(&self.lock, Location::caller()))
    }

    /// Whether a task holds the lock. One step.
    #[track_caller]
    #[must_use]
    pub fn locked(&self) -> bool {
        self.lock.locked()
    }
}

/// Holds a lock until it is dropped.
#[derive(Debug)]
#[must_use = "a lock is released as soon as its guard is dropped"]
pub struct AsyncLockGuard {
    guard: Option<LockGuard>,
    gauge: ObjectId,
}

impl AsyncLockGuard {
    fn new(lock: &Lock, location: &'static Location<'static>) -> AsyncLockGuard {
        AsyncLockGuard { guard: Some(lock.guard(location)), gauge: lock.gauge() }
    }
}

impl Drop for AsyncLockGuard {
    fn drop(&mut self) {
        self.guard = None;
        lines::wake_first(self.gauge);
    }
}

struct Locking {
    lock: Lock,
    location: &'static Location<'static>,
}

impl Awaited for Locking {
    type Output = AsyncLockGuard;

    fn wait(&self) -> Op {
        Op::local("lock", self.location).with(self.lock.gauge(), Mode::Take, 1)
    }

    fn trying(&self) -> Op {
        Op::local("lock", self.location).with(self.lock.gauge(), Mode::Try, 1)
    }

    fn resolve(&self, granted: bool) -> Option<AsyncLockGuard> {
        (granted || rt::is_quiet()).then(|| AsyncLockGuard::new(&self.lock, self.location))
    }
}
