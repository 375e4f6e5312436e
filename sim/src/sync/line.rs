//! The line of the tasks that wait for units of a gauge, where the first to come is the
//! first to be served.
//!
//! A task that comes tries, and parks at a gauge of its own if it is refused. The step that
//! gives a unit hands it on to the first that is parked: the count never shows a unit
//! while one waits, so a task that comes later cannot overtake. What was handed on is
//! taken without another touch of the count, since no other task could tell.
//!
//! Steps that give are ordered among one another, since each of them hands on to another
//! task. What it can miss: a task that is killed while it is parked keeps its place in the
//! line, and what is handed to it is lost.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// The gauges at which tasks are parked, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Line(Rc<RefCell<VecDeque<ObjectId>>>);

/// What a line is for: a gauge, with words for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served {
    pub(super) kind: &'static str,
    pub(super) gauge: ObjectId,
    pub(super) verb: &'static str,
    pub(super) location: &'static Location<'static>,
}

impl Line {
    /// Waits for a unit and takes it. One step if there is one, and otherwise two; `step`
    /// makes them.
    pub(super) fn take(
        &self,
        of: Served,
        step: impl Fn(Op) -> Result<bool, Exception>,
    ) -> Result<(), Exception> {
        let op = Op::local(of.verb, of.location);
        if step(op.clone().with(of.gauge, Mode::Try, 1))? || rt::is_quiet() {
            return Ok(());
        }
        let place = self.join(of);
        step(handed(op.with(place, Mode::Take, 1), of.gauge))?;
        Ok(())
    }

    /// The same until the time is up. Whether a unit was taken.
    pub(super) fn take_timeout(&self, of: Served, timeout: Duration) -> bool {
        let op = Op::local(of.verb, of.location);
        if rt::step(op.clone().with(of.gauge, Mode::Try, 1)) {
            return true;
        }
        if rt::is_quiet() {
            return false;
        }
        let place = self.join(of);
        let wait = handed(op.clone().with(place, Mode::Take, 1), of.gauge);
        // To leave the line is dependent on what hands a unit on, whichever task gets it.
        let trying = op.with(place, Mode::Try, 1).with(of.gauge, Mode::Look, 1);
        rt::step_timed(wait, trying.deferred().trying(), timeout, |granted| {
            if !rt::is_try() {
                return granted;
            }
            let granted = rt::also(place, Mode::Try, 1);
            rt::also(of.gauge, Mode::Look, 1);
            match granted {
                true => _ = rt::also(of.gauge, Mode::Own, 1),
                false => self.0.borrow_mut().retain(|&parked| parked != place),
            }
            granted
        })
    }

    /// Hands a unit on that was given to the gauge in this step.
    pub(super) fn hand_on(&self, gauge: ObjectId) {
        if rt::is_quiet() {
            return;
        }
        let first = self.0.borrow_mut().pop_front();
        if let Some(place) = first {
            rt::also(gauge, Mode::Drop, 1);
            rt::also(place, Mode::Give, 1);
        }
    }

    fn join(&self, of: Served) -> ObjectId {
        rt::note(|| Noted::Answer(Text::of("lines up")));
        let new = NewObject::new(of.kind, rt::name_of(of.gauge), of.location);
        let place = rt::create(new.part_of(of.gauge));
        self.0.borrow_mut().push_back(place);
        place
    }
}

/// A wait at a place in the line, which is there for a unit and ends with owning it.
fn handed(op: Op, gauge: ObjectId) -> Op {
    op.with(gauge, Mode::On, 1).with(gauge, Mode::Own, 1)
}
