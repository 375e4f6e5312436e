//! Threads and processes that compute, and that wait (E53; S14; K09 to K11).
//!
//! n workers compute for c ms each, on a machine with some cores. Threads of one process share
//! its interpreter lock, so only one of them runs at an instant, however many cores there are.
//! Processes have an interpreter lock each, and run on as many cores as there are.
//!
//! | variant | workers | takes |
//! |---|---|---|
//! | `threads` | compute, under one lock | n c |
//! | `threads-in-turns` | the same, and the lock is handed on meanwhile | n c |
//! | `processes` | compute, each under its own lock | ⌈n/cores⌉ c |
//! | `threads-waiting` | wait for a device | c |
//! | `processes-waiting` | wait for a device | c |
//!
//! With five workers of 10 ms and five cores: 50, 50, 10, 10 and 10 ms. So threads are for what
//! waits, and processes for what computes. The listing compares a process that sums up 100
//! million numbers with a thread that sums up 10 million, and so shows nothing.
//!
//! A thread computes on a core while it has the lock, and no other one asks for a core
//! meanwhile: four of the five cores are idle. In `threads` a burst is a single bytecode, so
//! the lock is handed on after it. In `threads-in-turns` a bytecode takes t ms, and the lock is
//! handed on after each: the turns add up to the same sum. What waits gives the lock up, and so
//! all wait at once. The policies of lock and processor decide everything: one class each.

use std::time::Duration;

use unknot_checker::sim::process::{self, Process};
use unknot_checker::sim::{Cpu, Exception, Gil, JoinHandle, Policy, Value, now};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::job::{millis, time};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "cpu-bound-threads-vs-processes",
    family: "scheduling",
    about: "threads share an interpreter lock, processes have one each",
    covers: &["E53", "S14", "K09", "K10", "K11"],
    params: &[
        Param { name: "workers", about: "workers", default: 5, min: 1, max: 20 },
        Param {
            name: "burst",
            about: "ms that each works or waits",
            default: 10,
            min: 1,
            max: 999,
        },
        Param { name: "turn", about: "ms of a turn", default: 4, min: 1, max: 999 },
        Param { name: "cores", about: "cores of the machine", default: 5, min: 1, max: 20 },
    ],
    variants: &[
        Variant::new(
            "threads",
            "threads compute under one interpreter lock",
            |params| threads(params, Work::Burst),
            one_at_a_time,
        )
        .in_virtual_time(),
        Variant::new(
            "threads-in-turns",
            "the same, and the lock is handed on meanwhile",
            |params| threads(params, Work::Turns(millis(time(params, "turn")))),
            one_at_a_time,
        )
        .in_virtual_time(),
        Variant::new(
            "processes",
            "processes compute, each under its own lock",
            |params| processes(params, Work::Burst),
            |params| {
                let rounds = time(params, "workers").div_ceil(time(params, "cores"));
                takes(rounds * time(params, "burst"))
            },
        )
        .in_virtual_time(),
        Variant::new(
            "threads-waiting",
            "threads wait for a device",
            |params| threads(params, Work::Waits),
            at_once,
        )
        .in_virtual_time(),
        Variant::new(
            "processes-waiting",
            "processes wait for a device",
            |params| processes(params, Work::Waits),
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

fn one_at_a_time(params: &Params) -> Expectation {
    takes(time(params, "workers") * time(params, "burst"))
}

fn at_once(params: &Params) -> Expectation {
    takes(time(params, "burst"))
}

/// How a worker spends its time.
#[derive(Clone, Copy, Debug)]
enum Work {
    /// It computes, in one bytecode.
    Burst,
    /// It computes, in bytecodes that take so long each.
    Turns(Duration),
    /// It waits for a device.
    Waits,
}

/// A worker under an interpreter lock that is handed on after each bytecode.
fn work(gil: &Gil, cpu: &Cpu, burst: Duration, work: Work) {
    let turn = match work {
        Work::Burst => burst,
        Work::Turns(turn) => turn,
        Work::Waits => return gil.sleep(burst),
    };
    let mut left = burst;
    while !left.is_zero() {
        gil.bytecode();
        let takes = left.min(turn);
        cpu.compute(takes);
        left -= takes;
    }
}

fn machine(params: &Params) -> Result<(Cpu, Duration), Exception> {
    let cpu = Cpu::named("cpu", params.size("cores"), Policy::Fcfs)?;
    Ok((cpu, millis(time(params, "burst"))))
}

fn elapsed() -> Result<Value, Exception> {
    Ok(told(now()?.as_millis() as u64))
}

/// Threads of one process, and so of one interpreter.
fn threads(params: &Params, how: Work) -> Result<Value, Exception> {
    let ((cpu, burst), gil) = (machine(params)?, Gil::new(1));
    let start = |i: usize| {
        let (cpu, own) = (cpu.clone(), gil.clone());
        gil.spawn(("worker", i), move || work(&own, &cpu, burst, how))
    };
    let workers: Vec<_> = (1..=params.size("workers")).map(start).collect();
    gil.blocking(|| workers.into_iter().try_for_each(JoinHandle::join))?;
    elapsed()
}

/// Processes, each with an interpreter of its own.
fn processes(params: &Params, how: Work) -> Result<Value, Exception> {
    let (cpu, burst) = machine(params)?;
    let start = |i: usize| {
        let body = move |cpu: Cpu| work(&Gil::new(1), &cpu, burst, how);
        process::new(cpu.clone(), body).named(("worker", i)).start()
    };
    let workers = (1..=params.size("workers")).map(start).collect::<Result<Vec<_>, Exception>>()?;
    workers.iter().try_for_each(Process::join)?;
    elapsed()
}
