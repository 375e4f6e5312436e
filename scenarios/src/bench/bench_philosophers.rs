//! Dining philosophers: n philosophers, n forks, one meal each.
//!
//! ```text
//!   T1                  T2                  T3
//!   lock fork 1
//!                       lock fork 2
//!                                           lock fork 3
//!   lock fork 2  BLOCKED
//!                       lock fork 3  BLOCKED
//!                                           lock fork 1  BLOCKED
//! ```
//!
//! Philosopher i sits between fork i and fork i + 1, the last one between the
//! last fork and the first. Each fork has two users, so a class says for each
//! fork which of them has it first: 2^n ways at most.
//!
//! `left-then-right`: 2^n - 1 classes. That each one is before the neighbour
//! on their right-hand fork would be a cycle and is impossible. That each one
//! is first on their left-hand fork is possible up to that point and no
//! further: the one deadlock. All other ways are complete executions.
//!
//! `ordered`: 2^n - 2 classes. The last philosopher takes the first fork before
//! the last one, so forks are taken in the order of their numbers, no cycle of
//! waits can form, and the class of the deadlock is gone.

use unknot_checker::sim::{Exception, Lock, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-philosophers",
    family: "bench",
    about: "philosophers each eat once with two forks",
    covers: &[],
    params: &[Param { name: "n", about: "philosophers", default: 5, min: 2, max: 100 }],
    variants: &[
        Variant::new(
            "left-then-right",
            "all take the fork on the left first",
            left_then_right,
            |params| {
                Expectation::pass()
                    .sometimes(Kind::Deadlock)
                    .outcomes([()])
                    .exhausts_if(params.int("n") <= 12)
            },
        ),
        Variant::new(
            "ordered",
            "all take the fork with the smaller number first",
            ordered,
            |params| Expectation::pass().outcomes([()]).exhausts_if(params.int("n") <= 12),
        ),
    ],
    source: source!("bench_philosophers.rs"),
};

fn left_then_right(params: &Params) -> Result<Value, Exception> {
    dinner(params, |left, right| (left, right))
}

fn ordered(params: &Params) -> Result<Value, Exception> {
    dinner(params, |left, right| (left.min(right), left.max(right)))
}

/// Seats all philosophers; `order` says which of two forks comes first.
fn dinner(params: &Params, order: fn(usize, usize) -> (usize, usize)) -> Result<Value, Exception> {
    let n = params.size("n");
    let forks: Vec<Lock> = (1..=n).map(|i| Lock::named(("fork", i))).collect();
    let mut seated = vec![];
    for i in 0..n {
        let (first, second) = order(i, (i + 1) % n);
        let (first, second) = (forks[first].clone(), forks[second].clone());
        seated.push(spawn_named(("philosopher", i + 1), move || -> Result<(), Exception> {
            let _first = first.lock()?;
            let _second = second.lock()?;
            Ok(())
        }));
    }
    for philosopher in seated {
        philosopher.join()??;
    }
    Ok(Value::Unit)
}
