//! Programs that only read and write.

use super::By::{Formula, Prefixes, Schedules};
use super::confirm;

/// (n!)²: n! orders of the writes, and k places for the read of the k-th
/// writer. All three ways agree to 4 tasks, and at 5, where brute force takes
/// too long for a test.
#[test]
fn counter() {
    confirm(&[
        ("bench-counter/bare", &[("n", 2)], 4, 0, Schedules),
        ("bench-counter/bare", &[("n", 3)], 36, 0, Schedules),
        ("bench-counter/bare", &[("n", 4)], 576, 0, Prefixes),
        ("bench-counter/bare", &[("n", 5)], 14_400, 0, Formula),
    ]);
}

/// 2^n: each reader reads before the write or after it. All three ways agree
/// to 5 readers; the literature and `dpor` at 13.
#[test]
fn readers() {
    confirm(&[
        ("bench-readers/one-writer", &[("n", 1)], 2, 0, Schedules),
        ("bench-readers/one-writer", &[("n", 2)], 4, 0, Schedules),
        ("bench-readers/one-writer", &[("n", 3)], 8, 0, Schedules),
        ("bench-readers/one-writer", &[("n", 5)], 32, 0, Prefixes),
        ("bench-readers/one-writer", &[("n", 13)], 8_192, 0, Formula),
    ]);
}

/// (n+3)·2^(n-2): see the head of the scenario. All three ways agree to 3
/// writers, prefixes and `dpor` to 5, the literature and `dpor` at 12.
#[test]
fn lastzero() {
    const NAME: &str = "bench-lastzero/writers-and-reader";
    confirm(&[
        (NAME, &[("n", 1)], 2, 0, Schedules),
        (NAME, &[("n", 2)], 5, 0, Schedules),
        (NAME, &[("n", 3)], 12, 0, Prefixes),
        (NAME, &[("n", 5)], 64, 0, Prefixes),
        (NAME, &[("n", 10)], 3_328, 0, Formula),
        (NAME, &[("n", 12)], 15_360, 0, Formula),
    ]);
}

/// n!: the order of the writes. All three ways agree to 5 writers.
#[test]
fn lastwrite() {
    const NAME: &str = "bench-lastwrite/write-then-read";
    confirm(&[
        (NAME, &[("n", 1)], 1, 0, Schedules),
        (NAME, &[("n", 3)], 6, 0, Schedules),
        (NAME, &[("n", 5)], 120, 0, Prefixes),
        (NAME, &[("n", 7)], 5_040, 0, Formula),
    ]);
}

/// 2^n - 1: which of write and read comes first at each cell, but for all
/// reads first. All three ways agree to 5 tasks.
#[test]
fn store_buffer() {
    const NAME: &str = "bench-store-buffer/ring";
    confirm(&[
        (NAME, &[("n", 2)], 3, 0, Schedules),
        (NAME, &[("n", 3)], 7, 0, Schedules),
        (NAME, &[("n", 5)], 31, 0, Prefixes),
        (NAME, &[("n", 12)], 4_095, 0, Formula),
    ]);
}

/// 2·n!: an order of the writes of y, and a side for the write of x. All three ways
/// agree to 4 writers.
#[test]
fn exp_mem() {
    const NAME: &str = "bench-exp-mem/start-join-read";
    confirm(&[
        (NAME, &[("n", 1)], 2, 0, Schedules),
        (NAME, &[("n", 2)], 4, 0, Schedules),
        (NAME, &[("n", 4)], 48, 0, Prefixes),
        (NAME, &[("n", 6)], 1_440, 0, Formula),
    ]);
}

/// There is no formula. `watched` is the program of the literature, which has
/// the numbers for 3 to 5 rounds; all three ways agree to 3. In one round
/// neither task reads what the other wrote, or one of them does: 3 classes.
/// Main reads i old or new and then j old or new, but not i new and j old where
/// i is made of the new j: 4 + 4 + 3 = 11.
#[test]
fn fib() {
    const WATCHED: &str = "bench-fib/watched";
    const JOINED: &str = "bench-fib/joined";
    confirm(&[
        (JOINED, &[("n", 1)], 3, 0, Schedules),
        (JOINED, &[("n", 2)], 19, 0, Prefixes),
        (JOINED, &[("n", 3)], 141, 0, Prefixes),
        (WATCHED, &[("n", 1)], 11, 0, Schedules),
        (WATCHED, &[("n", 2)], 140, 0, Prefixes),
        (WATCHED, &[("n", 3)], 1_698, 0, Prefixes),
        (WATCHED, &[("n", 4)], 19_605, 0, Formula),
    ]);
}
