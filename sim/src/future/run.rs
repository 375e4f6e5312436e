//! How a task polls a future until that is ready.
//!
//! After a poll the task waits, in one step, for what the futures inside said that they
//! wait for. If that is one thing, and no other task could wake or abort this one, the step
//! is the one that the future wants. Otherwise it is a wait for any of several
//! ([`Mode::AnyOf`]), which takes nothing; then the task polls again, and the futures try.
//!
//! Of several timers one fires, once nothing else was there: by the clock where durations
//! count; any of them, as a choice, where they do not.

use std::future::Future;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

use super::deadline::Deadline;
use super::place::{AwaitedStep, Declared, Parking, ParkingPlace};
use crate::act::Act;
use crate::exception::Exception;
use crate::execution::Purpose;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::{Access, Guard, Op};
use crate::rt::{self, NewObject};

/// How polling ended.
pub(super) enum Polled<T> {
    /// The future is ready.
    Ready(T),
    /// The task was told to drop it.
    Aborted,
}

/// Polls a future of the current task until it is ready, or is to be dropped.
///
/// # Errors
/// The exception with which to leave at the end of an execution.
pub(super) fn run<F: Future>(
    future: F,
    abort: Option<ObjectId>,
    location: &'static Location<'static>,
) -> Result<Polled<F::Output>, Exception> {
    let placed = ParkingPlace::enter(abort, None, location);
    let place = &placed.0;
    let mut future = pin!(future);
    let waker = place.alarm.waker();
    let mut cx = Context::from_waker(&waker);
    // A task that was aborted before it began never begins.
    if let Some(abort) = abort
        && rt::step_or_leave(Op::local("begin", location).with(abort, Mode::Look, 1))?
    {
        return Ok(Polled::Aborted);
    }
    loop {
        place.alarm.take_rung();
        match Pin::as_mut(&mut future).poll(&mut cx) {
            Poll::Ready(output) => return Ok(Polled::Ready(output)),
            Poll::Pending if wait(place)? => return Ok(Polled::Aborted),
            Poll::Pending => {}
        }
    }
}

/// Waits until it makes sense to poll again. Whether the future is to be dropped instead.
fn wait(place: &ParkingPlace) -> Result<bool, Exception> {
    let declared = place.declared();
    if place.alarm.take_rung() {
        return give_way(place, &declared);
    }
    match &declared[..] {
        [one] if place.abort.is_none() && place.alarm.gauge().is_none() => {
            match &one.parking {
                Parking::Wait(parked) => {
                    let granted = rt::step_or_leave(parked.wait())?;
                    parked.grant(granted);
                }
                Parking::Until(timer) => timer.sleep(),
            }
            place.end(&[one]);
            Ok(false)
        }
        _ => {
            if declared.is_empty() {
                // No other task can wake this one, which waits for that all the same.
                place.alarm.create_gauge(place.location);
            }
            wait_any(place, &declared, None)
        }
    }
}

/// A future that wants to be polled again at once offers the turn to other tasks.
fn give_way(place: &ParkingPlace, declared: &[Declared]) -> Result<bool, Exception> {
    let location = match declared {
        [one, ..] => one.location(),
        [] => place.location,
    };
    let op = Op::local("yield", location).acting(Act::Yield);
    match place.abort {
        Some(abort) => rt::step_or_leave(op.with(abort, Mode::Look, 1)),
        None => rt::step_or_leave(op).map(|_| false),
    }
}

/// What a task waits for, any of which is enough.
struct Alternatives<'a> {
    place: &'a ParkingPlace,
    waits: Vec<(&'a Declared, &'a Rc<dyn AwaitedStep>, Guard)>,
    timers: Vec<(&'a Declared, &'a Rc<Deadline>)>,
    /// What another task opens that has a waker of this one.
    alarm: Option<ObjectId>,
    /// What is opened to give a task of a loop its turn.
    seat: Option<ObjectId>,
}

/// Waits for any of what futures wait for, and for what other tasks open to reach this one.
/// Whether the future is to be dropped.
///
/// # Errors
/// The exception with which to leave at the end of an execution.
pub(super) fn wait_any(
    place: &ParkingPlace,
    declared: &[Declared],
    seat: Option<ObjectId>,
) -> Result<bool, Exception> {
    let alarm = place.alarm.gauge();
    let mut all = Alternatives { place, waits: vec![], timers: vec![], alarm, seat };
    for one in declared {
        match &one.parking {
            Parking::Wait(parked) => {
                let guard = parked.wait().guard.expect("what waits has something to wait for");
                all.waits.push((one, parked, guard));
            }
            Parking::Until(timer) => all.timers.push((one, timer)),
        }
    }
    all.wait()
}

