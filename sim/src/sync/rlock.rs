//! A reentrant lock: a lock with an owner and a depth.
//!
//! The gauge of 1 decides who waits. Owner and depth are known to the owner
//! alone: a nested acquire or release touches only a cell of the owner's, so
//! it is a step that no other task can tell apart from nothing.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use crate::exception::Exception;
use crate::id::{Name, ObjectId, TaskId};
use crate::op::{Mode, Op};
use crate::rt::{self, NewObject};

/// A reentrant lock. Clones are handles to the same lock.
#[derive(Clone, Debug)]
pub struct RLock {
    gauge: ObjectId,
    state: Rc<Cell<State>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
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
        RLock::create(Name::default(), Location::caller())
    }
}

impl RLock {
    /// A free lock without a name.
    #[track_caller]
    #[must_use]
    pub fn new() -> RLock {
        RLock::create(Name::default(), Location::caller())
    }

    /// A free lock with a name for reports.
    #[track_caller]
    pub fn named(name: impl Into<Name>) -> RLock {
        RLock::create(name.into(), Location::caller())
    }

    fn create(name: Name, location: &'static Location<'static>) -> RLock {
        let new = NewObject { kind: "RLock", name, location, initial: 1, limit: 1, owned: true };
        RLock { gauge: rt::create(new), state: Rc::default() }
    }

    /// Takes the lock, or one level more of it. One step.
    #[track_caller]
    pub fn acquire(&self) {
        let op = Op::local("lock", Location::caller());
        let mine = self.state.get().owner == Some(rt::current());
        rt::step(if mine { op } else { op.with(self.gauge, Mode::Take, 1) });
        if !rt::is_unwinding() {
            let depth = if mine { self.state.get().depth + 1 } else { 1 };
            self.state.set(State { owner: Some(rt::current()), depth });
        }
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
        self.acquire();
        Ok(RLockGuard { lock: self.clone(), location: Location::caller() })
    }

    fn release_at(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        let op = Op::local("unlock", location);
        let State { owner, depth } = self.state.get();
        // Whether the caller owns the lock is its own doing: nobody else can
        // make or unmake it the owner, so the answer holds for the whole step.
        if owner != Some(rt::current()) {
            rt::step(op);
            return match rt::is_unwinding() {
                true => Ok(()),
                false => Err(Exception::new(
                    "RuntimeError",
                    "release of an RLock by a task that does not own it",
                )),
            };
        }
        rt::step(if depth > 1 { op } else { op.with(self.gauge, Mode::Give, 1) });
        let owner = owner.filter(|_| depth > 1);
        self.state.set(State { owner, depth: depth - 1 });
        Ok(())
    }
}

impl Drop for RLockGuard {
    fn drop(&mut self) {
        if let Err(exception) = self.lock.release_at(self.location) {
            std::panic::panic_any(exception.to_string());
        }
    }
}
