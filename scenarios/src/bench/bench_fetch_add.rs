//! n tasks that each add 1 to an atomic counter and use what was there.
//!
//! `numbers`: n! classes. Each sum tells its task the number of tasks before
//! it, so the order of all of them shows. If no task used the numbers, all
//! orders would be alike; here a step counts as using what it returns.
//!
//! `unused`: 1 class. A counter that tasks only add to tells them nothing, so its steps commute;
//! main looks at it when all have ended, and finds n.
//!
//! The first task is given any of the numbers 0 to n - 1. An addition is one
//! step, so none is lost.

use unknot_checker::sim::{Atomic, Counter, Exception, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-fetch-add",
    family: "bench",
    about: "tasks draw numbers from an atomic counter",
    covers: &[],
    params: &[Param { name: "n", about: "tasks", default: 6, min: 1, max: 100 }],
    variants: &[
        Variant::new("numbers", "add 1, and keep what was there", numbers, |params| {
            let n = params.int("n");
            Expectation::pass().outcomes(0..n).exhausts_if(n <= 8)
        }),
        Variant::new("unused", "add 1, and be told nothing", unused, |params| {
            Expectation::pass().outcomes([params.int("n")])
        }),
    ],
    source: source!("bench_fetch_add.rs"),
};

fn numbers(params: &Params) -> Result<Value, Exception> {
    let x = Atomic::named("x", 0);
    let mut started = vec![];
    for i in 1..=params.int("n") {
        let x = x.clone();
        started.push(spawn_named(("task", i), move || x.fetch_add(1)));
    }
    let mut numbers = vec![];
    for task in started {
        numbers.push(task.join()?);
    }
    Ok(numbers[0].into())
}

fn unused(params: &Params) -> Result<Value, Exception> {
    let x = Counter::named("x");
    let mut started = vec![];
    for i in 1..=params.int("n") {
        let x = x.clone();
        started.push(spawn_named(("task", i), move || x.add(1)));
    }
    for task in started {
        task.join()?;
    }
    Ok(x.value().into())
}