impl Alternatives<'_> {
    fn wait(&self) -> Result<bool, Exception> {
        let happened = self.step()?;
        self.place.end(&happened.ended);
        Ok(happened.is_aborted)
    }

    fn step(&self) -> Result<Happened<'_>, Exception> {
        let Some(least) = self.timers.iter().map(|(_, timer)| timer.left()).min() else {
            rt::step_or_leave(self.op(Mode::AnyOf))?;
            return Ok(self.resolve());
        };
        let is_only_time = self.waits.is_empty() && self.gauges().next().is_none();
        if is_only_time && rt::now().is_none() {
            rt::step_or_leave(self.op(Mode::AnyOf).acting(Act::Sleep))?;
            return Ok(self.resolve());
        }
        let mut wait = self.op(Mode::AnyOf);
        if is_only_time {
            wait = rt::only_by_the_clock(wait);
        }
        let mut happened = Happened::default();
        rt::step_timed(wait, self.op(Mode::Look).trying(), least, |_| {
            happened = self.resolve();
            !happened.is_only_time
        });
        Ok(happened)
    }

    /// What other tasks open to reach this one, apart from what its futures wait for.
    fn gauges(&self) -> impl Iterator<Item = ObjectId> {
        self.alarm.into_iter().chain(self.place.abort).chain(self.seat)
    }

    fn op(&self, mode: Mode) -> Op {
        let (verb, location) = self.told();
        let mut op = Op::local(verb, location);
        for (_, parked, guard) in &self.waits {
            op = op.with(guard.gauge, mode, guard.at_least);
            let sought = parked.wait().sought().next().filter(|sought| sought != guard);
            let on = sought.map(|on| Access::new(on.gauge, Mode::On, on.at_least));
            op.accesses.extend(on);
        }
        for gauge in self.gauges() {
            op = op.with(gauge, mode, 1);
        }
        if let Some(alarm) = self.alarm {
            op = op.with(alarm, Mode::Set, 0);
        }
        op.deferred()
    }

    /// What people call the step, and where it is.
    fn told(&self) -> (&'static str, &'static Location<'static>) {
        match (&self.waits[..], &self.timers[..]) {
            ([(_, parked, _)], _) => {
                let wait = parked.wait();
                (wait.verb, wait.location)
            }
            ([(one, ..), ..], _) => ("await any", one.location()),
            ([], [(_, timer), ..]) => (timer.verb, timer.location),
            ([], []) => ("await", self.place.location),
        }
    }

    /// Looks at all as part of the step.
    fn resolve(&self) -> Happened<'_> {
        let mut happened = Happened::default();
        if rt::is_quiet() {
            return happened;
        }
        let mode = if rt::is_try() { Mode::Look } else { Mode::AnyOf };
        let is_there = |(_, _, guard): &&(&Declared, &Rc<dyn AwaitedStep>, Guard)| {
            rt::also(guard.gauge, mode, guard.at_least)
        };
        happened.ended.extend(self.waits.iter().filter(is_there).map(|(one, ..)| *one));
        let is_woken = self.alarm.is_some_and(|alarm| {
            let is_woken = rt::also(alarm, mode, 1);
            if is_woken {
                rt::also(alarm, Mode::Set, 0);
            }
            is_woken
        });
        let has_turn = self.seat.is_some_and(|seat| rt::also(seat, mode, 1));
        let is_woken = is_woken || has_turn;
        happened.is_aborted = self.place.abort.is_some_and(|abort| rt::also(abort, mode, 1));
        let is_nothing = happened.ended.is_empty() && !is_woken && !happened.is_aborted;
        happened.is_only_time = is_nothing;
        happened.ended.extend(self.fire(is_nothing));
        if is_nothing && !happened.ended.is_empty() {
            rt::note(|| Noted::Answer(Text::of("time is up")));
        }
        happened
    }

    /// Has timers fire: those that are due, or one of all if nothing else has happened.
    fn fire(&self, is_nothing_else: bool) -> Vec<&Declared> {
        let due: Vec<_> = match rt::now() {
            Some(_) => self.timers.iter().filter(|(_, timer)| timer.left().is_zero()).collect(),
            None if !is_nothing_else || self.timers.is_empty() => vec![],
            None => {
                let n = u32::try_from(self.timers.len()).expect("fewer than 2^32 timers");
                vec![&self.timers[rt::choose(n, self.told().1) as usize]]
            }
        };
        for (_, timer) in &due {
            timer.has_fired.set(true);
        }
        due.into_iter().map(|(one, _)| *one).collect()
    }
}

/// What a step found that waited for any of several.
#[derive(Default)]
struct Happened<'a> {
    ended: Vec<&'a Declared>,
    is_aborted: bool,
    is_only_time: bool,
}

/// Creates what is opened to have a task drop the future that it polls.
pub(super) fn new_abort(location: &'static Location<'static>) -> ObjectId {
    let new = NewObject::new("abort", Name::default(), location);
    rt::create(new.serving(Purpose::Abort).raised_by(&["abort"]))
}
