//! A condition variable with its lock.
//!
//! A wait is three steps: give the lock back and park, in one; wait on a
//! private gauge; take the lock again. Notifying chooses among the parked
//! waiters, any of them, or the one that came first ([`Wake`]), and gives to
//! their gauges in one step. A waiter that timed out leaves the list only
//! when it has the lock again, so a notification may be lost on it.
//!
//! What it can miss: nothing wakes a waiter without a notification.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::lock::Lock;
use super::rlock::RLock;
use crate::exception::Exception;
use crate::execution::Want;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::{Access, Op};
use crate::rt::{self, NewObject};

/// Which of the parked waiters a notification wakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wake {
    /// Any of them: every choice is explored.
    #[default]
    Any,
    /// The ones that came first.
    First,
}

/// A condition variable. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{Condition, Lock, Shared, run_once, spawn};
///
/// run_once(|| {
///     let (lock, ready) = (Lock::named("lock"), Shared::named("ready", false));
///     let changed = Condition::named("changed", &lock);
///     let (theirs, is_ready, notifies) = (lock.clone(), ready.clone(), changed.clone());
///     let task = spawn(move || {
///         let _guard = theirs.lock()?;
///         is_ready.write(true);
///         notifies.notify(1)
///     });
///     let guard = lock.lock()?;
///     changed.wait_for(|| ready.read())?;
///     drop(guard);
///     task.join()?
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Condition {
    cell: ObjectId,
    lock: Inner,
    wake: Wake,
    /// Whether to notify it takes the lock.
    is_guarded: bool,
    /// In the order in which they came. One of a process that started this one is
    /// `None`: it takes a notification and wakes nothing.
    parked: Rc<RefCell<Vec<Option<ObjectId>>>>,
}

#[derive(Clone, Debug)]
enum Inner {
    Plain(Lock),
    Reentrant(RLock),
}

impl From<&Lock> for Inner {
    fn from(lock: &Lock) -> Inner {
        Inner::Plain(lock.clone())
    }
}

impl From<&RLock> for Inner {
    fn from(lock: &RLock) -> Inner {
        Inner::Reentrant(lock.clone())
    }
}

impl Condition {
    /// A condition on a lock, without a name.
    #[track_caller]
    #[must_use]
    pub fn new(lock: &Lock) -> Condition {
        Condition::create(Name::default(), lock.into(), Wake::Any, Location::caller())
    }

    /// A condition on a lock, with a name for reports.
    #[track_caller]
    pub fn named(name: impl Into<Name>, lock: &Lock) -> Condition {
        Condition::create(name.into(), lock.into(), Wake::Any, Location::caller())
    }

    /// A condition on a reentrant lock, all levels of which a wait gives back.
    #[track_caller]
    pub fn reentrant(name: impl Into<Name>, lock: &RLock) -> Condition {
        Condition::create(name.into(), lock.into(), Wake::Any, Location::caller())
    }

    /// The same condition with another choice of waiters. To be called before it is shared.
    #[must_use]
    pub fn waking(mut self, wake: Wake) -> Condition {
        self.wake = wake;
        self
    }

    /// The same condition, which may also be notified without the lock, as in C++ and
    /// Rust. To be called before it is shared.
    ///
    /// What is waited for may then change between a look at it and the wait, unless it is
    /// changed under the lock; the notification comes too early in that case.
    ///
    /// ```
    /// use unknot_sim::{Condition, Lock, done, run_once};
    ///
    /// run_once(|| {
    ///     let lock = Lock::named("lock");
    ///     let changed = Condition::named("changed", &lock);
    ///     assert_eq!(changed.notify(1).map_err(|refused| refused.kind), Err("RuntimeError"));
    ///     changed.notified_by_any_task().notify(1)?;
    ///     done(())
    /// });
    /// ```
    #[must_use]
    pub fn notified_by_any_task(mut self) -> Condition {
        self.is_guarded = false;
        self
    }

    fn create(
        name: Name,
        lock: Inner,
        wake: Wake,
        location: &'static Location<'static>,
    ) -> Condition {
        let cell = rt::create_cell("Condition", name, location);
        Condition { cell, lock, wake, is_guarded: true, parked: Rc::default() }
    }

