//! Which task has which number (E30 E55 E90; K59).
//!
//! Each worker tells the number of its process and of the process that started that, and
//! main tells its own.
//!
//! ```text
//!   main          worker 1                worker 2
//!   pid p0
//!   start
//!   start
//!                 pid p0 or p1
//!                                         pid p0 or p2
//! ```
//!
//! `threads`: a thread has the number of its process, which is that of main: p0, all of
//! them. `processes`: the same with one word changed. Each has a number of its own, and
//! names the starter as its parent: p0.
//!
//! `nested`: each process starts another one. The starter of that is not main: the parent
//! of a process is the one that started it.
//!
//! The numbers are known beforehand, and each worker tells its own in a place of its own,
//! so nothing depends on an order: one class, and one outcome. A real system gives
//! any numbers; what holds there too is which of them are equal.

use unknot_checker::sim::process::{self, Array};
use unknot_checker::sim::{Exception, Value, verify};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::worker::Worker;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pid-identity",
    family: "processes",
    about: "threads share a number, and processes have one each",
    covers: &["E30", "E55", "E90", "K59"],
    params: &[Param { name: "workers", about: "workers", default: 2, min: 1, max: 5 }],
    variants: &[
        Variant::new(
            "threads",
            "threads tell the number of their process",
            |params| tell(params, Worker::Thread),
            |params| expect(params, |_| "p0".to_owned()),
        ),
        Variant::new(
            "processes",
            "processes tell their number",
            |params| tell(params, Worker::Process),
            |params| expect(params, |i| format!("p{i}")),
        ),
        Variant::new("nested", "processes of processes tell their number", nested, |params| {
            let told = (1..=params.size("workers")).map(|i| (format!("p{i}.1"), format!("p{i}")));
            Expectation::pass().outcomes([outcome("p0".to_owned(), told.collect())])
        }),
    ],
    source: source!("pid_identity.rs"),
};

/// The number of main, and the number of each worker with that of its parent.
fn outcome(main: String, told: Vec<(String, String)>) -> Value {
    Value::Record(vec![("main", main.into()), ("workers", told.into())])
}

/// All name the process of main as the parent: that of main itself is not in the program.
fn expect(params: &Params, pid: fn(usize) -> String) -> Expectation {
    let told = (1..=params.size("workers")).map(|i| (pid(i), "p0".to_owned()));
    Expectation::pass().outcomes([outcome("p0".to_owned(), told.collect())])
}

/// The number of the process of the worker, and that of its parent.
type Told = Array<(String, String)>;

fn tell_pid((told, i): (Told, usize)) {
    told[i].write((process::pid().to_string(), process::ppid().to_string()));
}

fn collect(told: &Told) -> Value {
    outcome(process::pid().to_string(), told.iter().map(|told| told.read()).collect())
}

fn untold(params: &Params) -> Told {
    Told::named("told", vec![(String::new(), String::new()); params.size("workers")])
}

fn tell(params: &Params, worker: Worker) -> Result<Value, Exception> {
    let told = untold(params);
    let mut workers = vec![];
    for i in 0..params.size("workers") {
        workers.push(worker.start(("worker", i + 1), (told.clone(), i), tell_pid)?);
    }
    for worker in workers {
        worker.join()?;
    }
    let main = process::pid().to_string();
    let all_alike = told.iter().all(|told| told.read().0 == main);
    verify!(all_alike == (worker == Worker::Thread), "only threads share a number");
    Ok(collect(&told))
}

fn nested(params: &Params) -> Result<Value, Exception> {
    let told = untold(params);
    let mut workers = vec![];
    for i in 0..params.size("workers") {
        workers.push(process::start((told.clone(), i), |args| {
            process::start(args, tell_pid)?.join()
        })?);
    }
    for worker in workers {
        worker.join()?;
    }
    Ok(collect(&told))
}
