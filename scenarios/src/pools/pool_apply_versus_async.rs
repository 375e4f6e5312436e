//! A pool that does one task at a time, and one that does several (K63).
//!
//! A pool of w workers is given n tasks that take d seconds each. Durations count.
//!
//! ```text
//!   time     main           worker 1      worker 2
//!   0 s      apply 0        does 0
//!   1 s      apply 1                      does 1
//!   2 s      apply 2        does 2
//!   3 s
//! ```
//!
//! `apply`: the call waits for its result, so there is never more than one task to do, and
//! the other workers have nothing to do: n d seconds. Each step waits for the one before:
//! one class.
//!
//! `apply-async`: the call returns at once. The first w tasks begin at 0 s, the next w
//! when these are done, and so on: ⌈n/w⌉ d seconds. Within a round all tasks are done at the
//! same time, in any order, and each order gives the tasks of the next round to the workers
//! in another way. w! classes for a round of w tasks, and r! for a last round of r: 36 for
//! six tasks and three workers.

use std::time::Duration;

use unknot_checker::sim::process::Pool;
use unknot_checker::sim::{Exception, Value, now, sleep};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pool-apply-versus-async",
    family: "pools",
    about: "a pool whose caller waits for each task, and one whose caller does not",
    covers: &["K63"],
    params: &[
        Param { name: "tasks", about: "tasks", default: 6, min: 1, max: 10 },
        Param { name: "workers", about: "workers of the pool", default: 3, min: 1, max: 5 },
        Param { name: "seconds", about: "seconds that a task takes", default: 1, min: 1, max: 60 },
    ],
    variants: &[
        Variant::new("apply", "the call waits for the result", apply, |params| {
            takes(params, params.size("tasks"))
        })
        .in_virtual_time(),
        Variant::new("apply-async", "the call returns at once", apply_async, |params| {
            takes(params, params.size("tasks").div_ceil(params.size("workers")))
        })
        .in_virtual_time(),
    ],
    source: source!("pool_apply_versus_async.rs"),
};

/// So many tasks one after the other.
fn takes(params: &Params, n_in_a_row: usize) -> Expectation {
    let seconds = n_in_a_row * params.size("seconds");
    Expectation::pass().outcomes([told(seconds as u64)])
}

fn told(seconds: u64) -> Value {
    Value::Record(vec![("seconds", seconds.into())])
}

fn duration(params: &Params) -> Duration {
    Duration::from_secs(params.size("seconds") as u64)
}

fn apply(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::named("pool", params.size("workers"))?;
    for _ in 0..params.size("tasks") {
        pool.apply(duration(params), sleep)?;
    }
    pool.close();
    pool.join()?;
    Ok(told(now()?.as_secs()))
}

fn apply_async(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::named("pool", params.size("workers"))?;
    for _ in 0..params.size("tasks") {
        pool.apply_async(duration(params), sleep)?;
    }
    pool.close();
    pool.join()?;
    Ok(told(now()?.as_secs()))
}
