//! The parking place of a task that polls futures: what these wait for.
//!
//! A future of this crate that has to wait says so to the place of the task that polls it,
//! and not through its waker, since a combinator polls with wakers of its own. When the poll
//! is over, the task knows all that may let it go on, and waits for that in one step. Places
//! stand in a stack: a future that is polled may call `block_on` itself.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

use super::deadline::Deadline;
use super::turns::Turns;
use super::waker::Alarm;
use crate::id::{ObjectId, TaskId};
use crate::op::Op;
use crate::rt;

thread_local! {
    /// The places of the tasks that poll something, the innermost of a task last.
    static PLACES: RefCell<Vec<Rc<ParkingPlace>>> = const { RefCell::new(vec![]) };
}

/// A wait of a future, as the task that polls it sees it.
pub(super) trait AwaitedStep {
    /// The step that ends the wait.
    fn wait(&self) -> Op;

    /// Does what belongs to that step, which was just made.
    fn grant(&self, granted: bool);
}

/// What a future waits for.
#[derive(Clone)]
pub(super) enum Parking {
    /// A step of a primitive.
    Wait(Rc<dyn AwaitedStep>),
    /// Time.
    Until(Rc<Deadline>),
}

/// One wait, and how to tell the future about its end.
#[derive(Clone)]
pub(super) struct Declared {
    pub(super) key: u64,
    pub(super) parking: Parking,
    /// That of a combinator; the task itself need not be told.
    waker: Option<Waker>,
    /// Whether it has ended, and the future was not polled since.
    pub(super) is_over: bool,
}

/// What a future of a loop has a ticket for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sought {
    pub(super) ticket: u64,
    /// The gauge that the ticket is for.
    pub(super) line: ObjectId,
    /// What is waited for.
    pub(super) gauge: ObjectId,
    /// The task of the same loop whose end is waited for.
    pub(super) member: Option<TaskId>,
    pub(super) verb: &'static str,
    pub(super) location: &'static Location<'static>,
}

/// Where the futures that one task polls say what they wait for.
pub(super) struct ParkingPlace {
    task: TaskId,
    execution: Option<u64>,
    pub(super) alarm: Arc<Alarm>,
    /// What is opened to have the task drop what it polls.
    pub(super) abort: Option<ObjectId>,
    /// The loop in which the task polls, if it does so in one.
    pub(super) turns: Option<Turns>,
    /// What a task of a loop waits for, if that is one thing.
    sought: RefCell<Vec<Sought>>,
    /// Where the program asked for the polling.
    pub(super) location: &'static Location<'static>,
    declared: RefCell<Vec<Declared>>,
    n_keys: Cell<u64>,
}

/// Takes the place away at the end, be that a panic or not.
pub(super) struct Placed(pub(super) Rc<ParkingPlace>);

impl Drop for Placed {
    fn drop(&mut self) {
        PLACES.with_borrow_mut(|all| all.retain(|place| !Rc::ptr_eq(place, &self.0)));
    }
}

impl fmt::Debug for ParkingPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParkingPlace").field("task", &self.task).finish_non_exhaustive()
    }
}

impl ParkingPlace {
    /// A place for what the current task polls from now on.
    pub(super) fn enter(
        abort: Option<ObjectId>,
        turns: Option<Turns>,
        location: &'static Location<'static>,
    ) -> Placed {
        let poll = turns.as_ref().map(Turns::begin);
        let place = Rc::new(ParkingPlace {
            task: rt::current(),
            execution: rt::execution_number(),
            alarm: Alarm::new(poll),
            abort,
            turns,
            sought: RefCell::default(),
            location,
            declared: RefCell::default(),
            n_keys: Cell::new(0),
        });
        PLACES.with_borrow_mut(|all| all.push(Rc::clone(&place)));
        Placed(place)
    }

    /// That of the current task.
    ///
    /// # Panics
    /// If the current task polls a future itself, without any of the functions that wait
    /// for what it waits for.
    pub(super) fn current() -> Rc<ParkingPlace> {
        ParkingPlace::find()
            .expect("futures of unknot are polled inside `block_on`, or by tasks of `spawn`")
    }

    /// That of the current task, if it polls anything.
    pub(super) fn find() -> Option<Rc<ParkingPlace>> {
        let (task, execution) = (rt::current(), rt::execution_number());
        let is_ours =
            |place: &&Rc<ParkingPlace>| place.task == task && place.execution == execution;
        PLACES.with_borrow(|all| all.iter().rfind(is_ours).cloned())
    }

    /// Notes what a future of a loop has a ticket for.
    pub(super) fn seek(&self, sought: Sought) {
        self.sought.borrow_mut().push(sought);
    }

    /// Notes that a ticket was given back.
    pub(super) fn found(&self, ticket: u64) {
        self.sought.borrow_mut().retain(|sought| sought.ticket != ticket);
    }

    /// What the futures of a loop have tickets for.
    pub(super) fn sought(&self) -> Vec<Sought> {
        self.sought.borrow().clone()
    }

    /// Adds a wait of a future. Returns its key.
    pub(super) fn park(&self, parking: Parking, waker: &Waker) -> u64 {
        let key = self.n_keys.get();
        self.n_keys.set(key + 1);
        let declared = Declared { key, parking, waker: self.told(waker), is_over: false };
        self.declared.borrow_mut().push(declared);
        key
    }

    /// Waits on, and tells the future through another waker.
    pub(super) fn stay(&self, key: u64, waker: &Waker) {
        let mut all = self.declared.borrow_mut();
        if let Some(one) = all.iter_mut().find(|one| one.key == key) {
            one.waker = self.told(waker);
            one.is_over = false;
        }
    }

    /// What is to be told with this waker. The task does not copy its own: then it could be
    /// woken by others.
    fn told(&self, waker: &Waker) -> Option<Waker> {
        (!self.alarm.is_behind(waker)).then(|| waker.clone())
    }

    /// Takes a wait back.
    pub(super) fn unpark(&self, key: u64) {
        let taken = {
            let mut all = self.declared.borrow_mut();
            all.iter().position(|one| one.key == key).map(|at| all.remove(at))
        };
        // Dropping a waker may run code of the program.
        drop(taken);
    }

    /// The waits that have not ended.
    pub(super) fn declared(&self) -> Vec<Declared> {
        self.declared.borrow().iter().filter(|one| !one.is_over).cloned().collect()
    }

    /// Notes that waits have ended, and then tells the futures.
    pub(super) fn end(&self, ended: &[&Declared]) {
        for one in self.declared.borrow_mut().iter_mut() {
            one.is_over |= ended.iter().any(|other| other.key == one.key);
        }
        for waker in ended.iter().filter_map(|one| one.waker.as_ref()) {
            waker.wake_by_ref();
        }
    }
}

impl Declared {
    /// What people call it.
    pub(super) fn verb(&self) -> &'static str {
        match &self.parking {
            Parking::Wait(parked) => parked.wait().verb,
            Parking::Until(deadline) => deadline.verb,
        }
    }

    /// Where the program asked for what it waits for.
    pub(super) fn location(&self) -> &'static Location<'static> {
        match &self.parking {
            Parking::Wait(parked) => parked.wait().location,
            Parking::Until(timer) => timer.location,
        }
    }
}
