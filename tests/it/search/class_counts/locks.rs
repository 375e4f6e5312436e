//! Programs whose tasks exclude one another.

use super::By::{Formula, Prefixes, Schedules};
use super::confirm;

/// n!: the order of the sections. All three ways agree to 5 tasks; the
/// literature and `dpor` at 8.
#[test]
fn locked_counter() {
    confirm(&[
        ("bench-locked-counter/locked", &[("n", 1)], 1, 0, Schedules),
        ("bench-locked-counter/locked", &[("n", 2)], 2, 0, Schedules),
        ("bench-locked-counter/locked", &[("n", 3)], 6, 0, Schedules),
        ("bench-locked-counter/locked", &[("n", 4)], 24, 0, Prefixes),
        ("bench-locked-counter/locked", &[("n", 5)], 120, 0, Prefixes),
        ("bench-locked-counter/locked", &[("n", 8)], 40_320, 0, Formula),
    ]);
}

/// 2^n - 1: who has each fork first, but for the one cycle that cannot be; the
/// other cycle is the one deadlock. With ordered forks neither can be: 2^n - 2.
/// All three ways agree to 5 philosophers; the literature and `dpor` at 10.
#[test]
fn philosophers() {
    confirm(&[
        ("bench-philosophers/left-then-right", &[("n", 2)], 3, 1, Schedules),
        ("bench-philosophers/left-then-right", &[("n", 3)], 7, 1, Prefixes),
        ("bench-philosophers/left-then-right", &[("n", 4)], 15, 1, Prefixes),
        ("bench-philosophers/left-then-right", &[("n", 5)], 31, 1, Prefixes),
        ("bench-philosophers/left-then-right", &[("n", 10)], 1_023, 1, Formula),
        ("bench-philosophers/ordered", &[("n", 2)], 2, 0, Schedules),
        ("bench-philosophers/ordered", &[("n", 3)], 6, 0, Prefixes),
        ("bench-philosophers/ordered", &[("n", 4)], 14, 0, Prefixes),
        ("bench-philosophers/ordered", &[("n", 5)], 30, 0, Prefixes),
        ("bench-philosophers/ordered", &[("n", 10)], 1_022, 0, Formula),
    ]);
}

/// Acquires are ordered with acquires and with releases. With one permit the
/// order of the sections, n!. All three ways agree on
/// 6, 30, 312 and 552; 2 follows from n!, and brute force agrees.
#[test]
fn semaphore() {
    const NAME: &str = "bench-semaphore/read-inside";
    confirm(&[
        (NAME, &[("n", 2), ("permits", 1)], 2, 0, Schedules),
        (NAME, &[("n", 3), ("permits", 1)], 6, 0, Schedules),
        (NAME, &[("n", 3), ("permits", 2)], 30, 0, Schedules),
        (NAME, &[("n", 4), ("permits", 2)], 312, 0, Prefixes),
        (NAME, &[("n", 4), ("permits", 3)], 552, 0, Prefixes),
    ]);
}

/// 8^(n-11): three slots for each pair of tasks that are 11 apart. Brute force
/// is too slow for eleven tasks, so it is the formula and the literature.
#[test]
fn indexer() {
    const NAME: &str = "bench-indexer/linear-probing";
    confirm(&[
        (NAME, &[("n", 2)], 1, 0, Prefixes),
        (NAME, &[("n", 11)], 1, 0, Formula),
        (NAME, &[("n", 12)], 8, 0, Formula),
        (NAME, &[("n", 13)], 64, 0, Formula),
        (NAME, &[("n", 14)], 512, 0, Formula),
    ]);
}

/// 2^(n-13): one block for each pair of tasks that are 13 apart. As above.
#[test]
fn filesystem() {
    const NAME: &str = "bench-filesystem/first-free-block";
    confirm(&[
        (NAME, &[("n", 2)], 1, 0, Prefixes),
        (NAME, &[("n", 13)], 1, 0, Formula),
        (NAME, &[("n", 14)], 2, 0, Formula),
        (NAME, &[("n", 16)], 8, 0, Formula),
        (NAME, &[("n", 18)], 32, 0, Formula),
        (NAME, &[("n", 22)], 512, 0, Formula),
    ]);
}

/// n!: the order of the tickets. A wait is one step, for an event or for the value
/// of the one variable that says whose turn it is.
#[test]
fn ticket_lock() {
    const AWAIT: &str = "bench-ticket-lock/await-turn";
    const POLL: &str = "bench-ticket-lock/poll-turn";
    confirm(&[
        (AWAIT, &[("n", 2)], 2, 0, Schedules),
        (AWAIT, &[("n", 3)], 6, 0, Prefixes),
        (AWAIT, &[("n", 5)], 120, 0, Prefixes),
        (AWAIT, &[("n", 7)], 5_040, 0, Formula),
        (POLL, &[("n", 2)], 2, 0, Schedules),
        (POLL, &[("n", 3)], 6, 0, Prefixes),
        (POLL, &[("n", 7)], 5_040, 0, Formula),
    ]);
}

/// The literature's (n!)² has no trace of a raise that fails. 6, 144 and 162 are
/// argued in the head of the scenario.
#[test]
fn spinlock() {
    const SWAP: &str = "bench-spinlock/swap";
    const COMPARE: &str = "bench-spinlock/compare-exchange";
    confirm(&[
        (SWAP, &[("n", 2)], 6, 0, Schedules),
        (SWAP, &[("n", 3)], 162, 0, Prefixes),
        (COMPARE, &[("n", 2)], 6, 0, Schedules),
        (COMPARE, &[("n", 3)], 144, 0, Prefixes),
    ]);
}
