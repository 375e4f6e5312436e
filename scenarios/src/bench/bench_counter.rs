//! The counter of the literature: n tasks each read x and write x + 1.
//!
//! ```text
//!   T1                T2
//!   read 0
//!                     read 0
//!                     write 1
//!   write 1                        the update of T2 is lost
//! ```
//!
//! `bare`: (n!)^2 classes. The writes come in one of n! orders. A task that
//! writes k-th may read before the first write or in one of the k - 1 gaps
//! after the earlier ones: k places, and n! ways for all tasks together.
//!
//! The last write decides the end. It is v + 1, where v was read after at most
//! n - 1 other updates, so the end is one of 1 to n, and each is reached: let
//! v tasks run one after another, and the others read before the last of their
//! writes. Any end below n shows that an update was lost.

use unknot_checker::sim::{Exception, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-counter",
    family: "bench",
    about: "tasks read a counter and write it back plus one",
    covers: &[],
    params: &[Param { name: "n", about: "tasks", default: 4, min: 2, max: 100 }],
    variants: &[Variant::new(
        "bare",
        "read, then write one more, with nothing around it",
        bare,
        |params| {
            let n = params.int("n");
            Expectation::pass().sometimes(Kind::LostUpdate).outcomes(1..=n).exhausts_if(n <= 6)
        },
    )],
    source: source!("bench_counter.rs"),
};

fn bare(params: &Params) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let mut started = vec![];
    for i in 1..=params.int("n") {
        let x = x.clone();
        started.push(spawn_named(("counter", i), move || {
            let seen = x.read();
            x.write(seen + 1);
        }));
    }
    for task in started {
        task.join()?;
    }
    Ok(x.read().into())
}
