//! A read-write lock: a gauge of more units than there are readers. A reader
//! takes one, a writer all. Neither is preferred: the task that is picked first is first.
//!
//! Two readers that hold the lock disable a writer only together, so taking to
//! read is not independent of taking to read.

use std::panic::Location;
use std::time::Duration;

use crate::exception::Exception;
use crate::execution::Ownership;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// More readers than any program here has.
const UNITS: i64 = 1 << 20;

/// A read-write lock. Clones are handles to the same lock.
///
/// ```
/// use unknot_sim::{RwLock, done, run_once};
///
/// run_once(|| {
///     let lock = RwLock::named("table");
///     let one = lock.read()?;
///     let other = lock.read()?;
///     assert!(lock.try_write().is_none());
///     drop((one, other));
///     let _alone = lock.write()?;
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct RwLock {
    gauge: ObjectId,
}

/// Holds the lock for reading until it is dropped.
#[derive(Debug)]
#[must_use = "the lock is released as soon as its guard is dropped"]
pub struct ReadGuard {
    _held: HeldUnits,
}

/// Holds the lock for writing until it is dropped.
#[derive(Debug)]
#[must_use = "the lock is released as soon as its guard is dropped"]
pub struct WriteGuard {
    _held: HeldUnits,
}

#[derive(Debug)]
struct HeldUnits {
    gauge: ObjectId,
    units: i64,
    location: &'static Location<'static>,
}

impl Default for RwLock {
    #[track_caller]
    fn default() -> RwLock {
        RwLock::new()
    }
}

impl RwLock {
    super::constructors::constructors! {
        /// A free lock.
        ()
    }

    fn create(name: Name, location: &'static Location<'static>) -> RwLock {
        let new = NewObject::new("RwLock", name, location);
        RwLock { gauge: rt::create(new.showing(UNITS).at_most(UNITS).owned(Ownership::Owners)) }
    }

    fn held(&self, units: i64, location: &'static Location<'static>) -> HeldUnits {
        HeldUnits { gauge: self.gauge, units, location }
    }

    fn take(
        &self,
        verb: &'static str,
        units: i64,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        rt::step_or_leave(Op::local(verb, location).with(self.gauge, Mode::Take, units))?;
        Ok(())
    }

    fn try_take(
        &self,
        verb: &'static str,
        units: i64,
        location: &'static Location<'static>,
    ) -> bool {
        rt::ask(Op::local(verb, location).with(self.gauge, Mode::Try, units))
    }

    fn take_timeout(
        &self,
        verb: &'static str,
        units: i64,
        timeout: Duration,
        location: &'static Location<'static>,
    ) -> bool {
        let op = Op::local(verb, location);
        let wait = op.clone().with(self.gauge, Mode::Take, units);
        rt::step_timed(wait, op.with(self.gauge, Mode::Try, units), timeout, |granted| granted)
    }

    /// Waits until no task writes, and takes the lock for reading.
    ///
    /// # Errors
    /// None today; a `Result` so that programs read alike for every lock.
    #[track_caller]
    pub fn read(&self) -> Result<ReadGuard, Exception> {
        let location = Location::caller();
        self.take("lock to read", 1, location)?;
        Ok(ReadGuard { _held: self.held(1, location) })
    }

    /// Waits until no task reads or writes, and takes the lock for writing.
    ///
    /// # Errors
    /// None today; a `Result` so that programs read alike for every lock.
    #[track_caller]
    pub fn write(&self) -> Result<WriteGuard, Exception> {
        let location = Location::caller();
        self.take("lock to write", UNITS, location)?;
        Ok(WriteGuard { _held: self.held(UNITS, location) })
    }

    /// Takes the lock for reading if no task writes. One step.
    #[track_caller]
    pub fn try_read(&self) -> Option<ReadGuard> {
        let location = Location::caller();
        self.try_take("try to read", 1, location)
            .then(|| ReadGuard { _held: self.held(1, location) })
    }

    /// Takes the lock for writing if no task reads or writes. One step.
    #[track_caller]
    pub fn try_write(&self) -> Option<WriteGuard> {
        let location = Location::caller();
        self.try_take("try to write", UNITS, location)
            .then(|| WriteGuard { _held: self.held(UNITS, location) })
    }

    /// Waits until the lock can be taken for reading, or until the time is up.
    #[track_caller]
    pub fn read_timeout(&self, timeout: Duration) -> Option<ReadGuard> {
        let location = Location::caller();
        let granted = self.take_timeout("lock to read", 1, timeout, location);
        granted.then(|| ReadGuard { _held: self.held(1, location) })
    }

    /// Waits until the lock can be taken for writing, or until the time is up.
    #[track_caller]
    pub fn write_timeout(&self, timeout: Duration) -> Option<WriteGuard> {
        let location = Location::caller();
        let granted = self.take_timeout("lock to write", UNITS, timeout, location);
        granted.then(|| WriteGuard { _held: self.held(UNITS, location) })
    }
}

impl Fork for RwLock {
    fn reads(&self, reads: &mut Reads) {
        reads.gauge(self.gauge);
    }

    fn fork(&self, to: &mut Forking) -> RwLock {
        to.once(self.gauge, |to| RwLock { gauge: to.gauge(self.gauge) })
    }
}

impl Drop for HeldUnits {
    fn drop(&mut self) {
        rt::step(Op::local("unlock", self.location).with(self.gauge, Mode::Give, self.units));
    }
}
