//! The counter of the literature inside one lock.
//!
//! `locked`: n! classes. The sections exclude one another, so a class is the
//! order in which the tasks take the lock. A reads-from count is the same,
//! since each section reads what the one before it wrote.
//!
//! Each section sees the update of the one before, so nothing is lost and the
//! end is n. No task takes a second lock, so no task gets stuck.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-locked-counter",
    family: "bench",
    about: "tasks count up inside one lock",
    covers: &[],
    params: &[Param { name: "n", about: "tasks", default: 5, min: 1, max: 100 }],
    variants: &[Variant::new("locked", "lock, read, write one more, unlock", locked, |params| {
        let n = params.int("n");
        Expectation::pass().outcomes([n]).exhausts_if(n <= 8)
    })],
    source: source!("bench_locked_counter.rs"),
};

fn locked(params: &Params) -> Result<Value, Exception> {
    let (x, lock) = (Shared::named("x", 0), Lock::named("lock"));
    let mut started = vec![];
    for i in 1..=params.int("n") {
        let (x, lock) = (x.clone(), lock.clone());
        started.push(spawn_named(("counter", i), move || -> Result<(), Exception> {
            let _guard = lock.lock()?;
            let seen = x.read();
            x.write(seen + 1);
            Ok(())
        }));
    }
    for task in started {
        task.join()??;
    }
    Ok(x.read().into())
}
