//! Two locks in two phases, in opposite orders (E78 E114; K17; M05).
//!
//! Every thread first does one job under A and then B, and then another one
//! under B and then A. All run the same code, and yet two of them can meet.
//!
//! ```text
//!   T1                T2
//!   lock A
//!   lock B
//!   unlock B
//!   unlock A                          end of its first phase
//!   lock B
//!                     lock A
//!   lock A  BLOCKED
//!                     lock B  BLOCKED
//! ```
//!
//! `opposite-phases`: at most one thread holds A, at most one holds B. They
//! wait for each other if the holder of A is in its first phase and the holder
//! of B in its second one. So a cycle has exactly two threads; all others end
//! up behind them, those in their first phase at A, those in the second at B.
//! A thread alone meets no other. With two threads 4 of 14 schedules deadlock:
//! either may be the first to end its first phase, and its lock of B and the
//! other's lock of A may come in either order. Of three threads 120 of 384
//! schedules, 78 with two stuck and 42 with all; of four 5,256 of 18,312.
//!
//! `one-order`: A before B in both phases. The thread that holds B holds A too, so
//! no thread with B ever waits. Two sections a thread under A in any order:
//! (2n)!/2^n orders, and all of them end.
//!
//! The pause of the document between the locks only makes the meeting likely.

use unknot_checker::sim::{Exception, Lock, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "ab-ba-two-phase",
    family: "deadlocks",
    about: "threads take A then B, and later B then A",
    covers: &["E78", "E114", "K17", "M05"],
    params: &[Param { name: "threads", about: "threads", default: 4, min: 1, max: 10 }],
    variants: &[
        Variant::new(
            "opposite-phases",
            "A then B in the first phase, B then A in the second",
            opposite_phases,
            |params| {
                let n = params.int("threads");
                let expected = Expectation::pass().outcomes([()]).exhausts_if(n <= 5);
                if n == 1 { expected } else { expected.sometimes(Kind::Deadlock) }
            },
        ),
        Variant::new("one-order", "A then B in both phases", one_order, |params| {
            Expectation::pass().outcomes([()]).exhausts_if(params.int("threads") <= 5)
        }),
    ],
    source: source!("ab_ba_two_phase.rs"),
};

fn opposite_phases(params: &Params) -> Result<Value, Exception> {
    run(params, |a, b| {
        both(a, b)?;
        both(b, a)
    })
}

fn one_order(params: &Params) -> Result<Value, Exception> {
    run(params, |a, b| {
        both(a, b)?;
        both(a, b)
    })
}

/// A job under two locks.
fn both(first: &Lock, second: &Lock) -> Result<(), Exception> {
    let _first = first.lock()?;
    let _second = second.lock()?;
    Ok(())
}

/// Starts threads that all do the same with the two locks.
fn run(
    params: &Params,
    phases: fn(&Lock, &Lock) -> Result<(), Exception>,
) -> Result<Value, Exception> {
    let (a, b) = (Lock::named("A"), Lock::named("B"));
    let mut threads = vec![];
    for i in 1..=params.size("threads") {
        let (a, b) = (a.clone(), b.clone());
        threads.push(spawn_named(("thread", i), move || phases(&a, &b)));
    }
    for thread in threads {
        thread.join()??;
    }
    Ok(Value::Unit)
}
