//! A join in the loop of the starts (E31 E105; K55).
//!
//! Main starts n workers that work for d seconds each, and joins them. Durations count.
//!
//! ```text
//!   time     main            worker 1      worker 2
//!   0 s      start 1
//!            join 1          works
//!   2 s      start 2
//!            join 2                        works
//!   4 s
//! ```
//!
//! `processes-in-loop`: main joins each worker before it starts the next. Nothing fails,
//! but the work is done one after another: n d seconds. Each step waits for the one
//! before: one class. `threads-in-loop`: the same with one word changed.
//!
//! `processes-after` and `threads-after`: main starts all, then joins all. The clock stands
//! still while any task can go on, so all start at 0 s and end at d seconds, and so does
//! main. Sleeping touches nothing and the ends are independent, so there is one class
//! again. That they work at the same time takes a processor for each, or work that is
//! only waiting, as it is here.

use std::time::Duration;

use unknot_checker::sim::{Exception, Value, now, sleep};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::worker::{Started, Worker};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "serial-join",
    family: "processes",
    about: "workers are joined in the loop that starts them",
    covers: &["E31", "E105", "K55"],
    params: &[
        Param { name: "workers", about: "workers", default: 5, min: 1, max: 20 },
        Param { name: "seconds", about: "seconds that each works", default: 2, min: 1, max: 60 },
    ],
    variants: &[
        Variant::new(
            "processes-in-loop",
            "each process is joined before the next is started",
            |params| in_loop(params, Worker::Process),
            serial,
        )
        .in_virtual_time(),
        Variant::new(
            "threads-in-loop",
            "each thread is joined before the next is started",
            |params| in_loop(params, Worker::Thread),
            serial,
        )
        .in_virtual_time(),
        Variant::new(
            "processes-after",
            "all processes are started, then joined",
            |params| after(params, Worker::Process),
            at_once,
        )
        .in_virtual_time(),
        Variant::new(
            "threads-after",
            "all threads are started, then joined",
            |params| after(params, Worker::Thread),
            at_once,
        )
        .in_virtual_time(),
    ],
    source: source!("serial_join.rs"),
};

fn takes(seconds: i64) -> Expectation {
    Expectation::pass().outcomes([Value::Record(vec![("seconds", seconds.into())])])
}

fn serial(params: &Params) -> Expectation {
    takes(params.int("workers") * params.int("seconds"))
}

fn at_once(params: &Params) -> Expectation {
    takes(params.int("seconds"))
}

fn start(params: &Params, worker: Worker, i: usize) -> Result<Started, Exception> {
    let duration = Duration::from_secs(params.size("seconds") as u64);
    worker.start(("worker", i), duration, sleep)
}

/// How long it took.
fn elapsed() -> Result<Value, Exception> {
    Ok(Value::Record(vec![("seconds", now()?.as_secs().into())]))
}

fn in_loop(params: &Params, worker: Worker) -> Result<Value, Exception> {
    for i in 1..=params.size("workers") {
        start(params, worker, i)?.join()?;
    }
    elapsed()
}

fn after(params: &Params, worker: Worker) -> Result<Value, Exception> {
    let mut workers = vec![];
    for i in 1..=params.size("workers") {
        workers.push(start(params, worker, i)?);
    }
    for worker in workers {
        worker.join()?;
    }
    elapsed()
}
