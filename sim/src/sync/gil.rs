//! A global interpreter lock: one thread at a time executes bytecodes.
//!
//! One baton for all threads of an interpreter. The thread that has it executes bytecodes,
//! and after a quantum of them, if it has to wait, or if it says so, the next thread in line
//! has its turn. How often that happens is a part of the program and not left open: a search
//! goes through what the policy leaves open, which is nothing in virtual time, as long as all
//! threads are under the lock.
//!
//! What is counted is what the program says, by [`Gil::bytecode`]: reads and writes of
//! variables are no bytecodes by themselves. So a step is made only where the quantum is
//! used up.
//!
//! What this misses: an interpreter that switches by time and not by count (CPython since
//! 3.2), and one that hands on in another order than first come, first served.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use crate::coro::baton::Baton;
use crate::exception::Exception;
use crate::execution::Ownership;
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};
use crate::task::JoinHandle;

/// A global interpreter lock. Clones are handles to the same one.
///
/// The task that makes it has it, as the main thread of an interpreter does. To join a
/// thread, as to do anything that waits, is for [`Gil::blocking`].
///
/// ```
/// use unknot_sim::{Gil, Shared, done, run_once};
///
/// let outcome = run_once(|| {
///     let (gil, x) = (Gil::new(1), Shared::named("x", 2));
///     let threads = ["a", "b"].map(|name| {
///         let (their_gil, x) = (gil.clone(), x.clone());
///         gil.spawn(name, move || {
///             their_gil.bytecode();
///             let seen = x.read();
///             their_gil.bytecode();
///             x.write(seen - 1);
///         })
///     });
///     gil.blocking(|| threads.into_iter().try_for_each(JoinHandle::join))?;
///     done(x.read())
/// });
/// // Each thread has read before the other one writes.
/// assert_eq!(outcome.to_string(), "1");
/// # use unknot_sim::JoinHandle;
/// ```
#[derive(Clone, Debug)]
pub struct Gil {
    baton: Baton,
    quantum: u64,
    /// The bytecodes that the thread with the baton has executed since it got it.
    used: Rc<Cell<u64>>,
}

/// A lock of threads under a global interpreter lock. Clones are handles to the same one.
///
/// A thread that has to wait for it passes the interpreter lock on. It is handed on in the
/// order in which threads came, together with a place in line for the interpreter lock.
///
/// ```
/// use unknot_sim::{Gil, done, run_once};
///
/// run_once(|| {
///     let gil = Gil::new(100);
///     let lock = gil.lock("lock");
///     let their_lock = lock.clone();
///     let thread = gil.spawn("thread", move || {
///         their_lock.acquire();
///         their_lock.release()
///     });
///     lock.acquire();
///     lock.release()?;
///     gil.blocking(|| thread.join())??;
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct GilLock {
    gil: Gil,
    gauge: ObjectId,
    state: Rc<RefCell<GilTickets>>,
}

/// Whether a lock is held, and the threads that wait for it.
#[derive(Debug, Default)]
struct GilTickets {
    is_held: bool,
    waiting: VecDeque<TaskId>,
}

impl Gil {
    /// A lock that the current task has, under which a thread may execute so many bytecodes
    /// before it is the turn of the next one. 0 counts as 1. One step.
    #[track_caller]
    #[must_use]
    pub fn new(quantum: u64) -> Gil {
        let location = Location::caller();
        let baton = Baton::new("Gil", Name::from("gil"), location);
        baton.enter(location);
        Gil { baton, quantum: quantum.max(1), used: Rc::default() }
    }

    /// Executes the next bytecode: what follows up to the next call belongs to it. Steps are
    /// made only where the quantum is used up: two, or one if no other thread waits.
    ///
    /// # Panics
    /// In a thread that does not have the lock: one that was not started by [`Gil::spawn`],
    /// or that is inside [`Gil::blocking`].
    #[track_caller]
    pub fn bytecode(&self) {
        if !self.is_allowed("executes a bytecode") {
            return;
        }
        if self.used.get() >= self.quantum {
            self.baton.rotate("switch", Location::caller());
            self.used.set(0);
        }
        self.used.set(self.used.get() + 1);
    }

    /// Runs code of an extension that keeps the lock for so long.
    ///
    /// # Panics
    /// As [`Gil::bytecode`] does.
    #[track_caller]
    pub fn native(&self, duration: Duration) {
        if self.is_allowed("runs native code") {
            rt::sleep(duration, Location::caller());
        }
    }

