//! Callbacks of futures (E66; K68).
//!
//! An executor of w worker processes is given n tasks, and each future a callback, which gets
//! the future and asks it for the result. Main ends without a shutdown.
//!
//! ```text
//!   main                worker 1      worker 2      result handler
//!   submit 0, 1
//!   callbacks
//!                       does 0        does 1
//!                                     has done 1
//!                                                   callback of 1
//!                       has done 0
//!                                                   callback of 0
//! ```
//!
//! `appends`: each callback appends to a list. One thread runs them as tasks are done, so
//! the list has the order of completion and not that of submission. Main may add a
//! callback when the task has been done already, and runs it then itself. But tasks that
//! were done before were submitted before, so main has added their callbacks before, and
//! tasks that are submitted later are done later: of the tasks before one at most w−1 can
//! come after it all the same. These are the w! w^(n−w) orders of completion. The end of
//! the program waits for the executor, so the list has all tasks.
//!
//! `futures-list`: main keeps the futures in a list and asks them in that order. One
//! outcome, whatever the order of completion.
//!
//! `added-at-once`: the callback of a single task says which task runs it: the handler, or
//! main if the task has been done when the callback is added. Three classes, since the task
//! waits, has begun or is done then, and two outcomes. `added-late`: main waits for the
//! result before it adds the callback, and runs it itself, always: one class.

use unknot_checker::sim::process::ProcessPoolExecutor;
use unknot_checker::sim::{Exception, Future, Shared, Value, current_name, outcome_at_exit};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::orders::completion_orders;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "executor-callback",
    family: "pools",
    about: "what callbacks of futures are called with, and by which task",
    covers: &["E66", "K68"],
    params: &[
        Param { name: "tasks", about: "tasks", default: 3, min: 1, max: 5 },
        Param { name: "workers", about: "workers", default: 2, min: 1, max: 3 },
    ],
    variants: &[
        Variant::new("appends", "callbacks append to a list", appends, |params| {
            let orders = completion_orders(params.size("tasks"), params.size("workers"));
            Expectation::pass().outcomes(orders)
        }),
        Variant::new(
            "added-at-once",
            "a callback is added after the submission",
            |params| one(params, When::AtOnce),
            |_| Expectation::pass().outcomes(["main", "result handler"]),
        ),
        Variant::new(
            "added-late",
            "a callback is added after the result",
            |params| one(params, When::AfterTheResult),
            |_| Expectation::pass().outcomes(["main"]),
        ),
        Variant::new(
            "futures-list",
            "main asks the futures in the order of submission",
            futures_list,
            |params| Expectation::pass().outcomes([(0..params.size("tasks")).collect::<Vec<_>>()]),
        ),
    ],
    source: source!("executor_callback.rs"),
};

fn executor(params: &Params) -> Result<ProcessPoolExecutor, Exception> {
    ProcessPoolExecutor::named("executor", params.size("workers"))
}

fn appends(params: &Params) -> Result<Value, Exception> {
    let list = Shared::named("list", vec![]);
    let at_exit = list.clone();
    outcome_at_exit(move || at_exit.read());
    let executor = executor(params)?;
    for task in 0..params.size("tasks") {
        let list = list.clone();
        let append = move |future: &Future<usize>| -> Result<(), Exception> {
            let task = future.result()?;
            list.update_in_one_step(|all| [all.clone(), vec![task]].concat());
            Ok(())
        };
        executor.submit(task, |task| task)?.add_done_callback(append);
    }
    Ok(Value::Unit)
}

/// When a callback is added.
enum When {
    AtOnce,
    AfterTheResult,
}

/// Tells which task runs the callback of a task.
fn one(params: &Params, when: When) -> Result<Value, Exception> {
    let by = Shared::named("run by", String::new());
    let at_exit = by.clone();
    outcome_at_exit(move || at_exit.read());
    let future = executor(params)?.submit(1, |task: usize| task)?;
    if let When::AfterTheResult = when {
        future.result()?;
    }
    future.add_done_callback(move |_| by.write(current_name()));
    Ok(Value::Unit)
}

fn futures_list(params: &Params) -> Result<Value, Exception> {
    let executor = executor(params)?;
    let tasks = 0..params.size("tasks");
    let futures = tasks.map(|task| executor.submit(task, |task| task));
    let futures = futures.collect::<Result<Vec<Future<usize>>, Exception>>()?;
    let results = futures.iter().map(Future::result);
    Ok(results.collect::<Result<Vec<usize>, Exception>>()?.into())
}
