//! A wait group, as Go has it: tasks wait until a counter is back at zero.
//!
//! The gauge shows minus the counter, so that it can be waited for. A wait that finds the
//! counter above zero parks at a gauge of its own, and the step that brings the counter to
//! zero opens the gauges of all that are parked. So a wait that was let go passes even if
//! the counter has been raised again meanwhile; but it looks, and to find that is misuse:
//! the group was used again before the last wait had returned.
//!
//! What it can miss: a first `add` that comes after the wait it was meant for is no misuse
//! by itself. The wait passes too early, and what follows from that is to be found.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use crate::exception::Exception;
use crate::execution::Want;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::ready::{Readiness, Ready};
use crate::rt::{self, NewObject};

/// A wait group. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{WaitGroup, done, run_once, spawn};
///
/// run_once(|| {
///     let group = WaitGroup::named("workers");
///     for _ in 0..2 {
///         // Before the start: the worker might otherwise add after the wait.
///         group.add(1)?;
///         let theirs = group.clone();
///         spawn(move || theirs.done());
///     }
///     group.wait()?;
///     assert_eq!(group.done().map_err(|refused| refused.kind), Err("NegativeCounter"));
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct WaitGroup {
    gauge: ObjectId,
    parked: Rc<RefCell<Vec<ObjectId>>>,
}

impl Default for WaitGroup {
    #[track_caller]
    fn default() -> WaitGroup {
        WaitGroup::new()
    }
}

impl WaitGroup {
    super::constructors::constructors! {
        /// A group with a counter of zero.
        ()
    }

    fn create(name: Name, location: &'static Location<'static>) -> WaitGroup {
        let new = NewObject::new("WaitGroup", name, location).at_most(0);
        let gauge = rt::create(new.wanted_for(Want::Zero).raised_by(&["done", "add"]));
        WaitGroup { gauge, parked: Rc::default() }
    }

    /// Adds to the counter, which may be negative. One step. If that makes the counter
    /// zero, every wait is let go.
    ///
    /// # Errors
    /// `NegativeCounter` if the counter would be below zero. It stays as it was.
    #[track_caller]
    pub fn add(&self, delta: i32) -> Result<(), Exception> {
        self.change("add", delta.into(), Location::caller())
    }

    /// Takes one from the counter. One step. If that makes the counter zero, every wait is
    /// let go.
    ///
    /// # Errors
    /// `NegativeCounter` if the counter is zero.
    #[track_caller]
    pub fn done(&self) -> Result<(), Exception> {
        self.change("done", -1, Location::caller())
    }

    fn change(
        &self,
        verb: &'static str,
        delta: i64,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        let op = Op::local(verb, location);
        let granted = rt::step(match delta {
            ..0 => op.with(self.gauge, Mode::GiveBounded, -delta),
            0.. => op.with(self.gauge, Mode::Drop, delta),
        });
        if rt::is_quiet() {
            return Ok(());
        }
        if !granted {
            return Err(rt::raised("NegativeCounter", "negative counter of a wait group"));
        }
        if rt::shows(self.gauge) == 0 {
            for parked in self.parked.borrow_mut().drain(..) {
                rt::also(parked, Mode::Give, 1);
            }
        }
        Ok(())
    }

    /// Waits until the counter is zero. One step if it is, and otherwise two: arrive, and
    /// go on once the counter has been zero.
    ///
    /// # Errors
    /// `Reused` if the counter is not zero any more when the wait goes on.
    #[track_caller]
    pub fn wait(&self) -> Result<(), Exception> {
        let location = Location::caller();
        let arrive = Op::local("arrive", location).with(self.gauge, Mode::Look, 0);
        if rt::step_or_leave(arrive)? || rt::is_quiet() {
            return Ok(());
        }
        let new = NewObject::new("WaitGroup", rt::name_of(self.gauge), location);
        let parked = rt::create(new.part_of(self.gauge));
        self.parked.borrow_mut().push(parked);
        let op = Op::local("wait", location).with(parked, Mode::Take, 1);
        let op = op.with(self.gauge, Mode::On, 0).with(self.gauge, Mode::Look, 0);
        if rt::step_or_leave(op)? || rt::is_quiet() {
            Ok(())
        } else {
            Err(rt::raised("Reused", "the wait group is used again before a wait has returned"))
        }
    }
}

impl Fork for WaitGroup {
    fn reads(&self, reads: &mut Reads) {
        reads.gauge(self.gauge);
    }

    /// The tasks that are parked are not there: to let them go would change nothing.
    fn fork(&self, to: &mut Forking) -> WaitGroup {
        to.once(self.gauge, |to| WaitGroup { gauge: to.gauge(self.gauge), parked: Rc::default() })
    }
}

/// Ready while the counter is zero.
impl Ready for WaitGroup {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(Some(Readiness::new(self.gauge, 0)))
    }
}
