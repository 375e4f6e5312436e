//! Tasks that set, clear and await one event, once each.
//!
//! ```text
//!   T1            T2            T3
//!   set
//!                 clear
//!                               wait  BLOCKED
//! ```
//!
//! A task that waits after the last clear waits for ever unless a set is still to
//! come, in both variants: all sets, then all clears, then a wait is always a
//! possible order. The wait is for an event, which any task might set, so being
//! stuck is a hang and not a deadlock.
//!
//! `parking`: a wait arrives, and passes for good once a set has come after
//! that, even if the event was cleared since. The arrival is a step that sees
//! the flag: with one set and one clear it falls before, between or after
//! them. So two waits make 2·3² = 18 classes; the waits of 3² - 2² = 5 of them
//! are stuck, all with the clear after the set. Two sets, a clear and a wait
//! come in any of 4! = 24 orders, of which 2 end with the clear and the wait.
//!
//! `rechecking`: a wait is possible only while the event is set. With one set,
//! one clear and two waits there are 5 classes: one with the clear first, and
//! four in which each wait gets in before the clear or never, 3 of them stuck.
//! Two sets, one clear and one wait make 11, of which 1 is stuck: sets commute
//! with one another here.

use unknot_checker::sim::{Event, Exception, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-event",
    family: "bench",
    about: "tasks set, clear and await an event, once each",
    covers: &[],
    params: &[
        Param { name: "n", about: "tasks that wait", default: 2, min: 1, max: 100 },
        Param { name: "sets", about: "tasks that set", default: 1, min: 1, max: 100 },
        Param { name: "clears", about: "tasks that clear", default: 1, min: 1, max: 100 },
    ],
    variants: &[
        Variant::new(
            "parking",
            "a parked waiter passes even if the event was cleared since",
            |params| set_clear_wait(params, Event::named("event")),
            expect,
        ),
        Variant::new(
            "rechecking",
            "a waiter that is late to wake waits on",
            |params| set_clear_wait(params, Event::rechecking("event")),
            expect,
        ),
    ],
    source: source!("bench_event.rs"),
};

fn expect(params: &Params) -> Expectation {
    let n_tasks = params.int("n") + params.int("sets") + params.int("clears");
    Expectation::pass().sometimes(Kind::Hang).outcomes([()]).exhausts_if(n_tasks <= 7)
}

fn set_clear_wait(params: &Params, event: Event) -> Result<Value, Exception> {
    let mut started = vec![];
    for i in 1..=params.int("sets") {
        let event = event.clone();
        started.push(spawn_named(("setter", i), move || event.set()));
    }
    for i in 1..=params.int("clears") {
        let event = event.clone();
        started.push(spawn_named(("clearer", i), move || event.clear()));
    }
    for i in 1..=params.int("n") {
        let event = event.clone();
        started.push(spawn_named(("waiter", i), move || event.wait()));
    }
    for task in started {
        task.join()?;
    }
    Ok(Value::Unit)
}
