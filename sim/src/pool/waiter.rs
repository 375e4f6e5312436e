//! What one task is told of futures that it waits for together.

use std::cell::RefCell;
use std::panic::Location;

use super::places::Places;
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// What one task is told of futures that it waits for together.
pub(super) struct Waiter {
    /// The cell that orders what it is told.
    order: ObjectId,
    places: Places,
    /// Which futures have been done, in order.
    told: RefCell<Vec<usize>>,
    location: &'static Location<'static>,
}

impl Waiter {
    pub(super) fn new(location: &'static Location<'static>) -> Waiter {
        let new = || NewObject::new("Futures", Name::default(), location).raised_by(&["deliver"]);
        let order = rt::create(new());
        Waiter { order, places: Places::new(order, new()), told: RefCell::default(), location }
    }

    /// Tells it that a future has been done. Two steps: the first says as which one.
    pub(super) fn tell(&self, nth: usize, location: &'static Location<'static>) {
        let op = || Op::local("deliver", location);
        rt::step(op().with(self.order, Mode::Update, 0));
        if rt::is_quiet() {
            return;
        }
        let place = {
            let mut told = self.told.borrow_mut();
            told.push(nth);
            u32::try_from(told.len() - 1).expect("fewer than 2^32 futures")
        };
        rt::step(op().with(self.places.gauge(place), Mode::Give, 1));
    }

    /// Waits for the n-th future that it is told of, and says which one that is. One step.
    pub(super) fn take(&self, verb: &'static str, nth: u32) -> Result<usize, Exception> {
        let op = Op::local(verb, self.location);
        rt::step_or_leave(op.with(self.places.gauge(nth), Mode::Await, 1))?;
        let told = self.told.borrow();
        told.get(nth as usize).copied().ok_or_else(Exception::killed)
    }

    /// All futures that it has been told of. One step.
    pub(super) fn all(&self, verb: &'static str) -> Result<Vec<usize>, Exception> {
        rt::step_or_leave(Op::local(verb, self.location).with(self.order, Mode::Read, 0))?;
        Ok(self.told.borrow().clone())
    }
}
