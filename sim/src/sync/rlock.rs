//! A reentrant lock: a lock with an owner and a depth.
//!
//! The gauge of 1 decides which tasks wait. Owner and depth concern the owner alone: no
//! other task can make it the owner or end that, so a nested acquire or release is a
//! step that touches nothing.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::constructors::constructors;
use crate::exception::Exception;
use crate::execution::Ownership;
use crate::fork::{Fork, Forking, Reads};
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// A reentrant lock. Clones are handles to the same lock.
///
/// ```
/// use unknot_sim::{RLock, done, run_once};
///
/// run_once(|| {
///     let lock = RLock::named("lock");
///     let _outer = lock.lock()?;
///     let _inner = lock.lock()?;
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct RLock {
    gauge: ObjectId,
    state: Rc<Cell<RLockState>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct RLockState {
    owner: Option<TaskId>,
    depth: u32,
}

/// Holds a reentrant lock until it is dropped.
#[derive(Debug)]
#[must_use = "a lock is released as soon as its guard is dropped"]
pub struct RLockGuard {
    lock: RLock,
    location: &'static Location<'static>,
}

impl Default for RLock {
    #[track_caller]
    fn default() -> RLock {
        RLock::new()
    }
}

impl RLock {
    constructors! {
        /// A free lock.
        ()
    }

    fn create(name: Name, location: &'static Location<'static>) -> RLock {
        let new = NewObject::new("RLock", name, location);
        let gauge = rt::create(new.showing(1).at_most(1).owned(Ownership::Owners));
        RLock { gauge, state: Rc::default() }
    }

    pub(super) fn gauge(&self) -> ObjectId {
        self.gauge
    }

    /// Whether the running task has the lock.
    pub(super) fn is_mine(&self) -> bool {
        self.state.get().owner == Some(rt::current())
    }

    /// Forgets the owner, as part of the step that gives the lock back whole;
    /// returns the depth.
    pub(super) fn forget_owner(&self) -> u32 {
        self.state.take().depth
    }

    /// Makes the running task the owner, as part of the step that took it.
    pub(super) fn own(&self, depth: u32) {
        if !rt::is_quiet() {
            self.state.set(RLockState { owner: Some(rt::current()), depth });
        }
    }

    /// Goes one level deeper if the running task has the lock.
    fn nest(&self, verb: &'static str, location: &'static Location<'static>) -> bool {
        let is_mine = self.is_mine();
        if is_mine {
            rt::step(Op::local(verb, location));
            self.own(self.state.get().depth + 1);
        }
        is_mine
    }

    /// Takes the lock, or one level more of it. One step.
    #[track_caller]
    pub fn acquire(&self) {
        if !self.nest("lock", Location::caller()) {
            rt::step(Op::local("lock", Location::caller()).with(self.gauge, Mode::Take, 1));
            self.own(1);
        }
    }

    /// Takes the lock if it is free or owned by the caller, and says whether.
    #[track_caller]
    pub fn try_acquire(&self) -> bool {
        if self.nest("try lock", Location::caller()) {
            return true;
        }
        let op = Op::local("try lock", Location::caller());
        let granted = rt::ask(op.with(self.gauge, Mode::Try, 1));
        if granted {
            self.own(1);
        }
        granted
    }

    /// Waits until the lock can be taken or the time is up, and says whether
    /// it was taken.
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        if self.nest("lock", Location::caller()) {
            return true;
        }
        let op = Op::local("lock", Location::caller());
        let wait = op.clone().with(self.gauge, Mode::Take, 1);
        let granted =
            rt::step_timed(wait, op.with(self.gauge, Mode::Try, 1), timeout, |granted| granted);
        if granted {
            self.own(1);
        }
        granted
    }

    /// Gives back one level of the lock. One step.
    ///
    /// # Errors
    /// `RuntimeError` if the caller is not the owner.
    #[track_caller]
    pub fn release(&self) -> Result<(), Exception> {
        self.release_at(Location::caller())
    }

    /// Takes the lock and returns a guard that gives it back.
    ///
    /// # Errors
    /// None today; a `Result` so that programs read alike for every lock.
    #[track_caller]
    pub fn lock(&self) -> Result<RLockGuard, Exception> {
        let location = Location::caller();
        if !self.nest("lock", location) {
            rt::step_or_leave(Op::local("lock", location).with(self.gauge, Mode::Take, 1))?;
            self.own(1);
        }
        Ok(RLockGuard { lock: self.clone(), location })
    }

    fn release_at(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        let op = Op::local("unlock", location);
        let RLockState { owner, depth } = self.state.get();
        if !self.is_mine() {
            rt::step(op);
            return if rt::is_quiet() {
                Ok(())
            } else {
                let message = "release of an RLock by a task that does not own it";
                Err(rt::raised("RuntimeError", message))
            };
        }
        // The owner is forgotten before the step, since another task may have
        // become the owner by the time that this task runs again.
        let is_last = depth <= 1;
        self.state
            .set(RLockState { owner: owner.filter(|_| !is_last), depth: depth.saturating_sub(1) });
        rt::step(if is_last { op.with(self.gauge, Mode::Give, 1) } else { op });
        Ok(())
    }
}

impl Fork for RLock {
    fn reads(&self, reads: &mut Reads) {
        // Owner and depth are those of the task that starts the process, which changes
        // them itself, or of a task that never comes to the copy.
        reads.gauge(self.gauge);
    }

    fn fork(&self, to: &mut Forking) -> RLock {
        to.once(self.gauge, |to| {
            let RLockState { owner, depth } = self.state.get();
            let state = RLockState { owner: owner.map(|owner| to.task(owner)), depth };
            RLock { gauge: to.gauge(self.gauge), state: Rc::new(Cell::new(state)) }
        })
    }
}

impl Drop for RLockGuard {
    fn drop(&mut self) {
        if let Err(exception) = self.lock.release_at(self.location) {
            rt::raise_misuse(exception);
        }
    }
}
