//! A pool is terminated while it has tasks to do (E95).
//!
//! A pool of w workers is given n tasks of one second each. After a pause of p seconds main
//! terminates it. Durations count.
//!
//! ```text
//!   time    main              worker 1            worker 2
//!   0 s     give 0 to 5       does 0              does 1
//!   1 s                       has done 0          has done 1
//!                             does 2              does 3
//!   2 s                       has done 2
//!           terminate
//!                             dies                dies
//!           join
//! ```
//!
//! `terminate`: of the rounds of w tasks, those that end before p seconds are done whole,
//! w (p−1) tasks. The p-th round ends at the moment in which main goes on, so each of its
//! tasks may be done or not. The deaths come at once, so no task of a later round is done.
//! w (p−1) to w p tasks are done, each number an outcome, and with n > w p never all, which
//! is a violation.
//!
//! Its classes, for two workers and two rounds: the tasks of the first round are done in
//! two orders. Of the second, let both be done before the pool is terminated: two orders,
//! and each worker has a task to begin, before or after which it dies, 2 · 2 · 2 = 8. Let one
//! be done before: two choices of which, two deaths of that worker; the other one dies
//! before its pause ends, before it delivers, or after: 2 · 2 · 3 = 12. Let none be done
//! before: 3 · 3 deaths, and one more where both deliver, in two orders: 10. That makes
//! 2 · 30 = 60.
//!
//! `close-and-join`: main closes the pool after the pause, and joins it. All n tasks are
//! done, always; w! classes for each round, 8 for three rounds of two.

use std::time::Duration;

use unknot_checker::sim::process::{AsyncResult, Pool};
use unknot_checker::sim::{Exception, Value, sleep, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pool-terminate-early",
    family: "pools",
    about: "a pool is terminated after a pause",
    covers: &["E95"],
    params: &[
        Param { name: "tasks", about: "tasks", default: 6, min: 5, max: 30 },
        Param { name: "workers", about: "workers of the pool", default: 2, min: 1, max: 5 },
        Param { name: "pause", about: "seconds of the pause", default: 2, min: 1, max: 4 },
    ],
    variants: &[
        Variant::new("terminate", "the pool is terminated", terminate, |params| {
            let (w, p) = (params.size("workers"), params.size("pause"));
            let n = params.size("tasks");
            let done = (w * (p - 1)).min(n)..=(w * p).min(n);
            let expected = Expectation::pass().outcomes(done);
            match n {
                n if n > w * p => expected.always(Kind::InvariantViolation),
                n if n > w * (p - 1) => expected.sometimes(Kind::InvariantViolation),
                _ => expected,
            }
        })
        .in_virtual_time(),
        Variant::new("close-and-join", "the pool is closed", close_and_join, |params| {
            Expectation::pass().outcomes([params.size("tasks")])
        })
        .in_virtual_time(),
    ],
    source: source!("pool_terminate_early.rs"),
};

/// Gives all tasks to a pool, and waits a while.
fn give(pool: &Pool, params: &Params) -> Result<Vec<AsyncResult<()>>, Exception> {
    let mut results = vec![];
    for _ in 0..params.size("tasks") {
        results.push(pool.apply_async(Duration::from_secs(1), sleep)?);
    }
    sleep(Duration::from_secs(params.size("pause") as u64));
    Ok(results)
}

/// How many tasks are done.
fn told(results: &[AsyncResult<()>]) -> Result<Value, Exception> {
    let n = results.iter().filter(|result| result.ready()).count();
    verify!(n == results.len(), "{n} of {} tasks are done", results.len());
    Ok(n.into())
}

fn terminate(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::killable(params.size("workers"))?;
    let results = give(&pool, params)?;
    pool.terminate();
    pool.join()?;
    told(&results)
}

fn close_and_join(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::named("pool", params.size("workers"))?;
    let results = give(&pool, params)?;
    pool.close();
    pool.join()?;
    told(&results)
}
