//! A mutual-exclusion lock: a gauge of 1.
//!
//! It is not reentrant, any task may release it, releasing a free one is an
//! exception, and it wakes any waiter: a task that comes later may overtake
//! one that waits. [`Lock::first_come`] is one that is handed on in order.

use std::panic::Location;
use std::time::Duration;

use super::constructors::constructors;
use super::line::{Line, Served};
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
    /// The tasks that wait, where they are served in order.
    line: Option<Line>,
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
        let gauge = rt::create(new.showing(1).at_most(1).owned(Ownership::Owners));
        Lock { gauge, line: None }
    }

    /// A free lock that is handed on to the task that has waited longest: a task that comes
    /// later does not overtake. To take it is one step if it is free, and otherwise two:
    /// line up, and go on with the lock.
    ///
    /// ```
    /// use unknot_sim::{Lock, done, run_once, spawn};
    ///
    /// run_once(|| {
    ///     let lock = Lock::first_come("lock");
    ///     let theirs = lock.clone();
    ///     let task = spawn(move || {
    ///         theirs.acquire();
    ///         theirs.release()
    ///     });
    ///     lock.acquire();
    ///     lock.release()?;
    ///     task.join()?
    /// });
    /// ```
    #[track_caller]
    pub fn first_come(name: impl Into<Name>) -> Lock {
        Lock { line: Some(Line::default()), ..Lock::create(name.into(), Location::caller()) }
    }

    pub(crate) fn gauge(&self) -> ObjectId {
        self.gauge
    }

    /// What gives the lock back that was taken at a place.
    pub(crate) fn guard(&self, location: &'static Location<'static>) -> LockGuard {
        LockGuard { lock: self.clone(), location }
    }

    /// Takes the lock with steps of another primitive.
    pub(super) fn take_again(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        step: impl Fn(Op) -> Result<bool, Exception>,
    ) -> Result<(), Exception> {
        match &self.line {
            Some(line) => line.take(self.served(verb, location), step),
            None => step(Op::local(verb, location).with(self.gauge, Mode::Take, 1)).map(drop),
        }
    }

    /// Hands the lock on, which was given back in this step.
    pub(super) fn hand_on(&self) {
        if let Some(line) = &self.line {
            line.hand_on(self.gauge);
        }
    }

    fn served(&self, verb: &'static str, location: &'static Location<'static>) -> Served {
        Served { kind: "Lock", gauge: self.gauge, verb, location }
    }

    /// Waits until the lock is free and takes it. One step.
    #[track_caller]
    pub fn acquire(&self) {
        if let Some(line) = &self.line {
            let taken = line.take(self.served("lock", Location::caller()), |op| Ok(rt::step(op)));
            return taken.expect("a step raises nothing");
        }
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
        if let Some(line) = &self.line {
            return line.take_timeout(self.served("lock", Location::caller()), timeout);
        }
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
        self.take_again("lock", location, rt::step_or_leave)?;
        Ok(self.guard(location))
    }

    fn release_at(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        let granted =
            rt::step(Op::local("unlock", location).with(self.gauge, Mode::GiveBounded, 1));
        if granted || rt::is_quiet() {
            self.hand_on();
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
        to.once(self.gauge, |to| Lock {
            gauge: to.gauge(self.gauge),
            // The tasks that wait are not there.
            line: self.line.as_ref().map(|_| Line::default()),
        })
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        // Another task may have released the lock meanwhile. As with Python's
        // `with`, that is an exception at the end of the block.
        if let Err(exception) = self.lock.release_at(self.location) {
            rt::raise_misuse(exception);
        }
    }
}
