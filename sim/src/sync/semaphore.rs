//! Semaphores: a gauge of n permits.
//!
//! Any task may release, whether it acquired or not. Releasing too often silently
//! raises the number of permits; a bounded semaphore raises an exception instead. Any task
//! that waits may get a permit, or the one that has waited longest (`first_come`).

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
use crate::ready::{Readiness, Ready};
use crate::rt::{self, NewObject};

/// A semaphore. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{Semaphore, run_once};
///
/// run_once(|| {
///     let permits = Semaphore::named("permits", 2);
///     permits.acquire();
///     {
///         let _second = permits.permit();
///         assert!(!permits.try_acquire());
///     }
///     permits.release();
///     assert_eq!(permits.value(), 2);
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Semaphore {
    gauge: ObjectId,
    /// The tasks that wait, where they are served in order.
    line: Option<Line>,
}

/// A semaphore that may not be released more often than acquired. Clones are
/// handles to the same one.
///
/// ```
/// use unknot_sim::{BoundedSemaphore, done, run_once};
///
/// run_once(|| {
///     let permits = BoundedSemaphore::named("permits", 1);
///     permits.acquire();
///     permits.release()?;
///     assert_eq!(permits.release().map_err(|refused| refused.kind), Err("ValueError"));
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct BoundedSemaphore {
    inner: Semaphore,
}

/// Holds a permit until it is dropped.
#[derive(Debug)]
#[must_use = "a permit is given back as soon as it is dropped"]
pub struct Permit {
    gauge: ObjectId,
    mode: Mode,
    line: Option<Line>,
    location: &'static Location<'static>,
}

impl Semaphore {
    constructors! {
        /// A semaphore with some permits.
        (permits: u32)
    }

    pub(crate) fn create(
        name: Name,
        permits: u32,
        location: &'static Location<'static>,
    ) -> Semaphore {
        let new = NewObject::new("Semaphore", name, location).owned(Ownership::Takers);
        let new = new.raised_by(&["release"]);
        Semaphore { gauge: rt::create(new.showing(permits.into())), line: None }
    }

    /// A semaphore with some permits that gives them to the task that has waited longest: a
    /// task that comes later does not overtake. To acquire is one step if there is a permit,
    /// and otherwise two: line up, and go on with a permit.
    ///
    /// ```
    /// use unknot_sim::{Semaphore, run_once};
    ///
    /// run_once(|| {
    ///     let permits = Semaphore::first_come("permits", 1);
    ///     let permit = permits.permit();
    ///     assert!(!permits.try_acquire());
    ///     drop(permit);
    ///     permits.acquire();
    /// });
    /// ```
    #[track_caller]
    pub fn first_come(name: impl Into<Name>, permits: u32) -> Semaphore {
        let plain = Semaphore::create(name.into(), permits, Location::caller());
        Semaphore { line: Some(Line::default()), ..plain }
    }

    fn served(&self, location: &'static Location<'static>) -> Served {
        Served { kind: "Semaphore", gauge: self.gauge, verb: "acquire", location }
    }

    /// How a permit is given: where that hands it on, in a step of which the order matters.
    fn giving(&self) -> Mode {
        if self.line.is_some() { Mode::GiveBounded } else { Mode::Give }
    }

    fn hand_on(&self) {
        if let Some(line) = &self.line {
            line.hand_on(self.gauge);
        }
    }

    /// Waits for a permit and takes it. One step.
    #[track_caller]
    pub fn acquire(&self) {
        if let Some(line) = &self.line {
            let taken = line.take(self.served(Location::caller()), |op| Ok(rt::step(op)));
            return taken.expect("a step raises nothing");
        }
        rt::step(Op::local("acquire", Location::caller()).with(self.gauge, Mode::Take, 1));
    }

    /// Takes a permit if there is one, and says whether. One step.
    #[track_caller]
    pub fn try_acquire(&self) -> bool {
        rt::ask(Op::local("try acquire", Location::caller()).with(self.gauge, Mode::Try, 1))
    }

