//! One task writes x; another starts n writers of y, joins them and reads x.
//!
//! `start-join-read`: 2·n! classes. The writes of y come in any order, and the
//! write of x before the read or after it: the two have nothing to do with one
//! another. The read is the last thing that its task does, so a search that
//! finds the race of x and remembers how to get there has to remember an order
//! of all writes of y. This is the program in which that memory grows with n!.
//!
//! What is read is 0 or 1. All writes are blind, so none is lost.

use unknot_checker::sim::{Exception, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-exp-mem",
    family: "bench",
    about: "a read behind many writes of something else",
    covers: &[],
    params: &[Param { name: "n", about: "writers of y", default: 5, min: 1, max: 100 }],
    variants: &[Variant::new(
        "start-join-read",
        "start the writers of y, join them, read x",
        start_join_read,
        |params| Expectation::pass().outcomes(0..=1).exhausts_if(params.int("n") <= 7),
    )],
    source: source!("bench_exp_mem.rs"),
};

fn start_join_read(params: &Params) -> Result<Value, Exception> {
    let n = params.int("n");
    let (x, y) = (Shared::named("x", 0), Shared::named("y", 0));
    let theirs = x.clone();
    let writer = spawn_named("writer of x", move || theirs.write(1));
    let reader = spawn_named("reader", move || -> Result<i64, Exception> {
        let mut writers = vec![];
        for i in 1..=n {
            let y = y.clone();
            writers.push(spawn_named(("writer", i), move || y.write(i)));
        }
        for writer in writers {
            writer.join()?;
        }
        Ok(x.read())
    });
    writer.join()?;
    Ok(reader.join()??.into())
}