    /// Does without the lock what may have to wait: it is passed on before, and waited for
    /// afterwards. One step, and one or two.
    ///
    /// # Panics
    /// As [`Gil::bytecode`] does.
    #[track_caller]
    pub fn blocking<T>(&self, wait: impl FnOnce() -> T) -> T {
        if !self.is_allowed("gives up the lock") {
            return wait();
        }
        let value = self.baton.without(Location::caller(), wait);
        self.begin();
        value
    }

    /// Sleeps without the lock. A sleep of no time lets the threads go first that wait for
    /// the lock.
    ///
    /// # Panics
    /// As [`Gil::bytecode`] does.
    #[track_caller]
    pub fn sleep(&self, duration: Duration) {
        if !self.is_allowed("sleeps") {
            return;
        }
        self.baton.sleep(duration, Location::caller());
        self.begin();
    }

    /// Starts a thread that executes bytecodes once it is its turn. One step.
    #[track_caller]
    pub fn spawn<T: Debug + 'static>(
        &self,
        name: impl Into<Name>,
        body: impl FnOnce() -> T + 'static,
    ) -> JoinHandle<T> {
        let theirs = self.clone();
        let body = move || {
            theirs.begin();
            body()
        };
        self.baton.spawn(name.into(), false, body, Location::caller())
    }

    /// Makes a free lock for threads under this one.
    #[track_caller]
    #[must_use]
    pub fn lock(&self, name: impl Into<Name>) -> GilLock {
        let new = NewObject::new("GilLock", name.into(), Location::caller());
        let gauge = rt::create(new.showing(1).at_most(1).owned(Ownership::Owners));
        GilLock { gil: self.clone(), gauge, state: Rc::default() }
    }

    /// A thread that has just got the lock has a whole quantum.
    fn begin(&self) {
        if !rt::is_quiet() {
            self.used.set(0);
        }
    }

    fn is_allowed(&self, does: &str) -> bool {
        self.baton.is_allowed(|| {
            format!(
                "a thread {does} without the GIL: it was not started by Gil::spawn, or is \
                 inside Gil::blocking"
            )
        })
    }
}

impl GilLock {
    /// Waits until the lock is free and takes it. One step, or two if it is not free.
    ///
    /// # Panics
    /// As [`Gil::bytecode`] does.
    #[track_caller]
    pub fn acquire(&self) {
        if !self.gil.is_allowed("asks for a lock") {
            return;
        }
        let location = Location::caller();
        let baton = &self.gil.baton;
        // What the step does depends on earlier ones, so it updates the baton's cell in any
        // case. The gauge says which thread owns the lock, and decides nothing.
        rt::step(baton.joined(Op::local("lock", location).with(self.gauge, Mode::Try, 1)));
        if rt::is_quiet() {
            return;
        }
        if !std::mem::replace(&mut self.state.borrow_mut().is_held, true) {
            rt::also(self.gauge, Mode::Try, 1);
            return;
        }
        self.state.borrow_mut().waiting.push_back(rt::current());
        baton.hand_on();
        let wait = baton.turn_op("lock", Some(self.gauge), location);
        rt::step(wait.with(self.gauge, Mode::Try, 1));
        self.gil.begin();
    }

    /// Gives the lock back, or hands it to the thread that has waited longest. One step.
    ///
    /// # Errors
    /// `RuntimeError` if the lock is free.
    ///
    /// # Panics
    /// As [`Gil::bytecode`] does.
    #[track_caller]
    pub fn release(&self) -> Result<(), Exception> {
        if !self.gil.is_allowed("gives a lock back") {
            return Ok(());
        }
        let op = Op::local("unlock", Location::caller()).with(self.gauge, Mode::GiveBounded, 1);
        rt::step(self.gil.baton.joined(op));
        if rt::is_quiet() {
            return Ok(());
        }
        let mut state = self.state.borrow_mut();
        if !state.is_held {
            return Err(rt::raised("RuntimeError", "release of a lock that is free"));
        }
        rt::also(self.gauge, Mode::GiveBounded, 1);
        match state.waiting.pop_front() {
            Some(next) => self.gil.baton.line_up(next),
            None => state.is_held = false,
        }
        Ok(())
    }
}
