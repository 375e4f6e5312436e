//! A lock made of one flag: wait until it is down, then try to raise it.
//!
//! ```text
//!   T1                  T2
//!   load flag: 0
//!                       load flag: 0
//!   raise flag
//!                       raise flag: was up already
//!                       load flag: 1
//!   count up
//!   lower flag
//!                       load flag: 0
//!                       raise flag
//! ```
//!
//! Only who saw the flag go up by its own step counts, so nothing is lost and
//! the end is n. Who has raised the flag waits for nothing and lowers it, and
//! that wakes whoever polls, so nobody waits for ever.
//!
//! The literature counts (n!)² classes: there a wait is one step, and a round
//! in which raising the flag fails leaves no trace. Here all of it can be seen.
//! A poll is a load; if the flag is up, an arrival looks at it once more, and
//! unless it has changed since the task last gave way, the task parks, and a
//! third step is possible as soon as it changes.
//!
//! With two tasks both variants have 18 classes: 2 orders, times 9 ways for
//! the second task to come to its raise behind the lowering. Its first load is
//! behind that as well (1 way); or meets the flag up, with the arrival before
//! or behind the lowering (2); or comes before all. Then it raises behind the
//! lowering (1), or meets the flag up. In that case the next load is behind
//! the lowering (1), or the next arrival is (1), or that arrival goes on at
//! once, since the flag has changed since the first load, and there are 3 ways
//! again for the load after it.
//!
//! `swap`: raising an up flag writes it again. That is ordered with the loads
//! of others and has them look again: 23,562 classes with three tasks.
//!
//! `compare-exchange`: raising an up flag only reads it: 5,400.

use unknot_checker::sim::{Atomic, Exception, Shared, Value, spawn_named, wait_until};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-spinlock",
    family: "bench",
    about: "tasks count up under a lock made of one flag",
    covers: &[],
    // A raise that fails has all others look again, so steps grow with n³.
    params: &[Param { name: "n", about: "tasks", default: 3, min: 1, max: 10 }],
    variants: &[
        Variant::new(
            "swap",
            "wait until the flag is down, then swap",
            |params| count(params, |flag| flag.swap(1) == 0),
            expect,
        ),
        Variant::new(
            "compare-exchange",
            "wait until the flag is down, then compare and exchange",
            |params| count(params, |flag| flag.compare_exchange(0, 1).is_ok()),
            expect,
        ),
    ],
    source: source!("bench_spinlock.rs"),
};

fn expect(params: &Params) -> Expectation {
    let n = params.int("n");
    Expectation::pass().outcomes([n]).exhausts_if(n <= 3)
}

fn count(params: &Params, raise: fn(&Atomic) -> bool) -> Result<Value, Exception> {
    let (flag, x) = (Atomic::named("flag", 0), Shared::named("x", 0));
    let mut started = vec![];
    for i in 1..=params.int("n") {
        let (flag, x) = (flag.clone(), x.clone());
        started.push(spawn_named(("counter", i), move || {
            loop {
                wait_until(|| flag.load() == 0);
                if raise(&flag) {
                    break;
                }
            }
            x.write(x.read() + 1);
            flag.store(0);
        }));
    }
    for task in started {
        task.join()?;
    }
    Ok(x.read().into())
}
