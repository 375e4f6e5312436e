//! A condition variable.
//!
//! A wait is three steps: give the lock back and park, in one; wait on a private gauge; take
//! the lock again. A notification wakes any waiter. One that timed out leaves the list only
//! when it has the lock again, so a notification may be lost on it.
//!
//! What it can miss: nothing wakes a waiter without a notification, unless the check is told
//! to look for that (`Builder::spurious`).

#![expect(unsafe_code, reason = "the list of waiters is reached inside of steps alone")]

use std::cell::UnsafeCell;
use std::fmt;
use std::panic::Location;
use std::time::Duration;

use unknot_sim::raw::{self, Mode, ObjectId, Op, Want};

use super::mutex::{Mutex, MutexGuard};
use crate::object::{self, Object, Primitive};
use crate::poison::{LockResult, PoisonError};
use crate::{spurious, time};

/// A condition variable, as [`std::sync::Condvar`].
#[derive(Default)]
pub struct Condvar {
    object: Object,
    parked: UnsafeCell<Vec<ObjectId>>,
}

// SAFETY: the list is reached inside of steps alone, one at a time, and tasks share a thread.
unsafe impl Send for Condvar {}
// SAFETY: as above.
unsafe impl Sync for Condvar {}

/// Whether a wait ended because its time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether it did.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Default for Object {
    #[track_caller]
    fn default() -> Object {
        Object::new()
    }
}

impl Primitive for Condvar {
    const KIND: &'static str = "Condvar";

    fn object(&self) -> &Object {
        &self.object
    }
}

