//! Readers and writers that wait until the time is up. A writer waits twice, for the door and
//! for the readers; it opens the door again if it gives up.

use std::panic::Location;

use unknot_sim::raw::{self, Mode, Op};

use super::{DOOR, RwLock, RwLockReadGuard, RwLockWriteGuard, UNITS};
use crate::object::Primitive;
use crate::time::{self, Duration, Instant};

impl<T: ?Sized> RwLock<T> {
    /// As [`read`](RwLock::read), unless the time is up first. One step.
    #[track_caller]
    pub fn try_read_for(&self, timeout: Duration) -> Option<RwLockReadGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        let (door, gauge) = (this.door(), this.gauge());
        let op = Op::local("try_read_for", place);
        let wait = op.clone().with(gauge, Mode::Try, 1).with(door, Mode::Await, 1);
        let trying = op.with(door, Mode::Look, 1).with(gauge, Mode::Try, 1);
        let trying = time::passing(trying, timeout).deferred().trying();
        let is_taken = raw::step_timed(wait, trying, timeout, |granted| {
            if !raw::is_try() {
                return granted;
            }
            time::pass(timeout);
            let is_open = raw::also(door, Mode::Look, 1);
            this.units_if(is_open, Mode::Try, 1)
        });
        is_taken.then(|| RwLockReadGuard::new(this, place))
    }

    /// As [`write`](RwLock::write), unless the time is up first. One step, or up to three if
    /// tasks read.
    #[track_caller]
    pub fn try_write_for(&self, timeout: Duration) -> Option<RwLockWriteGuard<'_, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        let op = Op::local("try_write_for", place);
        let (door, gauge) = (this.door(), this.gauge());
        let begin = raw::now();
        let trying = time::passing(op.clone().with(door, Mode::Try, DOOR), timeout);
        let wait = op.clone().with(door, Mode::Take, DOOR);
        let is_shut = raw::step_timed(wait, trying.deferred().trying(), timeout, |granted| {
            let is_shut = if raw::is_try() { raw::also(door, Mode::Try, DOOR) } else { granted };
            // If it is shut, the time is still to pass.
            if raw::is_try() && !is_shut {
                time::pass(timeout);
            }
            is_shut
        });
        if !is_shut {
            return None;
        }
        let passed = begin.zip(raw::now()).map(|(begin, now)| now.saturating_sub(begin));
        let left = timeout.saturating_sub(passed.unwrap_or_default());
        let wait = op.clone().with(gauge, Mode::Take, UNITS);
        let trying = time::passing(op.clone().with(gauge, Mode::Try, UNITS), left);
        if raw::step_timed(wait, trying, left, |granted| granted) {
            return Some(RwLockWriteGuard::new(this, place));
        }
        raw::step(op.with(door, Mode::Give, DOOR));
        None
    }

    /// As [`read`](RwLock::read), until then.
    #[track_caller]
    pub fn try_read_until(&self, deadline: Instant) -> Option<RwLockReadGuard<'_, T>> {
        self.try_read_for(deadline - Instant::now())
    }

    /// As [`write`](RwLock::write), until then.
    #[track_caller]
    pub fn try_write_until(&self, deadline: Instant) -> Option<RwLockWriteGuard<'_, T>> {
        self.try_write_for(deadline - Instant::now())
    }
}