    fn gauge(&self) -> ObjectId {
        match &self.lock {
            Inner::Plain(lock) => lock.gauge(),
            Inner::Reentrant(lock) => lock.gauge(),
        }
    }

    /// A plain lock has no owner that could be asked. All that can be required is that
    /// some task holds it, as the documents' Python does.
    fn require_lock(&self) -> Result<(), Exception> {
        let is_held = match &self.lock {
            Inner::Plain(lock) => rt::shows(lock.gauge()) == 0,
            Inner::Reentrant(lock) => lock.is_mine(),
        };
        if is_held || rt::is_quiet() {
            Ok(())
        } else {
            Err(rt::raised("RuntimeError", "the lock of the condition is not held"))
        }
    }

    /// Waits to be notified. The lock is given back meanwhile.
    ///
    /// # Errors
    /// `RuntimeError` if the lock is not held.
    #[track_caller]
    pub fn wait(&self) -> Result<(), Exception> {
        let location = Location::caller();
        let (gauge, depth) = self.park(location)?;
        rt::step_or_leave(Op::local("wait", location).with(gauge, Mode::Take, 1))?;
        self.relock(location, depth, None);
        Ok(())
    }

    /// Waits to be notified or until the time is up, and says whether it was
    /// notified.
    ///
    /// # Errors
    /// `RuntimeError` if the lock is not held.
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> Result<bool, Exception> {
        let location = Location::caller();
        let (gauge, depth) = self.park(location)?;
        let op = Op::local("wait", location);
        let wait = op.clone().with(gauge, Mode::Take, 1);
        let trying = op.with(gauge, Mode::Try, 1).with(self.cell, Mode::Heed, 0);
        let granted = rt::step_timed(wait, trying, timeout, |granted| granted);
        self.relock(location, depth, (!granted).then_some(gauge));
        Ok(granted)
    }

    /// Waits until a predicate holds; it is looked at under the lock.
    ///
    /// # Errors
    /// `RuntimeError` if the lock is not held.
    #[track_caller]
    pub fn wait_for(&self, mut predicate: impl FnMut() -> bool) -> Result<(), Exception> {
        while !predicate() && !rt::is_quiet() {
            self.wait()?;
        }
        Ok(())
    }

    /// Wakes up to `n` parked waiters. One step. The lock must be held,
    /// unless [any task may notify](Condition::notified_by_any_task).
    ///
    /// # Errors
    /// `RuntimeError` if the lock is not held.
    #[track_caller]
    pub fn notify(&self, n: usize) -> Result<(), Exception> {
        self.notify_at("notify", n, Location::caller())
    }

    /// Wakes all parked waiters. One step. The lock must be held,
    /// unless [any task may notify](Condition::notified_by_any_task).
    ///
    /// # Errors
    /// `RuntimeError` if the lock is not held.
    #[track_caller]
    pub fn notify_all(&self) -> Result<(), Exception> {
        self.notify_at("notify all", usize::MAX, Location::caller())
    }

    fn notify_at(
        &self,
        verb: &'static str,
        n: usize,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        let op = Op::local(verb, location).with(self.cell, Mode::Update, 0);
        let op = op.with(self.cell, Mode::Wake, 0);
        match self.is_guarded {
            true => {
                rt::step(op.with(self.gauge(), Mode::Below, 1));
                self.require_lock()?;
            }
            // A wait is refused where the lock is free, and touches the cell of the condition
            // only where it is not refused. So what is to be ordered with a wait has to be
            // ordered with the steps that take and free the lock.
            false => _ = rt::step(op.with(self.gauge(), Mode::Look, 1)),
        }
        if rt::is_quiet() {
            return Ok(());
        }
        let mut parked = self.parked.borrow_mut();
        let n = n.min(parked.len());
        let mut from = 0;
        for left in (1..=n).rev() {
            // Waiters are chosen in ascending order, so that each set of them
            // is chosen once: the next one may be any that leaves enough.
            let options = match self.wake {
                Wake::First => 1,
                Wake::Any => u32::try_from(parked.len() - from - left + 1).expect("few waiters"),
            };
            from += rt::choose(options, location) as usize;
            if let Some(gauge) = parked.remove(from) {
                rt::also(gauge, Mode::Give, 1);
            }
        }
        Ok(())
    }

