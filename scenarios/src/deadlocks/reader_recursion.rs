//! A reader that reads again behind a writer (a textbook deadlock).
//!
//! A report looks up a table under its read-write lock, and a helper that it calls takes
//! the lock to read once more. To read twice is harmless as long as readers may overtake:
//! with writers first the second read waits behind a writer that has come in between, and
//! the writer waits for the end of the first read.
//!
//! ```text
//!   T1 (report)            T2 (writer)
//!   lock to read
//!                          come to write
//!                          lock to write  BLOCKED   by T1, which reads
//!   lock to read  BLOCKED                           by T2, which has come first
//! ```
//!
//! `writers-first`: there is a deadlock if a writer comes between the two reads, and none
//! if all writers come before the first or after the second.
//!
//! `readers-may-overtake`: the second read never waits, since the lock is held to read.
//!
//! `guard-passed-on`: writers come first, and the helper is given what was read. A task
//! asks for the lock only while it holds nothing.
//!
//! Each writer adds one, so a report reads any number of them from 0 to all, and both looks
//! of one report see the same.

use unknot_checker::sim::{Exception, RwLock, Shared, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "reader-recursion",
    family: "deadlocks",
    about: "a reader takes a read-write lock to read again while a writer waits",
    covers: &[],
    params: &[Param { name: "writers", about: "writers", default: 1, min: 1, max: 4 }],
    variants: &[
        Variant::new("writers-first", "reads again where writers come first", writers_first, |p| {
            read(p).sometimes(Kind::Deadlock)
        }),
        Variant::new(
            "readers-may-overtake",
            "reads again where readers may overtake",
            readers_may_overtake,
            read,
        ),
        Variant::new(
            "guard-passed-on",
            "reads once where writers come first",
            guard_passed_on,
            read,
        ),
    ],
    source: source!("reader_recursion.rs"),
};

fn read(params: &Params) -> Expectation {
    Expectation::pass().outcomes(0..=params.int("writers"))
}

fn writers_first(params: &Params) -> Result<Value, Exception> {
    report(params, RwLock::writers_first("table"), |lock, rows| {
        let _reading = lock.read()?;
        Ok((rows.read(), helper(lock, rows)?))
    })
}

fn readers_may_overtake(params: &Params) -> Result<Value, Exception> {
    report(params, RwLock::named("table"), |lock, rows| {
        let _reading = lock.read()?;
        Ok((rows.read(), helper(lock, rows)?))
    })
}

fn guard_passed_on(params: &Params) -> Result<Value, Exception> {
    report(params, RwLock::writers_first("table"), |lock, rows| {
        let _reading = lock.read()?;
        Ok((rows.read(), rows.read()))
    })
}

/// Reads under the lock, whether its caller has that or not.
fn helper(lock: &RwLock, rows: &Shared<i64>) -> Result<i64, Exception> {
    let _reading = lock.read()?;
    Ok(rows.read())
}

/// What a report reads in its two looks at the table.
type LookTwice = fn(&RwLock, &Shared<i64>) -> Result<(i64, i64), Exception>;

/// Main reports, and the writers add a row each.
fn report(params: &Params, lock: RwLock, look_twice: LookTwice) -> Result<Value, Exception> {
    let rows = Shared::named("rows", 0);
    for i in 1..=params.size("writers") {
        let (lock, rows) = (lock.clone(), rows.clone());
        spawn_named(("writer", i), move || -> Result<(), Exception> {
            let _writing = lock.write()?;
            rows.write(rows.read() + 1);
            Ok(())
        });
    }
    let (first, second) = look_twice(&lock, &rows)?;
    verify!(first == second, "read {first}, and then {second}");
    Ok(first.into())
}
