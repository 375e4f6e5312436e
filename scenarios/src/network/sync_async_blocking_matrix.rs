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
//! The shop looks for s minutes; a customer that asks again does so every p minutes. How long
//! the customer is blocked and has for other things is read off the clock, and the task that
//! hands the answer over writes down its name.
//!
//! - `sync-blocking`: one call, s minutes of waiting, and the customer has the answer from it.
//! - `sync-nonblocking`: ⌈s/p⌉ calls bring nothing and the next one the answer; the customer has
//!   ⌈s/p⌉p minutes for other things. Where s is a multiple of p the call at s may come before
//!   the answer: one more.
//! - `async-blocking`: one call, and the shop calls back after s minutes, for which the customer
//!   has waited.
//! - `async-nonblocking`: the same, and the customer has had the s minutes for other things.

use std::cell::Cell;

use unknot_checker::sim::net::{Socket, socketpair};
use unknot_checker::sim::{
    Event, Exception, Shared, Value, current_name, done, sleep, spawn_named,
};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::meter::{Meter, poll};
use super::waits::{MOST, millis, wasted_polls};
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
            |p| run(p, holds, Answers::OnTheLine),
            |p| {
                let search = p.int("search");
                shows([Told { waits: search, free: 0, calls: 1, by: CUSTOMER }])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "sync-nonblocking",
            "the customer asks again",
            |p| run(p, asks_again, Answers::OnTheLine),
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
            |p| run(p, sits, Answers::CallsBack),
            |p| shows([Told { waits: p.int("search"), free: 0, calls: 1, by: SHOP }]),
        )
        .in_virtual_time(),
        Variant::new(
            "async-nonblocking",
            "the customer goes on",
            |p| run(p, goes_on, Answers::CallsBack),
            |p| shows([Told { waits: 0, free: p.int("search"), calls: 1, by: SHOP }]),
        )
        .in_virtual_time(),
    ],
    source: source!("sync_async_blocking_matrix.rs", "meter.rs"),
};

const CUSTOMER: &str = "customer";
const SHOP: &str = "shop";

/// What the customer spends on waiting and has for other things, its calls, and by which of
/// the two the answer is delivered.
#[derive(Debug)]
struct Told<B = &'static str> {
    waits: i64,
    free: i64,
    calls: i64,
    by: B,
}

impl<B: Into<Value>> From<Told<B>> for Value {
    fn from(told: Told<B>) -> Value {
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

/// How the shop gives its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answers {
    /// To the call that asks for it.
    OnTheLine,
    /// By a call of its own.
    CallsBack,
}

/// The answer, once the customer has it.
#[derive(Clone, Debug)]
struct Answer {
    is_there: Event,
    by: Shared<String>,
}

impl Answer {
    /// Hands the answer over.
    fn deliver(&self) {
        self.by.write(current_name());
        self.is_there.set();
    }
}

/// What the customer does to get the answer.
type Way = fn(&Socket, &Answer, &mut Meter, i64) -> Result<(), Exception>;

fn run(params: &Params, way: Way, answers: Answers) -> Result<Value, Exception> {
    let (ours, theirs) = socketpair("phone");
    let answer = Answer { is_there: Event::named("rings"), by: Shared::named("by", String::new()) };
    let (search, by_shop) = (params.int("search"), answer.clone());
    let shop = spawn_named(SHOP, move || {
        theirs.recv(MOST)?;
        sleep(millis(search));
        match answers {
            Answers::OnTheLine => theirs.send("yes")?,
            Answers::CallsBack => by_shop.deliver(),
        }
        done(())
    });
    let interval = params.int("interval");
    let customer = spawn_named(CUSTOMER, move || {
        let mut meter = Meter::new()?;
        way(&ours, &answer, &mut meter, interval)?;
        let (waits, free) = (meter.blocked(), meter.worked());
        done(Told { waits, free, calls: meter.n_calls(), by: answer.by.read() })
    });
    let told = customer.join()??;
    shop.join()??;
    Ok(told.into())
}

const QUESTION: &str = "is it there?";

fn holds(phone: &Socket, answer: &Answer, meter: &mut Meter, _: i64) -> Result<(), Exception> {
    meter.call(|| phone.send(QUESTION).and_then(|()| phone.recv(MOST)))??;
    answer.deliver();
    done(())
}

/// The first call puts the question, and all ask for the answer.
fn asks_again(
    phone: &Socket,
    answer: &Answer,
    meter: &mut Meter,
    interval: i64,
) -> Result<(), Exception> {
    let is_asked = Cell::new(false);
    poll(meter, interval, || {
        if !is_asked.replace(true) {
            phone.send(QUESTION)?;
        }
        phone.try_recv(MOST)
    })?;
    answer.deliver();
    done(())
}

fn sits(phone: &Socket, answer: &Answer, meter: &mut Meter, _: i64) -> Result<(), Exception> {
    meter.call(|| phone.send(QUESTION))??;
    meter.waits(|| answer.is_there.wait())
}

fn goes_on(phone: &Socket, answer: &Answer, meter: &mut Meter, _: i64) -> Result<(), Exception> {
    meter.call(|| phone.send(QUESTION))??;
    meter.works_until(|| answer.is_there.is_set())
}
