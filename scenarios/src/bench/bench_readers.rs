//! One writer and n readers of one cell.
//!
//! `one-writer`: 2^n classes. Reads commute with one another, so a class says
//! for each reader whether it read before the write or after it. A search that
//! orders the readers as well needs (n + 1)! schedules.
//!
//! How many readers saw the new value is anything from 0 to n. No task waits,
//! and the writer does not read, so there is nothing to find.

use unknot_checker::sim::{Exception, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-readers",
    family: "bench",
    about: "one task writes a cell that the others read",
    covers: &[],
    params: &[Param { name: "n", about: "readers", default: 8, min: 1, max: 100 }],
    variants: &[Variant::new("one-writer", "one write, and one read each", one_writer, |params| {
        let n = params.int("n");
        Expectation::pass().outcomes(0..=n).exhausts_if(n <= 14)
    })],
    source: source!("bench_readers.rs"),
};

fn one_writer(params: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let writer = spawn_named("writer", move || theirs.write(1));
    let mut readers = vec![];
    for i in 1..=params.int("n") {
        let x = x.clone();
        readers.push(spawn_named(("reader", i), move || x.read()));
    }
    writer.join()?;
    let mut n_new = 0;
    for reader in readers {
        n_new += reader.join()?;
    }
    Ok(n_new.into())
}
