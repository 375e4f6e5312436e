//! A book is ordered by phone in four ways (S04).
//!
//! A customer asks a shop for a book, and the shop has to look for it. Synchronous or not is
//! about how the answer comes: the customer gets it by its own call, or the shop calls back.
//! Blocking or not is about what the customer does meanwhile. Durations count, in minutes.
//!
//! ```text
//!                    blocking                      not blocking
//!   synchronous      holds the line                asks again now and then
//!   asynchronous     sits by the phone             goes on, and is called
//! ```
//!
//! The shop looks for s minutes; the customer who asks again does so every p minutes.
//!
//! - `sync-blocking`: one call, s minutes of waiting, and the customer has the answer from it.
//! - `sync-nonblocking`: ⌈s/p⌉ calls bring nothing and the next one the answer; the customer has
//!   ⌈s/p⌉p minutes for other things. Where s is a multiple of p the call at s may come before
//!   the answer: one more.
//! - `async-blocking`: one call, and the shop calls back after s minutes, which the customer
//!   has waited.
//! - `async-nonblocking`: the same, and the customer has had the s minutes for other things.

use unknot_checker::sim::net::{Socket, socketpair};
use unknot_checker::sim::{Exception, Value, done, sleep, spawn_daemon, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::waits::{MOST, clock, millis, poll, wasted_polls};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sync-async-blocking-matrix",
    family: "network",
    about: "a book is ordered by phone in four ways",
    covers: &["S04"],
    params: &[
        Param { name: "search", about: "minutes the shop looks", default: 10, min: 1, max: 50 },
        Param { name: "interval", about: "minutes to the next call", default: 4, min: 1, max: 50 },
    ],
    variants: &[
        Variant::new(
            "sync-blocking",
            "the customer holds the line",
            |p| run(p, holds),
            |p| {
                let search = p.int("search");
                shows([Told { waits: search, free: 0, calls: 1, by: CUSTOMER }])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "sync-nonblocking",
            "the customer asks again",
            |p| run(p, asks_again),
            |p| {
                let (search, interval) = (p.int("search"), p.int("interval"));
                let told = |wasted| Told {
                    waits: 0,
                    free: wasted * interval,
                    calls: wasted + 1,
                    by: CUSTOMER,
                };
                shows(wasted_polls(search, interval).into_iter().map(told))
            },
        )
        .in_virtual_time(),
        Variant::new(
            "async-blocking",
            "the customer sits by the phone",
            |p| run(p, sits),
            |p| shows([Told { waits: p.int("search"), free: 0, calls: 1, by: SHOP }]),
        )
        .in_virtual_time(),
        Variant::new(
            "async-nonblocking",
            "the customer goes on",
            |p| run(p, goes_on),
            |p| shows([Told { waits: 0, free: p.int("search"), calls: 1, by: SHOP }]),
        )
        .in_virtual_time(),
    ],
    source: source!("sync_async_blocking_matrix.rs", "waits.rs"),
};

const CUSTOMER: &str = "customer";
const SHOP: &str = "shop";

/// What the customer spends on waiting and has for other things, its calls, and by which of
/// the two the answer is delivered.
#[derive(Debug)]
struct Told {
    waits: i64,
    free: i64,
    calls: i64,
    by: &'static str,
}

impl From<Told> for Value {
    fn from(told: Told) -> Value {
        Value::Record(vec![
            ("waits", told.waits.into()),
            ("free", told.free.into()),
            ("calls", told.calls.into()),
            ("delivered by", told.by.into()),
        ])
    }
}

fn shows(told: impl IntoIterator<Item = Told>) -> Expectation {
    Expectation::pass().outcomes(told)
}

fn run(
    params: &Params,
    customer: fn(Socket, i64) -> Result<Told, Exception>,
) -> Result<Value, Exception> {
    let (ours, theirs) = socketpair("phone");
    let search = params.int("search");
    let shop = spawn_named("shop", move || {
        theirs.recv(MOST)?;
        sleep(millis(search));
        theirs.send("yes")
    });
    ours.send("is it there?")?;
    let told = customer(ours, params.int("interval"))?;
    shop.join()??;
    Ok(told.into())
}

fn holds(phone: Socket, _: i64) -> Result<Told, Exception> {
    phone.recv(MOST)?;
    Ok(Told { waits: clock()?, free: 0, calls: 1, by: CUSTOMER })
}

fn asks_again(phone: Socket, interval: i64) -> Result<Told, Exception> {
    let (_, wasted) = poll(&phone, interval)?;
    Ok(Told { waits: 0, free: clock()?, calls: wasted + 1, by: CUSTOMER })
}

fn sits(phone: Socket, _: i64) -> Result<Told, Exception> {
    let call = phone.recv_async(MOST);
    call.wait()?;
    Ok(Told { waits: clock()?, free: 0, calls: 1, by: SHOP })
}

/// What the customer does when it is called belongs to the call.
fn goes_on(phone: Socket, _: i64) -> Result<Told, Exception> {
    let call = phone.recv_async(MOST);
    let called = spawn_daemon("called", move || {
        call.wait()?;
        done(Told { waits: 0, free: clock()?, calls: 1, by: SHOP })
    });
    called.join()?
}
