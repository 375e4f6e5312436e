//! Workers hold back until a server is ready (E80; K29 K33 S09; M09).
//!
//! Workers wait for "redis ready"; the main task finds the server up after 3 s
//! and sets the event, once. No task clears it.
//!
//! ```text
//!   T0 (main)          T1               T2
//!                      wait  BLOCKED
//!   server is up
//!   set
//!                      wait
//!                                       wait, passes at once
//!                      connect
//! ```
//!
//! `parked` and `rechecking`: a set event stays set. A parked worker is woken by
//! the set, a worker that comes later passes at once (K29). So all connect, whether a
//! waiter looks again or not: 2, 10 and 96 schedules for 1, 2 and 3 waiters,
//! none stuck. Each connects after the set, which comes after the server is up
//! (K33); the check finds it up in every execution.
//!
//! `timed`: durations count, and all connect after 3 s.

use std::time::Duration;

use unknot_checker::sim::{Event, Exception, Shared, Value, now, sleep, spawn_named, verify};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "event-latch",
    family: "signals",
    about: "workers hold back until a server is ready",
    covers: &["E80", "K29", "K33", "S09", "M09"],
    params: &[Param { name: "waiters", about: "workers that wait", default: 3, min: 1, max: 20 }],
    variants: &[
        Variant::new("parked", "parked waiters survive a clear", parked, all_connect),
        Variant::new("rechecking", "waiters look again", rechecking, all_connect),
        Variant::new("timed", "the server is up after 3 s", timed, |_| {
            Expectation::pass().outcomes([3])
        })
        .in_virtual_time(),
    ],
    source: source!("event_latch.rs"),
};

fn all_connect(params: &Params) -> Expectation {
    let waiters = params.int("waiters");
    Expectation::pass().outcomes([waiters]).exhausts_if(waiters <= 10)
}

fn parked(params: &Params) -> Result<Value, Exception> {
    connect(params, &Event::named("redis ready"))
}

fn rechecking(params: &Params) -> Result<Value, Exception> {
    connect(params, &Event::rechecking("redis ready"))
}

fn timed(params: &Params) -> Result<Value, Exception> {
    connect(params, &Event::named("redis ready"))?;
    Ok(now()?.as_secs().into())
}

/// How many workers have connected.
fn connect(params: &Params, ready: &Event) -> Result<Value, Exception> {
    let up = Shared::named("server is up", false);
    let mut workers = vec![];
    for i in 1..=params.size("waiters") {
        let (ready, up) = (ready.clone(), up.clone());
        workers.push(spawn_named(("worker", i), move || {
            ready.wait();
            let is_up = up.read();
            verify!(is_up, "connected before the server was up");
            is_up
        }));
    }
    sleep(Duration::from_secs(3));
    up.write(true);
    ready.set();
    let mut connected = 0;
    for worker in workers {
        connected += i64::from(worker.join()?);
    }
    Ok(connected.into())
}
