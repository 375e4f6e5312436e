//! A barrier for the wrong number of parties (M27).
//!
//! One document lists the barrier among the shared objects without an example.
//! A barrier for three lets tasks pass three at a time.
//!
//! ```text
//!   T1               T2               a barrier for 3
//!   arrive
//!                    arrive
//!   wait  BLOCKED
//!                    wait  BLOCKED
//! ```
//!
//! `one-short`: one party less than the barrier waits for never opens it, so all wait for
//! ever, in every execution.
//!
//! `one-too-many`: the last to come begins a new round, alone, and waits for
//! ever in every execution.
//!
//! `one-short-timeout`: they wait with a timeout. No task can open the barrier,
//! so some task times out, and that breaks it: all the others get a
//! `BrokenBarrierError` too, those that wait and those that come later.
//!
//! `right-count-timeout`: durations do not count, so the time may be up before
//! the last one comes. Then the barrier is broken for all. When the last one
//! has come it is open, and a timeout comes too late. So either all pass or
//! none.
//!
//! `right-count`: all pass, and each is told another number of those that were
//! missing when it came: 0, 1, … With three tasks the 36 schedules of M27 are
//! the orders in which they arrive and then pass.

use std::time::Duration;

use unknot_checker::sim::{Barrier, Exception, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "barrier-party-count",
    family: "signals",
    about: "as many tasks as a barrier waits for, or not",
    covers: &["M27"],
    params: &[Param {
        name: "parties",
        about: "parties of the barrier",
        default: 3,
        min: 2,
        max: 8,
    }],
    variants: &[
        Variant::new("one-short", "one task less than parties", one_short, |params| {
            let pass = Expectation::pass().always(Kind::Hang).outcomes::<i64>([]);
            pass.exhausts_if(params.int("parties") <= 4)
        }),
        Variant::new("one-too-many", "one task more than parties", one_too_many, |params| {
            let pass = Expectation::pass().always(Kind::Hang).outcomes::<i64>([]);
            pass.exhausts_if(params.int("parties") <= 3)
        }),
        Variant::new(
            "one-short-timeout",
            "the timeout of one breaks it for all",
            one_short_timeout,
            |params| {
                let pass = Expectation::pass().always(Kind::Exception);
                pass.outcomes([told(&[])]).exhausts_if(params.int("parties") <= 4)
            },
        ),
        Variant::new(
            "right-count-timeout",
            "the timeout may come too early",
            right_count_timeout,
            |params| {
                let pass = Expectation::pass().sometimes(Kind::Exception);
                let parties = params.int("parties");
                let all: Vec<i64> = (0..parties).collect();
                pass.outcomes([told(&[]), told(&all)]).exhausts_if(parties <= 3)
            },
        ),
        Variant::new("right-count", "as many tasks as parties", right_count, |params| {
            let parties = params.int("parties");
            let all: Vec<i64> = (0..parties).collect();
            Expectation::pass().outcomes([told(&all)]).exhausts_if(parties <= 4)
        }),
    ],
    source: source!("barrier_party_count.rs"),
};

/// The numbers that the passing tasks were told, in order.
fn told(missing: &[i64]) -> Value {
    missing.to_vec().into()
}

fn one_short(params: &Params) -> Result<Value, Exception> {
    meet(params, params.size("parties") - 1, |barrier| barrier.wait())
}

fn one_too_many(params: &Params) -> Result<Value, Exception> {
    meet(params, params.size("parties") + 1, |barrier| barrier.wait())
}

fn one_short_timeout(params: &Params) -> Result<Value, Exception> {
    meet(params, params.size("parties") - 1, |barrier| barrier.wait_timeout(PATIENCE))
}

fn right_count_timeout(params: &Params) -> Result<Value, Exception> {
    meet(params, params.size("parties"), |barrier| barrier.wait_timeout(PATIENCE))
}

fn right_count(params: &Params) -> Result<Value, Exception> {
    meet(params, params.size("parties"), Barrier::wait)
}

/// Any time, where durations do not count.
const PATIENCE: Duration = Duration::from_secs(1);

/// Lets `parties` tasks meet once. Returns what the tasks that passed were told.
fn meet(
    params: &Params,
    tasks: usize,
    wait: fn(&Barrier) -> Result<usize, Exception>,
) -> Result<Value, Exception> {
    let barrier = Barrier::named("meeting point", params.size("parties"));
    let mut started = vec![];
    for i in 1..=tasks {
        let barrier = barrier.clone();
        started.push(spawn_named(("task", i), move || wait(&barrier)));
    }
    let mut missing = vec![];
    for task in started {
        missing.extend(task.join()?.into_iter().map(|n| i64::try_from(n).expect("few")));
    }
    missing.sort_unstable();
    Ok(told(&missing))
}
