//! A signal that is given and taken back (K29; M09).
//!
//! A setter sets an event and clears it at once, to wake the tasks that wait just
//! then.
//!
//! ```text
//!   T1 (setter)     T2 (waiter)
//!   set
//!   clear
//!                   wait  BLOCKED: too late
//! ```
//!
//! `pulse`: set wakes all that are parked (K29), and they pass though the event
//! is cleared before they run, as in the documents' Python. A waiter that comes after
//! the clear waits for ever: 1 of 4 schedules with one waiter, 10 of 30 with two,
//! 138 of 384 with three.
//!
//! `pulse-rechecking`: a waiter that looks again when it wakes passes only
//! between the set and the clear. So those that came in time can miss it too.
//!
//! `latch`: no task clears, so no waiter is too late.
//!
//! `condition`: the news is a variable under a lock. A waiter looks at it
//! before it parks, and no task can write between the look and the parking. So
//! it either sees the news or is parked when the setter notifies.
//!
//! The outcome is how many have passed: all, where every task has ended.

use unknot_checker::sim::{Condition, Event, Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "event-pulse",
    family: "signals",
    about: "an event is set and cleared at once",
    covers: &["K29", "M09"],
    params: &[Param { name: "waiters", about: "tasks that wait", default: 3, min: 1, max: 10 }],
    variants: &[
        Variant::new("pulse", "parked waiters survive the clear", pulse, |params| {
            all_pass(params).sometimes(Kind::Hang)
        }),
        Variant::new("pulse-rechecking", "waiters look again", rechecking, |params| {
            all_pass(params).sometimes(Kind::Hang)
        }),
        Variant::new("latch", "no task clears the event", latch, all_pass),
        Variant::new("condition", "a variable under a condition", condition, all_pass),
    ],
    source: source!("event_pulse.rs"),
};

fn all_pass(params: &Params) -> Expectation {
    let waiters = params.int("waiters");
    Expectation::pass().outcomes([waiters]).exhausts_if(waiters <= 4)
}

fn pulse(params: &Params) -> Result<Value, Exception> {
    events(params, Event::named("signal"), true)
}

fn rechecking(params: &Params) -> Result<Value, Exception> {
    events(params, Event::rechecking("signal"), true)
}

fn latch(params: &Params) -> Result<Value, Exception> {
    events(params, Event::named("signal"), false)
}

fn events(params: &Params, signal: Event, clears: bool) -> Result<Value, Exception> {
    let bell = signal.clone();
    let setter = move || {
        bell.set();
        if clears {
            bell.clear();
        }
        Ok(())
    };
    let waiter = move || {
        signal.wait();
        Ok(())
    };
    all(params, setter, waiter)
}

fn condition(params: &Params) -> Result<Value, Exception> {
    let (lock, news) = (Lock::named("lock"), Shared::named("news", false));
    let changed = Condition::named("changed", &lock);
    let (their_lock, theirs, bell) = (lock.clone(), news.clone(), changed.clone());
    let setter = move || {
        let _held = their_lock.lock()?;
        theirs.write(true);
        bell.notify_all()
    };
    let waiter = move || {
        let _held = lock.lock()?;
        changed.wait_for(|| news.read())
    };
    all(params, setter, waiter)
}

/// Runs a setter and the waiters, and counts those that passed.
fn all(
    params: &Params,
    setter: impl FnOnce() -> Result<(), Exception> + 'static,
    waiter: impl Fn() -> Result<(), Exception> + Clone + 'static,
) -> Result<Value, Exception> {
    let setter = spawn_named("setter", setter);
    let waiters: Vec<_> =
        (1..=params.size("waiters")).map(|i| spawn_named(("waiter", i), waiter.clone())).collect();
    setter.join()??;
    let mut passed = 0;
    for waiter in waiters {
        waiter.join()??;
        passed += 1;
    }
    Ok(passed.into())
}
