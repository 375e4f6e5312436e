//! Tasks that read something while they have a permit of a semaphore.
//!
//! `read-inside`: every acquire is ordered with every other acquire and with
//! every release, since they may disable one another; releases commute, and so
//! do the reads. With one permit a class is the order of the sections: n!.
//! With more, sections overlap and classes say which acquires came before
//! which releases: 30 for three tasks with two permits, 312 and 552 for four
//! tasks with two and three.
//!
//! Every task that has a permit gives it back, and none waits while it has
//! one, so no task waits for ever. Nothing is written, so the only outcome is
//! the value that was there at the start.

use unknot_checker::sim::{Exception, Semaphore, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-semaphore",
    family: "bench",
    about: "tasks read a value while they have a permit",
    covers: &[],
    params: &[
        Param { name: "n", about: "tasks", default: 4, min: 1, max: 100 },
        Param { name: "permits", about: "permits of the semaphore", default: 2, min: 1, max: 100 },
    ],
    variants: &[Variant::new("read-inside", "acquire, read, release", read_inside, |params| {
        Expectation::pass().outcomes([0]).exhausts_if(params.int("n") <= 5)
    })],
    source: source!("bench_semaphore.rs"),
};

fn read_inside(params: &Params) -> Result<Value, Exception> {
    let permits = u32::try_from(params.int("permits")).expect("the greatest value is small");
    let (x, semaphore) = (Shared::named("x", 0), Semaphore::named("permits", permits));
    let mut started = vec![];
    for i in 1..=params.int("n") {
        let (x, semaphore) = (x.clone(), semaphore.clone());
        started.push(spawn_named(("reader", i), move || {
            let _permit = semaphore.permit();
            x.read()
        }));
    }
    let mut sum = 0;
    for task in started {
        sum += task.join()?;
    }
    Ok(sum.into())
}
