//! A reply that no task waits for any more (a textbook leak of Go programs).
//!
//! Main asks a worker, and waits for the reply until its patience ends. A channel without
//! room brings a send and a receipt together, so a worker that replies after main has gone
//! away waits for ever.
//!
//! ```text
//!   T0 (main)                 T1 (worker)
//!   receive, times out
//!   leave
//!                             send  BLOCKED   no task receives
//! ```
//!
//! `without-room`: the worker hangs if the time is up before it replies.
//!
//! `room-for-one`: the reply is left in the channel. The worker never waits, and main has
//! received it or not.

use std::time::Duration;

use unknot_checker::sim::{Channel, Exception, Rendezvous, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "rendezvous-leaks-sender",
    family: "queues",
    about: "a worker replies to a task that may have lost its patience",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("without-room", "a send and a receipt meet", without_room, |_| {
            Expectation::pass().sometimes(Kind::Hang).outcomes(["a reply"])
        }),
        Variant::new("room-for-one", "a reply may be left there", room_for_one, |_| {
            Expectation::pass().outcomes(["a reply", "none"])
        }),
    ],
    source: source!("rendezvous_leaks_sender.rs"),
};

/// How long main waits.
const PATIENCE: Duration = Duration::from_secs(1);

fn without_room(_: &Params) -> Result<Value, Exception> {
    let replies = Rendezvous::named("replies");
    let theirs = replies.clone();
    spawn_named("worker", move || theirs.send(42));
    Ok(told(replies.receive_timeout(PATIENCE)))
}

fn room_for_one(_: &Params) -> Result<Value, Exception> {
    let replies = Channel::named("replies", 1);
    let theirs = replies.clone();
    spawn_named("worker", move || theirs.send(42));
    Ok(told(replies.receive_timeout(PATIENCE)))
}

fn told(reply: Result<i64, Exception>) -> Value {
    if reply.is_ok() { "a reply".into() } else { "none".into() }
}
