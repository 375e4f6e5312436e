//! n writers of one cell, and a reader when all have ended.
//!
//! `write-then-read`: n! classes, the orders of the writes. The reader is
//! main, which joins all writers first, so it has no choice. All that can be
//! observed is which task wrote last: n outcomes. A search that tells apart only what is
//! read would need n executions.
//!
//! No task reads before writing, so every write is blind and none is lost.

use unknot_checker::sim::{Exception, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-lastwrite",
    family: "bench",
    about: "tasks write a cell that is read when all have ended",
    covers: &[],
    params: &[Param { name: "n", about: "writers", default: 6, min: 1, max: 100 }],
    variants: &[Variant::new(
        "write-then-read",
        "one write each, and one read behind all joins",
        write_then_read,
        |params| {
            let n = params.int("n");
            Expectation::pass().outcomes(1..=n).exhausts_if(n <= 8)
        },
    )],
    source: source!("bench_lastwrite.rs"),
};

fn write_then_read(params: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let mut writers = vec![];
    for i in 1..=params.int("n") {
        let x = x.clone();
        writers.push(spawn_named(("writer", i), move || x.write(i)));
    }
    for writer in writers {
        writer.join()?;
    }
    Ok(x.read().into())
}
