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
//! Only a task that saw the flag go up by its own step counts, so nothing is lost and
//! the end is n. A task that has raised the flag waits for nothing and lowers it, and
//! the tasks that wait find it down then, so no task waits for ever.
//!
//! A wait is one step, which finds the flag down. The literature counts (n!)² classes,
//! since there a round in which raising the flag fails leaves no trace; here it does.
//!
//! `compare-exchange`: n! orders of the raises, times the ways of each task to come to
//! its own. The k-th task may find the flag down before any of the k raises, and then
//! fail after that raise and look again. With P(j) ways from after the j-th lowering
//! on that is 1, 3, 8 for the first three tasks: with two 2!·3 = 6, with three
//! 3!·3·8 = 144.
//!
//! `swap`: raising an up flag writes it again, so two that fail after the same raise
//! are ordered. With two tasks there are none; with three the second and third one may
//! both fail after the first raise, in 1·3 of their ways: 3!·(24 + 3) = 162.

use unknot_checker::sim::{Atomic, Exception, Shared, Value, spawn_named, wait_until};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-spinlock",
    family: "bench",
    about: "tasks count up under a lock made of one flag",
    covers: &[],
    // After a raise that fails all other tasks look again, so steps grow with n³.
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
