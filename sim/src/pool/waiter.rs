//! What one task is told of futures that it waits for together.
//!
//! A future that is done *tells* each task that waits for it, in two steps: the first one
//! puts the future behind those that were told before, the second one gives to a gauge for
//! which the task may wait. Which gauge that is follows from the first step. A task that
//! takes futures one by one waits for a gauge of each place; a task that waits for several
//! waits for one gauge, to which the future gives that ends the wait, and the others tell
//! in one step.

use std::cell::RefCell;
use std::panic::Location;
use std::time::Duration;

use super::places::Places;
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// Which futures the task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WaitsUntil {
    /// One after the other.
    Each,
    /// The first one.
    First,
    /// The first one that has raised something, or all of so many.
    Raised(usize),
    /// All of so many.
    All(usize),
}

/// What one task is told of futures that it waits for together.
pub(super) struct Waiter {
    /// The cell that orders what it is told.
    order: ObjectId,
    until: WaitsUntil,
    places: Places,
    told: RefCell<ToldFutures>,
    location: &'static Location<'static>,
}

#[derive(Default)]
struct ToldFutures {
    /// Which futures have been done, in order.
    futures: Vec<usize>,
    /// Whether the gauge was given to for which the task waits, and no other.
    is_over: bool,
}

impl Waiter {
    pub(super) fn new(until: WaitsUntil, location: &'static Location<'static>) -> Waiter {
        let new = || NewObject::new("Futures", Name::default(), location).raised_by(&["deliver"]);
        let order = rt::create(new());
        let places = Places::new(order, new());
        Waiter { order, until, places, told: RefCell::default(), location }
    }

    /// Tells it that a future has been done, and whether that has raised something. Two
    /// steps, or one if the task does not wait for that.
    pub(super) fn tell(&self, nth: usize, raised: bool, location: &'static Location<'static>) {
        let op = || Op::local("deliver", location);
        rt::step(op().with(self.order, Mode::Update, 0));
        if rt::is_quiet() {
            return;
        }
        let place = self.told.borrow_mut().add(nth, raised, self.until);
        if let Some(place) = place {
            rt::step(op().with(self.places.gauge(place), Mode::Give, 1));
        }
    }

    /// Waits for the n-th future that it is told of, and says which one that is. One step.
    pub(super) fn take(&self, verb: &'static str, nth: u32) -> Result<usize, Exception> {
        rt::step_or_leave(self.waiting(verb, Mode::Await, nth))?;
        let told = self.told.borrow();
        told.futures.get(nth as usize).copied().ok_or_else(Exception::killed)
    }

    /// Waits until it has been told of the n-th future, or of those that end the wait for
    /// several, or until the time is up. Whether the time was not up.
    pub(super) fn wait(
        &self,
        verb: &'static str,
        nth: u32,
        timeout: Option<Duration>,
    ) -> Result<bool, Exception> {
        let wait = self.waiting(verb, Mode::Await, nth);
        match timeout {
            None => rt::step_or_leave(wait),
            Some(timeout) => {
                let trying = self.waiting(verb, Mode::Look, nth);
                Ok(rt::step_timed(wait, trying, timeout, |granted| granted))
            }
        }
    }

    fn waiting(&self, verb: &'static str, mode: Mode, nth: u32) -> Op {
        Op::local(verb, self.location).with(self.places.gauge(nth), mode, 1)
    }

    /// All futures that it has been told of, in order. One step.
    pub(super) fn all(&self, verb: &'static str) -> Result<Vec<usize>, Exception> {
        rt::step_or_leave(Op::local(verb, self.location).with(self.order, Mode::Read, 0))?;
        Ok(self.told.borrow().futures.clone())
    }
}

impl ToldFutures {
    /// Adds a future. Returns the place whose gauge the next step gives to.
    fn add(&mut self, nth: usize, raised: bool, until: WaitsUntil) -> Option<u32> {
        self.futures.push(nth);
        let n = self.futures.len();
        let ends = match until {
            WaitsUntil::Each => {
                return Some(u32::try_from(n - 1).expect("fewer than 2^32 futures"));
            }
            WaitsUntil::First => true,
            WaitsUntil::Raised(all) => raised || n == all,
            WaitsUntil::All(all) => n == all,
        };
        let ends_now = ends && !self.is_over;
        self.is_over |= ends;
        ends_now.then_some(0)
    }
}
