//! Reentrant locks instead of plain ones (E79 E115; K14; M05 M06 M07).
//!
//! A tutorial cures the deadlock of two locks by making both of them reentrant;
//! another one binds both names to one reentrant lock. Here both cures are
//! tried on both programs that deadlock: threads that take A then B and later
//! B then A, and two groups of threads that take them in opposite orders.
//!
//! ```text
//!   T1 (A first)      T2 (B first)
//!   lock A
//!                     lock B
//!   lock B  BLOCKED                   owned by T2: its owner may nest, T1 not
//!                     lock A  BLOCKED
//! ```
//!
//! `two-rlocks-phases`, `two-rlocks-groups`: the claim that reentrancy cures
//! deadlock is false. No thread ever asks for a lock that it has already, since A
//! and B are two locks; so no acquire is a nested one, and every step is that
//! of plain locks. The counts are theirs, too: threads in two phases deadlock
//! in 4 of 14 schedules (2 threads), 120 of 384 (3), 5,256 of 18,312 (4); two
//! groups in 2 of 6 (one thread each), 80 of 192 (two) and 5,418 of 13,050
//! (three). A thread alone, in two phases, meets no other.
//!
//! `one-rlock-phases`, `one-rlock-groups`: a thread with the one lock has everything
//! there is to wait for, and its second acquire is a nested one that never
//! waits. Only the order of the sections is left: (2n)!/2^n orders in two
//! phases, (2k)! of two groups of k. What cures is that one lock is left;
//! reentrancy only lets the code take it twice.

use unknot_checker::sim::{Exception, RLock, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "rlock-swap-keeps-cycle",
    family: "deadlocks",
    about: "two reentrant locks deadlock as two plain ones do",
    covers: &["E79", "E115", "K14", "M05", "M06", "M07"],
    params: &[
        Param { name: "threads", about: "threads with two phases", default: 4, min: 1, max: 10 },
        Param { name: "group", about: "threads in each group", default: 2, min: 1, max: 10 },
    ],
    variants: &[
        Variant::new(
            "two-rlocks-phases",
            "A then B, and later B then A",
            |params| phases(params, &RLock::named("A"), &RLock::named("B")),
            |params| {
                let n = params.int("threads");
                let expected = Expectation::pass().outcomes([()]).exhausts_if(n <= 5);
                if n == 1 { expected } else { expected.sometimes(Kind::Deadlock) }
            },
        ),
        Variant::new(
            "two-rlocks-groups",
            "one group takes A first, the other B",
            |params| groups(params, &RLock::named("A"), &RLock::named("B")),
            |params| {
                Expectation::pass()
                    .sometimes(Kind::Deadlock)
                    .outcomes([()])
                    .exhausts_if(params.int("group") <= 3)
            },
        ),
        Variant::new(
            "one-rlock-phases",
            "two phases, A and B are one lock",
            |params| {
                let lock = RLock::named("A and B");
                phases(params, &lock, &lock)
            },
            |params| Expectation::pass().outcomes([()]).exhausts_if(params.int("threads") <= 5),
        ),
        Variant::new(
            "one-rlock-groups",
            "two groups, A and B are one lock",
            |params| {
                let lock = RLock::named("A and B");
                groups(params, &lock, &lock)
            },
            |params| Expectation::pass().outcomes([()]).exhausts_if(params.int("group") <= 4),
        ),
    ],
    source: source!("rlock_swap_keeps_cycle.rs"),
};

/// A job under two locks, or twice under one.
fn both(first: &RLock, second: &RLock) -> Result<(), Exception> {
    let _first = first.lock()?;
    let _second = second.lock()?;
    Ok(())
}

/// Every thread takes A then B, and later B then A.
fn phases(params: &Params, a: &RLock, b: &RLock) -> Result<Value, Exception> {
    let mut threads = vec![];
    for i in 1..=params.size("threads") {
        let (a, b) = (a.clone(), b.clone());
        threads.push(spawn_named(("thread", i), move || {
            both(&a, &b)?;
            both(&b, &a)
        }));
    }
    for thread in threads {
        thread.join()??;
    }
    Ok(Value::Unit)
}

/// Every thread takes both once, half of them B first.
fn groups(params: &Params, a: &RLock, b: &RLock) -> Result<Value, Exception> {
    let mut threads = vec![];
    for (name, first, second) in [("A first", a, b), ("B first", b, a)] {
        for i in 1..=params.size("group") {
            let (first, second) = (first.clone(), second.clone());
            threads.push(spawn_named((name, i), move || both(&first, &second)));
        }
    }
    for thread in threads {
        thread.join()??;
    }
    Ok(Value::Unit)
}