impl Condvar {
    /// A condition variable at which no task waits.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Condvar {
        Condvar { object: Object::new(), parked: UnsafeCell::new(vec![]) }
    }

    fn cell(&self) -> ObjectId {
        self.reach().1
    }

    fn parked<T>(&self, f: impl FnOnce(&mut Vec<ObjectId>) -> T) -> T {
        // SAFETY: nothing that is called back reaches the list.
        f(unsafe { &mut *self.parked.get() })
    }

    /// Gives the lock back and parks, in one step. Returns the private gauge.
    fn park(&self, lock: ObjectId, place: &'static Location<'static>) -> ObjectId {
        let cell = self.cell();
        let op = Op::local("park", place).with(cell, Mode::Update, 0);
        raw::step(op.with(lock, Mode::GiveBounded, 1));
        let gauge = object::create("Condvar", self.object.place(), |new| {
            let new = new.part_of(cell).wanted_for(Want::Notification);
            new.raised_by(&["notify_one", "notify_all"])
        });
        if !raw::is_quiet() {
            self.parked(|parked| parked.push(gauge));
        }
        gauge
    }

    /// Waits to be notified. The lock is given back meanwhile.
    ///
    /// # Errors
    /// If the lock is poisoned when it is taken again; the guard is in the error.
    #[track_caller]
    pub fn wait<'a, T: ?Sized>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let (this, place) = (self.reach().0, Location::caller());
        let lock = guard.leave();
        let gauge = this.park(lock.gauge(), place);
        let is_spurious = spurious::wakes(place);
        if !is_spurious {
            raw::step(Op::local("wait", place).with(gauge, Mode::Take, 1));
        }
        this.relock(lock, place, is_spurious.then_some(gauge))
    }

    /// Waits to be notified until a condition no longer holds.
    ///
    /// # Errors
    /// As [`wait`](Condvar::wait).
    #[track_caller]
    pub fn wait_while<'a, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Waits to be notified, or until the time is up.
    ///
    /// # Errors
    /// As [`wait`](Condvar::wait).
    #[track_caller]
    pub fn wait_timeout<'a, T: ?Sized>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let (this, place) = (self.reach().0, Location::caller());
        let lock = guard.leave();
        let gauge = this.park(lock.gauge(), place);
        let is_spurious = spurious::wakes(place);
        let is_notified = !is_spurious && {
            let op = Op::local("wait", place);
            let wait = op.clone().with(gauge, Mode::Take, 1);
            let trying = op.with(gauge, Mode::Try, 1).with(this.cell(), Mode::Heed, 0);
            let trying = time::passing(trying, timeout);
            raw::step_timed(wait, trying, timeout, |granted| granted)
        };
        let guard = this.relock(lock, place, (!is_notified).then_some(gauge));
        let told = WaitTimeoutResult(!is_notified && !is_spurious);
        match guard {
            Ok(guard) => Ok((guard, told)),
            Err(error) => Err(PoisonError::new((error.into_inner(), told))),
        }
    }

    /// The same with milliseconds; whether it was notified.
    ///
    /// # Errors
    /// As [`wait`](Condvar::wait).
    #[track_caller]
    pub fn wait_timeout_ms<'a, T: ?Sized>(
        &self,
        guard: MutexGuard<'a, T>,
        ms: u32,
    ) -> LockResult<(MutexGuard<'a, T>, bool)> {
        match self.wait_timeout(guard, Duration::from_millis(ms.into())) {
            Ok((guard, told)) => Ok((guard, !told.timed_out())),
            Err(error) => {
                let (guard, told) = error.into_inner();
                Err(PoisonError::new((guard, !told.timed_out())))
            }
        }
    }

    /// Waits until a condition no longer holds, or until the time is up. Where durations do not
    /// count, each wait may have as long as it likes.
    ///
    /// # Errors
    /// As [`wait`](Condvar::wait).
    #[track_caller]
    pub fn wait_timeout_while<'a, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let until = raw::now().map(|now| now.saturating_add(timeout));
        loop {
            if !condition(&mut *guard) {
                return Ok((guard, WaitTimeoutResult(false)));
            }
            let left = match (until, raw::now()) {
                (Some(until), Some(now)) => match until.checked_sub(now) {
                    Some(left) if !left.is_zero() => left,
                    _ => return Ok((guard, WaitTimeoutResult(true))),
                },
                _ => timeout,
            };
            let told;
            (guard, told) = self.wait_timeout(guard, left)?;
            if until.is_none() && told.timed_out() {
                let is_late = condition(&mut *guard);
                return Ok((guard, WaitTimeoutResult(is_late)));
            }
        }
    }

    /// Takes the lock again; a waiter that was not notified leaves the list with that.
    fn relock<'a, T: ?Sized>(
        &self,
        lock: &'a Mutex<T>,
        place: &'static Location<'static>,
        leaves: Option<ObjectId>,
    ) -> LockResult<MutexGuard<'a, T>> {
        let op = Op::local("relock", place);
        let op = match leaves {
            Some(_) => op.with(lock.gauge(), Mode::Take, 1).with(self.cell(), Mode::Update, 0),
            None => op.with(lock.gauge(), Mode::Take, 1),
        };
        raw::step(op);
        if let Some(gauge) = leaves {
            self.parked(|parked| parked.retain(|&other| other != gauge));
        }
        lock.wrap(lock.guard(place))
    }

    /// Wakes one of the tasks that wait, any of them. One step.
    #[track_caller]
    pub fn notify_one(&self) {
        self.reach().0.notify("notify_one", 1, Location::caller());
    }

    /// Wakes all tasks that wait. One step.
    #[track_caller]
    pub fn notify_all(&self) {
        self.reach().0.notify("notify_all", usize::MAX, Location::caller());
    }

    fn notify(&self, verb: &'static str, most: usize, place: &'static Location<'static>) {
        let op = Op::local(verb, place).with(self.cell(), Mode::Update, 0);
        raw::step(op.with(self.cell(), Mode::Wake, 0));
        if raw::is_quiet() {
            return;
        }
        let parked = self.parked(|parked| parked.len());
        for _ in 0..most.min(parked) {
            let options = if most == 1 { parked } else { 1 };
            let nth = raw::choose(u32::try_from(options).expect("few waiters"), place);
            let gauge = self.parked(|parked| parked.remove(nth as usize));
            raw::also(gauge, Mode::Give, 1);
        }
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}