    /// Gives the lock back and parks, in one step. Returns the private gauge
    /// and how deep the lock was taken.
    fn park(&self, location: &'static Location<'static>) -> Result<(ObjectId, u32), Exception> {
        rt::step(self.parking(location));
        // No other task can change whether a reentrant lock belongs to this task.
        if let Inner::Plain(lock) = &self.lock {
            rt::also(lock.gauge(), Mode::Below, 1);
        }
        if let Err(exception) = self.require_lock() {
            rt::withhold(self.cell, Mode::Update, 0);
            rt::withhold(self.gauge(), Mode::Give, 1);
            return Err(exception);
        }
        rt::also(self.cell, Mode::Update, 0);
        rt::also(self.gauge(), Mode::Give, 1);
        let depth = match &self.lock {
            Inner::Plain(lock) => {
                lock.hand_on();
                1
            }
            Inner::Reentrant(lock) if !rt::is_quiet() => lock.forget_owner(),
            Inner::Reentrant(_) => 1,
        };
        let new = NewObject::new("Condition", rt::name_of(self.cell), location);
        let new = new.part_of(self.cell).wanted_for(Want::Notification);
        let gauge = rt::create(new.raised_by(&["notify", "notify all"]));
        self.parked.borrow_mut().push(Some(gauge));
        Ok((gauge, depth))
    }

    /// What parking touches. If the task is killed here, a search knows only this: that
    /// nothing is touched without the lock. The step asks for the cell first, though it
    /// touches that only after the lock was found to be held: so it begins with nothing.
    fn parking(&self, location: &'static Location<'static>) -> Op {
        let mut op = Op::local("park", location).deferred();
        op.accesses.push(Access::withheld(self.cell, Mode::Withheld, 0));
        let op = match &self.lock {
            Inner::Plain(lock) => op.with(lock.gauge(), Mode::Below, 1),
            Inner::Reentrant(lock) if lock.is_mine() => op,
            Inner::Reentrant(_) => return op,
        };
        op.with(self.cell, Mode::Update, 0).with(self.gauge(), Mode::Give, 1)
    }

    /// Takes the lock again; a waiter that timed out leaves the list with that.
    fn relock(&self, location: &'static Location<'static>, depth: u32, leaves: Option<ObjectId>) {
        let step = |op: Op| {
            Ok(rt::step(match leaves {
                Some(_) => op.with(self.cell, Mode::Update, 0),
                None => op,
            }))
        };
        let taken = match &self.lock {
            Inner::Plain(lock) => lock.take_again("relock", location, step),
            Inner::Reentrant(lock) => {
                step(Op::local("relock", location).with(lock.gauge(), Mode::Take, 1)).map(drop)
            }
        };
        taken.expect("a step raises nothing");
        if let Some(gauge) = leaves {
            self.parked.borrow_mut().retain(|&parked| parked != Some(gauge));
        }
        if let Inner::Reentrant(lock) = &self.lock {
            lock.own(depth);
        }
    }
}

impl Fork for Inner {
    fn reads(&self, reads: &mut Reads) {
        match self {
            Inner::Plain(lock) => lock.reads(reads),
            Inner::Reentrant(lock) => lock.reads(reads),
        }
    }

    fn fork(&self, to: &mut Forking) -> Inner {
        match self {
            Inner::Plain(lock) => Inner::Plain(lock.fork(to)),
            Inner::Reentrant(lock) => Inner::Reentrant(lock.fork(to)),
        }
    }
}

impl Fork for Condition {
    fn reads(&self, reads: &mut Reads) {
        reads.cell(self.cell);
        self.lock.reads(reads);
    }

    /// The tasks that are parked are in the list of the copy too.
    fn fork(&self, to: &mut Forking) -> Condition {
        let copy = to.once(self.cell, |to| {
            let parked = vec![None; self.parked.borrow().len()];
            Condition {
                cell: to.cell(self.cell),
                lock: self.lock.fork(to),
                wake: self.wake,
                is_guarded: self.is_guarded,
                parked: Rc::new(RefCell::new(parked)),
            }
        });
        Condition { wake: self.wake, is_guarded: self.is_guarded, ..copy }
    }
}
