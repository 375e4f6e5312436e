//! A task of a pool fails, and no task hears of it (E09).
//!
//! A pool is given n tasks, of which the last one raises.
//!
//! ```text
//!   main                worker 1          worker 2
//!   give 0, 1
//!                       does 0            does 1: raises
//!                       has done 0        has done 1
//!   close, join
//! ```
//!
//! `unasked`: main closes the pool, joins it, and goes on. What a task raises is its result,
//! and leaves no worker; a result that is not asked for is lost, and so is the failure.
//! Nothing is reported, always. The order of completion shows nowhere: one outcome, in
//! w! w^(n−w) classes.
//!
//! `get`: main asks for each result. The one of the task that failed is raised again there.
//! `error-callback`: a callback for failures is run with what the task raised. In both one
//! failure is reported, always.

use unknot_checker::sim::process::Pool;
use unknot_checker::sim::{Atomic, Exception, Value, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pool-silent-failure",
    family: "pools",
    about: "a task fails whose result is not asked for",
    covers: &["E09"],
    params: &[
        Param {
            name: "tasks",
            about: "tasks, of which the last fails",
            default: 3,
            min: 1,
            max: 6,
        },
        Param { name: "workers", about: "workers of the pool", default: 2, min: 1, max: 4 },
    ],
    variants: &[
        Variant::new("unasked", "no result is asked for", unasked, |_| {
            reports(0).always(Kind::InvariantViolation)
        }),
        Variant::new("get", "each result is asked for", get, |_| reports(1)),
        Variant::new("error-callback", "a callback is told of failures", error_callback, |_| {
            reports(1)
        }),
    ],
    source: source!("pool_silent_failure.rs"),
};

fn reports(n: i64) -> Expectation {
    Expectation::pass().outcomes([Value::Record(vec![("reported", n.into())])])
}

fn told(n: i64) -> Result<Value, Exception> {
    verify!(n == 1, "a task failed, and {n} failures were reported");
    Ok(Value::Record(vec![("reported", n.into())]))
}

/// What a task does; some fail.
fn task((nth, fails): (usize, bool)) -> Result<usize, Exception> {
    if fails { Err(Exception::new("ValueError", format!("task {nth} fails"))) } else { Ok(nth) }
}

/// The tasks, with whether each fails.
fn tasks(params: &Params) -> impl Iterator<Item = (usize, bool)> {
    let n = params.size("tasks");
    (0..n).map(move |nth| (nth, nth + 1 == n))
}

fn unasked(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::named("pool", params.size("workers"))?;
    for args in tasks(params) {
        pool.apply_async(args, task)?;
    }
    pool.close();
    pool.join()?;
    told(0)
}

fn get(params: &Params) -> Result<Value, Exception> {
    let pool = Pool::named("pool", params.size("workers"))?;
    let mut results = vec![];
    for args in tasks(params) {
        results.push(pool.apply_async(args, task)?);
    }
    pool.close();
    pool.join()?;
    told(results.iter().filter(|result| result.get().is_err()).count() as i64)
}

fn error_callback(params: &Params) -> Result<Value, Exception> {
    let failures = Atomic::named("failures", 0);
    let pool = Pool::with_callbacks(params.size("workers"))?;
    for args in tasks(params) {
        let theirs = failures.clone();
        pool.apply_async_with(args, task, |_| (), move |_| theirs.fetch_add(1))?;
    }
    pool.close();
    pool.join()?;
    told(failures.load())
}
