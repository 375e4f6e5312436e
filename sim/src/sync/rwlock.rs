//! A read-write lock: a gauge of more units than there are readers. A reader
//! takes one, a writer all. Neither is preferred: the task that is picked first is first.
//!
//! With writers first ([`RwLock::writers_first`]) there is a second gauge, the entry, of which
//! a writer owns all units from the moment it waits, and a reader one while it has the lock.
//! So a reader waits behind a writer that waits, also one that reads already.
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
use crate::noted::{Noted, Text};
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
    /// What readers wait for where writers come first.
    entry: Option<ObjectId>,
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
    entry: Option<ObjectId>,
    units: i64,
    location: &'static Location<'static>,
}

/// A gauge of all units, which tasks own.
fn gauge(name: Name, location: &'static Location<'static>) -> NewObject {
    let new = NewObject::new("RwLock", name, location);
    new.showing(UNITS).at_most(UNITS).owned(Ownership::Owners)
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
        RwLock { gauge: rt::create(gauge(name, location)), entry: None }
    }

    /// A free lock on which writers come first: a reader waits until no writer has the lock
    /// or waits for it. To take it to write is two steps: come, and go on when no task reads
    /// or writes any more.
    ///
    /// A task that reads and wants to read again waits behind a writer that came in between,
    /// which waits for that task: a deadlock.
    ///
    /// ```
    /// use unknot_sim::{RwLock, done, run_once};
    ///
    /// run_once(|| {
    ///     let lock = RwLock::writers_first("table");
    ///     drop((lock.read()?, lock.read()?));
    ///     let _alone = lock.write()?;
    ///     assert!(lock.try_read().is_none());
    ///     done(())
    /// });
    /// ```
    #[track_caller]
    pub fn writers_first(name: impl Into<Name>) -> RwLock {
        let (name, location) = (name.into(), Location::caller());
        let plain = RwLock::create(name.clone(), location);
        let entry = rt::create(self::gauge(name, location).part_of(plain.gauge));
        RwLock { entry: Some(entry), ..plain }
    }

    fn held(&self, units: i64, location: &'static Location<'static>) -> HeldUnits {
        HeldUnits { gauge: self.gauge, entry: self.entry, units, location }
    }

    fn take(
        &self,
        verb: &'static str,
        units: i64,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        if let Some(coming) = self.coming(units, location) {
            rt::step_or_leave(coming)?;
        }
        rt::step_or_leave(self.taking(Op::local(verb, location), units))?;
        Ok(())
    }

    /// The step in which a writer comes, where writers come first.
    fn coming(&self, units: i64, location: &'static Location<'static>) -> Option<Op> {
        let entry = self.entry.filter(|_| units == UNITS)?;
        let op = Op::local("come to write", location);
        Some(op.with(entry, Mode::Drop, UNITS).with(entry, Mode::Own, UNITS))
    }

    /// A step that waits for the lock.
    fn taking(&self, op: Op, units: i64) -> Op {
        match self.entry {
            // No writer is there, so there is a unit.
            Some(entry) if units == 1 => {
                op.with(entry, Mode::Take, 1).with(self.gauge, Mode::Try, 1)
            }
            _ => op.with(self.gauge, Mode::Take, units),
        }
    }

    /// Takes units of both gauges as part of the step, if the entry shows them. What is
    /// refused touches the same.
    fn enter(&self, entry: ObjectId, units: i64) -> bool {
        let is_open = rt::also(entry, Mode::Try, units);
        rt::also(self.gauge, Mode::Try, if is_open { units } else { i64::MAX });
        is_open
    }

    /// Takes the lock to write as part of the try that a timed wait ends with, or leaves.
    fn write_or_leave(&self, entry: ObjectId) -> bool {
        let granted = rt::also(self.gauge, Mode::Try, UNITS);
        rt::also(entry, Mode::Give, if granted { 0 } else { UNITS });
        granted
    }

    fn try_take(
        &self,
        verb: &'static str,
        units: i64,
        location: &'static Location<'static>,
    ) -> bool {
        let op = Op::local(verb, location);
        let Some(entry) = self.entry else {
            return rt::ask(op.with(self.gauge, Mode::Try, units));
        };
        rt::step(op.with(entry, Mode::Try, units).with(self.gauge, Mode::Try, units).deferred());
        let granted = !rt::is_quiet() && self.enter(entry, units);
        rt::note(|| Noted::Answer(Text::of(granted)));
        granted
    }

    fn take_timeout(
        &self,
        verb: &'static str,
        units: i64,
        timeout: Duration,
        location: &'static Location<'static>,
    ) -> bool {
        let op = Op::local(verb, location);
        let wait = self.taking(op.clone(), units);
        let trying = op.with(self.gauge, Mode::Try, units);
        let Some(entry) = self.entry else {
            return rt::step_timed(wait, trying, timeout, |granted| granted);
        };
        if let Some(coming) = self.coming(units, location) {
            rt::step(coming);
        }
        let trying = match units {
            UNITS => trying.with(entry, Mode::Give, UNITS),
            _ => trying.with(entry, Mode::Try, units),
        };
        rt::step_timed(wait, trying.deferred().trying(), timeout, |granted| {
            match (rt::is_try(), units) {
                (false, _) => granted,
                (true, UNITS) => self.write_or_leave(entry),
                (true, _) => self.enter(entry, units),
            }
        })
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
        if let Some(entry) = self.entry {
            reads.gauge(entry);
        }
    }

    fn fork(&self, to: &mut Forking) -> RwLock {
        to.once(self.gauge, |to| {
            let gauge = to.gauge(self.gauge);
            RwLock { gauge, entry: self.entry.map(|entry| to.gauge_of(entry, gauge)) }
        })
    }
}

impl Drop for HeldUnits {
    fn drop(&mut self) {
        let op = Op::local("unlock", self.location).with(self.gauge, Mode::Give, self.units);
        rt::step(match self.entry {
            Some(entry) => op.with(entry, Mode::Give, self.units),
            None => op,
        });
    }
}