    /// Waits for a permit until the time is up, and says whether it was taken.
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        if let Some(line) = &self.line {
            return line.take_timeout(self.served(Location::caller()), timeout);
        }
        let op = Op::local("acquire", Location::caller());
        let wait = op.clone().with(self.gauge, Mode::Take, 1);
        rt::step_timed(wait, op.with(self.gauge, Mode::Try, 1), timeout, |granted| granted)
    }

    /// Gives a permit. One step.
    #[track_caller]
    pub fn release(&self) {
        rt::step(Op::local("release", Location::caller()).with(self.gauge, self.giving(), 1));
        self.hand_on();
    }

    /// How many permits there are. One step.
    #[track_caller]
    #[must_use]
    pub fn value(&self) -> i64 {
        rt::step(Op::local("value", Location::caller()).with(self.gauge, Mode::Look, 0));
        let value = rt::shows(self.gauge);
        rt::note(|| Noted::Read(Text::of(value)));
        value
    }

    /// Waits for a permit that is given back when it is dropped.
    #[track_caller]
    pub fn permit(&self) -> Permit {
        self.acquire();
        self.given_back_at(Location::caller())
    }

    pub(crate) fn gauge(&self) -> ObjectId {
        self.gauge
    }

    /// What gives a permit back that was taken at a place.
    pub(crate) fn given_back_at(&self, location: &'static Location<'static>) -> Permit {
        Permit { gauge: self.gauge, mode: self.giving(), line: self.line.clone(), location }
    }
}

impl BoundedSemaphore {
    constructors! {
        /// A semaphore with some permits, and never more.
        (permits: u32)
    }

    fn create(name: Name, permits: u32, location: &'static Location<'static>) -> BoundedSemaphore {
        let new = NewObject::new("BoundedSemaphore", name, location).owned(Ownership::Takers);
        let new = new.raised_by(&["release"]);
        let gauge = rt::create(new.showing(permits.into()).at_most(permits.into()));
        BoundedSemaphore { inner: Semaphore { gauge, line: None } }
    }

    /// The same as a [`Semaphore::first_come`].
    #[track_caller]
    pub fn first_come(name: impl Into<Name>, permits: u32) -> BoundedSemaphore {
        let plain = BoundedSemaphore::create(name.into(), permits, Location::caller());
        BoundedSemaphore { inner: Semaphore { line: Some(Line::default()), ..plain.inner } }
    }

    /// Waits for a permit and takes it. One step.
    #[track_caller]
    pub fn acquire(&self) {
        self.inner.acquire();
    }

    /// Takes a permit if there is one, and says whether. One step.
    #[track_caller]
    pub fn try_acquire(&self) -> bool {
        self.inner.try_acquire()
    }

    /// Waits for a permit until the time is up, and says whether it was taken.
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.inner.acquire_timeout(timeout)
    }

    /// Gives a permit back. One step.
    ///
    /// # Errors
    /// `ValueError` if all permits are there already.
    #[track_caller]
    pub fn release(&self) -> Result<(), Exception> {
        let op = Op::local("release", Location::caller());
        let granted = rt::step(op.with(self.inner.gauge, Mode::GiveBounded, 1));
        if granted || rt::is_quiet() {
            self.inner.hand_on();
            Ok(())
        } else {
            Err(rt::raised("ValueError", "semaphore released too many times"))
        }
    }

    /// Waits for a permit that is given back when it is dropped.
    #[track_caller]
    pub fn permit(&self) -> Permit {
        self.acquire();
        let (line, location) = (self.inner.line.clone(), Location::caller());
        Permit { gauge: self.inner.gauge, mode: Mode::GiveBounded, line, location }
    }
}

impl Fork for Semaphore {
    fn reads(&self, reads: &mut Reads) {
        reads.gauge(self.gauge);
    }

    fn fork(&self, to: &mut Forking) -> Semaphore {
        to.once(self.gauge, |to| Semaphore {
            gauge: to.gauge(self.gauge),
            // The tasks that wait are not there.
            line: self.line.as_ref().map(|_| Line::default()),
        })
    }
}

impl Fork for BoundedSemaphore {
    fn reads(&self, reads: &mut Reads) {
        self.inner.reads(reads);
    }

    fn fork(&self, to: &mut Forking) -> BoundedSemaphore {
        BoundedSemaphore { inner: self.inner.fork(to) }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let granted = rt::step(Op::local("release", self.location).with(self.gauge, self.mode, 1));
        if let Some(line) = self.line.as_ref().filter(|_| granted) {
            line.hand_on(self.gauge);
        }
    }
}

impl Ready for Semaphore {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(Some(Readiness::new(self.gauge, 1)))
    }
}

impl Ready for BoundedSemaphore {
    fn readiness(
        &self,
        location: &'static Location<'static>,
    ) -> Result<Option<Readiness>, Exception> {
        self.inner.readiness(location)
    }
}
