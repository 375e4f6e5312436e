//! The last zero: each writer makes its cell one more than the cell before it,
//! while a reader walks down from the last cell to the first zero.
//!
//! ```text
//!   T1 'writer 1'     T2 'writer 2'     T3 'reader'
//!                     read a[1]: 0
//!                     write a[2]
//!                                       read a[2]: 1
//!   read a[0]: 0
//!   write a[1]
//!                                       read a[1]: 1
//!                                       read a[0]: 0
//! ```
//!
//! `writers-and-reader`: (n + 3)·2^(n-2) classes. Each of the writers 2 to n
//! reads the cell before its own before or after that is written: n - 1 pairs.
//! The reader stops at some k. At n it has read one cell before its write, at
//! 0 all cells after their writes, and neither says anything about the pairs:
//! 2^(n-1) classes each. In between it saw a[k + 1] written and then a[k] not
//! yet, so writer k + 1 had read a[k] before its write as well. One pair is
//! settled and the others are free: 2^(n-2) classes for each of the n - 1
//! such k. The reader meets each writer only if it got that far, which is what
//! misleads a search that remembers single tasks.
//!
//! Each k is reached: let the writers behind k run, then the reader. Every
//! cell has one writer, which never read it, so no update is lost.

use unknot_checker::sim::{Exception, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-lastzero",
    family: "bench",
    about: "a reader looks for the last zero while others write",
    covers: &[],
    params: &[Param { name: "n", about: "writers", default: 7, min: 1, max: 100 }],
    variants: &[Variant::new(
        "writers-and-reader",
        "a writer reads the cell before its own; the reader walks down",
        writers_and_reader,
        |params| {
            let n = params.int("n");
            Expectation::pass().outcomes(0..=n).exhausts_if(n <= 14)
        },
    )],
    source: source!("bench_lastzero.rs"),
};

fn writers_and_reader(params: &Params) -> Result<Value, Exception> {
    let n = params.int("n");
    let cells: Vec<Shared<i64>> = (0..=n).map(|j| Shared::named(("a", j), 0)).collect();
    let mut writers = vec![];
    for (j, pair) in (1..).zip(cells.windows(2)) {
        let (before, own) = (pair[0].clone(), pair[1].clone());
        writers.push(spawn_named(("writer", j), move || own.write(before.read() + 1)));
    }
    let reader = spawn_named("reader", move || {
        // The first cell stays 0.
        cells.iter().rposition(|cell| cell.read() == 0).expect("a zero")
    });
    for writer in writers {
        writer.join()?;
    }
    let last_zero = i64::try_from(reader.join()?).expect("few cells");
    Ok(last_zero.into())
}
