//! A mutual-exclusion lock: a gauge of 1.
//!
//! It is not reentrant, any task may release it, releasing a free one is an
//! exception, and it wakes any waiter: a task that comes later may overtake
//! one that waits.

use std::panic::Location;
use std::time::Duration;

use super::constructors::constructors;
use crate::exception::Exception;
use crate::execution::Ownership;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// A lock. Clones are handles to the same lock.
///
/// ```
/// use unknot_sim::{Lock, Shared, done, run_once, spawn};
///
/// run_once(|| {
///     let (lock, sum) = (Lock::named("lock"), Shared::named("sum", 0));
///     let (theirs, their_sum) = (lock.clone(), sum.clone());
///     let task = spawn(move || {
///         let _guard = theirs.lock()?;
///         their_sum.write(their_sum.read() + 1);
///         done(())
///     });
///     {
///         let _guard = lock.lock()?;
///         sum.write(sum.read() + 1);
///     }
///     task.join()??;
///     assert!(!lock.locked());
///     done(())
/// });
/// ```
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
        Lock::new()
    }
}

impl Lock {
    constructors! {
        /// A free lock.
        ()
    }

    pub(crate) fn create(name: Name, location: &'static Location<'static>) -> Lock {
        let new = NewObject::new("Lock", name, location);
        Lock { gauge: rt::create(new.showing(1).at_most(1).owned(Ownership::Owners)) }
    }

    pub(crate) fn gauge(&self) -> ObjectId {
        self.gauge
    }

    /// What gives the lock back that was taken at a place.
    pub(crate) fn guard(&self, location: &'static Location<'static>) -> LockGuard {
        LockGuard { lock: self.clone(), location }
    }

    /// Waits until the lock is free and takes it. One step.
    #[track_caller]
    pub fn acquire(&self) {
        rt::step(Op::local("lock", Location::caller()).with(self.gauge, Mode::Take, 1));
    }

    /// Takes the lock if it is free, and says whether. One step.
    #[track_caller]
    pub fn try_acquire(&self) -> bool {
        rt::ask(Op::local("try lock", Location::caller()).with(self.gauge, Mode::Try, 1))
    }

    /// Waits until the lock is free or the time is up, and says whether it was
    /// taken.
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        let op = Op::local("lock", Location::caller());
        let wait = op.clone().with(self.gauge, Mode::Take, 1);
        rt::step_timed(wait, op.with(self.gauge, Mode::Try, 1), timeout, |granted| granted)
    }

    /// Whether a task holds the lock. One step.
    #[track_caller]
    #[must_use]
    pub fn locked(&self) -> bool {
        let op = Op::local("locked", Location::caller());
        let is_locked = !rt::step(op.with(self.gauge, Mode::Look, 1));
        rt::note(|| Noted::Answer(Text::of(is_locked)));
        is_locked
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
        let location = Location::caller();
        rt::step_or_leave(Op::local("lock", location).with(self.gauge, Mode::Take, 1))?;
        Ok(self.guard(location))
    }

    fn release_at(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        let granted =
            rt::step(Op::local("unlock", location).with(self.gauge, Mode::GiveBounded, 1));
        if granted || rt::is_quiet() {
            Ok(())
        } else {
            Err(rt::raised("RuntimeError", "release of a lock that is free"))
        }
    }
}

impl Fork for Lock {
    fn reads(&self, reads: &mut Reads) {
        reads.gauge(self.gauge);
    }

    fn fork(&self, to: &mut Forking) -> Lock {
        to.once(self.gauge, |to| Lock { gauge: to.gauge(self.gauge) })
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        // Another task may have released the lock meanwhile. As with Python's
        // `with`, that is an exception at the end of the block.
        if let Err(exception) = self.lock.release_at(self.location) {
            rt::misuse_in_destructor(exception);
        }
    }
}
