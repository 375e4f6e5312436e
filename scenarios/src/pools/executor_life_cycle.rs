//! How an executor ends (E65 E66; K69).
//!
//! An executor is given tasks, and shut down.
//!
//! `submit-after-shutdown`: main shuts the executor down and submits another task. That
//! raises, always. (The document also registers a callback without a function; here that
//! does not compile.)
//!
//! `shutdown-last`: main submits all tasks and shuts the executor down, which waits for
//! them. Each future has been done then, always.
//!
//! `without-waiting`: the same with a shutdown that waits for nothing. Main looks at one
//! future after the other, and any of them may have been done at its look: 2^n outcomes. With
//! two tasks it meets each of them waiting, begun, or done, 3 · 3 ways. The handler
//! tells the futures in the order in which the tasks were done; that is one more class for
//! each of the ways, unless the first was done at its look and the second not at its, which
//! only one of the two orders has. 9 + 7 = 16 classes.
//!
//! `no-shutdown`: main ends without one. The end of the program waits for the workers, and
//! they for their tasks: all are done at its exit, always. Main adds a callback to each
//! future where it looked at it before, so these are the 16 classes; where the second was
//! done by then and the first not, and the second was done first, main and the handler run
//! a callback each, in either order: two more.

use unknot_checker::sim::process::ProcessPoolExecutor;
use unknot_checker::sim::{Atomic, Exception, Future, Shutdown, Value, outcome_at_exit};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "executor-life-cycle",
    family: "pools",
    about: "an executor is shut down, or not",
    covers: &["E65", "E66", "K69"],
    params: &[
        Param { name: "tasks", about: "tasks", default: 2, min: 1, max: 3 },
        Param { name: "workers", about: "workers", default: 3, min: 1, max: 3 },
    ],
    variants: &[
        Variant::new(
            "submit-after-shutdown",
            "a task is submitted after the shutdown",
            submit_after_shutdown,
            |_| Expectation::pass().outcomes::<Value>([]).always(Kind::Exception),
        ),
        Variant::new(
            "without-waiting",
            "the shutdown waits for nothing",
            |params| shut_down(params, Shutdown::Return),
            |params| Expectation::pass().outcomes(all_of(params.size("tasks"))),
        ),
        Variant::new(
            "shutdown-last",
            "the shutdown waits for all tasks",
            |params| shut_down(params, Shutdown::Wait),
            |params| Expectation::pass().outcomes([vec![true; params.size("tasks")]]),
        ),
        Variant::new("no-shutdown", "main ends without one", no_shutdown, |params| {
            Expectation::pass().outcomes([params.int("tasks")])
        }),
    ],
    source: source!("executor_life_cycle.rs"),
};

/// All ways in which n things can be so or not.
fn all_of(n: usize) -> impl Iterator<Item = Vec<bool>> {
    (0..1_usize << n).map(move |bits| (0..n).map(|i| bits >> i & 1 == 1).collect())
}

fn square(n: usize) -> usize {
    n * n
}

fn executor(params: &Params) -> Result<ProcessPoolExecutor, Exception> {
    ProcessPoolExecutor::named("executor", params.size("workers"))
}

fn submit(executor: &ProcessPoolExecutor, n: usize) -> Result<Vec<Future<usize>>, Exception> {
    (0..n).map(|task| executor.submit(task, square)).collect()
}

fn submit_after_shutdown(params: &Params) -> Result<Value, Exception> {
    let executor = executor(params)?;
    executor.shutdown(Shutdown::Wait)?;
    submit(&executor, 1)?;
    Ok(Value::Unit)
}

fn shut_down(params: &Params, how: Shutdown) -> Result<Value, Exception> {
    let executor = executor(params)?;
    let futures = submit(&executor, params.size("tasks"))?;
    executor.shutdown(how)?;
    let done: Vec<bool> = futures.iter().map(Future::done).collect();
    Ok(done.into())
}

fn no_shutdown(params: &Params) -> Result<Value, Exception> {
    let done = Atomic::named("done", 0);
    let at_exit = done.clone();
    outcome_at_exit(move || at_exit.load());
    let executor = executor(params)?;
    for future in submit(&executor, params.size("tasks"))? {
        let done = done.clone();
        future.add_done_callback(move |_| done.fetch_add(1));
    }
    Ok(Value::Unit)
}
