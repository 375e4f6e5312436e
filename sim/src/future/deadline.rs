//! A deadline: what a future waits for that waits for time.
//!
//! Where durations count, it is due at a time of the clock, which moves once no task can go
//! on. Where they do not, it may fire at any time at which nothing else is there that its
//! task waits for.

use std::cell::Cell;
use std::panic::Location;
use std::time::Duration;

use crate::rt;

/// A wait that only time ends.
#[derive(Debug)]
pub(super) struct Deadline {
    pub(super) verb: &'static str,
    pub(super) location: &'static Location<'static>,
    /// In virtual time; `None` where durations do not count.
    deadline: Option<Duration>,
    pub(super) has_fired: Cell<bool>,
}

impl Deadline {
    /// Sets it to go off after some time from now.
    pub(super) fn new(
        after: Duration,
        verb: &'static str,
        location: &'static Location<'static>,
    ) -> Deadline {
        let deadline = rt::now().map(|now| now.saturating_add(after));
        Deadline { verb, location, deadline, has_fired: Cell::new(false) }
    }

    /// How long it takes until it is due.
    pub(super) fn left(&self) -> Duration {
        let deadline = self.deadline.unwrap_or_default();
        deadline.saturating_sub(rt::now().unwrap_or_default())
    }

    /// Waits for nothing but the timer. One step.
    pub(super) fn sleep(&self) {
        rt::sleep(self.left(), self.location);
        self.has_fired.set(true);
    }

    /// Whether it has fired, or has to.
    pub(super) fn is_due(&self) -> bool {
        self.has_fired.get() || self.deadline.is_some() && self.left().is_zero()
    }
}
