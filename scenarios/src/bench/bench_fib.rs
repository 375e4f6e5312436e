//! Two tasks that add to one another: i = i + j in one and j = j + i in the
//! other, n rounds each, from i = j = 1.
//!
//! The largest end is a Fibonacci number. Let V(k) be the largest value after k
//! writes of either task. A write adds two values that were written at
//! different times before, or are the first ones; so one is at most V(k - 1)
//! and the other at most V(k - 2). With 1 and 1 at the start that makes the
//! k + 2nd Fibonacci number. It is reached if the tasks take turns, a round
//! each, and is missed if both read before they write. So the outcome is
//! whether main sees it, and both can be.
//!
//! `watched`: main reads i and then j while the two are at work, as in the
//! literature. 1,698 classes for three rounds, 19,605 for four and 218,243 for
//! five: each read falls between two writes of the variable.
//!
//! `joined`: main reads when both have ended. 141 classes for three rounds,
//! 1,107 for four and 8,953 for five.
//!
//! Each variable has one writer, so no update is lost.

use unknot_checker::sim::{Exception, JoinHandle, Shared, Value, spawn_named, verify};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-fib",
    family: "bench",
    about: "two tasks add the other's variable to their own",
    covers: &[],
    // Beyond 40 rounds the numbers leave 64 bits.
    params: &[Param { name: "n", about: "rounds", default: 3, min: 1, max: 40 }],
    variants: &[
        Variant::new("watched", "main looks while they add", watched, expect),
        Variant::new("joined", "main looks when both have ended", joined, expect),
    ],
    source: source!("bench_fib.rs"),
};

fn expect(params: &Params) -> Expectation {
    Expectation::pass().outcomes([false, true]).exhausts_if(params.int("n") <= 5)
}

fn watched(params: &Params) -> Result<Value, Exception> {
    let (adders, variables) = start(params);
    let reached = reaches_the_largest(params, &variables);
    for adder in adders {
        adder.join()?;
    }
    Ok(reached.into())
}

fn joined(params: &Params) -> Result<Value, Exception> {
    let (adders, variables) = start(params);
    for adder in adders {
        adder.join()?;
    }
    Ok(reaches_the_largest(params, &variables).into())
}

/// Starts both tasks, which read their own variable, read the other one and
/// write the sum.
fn start(params: &Params) -> ([JoinHandle<()>; 2], [Shared<i64>; 2]) {
    let n = params.int("n");
    let (i, j) = (Shared::named("i", 1), Shared::named("j", 1));
    let adder = |name, own: &Shared<i64>, other: &Shared<i64>| {
        let (own, other) = (own.clone(), other.clone());
        spawn_named(name, move || {
            for _ in 0..n {
                own.write(own.read() + other.read());
            }
        })
    };
    ([adder("adds to i", &i, &j), adder("adds to j", &j, &i)], [i, j])
}

fn reaches_the_largest(params: &Params, [i, j]: &[Shared<i64>; 2]) -> bool {
    let largest = fibonacci(2 * params.int("n") + 2);
    let seen = i.read().max(j.read());
    verify!(seen <= largest, "{seen} is more than {largest}");
    seen == largest
}

/// 1, 1, 2, 3, 5 and so on, counted from 1.
fn fibonacci(nth: i64) -> i64 {
    let (mut this, mut next) = (0, 1);
    for _ in 0..nth {
        (this, next) = (next, this + next);
    }
    this
}
