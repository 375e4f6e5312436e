//! A mutual-exclusion lock: a gauge of 1.
//!
//! It is not reentrant, any task may release it, releasing a free one is an
//! exception, and it wakes any waiter: a task that comes later may overtake
//! one that waits.

use std::panic::Location;

use crate::exception::Exception;
use crate::id::{Name, ObjectId};
use crate::op::{Mode, Op};
use crate::rt::{self, NewObject};

/// A lock. Clones are handles to the same lock.
#[derive(Clone, Debug)]
pub struct Lock {
    gauge: ObjectId,
}

/// Holds a lock until it is dropped.
#[derive(Debug)]
#[must_use = "a lock is released as soon as its guard is dropped"]
pub struct LockGuard {
    lock: Lock,
    location: &'static Location<'static>,
}

impl Default for Lock {
    #[track_caller]
    fn default() -> Lock {
        Lock::create(Name::default(), Location::caller())
    }
}

impl Lock {
    /// A free lock without a name.
    #[track_caller]
    #[must_use]
    pub fn new() -> Lock {
        Lock::create(Name::default(), Location::caller())
    }

    /// A free lock with a name for reports.
    #[track_caller]
    pub fn named(name: impl Into<Name>) -> Lock {
        Lock::create(name.into(), Location::caller())
    }

    fn create(name: Name, location: &'static Location<'static>) -> Lock {
        let new = NewObject { kind: "Lock", name, location, initial: 1, limit: 1, owned: true };
        Lock { gauge: rt::create(new) }
    }

    /// Waits until the lock is free and takes it. One step.
    #[track_caller]
    pub fn acquire(&self) {
        rt::step(Op::local("lock", Location::caller()).with(self.gauge, Mode::Take, 1));
    }

    /// Gives the lock back. One step.
    ///
    /// # Errors
    /// `RuntimeError` if the lock is free.
    #[track_caller]
    pub fn release(&self) -> Result<(), Exception> {
        self.release_at(Location::caller())
    }

    /// Takes the lock and returns a guard that gives it back.
    ///
    /// # Errors
    /// None today; a `Result` so that programs read alike for every lock.
    #[track_caller]
    pub fn lock(&self) -> Result<LockGuard, Exception> {
        self.acquire();
        Ok(LockGuard { lock: self.clone(), location: Location::caller() })
    }

    fn release_at(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        let granted =
            rt::step(Op::local("unlock", location).with(self.gauge, Mode::GiveBounded, 1));
        if granted || rt::is_unwinding() {
            Ok(())
        } else {
            Err(Exception::new("RuntimeError", "release of a lock that is free"))
        }
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        // Somebody else may have released the lock meanwhile. As with Python's
        // `with`, that is an exception at the end of the block; a destructor
        // cannot return one, so it panics, unless a panic is on its way.
        if let Err(exception) = self.lock.release_at(self.location) {
            std::panic::panic_any(exception.to_string());
        }
    }
}
