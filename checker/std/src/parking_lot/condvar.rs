//! A condition variable that takes a guard by reference.
//!
//! Other than that of std, a waiter of which the time is up leaves the list with that step, so
//! no notification is lost on it, and none wakes without a reason.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use unknot_sim::raw::{self, Mode, ObjectId, Op, Want};

use super::MutexGuard;
use crate::object::{Object, Primitive};
use crate::primitive::{Core, Place, Waiter};
use crate::sync;
use crate::time::{self, Duration, Instant};

/// A condition variable, as `parking_lot::Condvar`.
///
/// # Panics
/// A wait does, if another task waits with another lock.
pub struct Condvar(Core<Vec<Waiting>>);

/// A task that waits, and the gauge of the lock it waits with.
struct Waiting {
    waiter: Arc<Waiter>,
    lock: ObjectId,
}

/// Whether a wait ended because its time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether it did.
    #[must_use]
    pub fn timed_out(self) -> bool {
        self.0
    }
}

impl Primitive for Condvar {
    const KIND: &'static str = "Condvar";

    fn object(&self) -> &Object {
        self.0.object()
    }
}

impl Condvar {
    /// A condition variable at which no task waits.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Condvar {
        Condvar(Core::new("Condvar", vec![]))
    }

    /// Waits to be notified. The lock is given back meanwhile.
    #[track_caller]
    pub fn wait<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>) {
        self.reach().0.wait_at(guard, None, Location::caller());
    }

    /// The same, unless the time is up first.
    #[track_caller]
    pub fn wait_for<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        timeout: Duration,
    ) -> WaitTimeoutResult {
        self.reach().0.wait_at(guard, Some(timeout), Location::caller())
    }

    /// The same until then.
    #[track_caller]
    pub fn wait_until<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        deadline: Instant,
    ) -> WaitTimeoutResult {
        self.wait_for(guard, deadline - Instant::now())
    }

    /// Waits to be notified until a condition no longer holds.
    #[track_caller]
    pub fn wait_while<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) {
        while condition(&mut *guard) {
            self.wait(guard);
        }
    }

    /// The same, unless the time is up first: then the condition is not looked at again.
    #[track_caller]
    pub fn wait_while_until<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
        deadline: Instant,
    ) -> WaitTimeoutResult {
        let mut told = WaitTimeoutResult(false);
        while !told.timed_out() && condition(&mut *guard) {
            told = self.wait_until(guard, deadline);
        }
        told
    }

    /// The same for so long.
    #[track_caller]
    pub fn wait_while_for<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        condition: impl FnMut(&mut T) -> bool,
        timeout: Duration,
    ) -> WaitTimeoutResult {
        self.wait_while_until(guard, condition, Instant::now() + timeout)
    }

    fn wait_at<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        timeout: Option<Duration>,
        place: Place,
    ) -> WaitTimeoutResult {
        let lock = guard.guard.take().expect("the lock is held").leave();
        let restored = Restores { guard, lock, place };
        let cell = self.0.cell();
        let park = Op::local("park", place).with(cell, Mode::Update, 0);
        raw::step(park.with(lock.gauge(), Mode::GiveBounded, 1).deferred());
        self.enter(lock);
        let waiter = self.0.waiter(Want::Notification, &["notify_one", "notify_all"]);
        let waits = Waiting { waiter: Arc::clone(&waiter), lock: lock.gauge() };
        self.0.reach(|waiting| waiting.push(waits));
        let op = Op::local("wait", place);
        let wait = op.clone().with(waiter.gauge(), Mode::Await, 1);
        let is_notified = match timeout {
            None => raw::step(wait),
            Some(timeout) => {
                let trying = op.with(waiter.gauge(), Mode::Look, 1).with(cell, Mode::Update, 0);
                let trying = time::passing(trying, timeout).deferred().trying();
                raw::step_timed(wait, trying, timeout, |granted| {
                    if !raw::is_try() {
                        return granted;
                    }
                    time::pass(timeout);
                    raw::also(cell, Mode::Update, 0);
                    let is_notified = raw::also(waiter.gauge(), Mode::Look, 1);
                    if !is_notified {
                        self.0.reach(|waiting| {
                            waiting.retain(|of| !Arc::ptr_eq(&of.waiter, &waiter))
                        });
                    }
                    is_notified
                })
            }
        };
        raw::step(Op::local("relock", place).with(lock.gauge(), Mode::Take, 1));
        drop(restored);
        WaitTimeoutResult(!is_notified)
    }

    /// What the first step of a wait does: it gives the lock back.
    fn enter<T: ?Sized>(&self, lock: &sync::Mutex<T>) {
        if raw::is_quiet() {
            return;
        }
        raw::also(self.0.cell(), Mode::Update, 0);
        let is_other =
            |waiting: &mut Vec<Waiting>| waiting.iter().any(|of| of.lock != lock.gauge());
        if self.0.reach(is_other) == Some(true) {
            raw::withhold(lock.gauge(), Mode::GiveBounded, 1);
            panic!("attempted to use a condition variable with more than one mutex");
        }
        raw::also(lock.gauge(), Mode::GiveBounded, 1);
    }

    /// Wakes one of the tasks that wait, any of them; whether there is one. One step.
    #[track_caller]
    pub fn notify_one(&self) -> bool {
        self.notify("notify_one", 1, Location::caller()) > 0
    }

    /// Wakes all tasks that wait; how many there are. One step.
    #[track_caller]
    pub fn notify_all(&self) -> usize {
        self.notify("notify_all", usize::MAX, Location::caller())
    }

    fn notify(&self, verb: &'static str, most: usize, place: Place) -> usize {
        let core = &self.reach().0.0;
        let n = core.change(verb, place, |waiting| waiting.len()).unwrap_or_default();
        let most = most.min(n);
        for left in (n - most..n).rev() {
            // If all are woken there is nothing to choose.
            let options = if most == 1 { u32::try_from(left + 1).unwrap_or(u32::MAX) } else { 1 };
            let nth = raw::choose(options, place) as usize;
            core.reach(|waiting| waiting.remove(nth).waiter.tell());
        }
        most
    }
}

/// Has a guard hold the lock again, also where the task is unwound in the middle of a wait: what
/// is dropped then may use the guard.
struct Restores<'g, 'a, T: ?Sized> {
    guard: &'g mut MutexGuard<'a, T>,
    lock: &'a sync::Mutex<T>,
    place: Place,
}

impl<T: ?Sized> Drop for Restores<'_, '_, T> {
    fn drop(&mut self) {
        self.guard.guard = Some(self.lock.guard(self.place));
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Condvar {
        Condvar::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}
