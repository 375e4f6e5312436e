//! The line of futures that wait for units: the first to come is the first to be served.
//!
//! A gauge shows the units that are free. What comes tries, and if there are not enough it
//! takes what there is, so that none is left for a late comer, and lines up for the rest. A
//! step that gives units hands them on, until the first in line has all that it waits for.
//! Where a future leaves the line, what it was handed goes to the next.
//!
//! All of these steps are ordered, readers of a lock included.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use unknot_sim::raw::{self, Mode, NewObject, ObjectId, Op, Ownership, Want};

use crate::object::Object;
use crate::primitive::{Place, Waiter};
use crate::seat::Parked;

/// Units, and the futures that wait for them.
pub(super) struct Line {
    object: Object,
    kind: &'static str,
    initial: i64,
    ownership: Ownership,
    queue: RefCell<VecDeque<Arc<Queued>>>,
    is_closed: Cell<bool>,
}

crate::sync::shared!(Line);

/// A future in the line.
struct Queued {
    waiter: Arc<Waiter>,
    missing: Cell<i64>,
    is_refused: Cell<bool>,
}

crate::sync::shared!(Queued);

impl Line {
    #[track_caller]
    pub(super) const fn new(kind: &'static str, initial: i64, ownership: Ownership) -> Line {
        Line {
            object: Object::new(),
            kind,
            initial,
            ownership,
            queue: RefCell::new(VecDeque::new()),
            is_closed: Cell::new(false),
        }
    }

    pub(super) fn object(&self) -> &Object {
        &self.object
    }

    /// What its gauge is like.
    pub(super) fn describe(&self, new: NewObject) -> NewObject {
        new.showing(self.initial).owned(self.ownership).raised_by(&["release"])
    }

    fn gauge(&self) -> ObjectId {
        self.object.id(self.kind, |new| self.describe(new))
    }

    /// Waits for units.
    pub(super) fn acquire(&self, n: i64, verb: &'static str, place: Place) -> Acquire<'_> {
        Acquire { line: self, n, verb, place, queued: None }
    }

    /// Takes units if there are enough. One step.
    pub(super) fn try_acquire(
        &self,
        n: i64,
        verb: &'static str,
        place: Place,
    ) -> Result<(), Refused> {
        let has_taken = raw::ask(Op::local(verb, place).with(self.gauge(), Mode::Try, n));
        if self.is_closed() && !raw::is_quiet() {
            if has_taken {
                raw::also(self.gauge(), Mode::GiveBounded, n);
            }
            return Err(Refused::Closed);
        }
        if has_taken { Ok(()) } else { Err(Refused::NotEnough) }
    }

    /// Gives units, and hands them on. One step.
    pub(super) fn release(&self, n: i64, place: Place) {
        raw::step(Op::local("release", place).with(self.gauge(), Mode::GiveBounded, n));
        self.hand_on();
    }

    fn hand_on(&self) {
        if raw::is_quiet() {
            return;
        }
        let mut queue = self.queue.borrow_mut();
        while let Some(first) = queue.front() {
            let n = self.shown().min(first.missing.get());
            if n > 0 {
                raw::also(self.gauge(), Mode::Drop, n);
            }
            first.missing.set(first.missing.get() - n);
            if first.missing.get() > 0 {
                return;
            }
            first.waiter.tell();
            queue.pop_front();
        }
    }

    /// How many units are free, inside of a step.
    fn shown(&self) -> i64 {
        raw::shows(self.gauge()).max(0)
    }

    /// How many units are free. One step.
    pub(super) fn available(&self, place: Place) -> usize {
        raw::step(Op::local("available", place).with(self.gauge(), Mode::Look, 1));
        usize::try_from(self.shown()).unwrap_or_default()
    }

    /// Takes up to so many units out for ever. One step; how many there were.
    pub(super) fn forget(&self, most: i64, place: Place) -> i64 {
        raw::step(Op::local("forget", place).with(self.gauge(), Mode::Drop, most).deferred());
        if raw::is_quiet() {
            return 0;
        }
        let n = most.min(self.shown());
        raw::also(self.gauge(), Mode::Drop, n);
        n
    }

    /// Refuses all that wait, and all that come. One step.
    pub(super) fn close(&self, place: Place) {
        let gauge = self.gauge();
        raw::step(Op::local("close", place).with(gauge, Mode::Set, 0).deferred());
        if raw::is_quiet() {
            return;
        }
        // As many as before; but a task that polls is to look again.
        raw::also(gauge, Mode::Set, raw::shows(gauge));
        self.is_closed.set(true);
        for queued in self.queue.take() {
            queued.is_refused.set(true);
            queued.waiter.tell();
        }
    }

    /// Whether it was closed, inside of a step.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.get()
    }

    /// The same. One step.
    pub(super) fn look_closed(&self, place: Place) -> bool {
        raw::step(Op::local("is_closed", place).with(self.gauge(), Mode::Look, 1));
        self.is_closed()
    }
}

/// Why units were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    NotEnough,
    Closed,
}

/// Waits for units. What it was handed goes on to the next if it is dropped before it is ready.
pub(super) struct Acquire<'a> {
    line: &'a Line,
    n: i64,
    verb: &'static str,
    place: Place,
    queued: Option<(Arc<Queued>, Parked)>,
}

impl Acquire<'_> {
    /// The first step.
    fn come(&mut self) -> Poll<Result<(), Refused>> {
        match self.line.try_acquire(self.n, self.verb, self.place) {
            Err(Refused::NotEnough) if !raw::is_quiet() => {}
            taken => return Poll::Ready(taken),
        }
        let (gauge, free) = (self.line.gauge(), self.line.shown());
        if free > 0 {
            raw::also(gauge, Mode::Drop, free);
        }
        let made_at = self.line.object.place();
        let waiter = Waiter::new(self.line.kind, gauge, made_at, (Want::Units, &["release"]));
        let mut wait = waiter.wait(self.verb, self.place);
        wait.units = Some((gauge, self.n));
        let missing = Cell::new(self.n - free);
        let queued = Arc::new(Queued { waiter, missing, is_refused: Cell::new(false) });
        self.line.queue.borrow_mut().push_back(Arc::clone(&queued));
        self.queued = Some((queued, Parked::wait(wait)));
        Poll::Pending
    }
}

impl Future for Acquire<'_> {
    type Output = Result<(), Refused>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Refused>> {
        if self.queued.is_none()
            && let Poll::Ready(taken) = self.come()
        {
            return Poll::Ready(taken);
        }
        let (queued, parked) = self.queued.as_ref().expect("it has lined up");
        if !parked.is_over(cx) {
            return Poll::Pending;
        }
        let is_refused = queued.is_refused.get();
        // What is refused gives back what it was handed so far, when it is dropped.
        if !is_refused || queued.missing.get() == self.n {
            self.queued = None;
        }
        Poll::Ready(if is_refused { Err(Refused::Closed) } else { Ok(()) })
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        let Some((queued, _)) = self.queued.take() else { return };
        let gauge = self.line.gauge();
        let op = Op::local("cancel", self.place).with(gauge, Mode::GiveBounded, self.n);
        raw::step(op.deferred());
        if raw::is_quiet() {
            return;
        }
        self.line.queue.borrow_mut().retain(|other| !Arc::ptr_eq(other, &queued));
        raw::also(gauge, Mode::GiveBounded, self.n - queued.missing.get());
        self.line.hand_on();
    }
}
