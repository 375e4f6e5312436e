//! Results of an executor (E64; K70).
//!
//! An executor of w workers is given n tasks, and main asks for their results.
//!
//! `submit`: main submits the tasks in a loop, shuts the executor down, and asks each future
//! for its result. `map`: one call submits them, and main takes the results from what it
//! returns. Both are the same: a result is asked for by its future, so results are in the
//! order of submission whatever the order of completion. One outcome each. `threads`: the
//! first with worker threads.
//!
//! The classes are more than the w! w^(n−w) orders of completion in none of the three:
//! main waits until all is done before it looks, or looks at one future after the other,
//! each of which is told once. Worker threads draw their next task after they have told
//! their future, and the order of these draws is what differs.

use unknot_checker::sim::process::ProcessPoolExecutor;
use unknot_checker::sim::{Exception, Future, Shutdown, ThreadPoolExecutor, Value};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "executor-result-order",
    family: "pools",
    about: "results of futures, in the order of submission",
    covers: &["E64", "K70"],
    params: &[
        Param { name: "tasks", about: "tasks", default: 5, min: 1, max: 7 },
        Param { name: "workers", about: "workers", default: 3, min: 1, max: 4 },
    ],
    variants: &[
        Variant::new("submit", "tasks are submitted in a loop", submit, squares),
        Variant::new("map", "tasks are submitted by one call", map, squares),
        Variant::new("threads", "tasks are submitted to threads", threads, squares),
    ],
    source: source!("executor_result_order.rs"),
};

fn squares(params: &Params) -> Expectation {
    let all: Vec<usize> = (0..params.size("tasks")).map(square).collect();
    Expectation::pass().outcomes([all])
}

fn square(n: usize) -> usize {
    n * n
}

fn results(futures: &[Future<usize>]) -> Result<Value, Exception> {
    let results = futures.iter().map(Future::result);
    Ok(results.collect::<Result<Vec<usize>, Exception>>()?.into())
}

fn submit(params: &Params) -> Result<Value, Exception> {
    let executor = ProcessPoolExecutor::named("executor", params.size("workers"))?;
    let mut futures = vec![];
    for n in 0..params.size("tasks") {
        futures.push(executor.submit(n, square)?);
    }
    executor.shutdown(Shutdown::Wait)?;
    results(&futures)
}

fn map(params: &Params) -> Result<Value, Exception> {
    let executor = ProcessPoolExecutor::named("executor", params.size("workers"))?;
    let squares = executor.map(0..params.size("tasks"), square)?;
    Ok(squares.collect::<Result<Vec<usize>, Exception>>()?.into())
}

fn threads(params: &Params) -> Result<Value, Exception> {
    let executor = ThreadPoolExecutor::named("executor", params.size("workers"))?;
    let mut futures = vec![];
    for n in 0..params.size("tasks") {
        futures.push(executor.submit(move || square(n))?);
    }
    executor.shutdown(Shutdown::Wait)?;
    results(&futures)
}
