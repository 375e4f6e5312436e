//! The waker of a task that polls futures.
//!
//! A combinator keeps a waker to have its own parts polled; a future of the program may hand
//! one to another task. To wake a task from itself only says that it has to poll again. To
//! wake it from another task is a step, which sets a gauge that the task waits for together
//! with what its futures wait for.
//!
//! A task whose waker was never copied can be woken by no other task, so it need not look at
//! that gauge. That a waker *was* copied is noted, and never how many copies are left: a
//! copy may be dropped by another task, which is no step, so a wait that depends on the count
//! would depend on an order that no search knows of. Reports of stuck tasks do tell whether
//! any is left: by then all have been dropped that will be.
//!
//! What it can miss: a waker that outlives its execution wakes nothing.

#![expect(unsafe_code, reason = "only the table of a waker says when it is copied")]

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::task::{RawWaker, RawWakerVTable, Waker};

use super::turns;
use crate::execution::{Purpose, Want};
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// What stands for no gauge.
const NO_GAUGE: u32 = u32::MAX;

/// What the wakers of one task have in common. All of it is used by one thread of the
/// operating system; wakers have to be `Sync` all the same.
#[derive(Debug)]
pub(super) struct Alarm {
    task: TaskId,
    execution: Option<u64>,
    /// Whether the task has to poll again without waiting.
    is_rung: AtomicBool,
    /// Shows 1 once another task has woken this one; created with the first copy, unless the
    /// task is one of a loop.
    gauge: AtomicU32,
    /// In a loop, the number of what the task polls.
    in_loop: Option<usize>,
}

impl Alarm {
    /// That of the current task.
    pub(super) fn new(in_loop: Option<usize>) -> Arc<Alarm> {
        Arc::new(Alarm {
            task: rt::current(),
            execution: rt::execution_number(),
            is_rung: AtomicBool::new(false),
            gauge: AtomicU32::new(NO_GAUGE),
            in_loop,
        })
    }

    /// A waker with which the task polls.
    pub(super) fn waker(self: &Arc<Alarm>) -> Waker {
        let raw = raw(Arc::clone(self));
        // SAFETY: the table keeps the contract of `RawWaker`: the pointer is that of an
        // `Arc<Alarm>`, of which each waker owns one count, and an `Alarm` is `Sync`.
        unsafe { Waker::from_raw(raw) }
    }

    /// Whether a waker is one of these.
    pub(super) fn is_behind(self: &Arc<Alarm>, waker: &Waker) -> bool {
        waker.data() == Arc::as_ptr(self).cast()
    }

    /// Whether the task has to poll again; from then on it does not have to.
    pub(super) fn take_rung(&self) -> bool {
        self.is_rung.swap(false, Relaxed)
    }

    /// What another task that has a copy of the waker opens.
    pub(super) fn gauge(&self) -> Option<ObjectId> {
        match self.gauge.load(Relaxed) {
            NO_GAUGE => None,
            gauge => Some(ObjectId(gauge)),
        }
    }

    fn is_of_now(&self) -> bool {
        self.execution == rt::execution_number() && !rt::is_quiet()
    }

    fn ring(&self) {
        if !self.is_of_now() {
            return;
        }
        if rt::current() == self.task {
            self.is_rung.store(true, Relaxed);
        } else if let Some(poll) = self.in_loop {
            turns::wake(poll, place());
        } else if let Some(gauge) = self.gauge() {
            rt::step(Op::local("wake", place()).with(gauge, Mode::Set, 1));
        }
    }

    /// Notes that the waker was copied, and creates what the copy opens.
    fn copied(&self) {
        if self.in_loop.is_none() && self.is_of_now() && rt::current() == self.task {
            self.create_gauge(place());
        }
        self.tell(false);
    }

    /// Tells reports whether no copy is left.
    fn tell(&self, is_lost: bool) {
        if let Some(gauge) = self.gauge().filter(|_| self.is_of_now()) {
            rt::want(gauge, Want::Waking { is_lost });
        }
    }

    /// Creates what another task opens to wake this one, unless it is there.
    pub(super) fn create_gauge(&self, location: &'static Location<'static>) {
        if self.gauge().is_none() && !rt::is_quiet() {
            let new = NewObject::new("waker", Name::default(), location).serving(Purpose::Waker);
            let gauge = rt::create(new.raised_by(&["wake"]));
            self.gauge.store(gauge.0, Relaxed);
            self.tell(true);
        }
    }
}

fn place() -> &'static Location<'static> {
    rt::place_of_last_step().expect("a task that runs was started somewhere")
}

/// What a waker does. The contract of all four: the pointer is that of an `Arc<Alarm>`, of
/// which the waker owns one count.
static TABLE: RawWakerVTable = RawWakerVTable::new(
    |alarm| {
        // SAFETY: the contract of the table; the count that is made here is the copy's.
        let alarm = unsafe {
            Arc::increment_strong_count(alarm.cast::<Alarm>());
            Arc::from_raw(alarm.cast::<Alarm>())
        };
        alarm.copied();
        raw(alarm)
    },
    |alarm| {
        // SAFETY: the contract of the table; the waker is used up, and its count with it.
        let alarm = unsafe { Arc::from_raw(alarm.cast::<Alarm>()) };
        alarm.ring();
        drop_waker(alarm);
    },
    |alarm| {
        // SAFETY: the contract of the table; the waker keeps its count as long as it is
        // borrowed.
        let alarm = unsafe { &*alarm.cast::<Alarm>() };
        alarm.ring();
    },
    |alarm| {
        // SAFETY: the contract of the table; the count of the waker ends with it.
        drop_waker(unsafe { Arc::from_raw(alarm.cast::<Alarm>()) });
    },
);

/// What holds an alarm besides copies of its waker: the task, and the waker with which it
/// polls.
const OWN_COUNTS: usize = 2;

/// Ends the count of a waker.
fn drop_waker(alarm: Arc<Alarm>) {
    if Arc::strong_count(&alarm) == OWN_COUNTS + 1 {
        alarm.tell(true);
    }
}

fn raw(alarm: Arc<Alarm>) -> RawWaker {
    RawWaker::new(Arc::into_raw(alarm).cast(), &TABLE)
}
