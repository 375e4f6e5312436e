//! The seat of a task that polls futures: what these wait for.
//!
//! A future of this crate that has to wait says to the seat of the task which gauges may end
//! the wait, or that it is time, and not through its waker alone, since a combinator polls with
//! wakers of its own. When a poll is over, the task waits for all of that in one step, and
//! then the futures are told. Seats are in a stack: a future that is polled may call
//! `block_on` itself.
//!
//! To wake a task from itself only says that it has to poll again. To wake it from another task
//! is a step, which sets a gauge; a task of which the waker was never copied need not look at
//! that.
//!
//! What it can miss: where durations do not count, a timer fires when its task waits, or when it
//! is polled again after steps of its task. So in the poll that begins it no timer has fired.

mod alternatives;
mod waits;

pub(crate) use waits::{Parked, Timer, Wait};

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};

use smallvec::SmallVec;
use unknot_sim::raw::{self, Act, Mode, ObjectId, Op, Purpose, TaskId, Want};

use self::alternatives::Alternatives;
use self::waits::{Entry, end};
use crate::object::{self, Object};
use crate::{run, thread};

type Place = &'static Location<'static>;

/// What wakes a task that polls.
pub(crate) struct Signal {
    object: Object,
    task: TaskId,
    /// Whether a waker was copied, or another task has used one.
    is_shared: AtomicBool,
    /// Whether the task has woken itself.
    is_rung: AtomicBool,
}

crate::sync::shared!(Signal);

impl Signal {
    fn gauge(&self) -> ObjectId {
        self.object.id("waker", |new| new.wanted_for(Want::Notification).raised_by(&["wake"]))
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Signal>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Signal>) {
        if !run::is_inside() {
            return;
        }
        if raw::current() == self.task {
            self.is_rung.store(true, Relaxed);
        } else {
            self.is_shared.store(true, Relaxed);
            raw::step(Op::local("wake", self.object.place()).with(self.gauge(), Mode::Set, 1));
        }
    }
}

thread_local! {
    /// The seats of the tasks that poll something, the innermost of a task last.
    static SEATS: RefCell<Vec<Rc<Seat>>> = const { RefCell::new(vec![]) };
}

/// Where the futures that one task polls say what they wait for.
pub(crate) struct Seat {
    task: TaskId,
    execution: Option<u64>,
    signal: Arc<Signal>,
    /// What is set to have the task drop what it polls.
    abort: Option<ObjectId>,
    /// Where the program asked for the polling.
    place: Place,
    /// Where a future offered the turn.
    yields: Cell<Option<Place>>,
    entries: RefCell<Vec<Rc<Entry>>>,
}

/// Takes the seat away at the end, be that a panic or not.
pub(crate) struct Seated(Rc<Seat>);

impl Drop for Seated {
    fn drop(&mut self) {
        SEATS.with_borrow_mut(|all| all.retain(|seat| !Rc::ptr_eq(seat, &self.0)));
    }
}

/// What is set to have a task drop what it polls.
pub(crate) fn new_abort(place: Place) -> ObjectId {
    object::create("abort", place, |new| new.serving(Purpose::Abort).raised_by(&["abort"]))
}

/// Polls a future until it is ready, or the task is told to drop it.
pub(crate) fn run<F: Future>(
    future: F,
    abort: Option<ObjectId>,
    place: Place,
) -> Option<F::Output> {
    let (task, execution) = (raw::current(), raw::execution_number());
    let (is_shared, is_rung) = (AtomicBool::new(false), AtomicBool::new(false));
    let signal = Arc::new(Signal { object: Object::at(place), task, is_shared, is_rung });
    let waker = Waker::from(Arc::clone(&signal));
    let (yields, entries) = (Cell::new(None), RefCell::default());
    let seat = Rc::new(Seat { task, execution, signal, abort, place, yields, entries });
    SEATS.with_borrow_mut(|all| all.push(Rc::clone(&seat)));
    let seated = Seated(seat);
    if seated.0.is_aborted("begin", place) {
        return None;
    }
    let mut future = std::pin::pin!(future);
    loop {
        seated.0.signal.is_rung.store(false, Relaxed);
        if let std::task::Poll::Ready(value) =
            future.as_mut().poll(&mut Context::from_waker(&waker))
        {
            return Some(value);
        }
        // The seat, and the waker with which it polls.
        if Arc::strong_count(&seated.0.signal) > 2 {
            seated.0.signal.is_shared.store(true, Relaxed);
        }
        if seated.0.wait() {
            return None;
        }
    }
}

impl Seat {
    /// That of the running task.
    ///
    /// # Panics
    /// If it polls without one.
    fn current() -> Rc<Seat> {
        let (task, execution) = (raw::current(), raw::execution_number());
        let is_ours = |seat: &&Rc<Seat>| seat.task == task && seat.execution == execution;
        let seat = SEATS.with_borrow(|all| all.iter().rfind(is_ours).cloned());
        seat.expect("futures of unknot_std are polled in `block_on`, or by tasks of `spawn`")
    }

    fn is_behind(&self, waker: &Waker) -> bool {
        waker.data() == Arc::as_ptr(&self.signal).cast()
    }

    /// Whether the task was told to drop what it polls. One step, if it can be.
    fn is_aborted(&self, verb: &'static str, place: Place) -> bool {
        self.abort.is_some_and(|abort| {
            raw::step(Op::local(verb, place).with(abort, Mode::Look, 1)) && !raw::is_quiet()
        })
    }

    /// Waits until it makes sense to poll again; whether the task was told not to.
    fn wait(&self) -> bool {
        if let Some(place) = self.yields.take() {
            thread::give_way(place);
            return self.is_aborted("yield", place);
        }
        if self.signal.is_rung.load(Relaxed) {
            let op = Op::local("yield", self.place).acting(Act::Yield);
            return match self.abort {
                Some(abort) => raw::step(op.with(abort, Mode::Look, 1)) && !raw::is_quiet(),
                None => {
                    raw::step(op);
                    false
                }
            };
        }
        let entries: SmallVec<[Rc<Entry>; 4]> =
            self.entries.borrow().iter().filter(|entry| !entry.is_over.get()).cloned().collect();
        let is_shared = self.signal.is_shared.load(Relaxed);
        let signal = (is_shared || entries.is_empty()).then(|| self.signal.gauge());
        match (&entries[..], signal, self.abort) {
            ([], Some(signal), None) => {
                raw::step(Op::local("await", self.place).with(signal, Mode::Take, 1));
                false
            }
            ([one], None, None) => {
                one.wait_alone();
                end(&[one]);
                false
            }
            (all, signal, abort) => {
                let is_aborted = Alternatives { all, signal, abort, place: self.place }.wait();
                all.iter().for_each(|entry| entry.looked_at.set(raw::n_made()));
                is_aborted
            }
        }
    }
}

/// Offers the turn to other tasks when the poll is over.
pub(crate) fn yield_at(place: Place) {
    if !raw::is_quiet() {
        Seat::current().yields.set(Some(place));
    }
}
