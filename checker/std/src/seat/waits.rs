//! What futures wait for, and how each of them is told.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Waker};

use smallvec::SmallVec;
use unknot_sim::raw::{self, Access, Act, Mode, ObjectId, Op};

use super::{Place, Seat};
use crate::thread;
use crate::time::{self, Duration};

/// What ends a wait: any of these gauges, when it shows 1.
#[derive(Clone)]
pub(crate) struct Wait {
    pub(crate) gauges: SmallVec<[ObjectId; 2]>,
    /// The units of another gauge that the task owns from then on.
    pub(crate) units: Option<(ObjectId, i64)>,
    pub(crate) verb: &'static str,
    pub(crate) place: Place,
    pub(crate) act: Act,
}

/// A time at which a wait ends.
#[derive(Clone, Copy)]
pub(crate) struct Timer {
    pub(crate) duration: Duration,
    /// On the clock, where durations count.
    pub(crate) until: Option<Duration>,
    pub(crate) verb: &'static str,
    pub(crate) place: Place,
}

impl Timer {
    /// How much of it is left.
    pub(crate) fn left(&self) -> Duration {
        match (self.until, raw::now()) {
            (Some(until), Some(now)) => until.saturating_sub(now),
            _ => self.duration,
        }
    }
}

/// What a future waits for.
pub(super) enum What {
    Gauges(Wait),
    Time(Timer),
}

pub(super) struct Entry {
    pub(super) what: What,
    /// That of a combinator; the task itself need not be told.
    waker: RefCell<Option<Waker>>,
    pub(super) is_over: Cell<bool>,
    /// How many steps had been made when it was looked at last: no other task has done
    /// anything since if there are no more.
    pub(super) looked_at: Cell<usize>,
    seat: RefCell<Option<Rc<Seat>>>,
}

/// A wait of a future. It is taken back when this is dropped.
pub(crate) struct Parked(Rc<Entry>);

#[expect(unsafe_code, reason = "tasks share a thread")]
// SAFETY: a future goes from one task to another, and all tasks of an execution share a thread.
unsafe impl Send for Parked {}
#[expect(unsafe_code, reason = "tasks share a thread")]
// SAFETY: as above; nothing is reached through a shared reference.
unsafe impl Sync for Parked {}

impl Parked {
    /// A wait that the step just made has found not to be over.
    pub(crate) fn wait(wait: Wait) -> Parked {
        Parked::new(What::Gauges(wait))
    }

    pub(crate) fn timer(timer: Timer) -> Parked {
        Parked::new(What::Time(timer))
    }

    fn new(what: What) -> Parked {
        let (waker, seat) = (RefCell::default(), RefCell::default());
        let (is_over, looked_at) = (Cell::new(false), Cell::new(raw::n_made()));
        Parked(Rc::new(Entry { what, waker, is_over, looked_at, seat }))
    }

    /// Whether the wait is over; otherwise the task that polls waits for it. One step, if the
    /// task has made one since it knew.
    pub(crate) fn is_over(&self, cx: &Context<'_>) -> bool {
        let entry = &self.0;
        if entry.is_over.get() || raw::is_quiet() {
            return true;
        }
        if entry.looked_at.get() != raw::n_made() && entry.look() {
            entry.is_over.set(true);
            self.leave();
            return true;
        }
        let seat = Seat::current();
        let told = (!seat.is_behind(cx.waker())).then(|| cx.waker().clone());
        let before = entry.waker.replace(told);
        drop(before);
        let is_here = entry.seat.borrow().as_ref().is_some_and(|of| Rc::ptr_eq(of, &seat));
        if !is_here {
            self.leave();
            seat.entries.borrow_mut().push(Rc::clone(entry));
            entry.seat.replace(Some(seat));
        }
        false
    }

    fn leave(&self) {
        if let Some(seat) = self.0.seat.take() {
            seat.entries.borrow_mut().retain(|entry| !Rc::ptr_eq(entry, &self.0));
        }
    }
}

impl Drop for Parked {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Notes that waits are over, and then tells the futures.
pub(super) fn end(over: &[&Rc<Entry>]) {
    for entry in over {
        entry.is_over.set(true);
        let waker = entry.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Entry {
    /// Looks whether the wait is over.
    fn look(&self) -> bool {
        let is_over = match &self.what {
            What::Time(timer) if timer.until.is_some() => timer.left().is_zero(),
            // What the task has done since may have taken any time.
            What::Time(timer) => {
                let op = Op::local(timer.verb, timer.place);
                raw::step(time::passing(op, timer.duration).deferred());
                let fires = !raw::is_quiet() && raw::choose(2, timer.place) == 1;
                if fires {
                    time::pass(timer.duration);
                }
                fires
            }
            What::Gauges(wait) => {
                let op = wait.declared(Op::local(wait.verb, wait.place), Mode::Look);
                raw::step(op.deferred());
                !raw::is_quiet() && wait.has_ended(Mode::Look)
            }
        };
        self.looked_at.set(raw::n_made());
        is_over
    }

    /// Makes the step that ends the wait, where the task waits for nothing else.
    pub(super) fn wait_alone(&self) {
        match &self.what {
            What::Time(timer) => sleep(timer),
            What::Gauges(wait) if wait.gauges.len() == 1 => {
                let op = Op::local(wait.verb, wait.place).acting(wait.act);
                let op = op.with(wait.gauges[0], Mode::Await, 1);
                raw::step(match wait.units {
                    Some((of, n)) => op.with(of, Mode::On, n).with(of, Mode::Own, n),
                    None => op,
                });
            }
            What::Gauges(wait) => {
                raw::step(wait.declared(Op::local(wait.verb, wait.place), Mode::AnyOf).deferred());
                if !raw::is_quiet() {
                    wait.has_ended(Mode::AnyOf);
                }
            }
        }
    }
}

fn sleep(timer: &Timer) {
    thread::sleep_at(timer.left(), timer.place);
}

impl Wait {
    /// Adds to a step what may end the wait.
    pub(super) fn declared(&self, mut op: Op, mode: Mode) -> Op {
        for &gauge in &self.gauges {
            op = op.with(gauge, mode, 1);
            if let Some((of, n)) = self.units {
                op.accesses.push(Access::new(of, Mode::On, n));
            }
        }
        op
    }

    /// Looks as part of a step whether anything has ended it.
    pub(super) fn has_ended(&self, mode: Mode) -> bool {
        let mut has_ended = false;
        for &gauge in &self.gauges {
            has_ended |= raw::also(gauge, mode, 1);
        }
        if let (true, Some((of, n))) = (has_ended, self.units) {
            raw::also(of, Mode::Own, n);
        }
        has_ended
    }
}
