//! One report for each get, or the books do not balance (E84; K39, M13).
//!
//! Main puts items and joins the queue; a worker gets them and reports.
//! The queue counts the items that were put and not reported, and join waits
//! for 0.
//!
//! ```text
//!   main                  worker       not reported
//!   put 1, put 2                       2
//!                         get, get     2
//!                         report       1
//!   join  BLOCKED         ends         1
//! ```
//!
//! `no-report`, `one-short`: the worker ends, the count is above 0 and no other
//! task reports, so the join waits for ever in every schedule.
//!
//! `one-too-many`: the worker gets all items before it reports, so all puts
//! precede all reports; the last report meets a count of 0 and raises. The
//! count was 0 before it, so the join gets through.
//!
//! `one-per-get` (K39): a report follows its get, so the count is above 0 before
//! it: nothing raises. After the last one it is 0, and the join returns.
//!
//! `one-thread`: as the document has it, puts, gets, reports and join by one
//! thread: one schedule, with the same balance.

use unknot_checker::sim::{Exception, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "task-done-balance",
    family: "queues",
    about: "a worker reports too little, too much, or what it got",
    covers: &["E84", "K39", "M13"],
    params: &[Param { name: "items", about: "items put", default: 2, min: 2, max: 100 }],
    variants: &[
        Variant::new("no-report", "the worker reports nothing", |p| work(p, 0), hangs),
        Variant::new(
            "one-short",
            "the worker reports all but one",
            |params| work(params, params.size("items") - 1),
            hangs,
        ),
        Variant::new(
            "one-too-many",
            "the worker reports one more than it got",
            |params| work(params, params.size("items") + 1),
            |params| balanced(params).always(Kind::Exception),
        ),
        Variant::new(
            "one-per-get",
            "the worker reports what it got",
            |params| work(params, params.size("items")),
            balanced,
        ),
        Variant::new("one-thread", "the same by one thread", one_thread, balanced),
    ],
    source: source!("task_done_balance.rs"),
};

fn hangs(_: &Params) -> Expectation {
    Expectation::pass().always(Kind::Hang).outcomes::<()>([])
}

fn balanced(_: &Params) -> Expectation {
    Expectation::pass().outcomes(["joined"])
}

/// Puts all items and joins the queue, beside a worker that makes `n_reports` reports.
fn work(params: &Params, n_reports: usize) -> Result<Value, Exception> {
    let items = params.int("items");
    let queue = Queue::named("queue", 0);
    let theirs = queue.clone();
    let worker = spawn_named("worker", move || {
        (0..items).try_for_each(|_| theirs.get().map(drop))?;
        (0..n_reports).try_for_each(|_| theirs.task_done())
    });
    (0..items).try_for_each(|item| queue.put(item))?;
    queue.join();
    // An exception has ended the worker; joining it does not raise it again.
    let _ended = worker.join()?;
    Ok("joined".into())
}

fn one_thread(params: &Params) -> Result<Value, Exception> {
    let items = params.int("items");
    let queue = Queue::named("queue", 0);
    (0..items).try_for_each(|item| queue.put(item))?;
    for _ in 0..items {
        queue.get()?;
        queue.task_done()?;
    }
    queue.join();
    Ok("joined".into())
}
