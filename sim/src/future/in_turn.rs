//! How a task of a loop polls a future: in its turns, which it gives up where it waits.
//!
//! The clock's step puts a task in line whose deadline is up; tasks of the loop put one in
//! line that they wake. What is outside the loop, and time where durations do not count, is
//! waited for without the baton.

use std::future::Future;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use super::lines;
use super::place::{Declared, Parking, ParkingPlace, Sought};
use super::run::{Polled, wait_any};
use super::turns::Turns;
use crate::id::TaskId;
use crate::noted::{Noted, Text};
use crate::rt;

/// Polls a future of the current task, which has its turn, until it is ready or is to be
/// dropped.
pub(super) fn poll<F: Future>(
    turns: &Turns,
    future: F,
    location: &'static Location<'static>,
) -> Polled<F::Output> {
    let placed = ParkingPlace::enter(None, Some(turns.clone()), location);
    let place = &placed.0;
    let mut future = pin!(future);
    let waker = place.alarm.waker();
    let mut cx = Context::from_waker(&waker);
    while !turns.is_to_end() {
        tell(turns, place);
        place.alarm.take_rung();
        if let Poll::Ready(output) = Pin::as_mut(&mut future).poll(&mut cx) {
            return Polled::Ready(output);
        }
        suspend(turns, place);
    }
    Polled::Aborted
}

/// Tells the futures whose time is up, or for which a member of the loop has left it. A
/// combinator of another crate may poll none of its futures that were not told.
fn tell(turns: &Turns, place: &ParkingPlace) {
    if rt::is_quiet() {
        return;
    }
    let declared = place.declared();
    let is_due = |one: &&Declared| rt::now().is_some() && left(one).is_some_and(|l| l.is_zero());
    let due: Vec<&Declared> = declared.iter().filter(is_due).collect();
    place.end(&due);
    for one in place.sought() {
        let has_left = one.member.is_some_and(|member| turns.has_left(member));
        let waker = has_left.then(|| lines::waker_of(one.line, one.ticket)).flatten();
        if let Some(waker) = waker.filter(|waker| !place.alarm.is_behind(waker)) {
            waker.wake();
        }
    }
}

/// Gives up the turn until it makes sense to poll again.
fn suspend(turns: &Turns, place: &ParkingPlace) {
    let declared = place.declared();
    let sought = place.sought();
    let least = declared.iter().filter_map(left).min();
    // The last one is what the task has come to.
    let only = sought.last().filter(|one| sought.iter().all(|other| other.gauge == one.gauge));
    let (verb, location) = match (&sought[..], &declared[..]) {
        ([one, ..], _) => only.map_or(("await any", one.location), |one| (one.verb, one.location)),
        ([], [one, ..]) => (one.verb(), one.location()),
        ([], []) => ("await", place.location),
    };
    let members: Vec<TaskId> = sought.iter().filter_map(|one| one.member).collect();
    let is_rung = place.alarm.take_rung();
    let is_outside = declared.len() > declared.iter().filter_map(left).count()
        || least.is_some() && rt::now().is_none();
    if is_outside && !is_rung {
        turns.baton.leave_turn(verb, location, || {
            turns.park(&members);
            if turns.take_reached() {
                turns.baton.line_up(rt::current());
            }
        });
        // At the end of an execution steps unwind.
        _ = wait_any(place, &declared, Some(turns.baton.seat()));
        turns.baton.enter(location);
        turns.unpark();
        return;
    }
    turns.baton.suspend(verb, only.map(|one| one.gauge), location, || {
        note_unpolled(&sought);
        turns.park(&members);
        // A sleep of no time lets the others in line go first.
        if turns.take_reached() || is_rung || least.is_some_and(|least| least.is_zero()) {
            turns.baton.line_up(rt::current());
        } else if let Some(least) = least {
            turns.baton.set_timer(least);
        }
    });
    turns.unpark();
}

/// Notes that what came was for a future that is kept and not polled. No other future is
/// served before it.
fn note_unpolled(sought: &[Sought]) {
    if sought.iter().any(|one| lines::is_woken(one.line, one.ticket)) {
        rt::note(|| Noted::Answer(Text::of("granted, but not polled")));
    }
}

/// How long until a deadline.
fn left(declared: &Declared) -> Option<Duration> {
    match &declared.parking {
        Parking::Until(deadline) => Some(deadline.left()),
        Parking::Wait(_) => None,
    }
}
