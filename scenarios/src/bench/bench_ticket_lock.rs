//! A ticket lock: draw a ticket, wait until it is called, call the next one.
//!
//! ```text
//!   T1                T2
//!   draw ticket 0
//!                     draw ticket 1
//!   turn 0 has come
//!   count up
//!   call ticket 1
//!                     turn 1 has come
//!                     count up
//! ```
//!
//! Everything goes in the order of the tickets, so nothing is lost and the end
//! is n. The task with ticket k is called by the task with ticket k - 1, so no task
//! waits for ever.
//!
//! `await-turn`: n! classes, the orders in which tickets are drawn. Each ticket
//! has an event, and a wait for it is one step, which is possible as soon as
//! the ticket was called. That is the await of the literature.
//!
//! `poll-turn`: n! as well. What is waited for is the value of one variable, so a
//! look is postponed until the ticket is called: no task ever looks in vain.

use unknot_checker::sim::{Atomic, Event, Exception, Shared, Value, spawn_named, wait_until};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-ticket-lock",
    family: "bench",
    about: "tasks draw tickets and count up when served",
    covers: &[],
    // After each call all tasks that poll look again, so steps grow with n².
    params: &[Param { name: "n", about: "tasks", default: 3, min: 1, max: 30 }],
    variants: &[
        Variant::new(
            "await-turn",
            "an event for each ticket: a wait is one step",
            |params| count(params, Turns::new(params.int("n"))),
            |params| expect(params, 8),
        ),
        Variant::new(
            "poll-turn",
            "the ticket that is served is polled until it is the own one",
            |params| count(params, NowServing(Atomic::named("now serving", 0))),
            |params| expect(params, 3),
        ),
    ],
    source: source!("bench_ticket_lock.rs"),
};

fn expect(params: &Params, largest: i64) -> Expectation {
    let n = params.int("n");
    Expectation::pass().outcomes([n]).exhausts_if(n <= largest)
}

/// How tickets are called.
trait Calls: Clone + 'static {
    /// Waits until a ticket is called.
    fn wait_for(&self, ticket: i64);
    /// Calls a ticket.
    fn call(&self, ticket: i64);
}

/// An event for each ticket.
#[derive(Clone)]
struct Turns(Vec<Event>);

impl Turns {
    fn new(n: i64) -> Turns {
        Turns((0..=n).map(|ticket| Event::rechecking(("turn", ticket))).collect())
    }

    fn of(&self, ticket: i64) -> &Event {
        &self.0[usize::try_from(ticket).expect("tickets count up from 0")]
    }
}

impl Calls for Turns {
    fn wait_for(&self, ticket: i64) {
        self.of(ticket).wait();
    }

    fn call(&self, ticket: i64) {
        self.of(ticket).set();
    }
}

/// The ticket that was called last.
#[derive(Clone)]
struct NowServing(Atomic);

impl Calls for NowServing {
    fn wait_for(&self, ticket: i64) {
        wait_until(|| self.0.load() == ticket);
    }

    fn call(&self, ticket: i64) {
        self.0.store(ticket);
    }
}

fn count(params: &Params, calls: impl Calls) -> Result<Value, Exception> {
    let (next, x) = (Atomic::named("next ticket", 0), Shared::named("x", 0));
    calls.call(0);
    let mut started = vec![];
    for i in 1..=params.int("n") {
        let (next, x, calls) = (next.clone(), x.clone(), calls.clone());
        started.push(spawn_named(("counter", i), move || {
            let ticket = next.fetch_add(1);
            calls.wait_for(ticket);
            x.write(x.read() + 1);
            calls.call(ticket + 1);
        }));
    }
    for task in started {
        task.join()?;
    }
    Ok(x.read().into())
}
