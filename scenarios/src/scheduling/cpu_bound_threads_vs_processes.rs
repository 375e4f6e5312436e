//! Threads and processes that compute, and that wait (E53; K09 to K11).
//!
//! n workers compute for c ms each. Threads of one process share its interpreter lock, so
//! only one of them runs at an instant: for what they compute that is one core. Processes
//! have an interpreter lock each, and run on as many cores as there are.
//!
//! | variant | workers | takes |
//! |---|---|---|
//! | `threads` | compute, under one lock | n c |
//! | `processes` | compute, each under its own lock | ⌈n/cores⌉ c |
//! | `threads-waiting` | wait for a device | c |
//! | `processes-waiting` | wait for a device | c |
//!
//! With five workers of 10 ms and five cores: 50, 10, 10 and 10 ms. So threads are for what
//! waits, and processes for what computes. The listing compares a process that sums up 100
//! million numbers with a thread that sums up 10 million, and so shows nothing.
//!
//! The lock is handed on after each burst here, and the whole burst is one. Where it is
//! handed on within it, the sum of all bursts is the same. The policy decides everything:
//! one class each.

use std::time::Duration;

use unknot_checker::sim::{Cpu, Exception, Policy, Value, now, process, sleep, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::job::{millis, time};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "cpu-bound-threads-vs-processes",
    family: "scheduling",
    about: "threads share an interpreter lock, processes have one each",
    covers: &["E53", "K09", "K10", "K11"],
    params: &[
        Param { name: "workers", about: "workers", default: 5, min: 1, max: 20 },
        Param {
            name: "burst",
            about: "ms that each works or waits",
            default: 10,
            min: 1,
            max: 999,
        },
        Param { name: "cores", about: "cores of the machine", default: 5, min: 1, max: 20 },
    ],
    variants: &[
        Variant::new(
            "threads",
            "threads compute under one interpreter lock",
            |params| threads(params, &Cpu::named("interpreter", 1, Policy::Fcfs)?),
            |params| takes(time(params, "workers") * time(params, "burst")),
        )
        .in_virtual_time(),
        Variant::new(
            "processes",
            "processes compute, each under its own lock",
            processes,
            |params| {
                let rounds = time(params, "workers").div_ceil(time(params, "cores"));
                takes(rounds * time(params, "burst"))
            },
        )
        .in_virtual_time(),
        Variant::new("threads-waiting", "threads wait for a device", threads_waiting, at_once)
            .in_virtual_time(),
        Variant::new(
            "processes-waiting",
            "processes wait for a device",
            processes_waiting,
            at_once,
        )
        .in_virtual_time(),
    ],
    source: source!("cpu_bound_threads_vs_processes.rs"),
};

fn told(ends: u64) -> Value {
    Value::Record(vec![("ends", ends.into())])
}

fn takes(ends: u64) -> Expectation {
    Expectation::pass().outcomes([told(ends)])
}

fn at_once(params: &Params) -> Expectation {
    takes(time(params, "burst"))
}

fn elapsed() -> Result<Value, Exception> {
    Ok(told(now()?.as_millis() as u64))
}

fn burst(params: &Params) -> Duration {
    millis(time(params, "burst"))
}

/// Starts all workers as threads, and waits until they have ended.
fn as_threads(
    params: &Params,
    work: impl Fn(Duration) + Clone + 'static,
) -> Result<Value, Exception> {
    let mut workers = vec![];
    for i in 1..=params.size("workers") {
        let (work, burst) = (work.clone(), burst(params));
        workers.push(spawn_named(("worker", i), move || work(burst)));
    }
    for worker in workers {
        worker.join()?;
    }
    elapsed()
}

fn threads(params: &Params, interpreter: &Cpu) -> Result<Value, Exception> {
    let interpreter = interpreter.clone();
    as_threads(params, move |burst| interpreter.compute(burst))
}

fn threads_waiting(params: &Params) -> Result<Value, Exception> {
    as_threads(params, sleep)
}

fn processes(params: &Params) -> Result<Value, Exception> {
    let cpu = Cpu::named("cpu", params.size("cores"), Policy::Fcfs)?;
    let mut workers = vec![];
    for _ in 0..params.size("workers") {
        let work = |(cpu, burst): (Cpu, Duration)| cpu.compute(burst);
        workers.push(process::start((cpu.clone(), burst(params)), work)?);
    }
    for worker in workers {
        worker.join()?;
    }
    elapsed()
}

fn processes_waiting(params: &Params) -> Result<Value, Exception> {
    let mut workers = vec![];
    for _ in 0..params.size("workers") {
        workers.push(process::start(burst(params), sleep)?);
    }
    for worker in workers {
        worker.join()?;
    }
    elapsed()
}
