//! What polling costs: a delay and wasted calls (K78).
//!
//! Bytes arrive at time a. A process looks for them at 0, p, 2p, … Durations count.
//!
//! ```text
//!   time    0     3     6     9   10     12
//!   polls   none  none  none  none       there
//!   bytes                         arrive
//! ```
//!
//! `poll`: the polls before a bring nothing, ⌈a/p⌉ in number, and the next one is made at
//! ⌈a/p⌉p, so the bytes lie there for ⌈a/p⌉p − a: between 0 and less than p. A shorter interval
//! gives less delay and more wasted polls. Where a poll falls on the moment of the arrival, it
//! may come before it: then the bytes lie there for a whole interval, and one more poll is
//! wasted. Both orders are at the same time, and both are in the outcomes.
//!
//! `wait`: a process that waits has them at a, with one call.

use unknot_checker::sim::net::{Socket, socketpair};
use unknot_checker::sim::{Exception, Value, now, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::waits::{MOST, poll, send_after, wasted_polls};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "io-poll-latency",
    family: "network",
    about: "a process looks for bytes at intervals",
    covers: &["K78"],
    params: &[
        Param { name: "arrival", about: "ms until the bytes arrive", default: 10, min: 1, max: 50 },
        Param { name: "interval", about: "ms from poll to poll", default: 3, min: 1, max: 50 },
    ],
    variants: &[
        Variant::new(
            "poll",
            "it polls",
            |p| run(p, polls),
            |params| {
                let (arrival, interval) = (params.int("arrival"), params.int("interval"));
                let wasted = wasted_polls(arrival, interval).into_iter();
                let seen = wasted.map(|wasted| told(wasted * interval - arrival, wasted));
                Expectation::pass().outcomes(seen)
            },
        )
        .in_virtual_time(),
        Variant::new(
            "wait",
            "it waits",
            |p| run(p, waits),
            |_| Expectation::pass().outcomes([told(0, 0)]),
        )
        .in_virtual_time(),
    ],
    source: source!("io_poll_latency.rs", "waits.rs"),
};

fn told(latency: i64, wasted: i64) -> Value {
    Value::Record(vec![("latency", latency.into()), ("wasted", wasted.into())])
}

/// The outcome is how long the bytes lay there, and how many calls brought nothing.
fn run(
    params: &Params,
    receive: fn(&Socket, &Params) -> Result<i64, Exception>,
) -> Result<Value, Exception> {
    let (ours, theirs) = socketpair("request");
    let arrival = params.int("arrival");
    let client = spawn_named("client", move || send_after(arrival, &theirs, "hello"));
    let wasted = receive(&ours, params)?;
    let received = now()?;
    let latency = received - client.join()??;
    Ok(told(i64::try_from(latency.as_millis()).expect("a short time"), wasted))
}

fn polls(socket: &Socket, params: &Params) -> Result<i64, Exception> {
    Ok(poll(socket, params.int("interval"))?.1)
}

fn waits(socket: &Socket, _: &Params) -> Result<i64, Exception> {
    socket.recv(MOST)?;
    Ok(0)
}
