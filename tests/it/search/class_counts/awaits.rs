//! Locks and barriers whose waits are conditions on one variable.

use std::sync::Arc;

use unknot_checker::sim::{
    Atomic, Exception, Program, Shared, Value, spawn, wait_until, yield_until_changed,
};

use super::By::{self, Formula, Prefixes, Schedules};
use super::{Counted, confirm_all};

/// Programs by the number of tasks: label, program, and rows of n, classes, stuck.
type Rows<'a> = (&'a str, fn(i64) -> Program, &'a [(i64, usize, usize, By)]);

fn confirm(programs: &[Rows<'_>]) {
    let rows = programs.iter().flat_map(|&(name, program, rows)| {
        let counted = move |&(n, classes, stuck, by): &(i64, usize, usize, By)| Counted {
            label: format!("{name} of {n}"),
            program: program(n),
            classes,
            stuck,
            by,
        };
        rows.iter().map(counted)
    });
    confirm_all(rows);
}

/// Each of n tasks does this once, given its number and what all share.
fn tasks<S: Clone + 'static>(
    n: i64,
    shared: impl Fn() -> S + Send + Sync + 'static,
    body: fn(i64, &S),
) -> Program {
    Arc::new(move || -> Result<Value, Exception> {
        let shared = shared();
        let start = |i| {
            let shared = shared.clone();
            spawn(move || body(i, &shared))
        };
        let started: Vec<_> = (0..n).map(start).collect();
        started.into_iter().try_for_each(|task| task.join())?;
        Ok(Value::Unit)
    })
}

/// What is counted up inside a lock, unprotected by anything else.
fn count(x: &Shared<i64>) {
    x.write(x.read() + 1);
}

fn atomics(n: i64, value: i64) -> Vec<Atomic> {
    (0..n).map(|_| Atomic::new(value)).collect()
}

fn at(atomics: &[Atomic], i: i64) -> &Atomic {
    &atomics[usize::try_from(i).expect("indices are not negative")]
}

fn ticket(n: i64) -> Program {
    let shared = || (Atomic::new(0), Atomic::new(0), Shared::new(0));
    tasks(n, shared, |_, (next, serving, x)| {
        let ticket = next.fetch_add(1);
        wait_until(|| serving.load() == ticket);
        count(x);
        serving.store(ticket + 1);
    })
}

fn clh(n: i64) -> Program {
    // The last one stands for a node that was unlocked before.
    let shared = move || (Atomic::new(n), atomics(n + 1, 0), Shared::new(0));
    tasks(n, shared, |me, (tail, locked, x)| {
        at(locked, me).store(1);
        let before = tail.swap(me);
        wait_until(|| at(locked, before).load() == 0);
        count(x);
        at(locked, me).store(0);
    })
}

const NOBODY: i64 = -1;

fn mcs(n: i64) -> Program {
    let shared = move || {
        let nodes = (atomics(n, NOBODY), atomics(n, 0));
        (Atomic::new(NOBODY), nodes, Shared::new(0))
    };
    tasks(n, shared, |me, (tail, (next, locked), x)| {
        at(locked, me).store(1);
        let before = tail.swap(me);
        if before != NOBODY {
            at(next, before).store(me);
            wait_until(|| at(locked, me).load() == 0);
        }
        count(x);
        let mut after = at(next, me).load();
        if after == NOBODY {
            if tail.compare_exchange(me, NOBODY).is_ok() {
                return;
            }
            wait_until(|| {
                after = at(next, me).load();
                after != NOBODY
            });
        }
        at(locked, after).store(0);
    })
}

fn test_and_set(n: i64) -> Program {
    tasks(
        n,
        || (Atomic::new(0), Shared::new(0)),
        |_, (flag, x)| {
            while flag.swap(1) == 1 {
                yield_until_changed();
            }
            count(x);
            flag.store(0);
        },
    )
}

fn test_and_test_and_set(n: i64) -> Program {
    tasks(
        n,
        || (Atomic::new(0), Shared::new(0)),
        |_, (flag, x)| {
            loop {
                wait_until(|| flag.load() == 0);
                if flag.compare_exchange(0, 1).is_ok() {
                    break;
                }
            }
            count(x);
            flag.store(0);
        },
    )
}

fn peterson(n: i64) -> Program {
    let shared = || (atomics(2, 0), Atomic::new(0), Shared::new(0));
    tasks(n, shared, |me, (flags, turn, x)| {
        at(flags, me).store(1);
        turn.store(1 - me);
        wait_until(|| at(flags, 1 - me).load() == 0 || turn.load() == me);
        count(x);
        at(flags, me).store(0);
    })
}

fn barrier(n: i64) -> Program {
    tasks(
        n,
        move || (Atomic::new(n), Shared::new(false)),
        |_, (left, sense)| {
            if left.fetch_sub(1) == 1 {
                sense.write(true);
            } else {
                wait_until(|| sense.read());
            }
        },
    )
}

/// n!: the order of the tickets, or of the swaps, or of the arrivals. A wait is one
/// step, possible only behind the one write that it waits for.
#[test]
fn one_order_decides_all() {
    const FACTORIALS: &[(i64, usize, usize, By)] =
        &[(2, 2, 0, Schedules), (3, 6, 0, Prefixes), (4, 24, 0, Prefixes), (6, 720, 0, Formula)];
    confirm(&[
        ("ticket lock", ticket, FACTORIALS),
        ("CLH", clh, FACTORIALS),
        ("barrier", barrier, FACTORIALS),
    ]);
}

/// A task that unlocks may find its successor known, or not; then it waits, or the
/// exchange shows that there is none.
#[test]
fn mcs_lock() {
    confirm(&[("MCS", mcs, &[(1, 1, 0, Schedules), (2, 6, 0, Schedules), (3, 66, 0, Prefixes)])]);
}

/// Test and test and set: n! orders of those that raise the flag. The k-th to do so
/// may look before any of the raises, and fail behind it, and look again. With P(j)
/// ways from behind the j-th lowering on, P(k) = 1 and P(j) = 1 + P(j + 1) + ... + P(k)
/// for the look there, and P(j + 1) for a later one: 1, 3, 8 for the first three tasks,
/// every other one of the Fibonacci numbers. So 2!·3 and 3!·3·8; the literature's (n!)²
/// leaves no trace of what fails.
///
/// Test and set: of two, the second swaps behind the lowering, or fails and is parked
/// before or behind it: 2·3. Peterson: brute force.
#[test]
fn flags() {
    confirm(&[
        ("test and set", test_and_set, &[(2, 6, 0, Schedules), (3, 642, 0, Prefixes)]),
        (
            "test and test and set",
            test_and_test_and_set,
            &[(2, 6, 0, Schedules), (3, 144, 0, Prefixes), (4, 12_096, 0, Formula)],
        ),
        ("Peterson", peterson, &[(2, 24, 0, Prefixes)]),
    ]);
}
