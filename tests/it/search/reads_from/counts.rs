//! Exact numbers of reads-from classes.

use std::sync::Arc;

use unknot_checker::sim::{Program, Shared, Value, done, outcome_at_exit, spawn};
use unknot_checker::strategy::{Dfs, Dpor, ReadsFrom, Visibility};

use super::classes::go_through;
use crate::kit::support::program;

/// Plain search goes through no more than this.
const SMALL: u64 = 30_000;

/// Whether the search makes so many executions, each of another class, and a search of all
/// trace classes or schedules sees the same ones as far as it gets.
fn confirm(name: &str, program: &Program, classes: usize) {
    let most = 4 * classes as u64 + 1;
    let (seen, _) = go_through(program, ReadsFrom::new(), most).expect("not many more");
    assert_eq!((seen.executions, seen.given_up), (classes as u64, 0), "{name}: executions");
    assert_eq!(seen.classes.len(), classes, "{name}: classes");
    if let Some((all, _)) = go_through(program, Dfs::new(Visibility::All), SMALL) {
        assert!(all.classes.keys().eq(seen.classes.keys()), "{name}: classes of dfs");
    }
    if let Some((all, _)) = go_through(program, Dpor::new(), SMALL) {
        assert!(all.classes.keys().eq(seen.classes.keys()), "{name}: classes of dpor");
    }
}

/// Tasks that read a counter and write one more; nothing reads it at the end.
fn counter(n: usize) -> Program {
    Arc::new(move || {
        let x = Shared::named("x", 0);
        for _ in 0..n {
            let x = x.clone();
            spawn(move || x.write(x.read() + 1));
        }
        done(()).map(Value::from)
    })
}

/// (n+1)^(n-1). Each task reads what was there at first, or the write of another task, and not
/// in a circle: a tree over the tasks with what was there at first as its root, of which there
/// are so many (Cayley). Each tree is a class: let the readers of a write come right after it,
/// then one of them write, with all that is below it in the tree, and then the next.
#[test]
fn counters() {
    for (n, classes) in [(2, 3), (3, 16), (4, 125), (5, 1_296), (6, 16_807)] {
        confirm(&format!("counter of {n}"), &counter(n), classes);
    }
}

/// n^n. Main reads the counter at the end, and so which write is the last. That is a leaf of
/// the tree, since a reader of it would write later, and it may be any leaf: let the way to it
/// be last at each turn. Take the leaf away: n tasks, n places at which it was, and n^(n-2)
/// trees of the others.
#[test]
fn counters_that_are_read_at_the_end() {
    for (n, classes) in [(2, 4), (3, 27), (4, 256), (5, 3_125), (6, 46_656)] {
        confirm("bench-counter", &program("bench-counter/bare", &[("n", n)]), classes);
    }
}

/// The same number, where the outcome is made of the counter at the exit.
#[test]
fn counters_whose_end_is_the_outcome() {
    for (n, classes) in [(2, 4), (3, 27), (4, 256)] {
        let program: Program = Arc::new(move || {
            let x = Shared::named("x", 0);
            let last = x.clone();
            outcome_at_exit(move || Value::from(last.read()));
            for _ in 0..n {
                let x = x.clone();
                spawn(move || x.write(x.read() + 1));
            }
            Ok(Value::Unit)
        });
        confirm("counter at the exit", &program, classes);
    }
}

/// A program of the catalogue with a parameter, and its classes.
type Row = (&'static str, i64, usize);

/// - `readers`: 2^n, each reader before the write or after it, as for trace classes.
/// - `lastzero`: (n+3)·2^(n-2), as for trace classes: each variable is written once, so to read
///   it before or after that is all that there is.
/// - `lastwrite`: n, the write that main reads.
/// - `exp-mem`: 2, since what y is at the end is read by no task.
/// - `store-buffer`: 2^n - 1, as for trace classes.
/// - `locked-counter`: n!, the orders of the acquisitions.
/// - `fetch-add`: n!, the orders of the updates.
#[test]
fn programs_of_the_catalogue() {
    const ROWS: &[Row] = &[
        ("bench-readers/one-writer", 3, 8),
        ("bench-readers/one-writer", 10, 1_024),
        ("bench-lastzero/writers-and-reader", 3, 12),
        ("bench-lastzero/writers-and-reader", 5, 64),
        ("bench-lastzero/writers-and-reader", 10, 3_328),
        ("bench-lastwrite/write-then-read", 3, 3),
        ("bench-lastwrite/write-then-read", 7, 7),
        ("bench-exp-mem/start-join-read", 4, 2),
        ("bench-exp-mem/start-join-read", 6, 2),
        ("bench-store-buffer/ring", 3, 7),
        ("bench-store-buffer/ring", 8, 255),
        ("bench-locked-counter/locked", 3, 6),
        ("bench-locked-counter/locked", 6, 720),
        ("bench-fetch-add/numbers", 5, 120),
        ("bench-philosophers/left-then-right", 4, 15),
    ];
    for &(name, n, classes) in ROWS {
        confirm(&format!("{name} {n}"), &program(name, &[("n", n)]), classes);
    }
}
