//! The desk at which a helper of a pool takes what workers bring, in the order in which
//! they bring it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;

use super::places::Places;
use super::tickets::AtClose;
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// What workers have brought.
pub(super) struct Desk<T> {
    places: Places,
    /// What was brought, by ordinals.
    brought: RefCell<BTreeMap<u32, T>>,
    /// Whether nothing is taken any more.
    is_cut: Cell<bool>,
    location: &'static Location<'static>,
}

impl<T> fmt::Debug for Desk<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("places", &self.places).finish_non_exhaustive()
    }
}

impl<T> Desk<T> {
    /// A desk of a pool, at places that are derived from its results.
    pub(super) fn new(
        results: ObjectId,
        kind: &'static str,
        name: &Name,
        location: &'static Location<'static>,
    ) -> Desk<T> {
        let place = NewObject::new(kind, name.clone(), location).raised_by(&["deliver"]);
        let places = Places::new(results, place);
        Desk { places, brought: RefCell::default(), is_cut: Cell::new(false), location }
    }

    /// Brings the n-th thing. One step: that it is the n-th was settled by the step before.
    pub(super) fn bring(&self, nth: u32, what: T) -> Result<(), Exception> {
        self.brought.borrow_mut().insert(nth, what);
        let op = Op::local("deliver", self.location);
        rt::step_or_leave(op.with(self.places.gauge(nth), Mode::Give, 1))?;
        Ok(())
    }

    /// Waits for the n-th thing; `None` if it is the end. One step.
    pub(super) fn take(&self, nth: u32) -> Result<Option<T>, Exception> {
        let op = Op::local("take result", self.location);
        rt::step_or_leave(op.with(self.places.gauge(nth), Mode::Await, 1))?;
        let is_taken = !rt::is_quiet() && !self.is_cut.get();
        Ok(self.brought.borrow_mut().remove(&nth).filter(|_| is_taken))
    }

    /// Says in a step that nothing is taken any more, when so many tickets have been drawn
    /// and none will be. The helper waits at one of their places, or comes to the next one.
    pub(super) fn cut(&self, op: Op, n_drawn: u32) -> Op {
        (0..=n_drawn).fold(op, |op, nth| op.with(self.places.gauge(nth), Mode::Give, 1))
    }

    /// Notes that, as part of the step.
    pub(super) fn is_cut(&self) {
        self.is_cut.set(true);
    }

    /// Lets go what nothing took.
    pub(super) fn forget(&self) {
        let left = std::mem::take(&mut *self.brought.borrow_mut());
        // Dropping it may run code of the program.
        drop(left);
    }

    /// Says in a step that nothing comes after what belongs to the tasks.
    pub(super) fn end(&self, op: Op, AtClose { n_tasks }: AtClose) -> Op {
        op.with(self.places.gauge(n_tasks), Mode::Give, 1)
    }
}
