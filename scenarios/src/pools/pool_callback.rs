//! Callbacks of a pool (E09; K68 M24).
//!
//! A pool of w workers is given n tasks, each with a callback. Callbacks run in the process
//! of main, in one thread that takes the results one after the other as they come.
//!
//! ```text
//!   main                worker 1        worker 2       result handler
//!   give 0, 1
//!                       does 0          does 1
//!                                       has done 1
//!                                                      callback of 1
//!                       has done 0
//!                                                      callback of 0
//!   close, join
//!   list: 1, 0
//! ```
//!
//! `appends`: each callback appends what the task returned to a list. The list has the
//! order of completion, w! w^(n−w) outcomes, in as many classes: the handler takes each
//! result at its own place, so it adds nothing. To take the list for one in the order of
//! the tasks is wrong in all outcomes but one.
//!
//! `adds`: each callback adds what the task returned to a total, by a read and a write
//! without a lock. The handler is one thread, so no write comes in between, and the join
//! waits for the last callback: main reads the total of all tasks, always. The order of
//! completion shows nowhere, so there is one outcome.
//!
//! `asks-the-result`: main does not join, but asks for the result of a task. It is there
//! only when the callback has been run, so main finds the task in the list, always. The
//! handler is a daemon, which has two steps left when main ends: it finds that nothing
//! comes any more, and ends. The exit of the program kills it before, between or after
//! them, so there are three classes for each order of completion.

use unknot_checker::sim::process::{CallbackPool, Pool};
use unknot_checker::sim::{Exception, Shared, Value, verify};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::orders::completion_orders;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pool-callback",
    family: "pools",
    about: "what callbacks of a pool do with what its tasks return",
    covers: &["E09", "K68", "M24"],
    params: &[
        Param { name: "tasks", about: "tasks", default: 4, min: 1, max: 7 },
        Param { name: "workers", about: "workers of the pool", default: 2, min: 1, max: 5 },
    ],
    variants: &[
        Variant::new("appends", "callbacks append to a list", appends, |params| {
            let orders = completion_orders(params.size("tasks"), params.size("workers"));
            Expectation::pass().outcomes(orders)
        }),
        Variant::new("adds", "callbacks add to a total", adds, |params| {
            Expectation::pass().outcomes([total(params.size("tasks"))])
        }),
        Variant::new(
            "asks-the-result",
            "main looks at the list once it has the last result",
            asks,
            |_| Expectation::pass().outcomes([true]),
        ),
    ],
    source: source!("pool_callback.rs"),
};

/// The sum of what n tasks return.
fn total(n: usize) -> usize {
    (0..n).sum()
}

/// Gives a task to the pool, with a callback that appends to the list.
fn give(
    pool: &CallbackPool,
    task: usize,
    list: &Shared<Vec<usize>>,
) -> Result<unknot_checker::sim::process::AsyncResult<usize>, Exception> {
    let list = list.clone();
    let append = move |task: usize| {
        let mut all = list.read();
        all.push(task);
        list.write(all);
    };
    pool.apply_async_with(task, |task| task, append, |_| ())
}

fn appends(params: &Params) -> Result<Value, Exception> {
    let list = Shared::named("list", vec![]);
    let pool = Pool::with_callbacks(params.size("workers"))?;
    for task in 0..params.size("tasks") {
        give(&pool, task, &list)?;
    }
    pool.close();
    pool.join()?;
    Ok(list.read().into())
}

fn adds(params: &Params) -> Result<Value, Exception> {
    let n = params.size("tasks");
    let sum = Shared::named("total", 0);
    let pool = Pool::with_callbacks(params.size("workers"))?;
    for task in 0..n {
        let sum = sum.clone();
        let add = move |task: usize| sum.write(sum.read() + task);
        pool.apply_async_with(task, |task| task, add, |_| ())?;
    }
    pool.close();
    pool.join()?;
    let sum = sum.read();
    verify!(sum == total(n), "callbacks have added {sum}");
    Ok(sum.into())
}

fn asks(params: &Params) -> Result<Value, Exception> {
    let list = Shared::named("list", vec![]);
    let pool = Pool::with_callbacks(params.size("workers"))?;
    let mut results = vec![];
    for task in 0..params.size("tasks") {
        results.push(give(&pool, task, &list)?);
    }
    for result in results {
        result.get()?;
    }
    // Each result is there after its callback, so now no callback runs any more.
    Ok((list.read().len() == params.size("tasks")).into())
}
