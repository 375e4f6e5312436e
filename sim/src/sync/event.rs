//! An event: a flag that tasks wait for.
//!
//! Two semantics, and both matter. [`Event::new`] is that of the documents'
//! Python: a wait *arrives* and passes if the flag is set, else it parks;
//! setting the flag wakes every task that is parked, and they pass even if the
//! flag has been cleared since. With [`Event::rechecking`] a wait is one step
//! that is possible while the flag is set, so a task that is late waits on.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use crate::execution::Want;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// What ends a wait.
const RAISED_BY: &[&str] = &["set"];

/// An event. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{Event, run_once, spawn};
///
/// run_once(|| {
///     let go = Event::named("go");
///     let theirs = go.clone();
///     let task = spawn(move || theirs.wait());
///     go.set();
///     assert!(go.is_set());
///     task.join()
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Event {
    form: EventForm,
}

#[derive(Clone, Debug)]
enum EventForm {
    /// A cell for the flag, and a private gauge for each task that is parked.
    Parking { cell: ObjectId, state: Rc<RefCell<EventState>> },
    /// A gauge that shows 1 while the flag is set.
    Rechecking { gauge: ObjectId },
}

#[derive(Debug, Default)]
struct EventState {
    is_set: bool,
    /// A timed-out waiter stays here: a step that sets the flag gives to its gauge
    /// as well, so that the two are ordered whichever comes first.
    parked: Vec<ObjectId>,
}

impl Default for Event {
    #[track_caller]
    fn default() -> Event {
        Event::new()
    }
}

impl Event {
    super::constructors::constructors! {
        /// An event that is not set. Its waiters that were woken pass even after a clear.
        ()
    }

    /// An event that is not set. Its waiters look again when they wake.
    #[track_caller]
    pub fn rechecking(name: impl Into<Name>) -> Event {
        let new = NewObject::new("Event", name.into(), Location::caller());
        let gauge = rt::create(new.wanted_for(Want::Flag).raised_by(RAISED_BY));
        Event { form: EventForm::Rechecking { gauge } }
    }

    pub(crate) fn create(name: Name, location: &'static Location<'static>) -> Event {
        let cell = rt::create_cell("Event", name, location);
        Event { form: EventForm::Parking { cell, state: Rc::default() } }
    }

    /// Sets the flag and wakes every task that waits. One step.
    #[track_caller]
    pub fn set(&self) {
        self.set_and_tell();
    }

    /// The same. Returns the gauges of the tasks that were parked.
    #[track_caller]
    pub(crate) fn set_and_tell(&self) -> Vec<ObjectId> {
        let op = Op::local("set", Location::caller());
        match &self.form {
            EventForm::Rechecking { gauge } => {
                rt::step(op.with(*gauge, Mode::Set, 1));
                vec![]
            }
            EventForm::Parking { cell, state } => {
                rt::step(op.with(*cell, Mode::Write, 0).with(*cell, Mode::Wake, 0));
                if rt::is_quiet() {
                    return vec![];
                }
                let mut state = state.borrow_mut();
                state.is_set = true;
                let parked = std::mem::take(&mut state.parked);
                for &gauge in &parked {
                    rt::also(gauge, Mode::Give, 1);
                }
                parked
            }
        }
    }

    /// Clears the flag. One step.
    #[track_caller]
    pub fn clear(&self) {
        let op = Op::local("clear", Location::caller());
        match &self.form {
            EventForm::Rechecking { gauge } => {
                rt::step(op.with(*gauge, Mode::Set, 0));
            }
            EventForm::Parking { cell, state } => {
                rt::step(op.with(*cell, Mode::Write, 0));
                if !rt::is_quiet() {
                    state.borrow_mut().is_set = false;
                }
            }
        }
    }

    /// Whether the flag is set. One step.
    #[track_caller]
    #[must_use]
    pub fn is_set(&self) -> bool {
        let op = Op::local("is_set", Location::caller());
        let is_set = match &self.form {
            EventForm::Rechecking { gauge } => rt::step(op.with(*gauge, Mode::Look, 1)),
            EventForm::Parking { cell, state } => {
                rt::step(op.with(*cell, Mode::Read, 0));
                state.borrow().is_set
            }
        };
        rt::note(|| Noted::Answer(Text::of(is_set)));
        is_set
    }

    /// Waits until the flag is set.
    #[track_caller]
    pub fn wait(&self) {
        let op = Op::local("wait", Location::caller());
        match &self.form {
            EventForm::Rechecking { gauge } => {
                rt::step(op.with(*gauge, Mode::Await, 1));
            }
            EventForm::Parking { .. } => {
                if let Some(parked) = self.arrive(Location::caller()) {
                    rt::step(op.with(parked, Mode::Take, 1));
                }
            }
        }
    }

    /// Waits until the flag is set or the time is up, and says whether it was
    /// set.
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let op = Op::local("wait", Location::caller());
        let (wait, trying) = match &self.form {
            EventForm::Rechecking { gauge } => {
                (op.clone().with(*gauge, Mode::Await, 1), op.with(*gauge, Mode::Look, 1))
            }
            EventForm::Parking { cell, .. } => match self.arrive(Location::caller()) {
                None => return true,
                Some(gauge) => {
                    let trying = op.clone().with(gauge, Mode::Try, 1).with(*cell, Mode::Heed, 0);
                    (op.with(gauge, Mode::Take, 1), trying)
                }
            },
        };
        rt::step_timed(wait, trying, timeout, |granted| granted)
    }

    /// Passes if the flag is set, else parks on a new private gauge. One step.
    pub(crate) fn arrive(&self, location: &'static Location<'static>) -> Option<ObjectId> {
        let EventForm::Parking { cell, state } = &self.form else { return None };
        rt::step(Op::local("arrive", location).with(*cell, Mode::Read, 0));
        if rt::is_quiet() || state.borrow().is_set {
            return None;
        }
        let new = NewObject::new("Event", rt::name_of(*cell), location);
        let gauge = rt::create(new.part_of(*cell).wanted_for(Want::Flag).raised_by(RAISED_BY));
        state.borrow_mut().parked.push(gauge);
        Some(gauge)
    }
}

impl Fork for Event {
    fn reads(&self, reads: &mut Reads) {
        match &self.form {
            EventForm::Rechecking { gauge } => reads.gauge(*gauge),
            EventForm::Parking { cell, .. } => reads.cell(*cell),
        }
    }

    /// The tasks that are parked are not there: to wake them would change nothing.
    fn fork(&self, to: &mut Forking) -> Event {
        match &self.form {
            EventForm::Rechecking { gauge } => to.once(*gauge, |to| {
                let gauge = to.gauge(*gauge);
                Event { form: EventForm::Rechecking { gauge } }
            }),
            EventForm::Parking { cell, state } => to.once(*cell, |to| {
                let state = EventState { is_set: state.borrow().is_set, parked: vec![] };
                let cell = to.cell(*cell);
                Event { form: EventForm::Parking { cell, state: Rc::new(RefCell::new(state)) } }
            }),
        }
    }
}
