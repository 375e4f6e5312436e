//! The states of a process, and how it goes from one to another (S02; K52).
//!
//! ```text
//!   new -> ready <-> running -> ended
//!            ^          |
//!            +- blocked <
//! ```
//!
//! A task that was started is *ready*. It *runs* once a core has it, goes back to ready when
//! it has to leave the core, is *blocked* while it waits for something that has to happen
//! first, and is then ready, not running. No other transition exists. `unknot gantt` shows
//! the states of each task of an execution, and its JSON each transition with its time.
//!
//! `start-is-ready` (K52): main starts two tasks that compute 5 ms each on one core. Both are
//! ready at once, but only the first runs; the second one has waited 5 ms, ready, before it
//! ran at all.
//!
//! `preempted`: a quantum of 2 ms. Task 1 computes 5 ms and task 2 computes 3 ms: 1 runs 0-2,
//! 4-6 and 7-8, task 2 runs 2-4 and 6-7. Task 1 goes from running to ready twice and task 2
//! once; waits of 3 and 4 ms, and neither is ever blocked.
//!
//! `blocked`: task 1 computes 2 ms, waits 4 ms for a device, and computes 2 ms. Task 2 computes
//! 5 ms, from 2 to 7. The device is ready at 6, but the core is not free before 7: blocked for
//! 4 ms, then ready for 1.
//!
//! `locked`: both compute 3 ms under a lock, on two cores. The task that has the lock second is
//! blocked for 3 ms, and waits for no core at all. Which one that is, is open: two classes.
//!
//! In all others the policy decides everything: one class.

use unknot_checker::sim::{Cpu, Exception, JobTimes, Lock, Policy, Value, done, now, spawn_named};
use unknot_checker::{Expectation, Params, Scenario, Variant};

use super::job::{Part, core, job, millis, run};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "process-states",
    family: "scheduling",
    about: "a task is ready, running or blocked, and goes from state to state as it may",
    covers: &["S02", "K52"],
    params: &[],
    variants: &[
        Variant::new("start-is-ready", "a started task waits for the core", start_is_ready, |_| {
            expect(&[[0, 0], [5, 5]], 10)
        })
        .in_virtual_time(),
        Variant::new("preempted", "a task has to leave the core", preempted, |_| {
            expect(&[[3, 0], [4, 2]], 8)
        })
        .in_virtual_time(),
        Variant::new("blocked", "a task waits for a device", blocked, |_| {
            expect(&[[1, 0], [2, 2]], 9)
        })
        .in_virtual_time(),
        Variant::new("locked", "a task waits for a lock", locked, |_| expect(&[[0, 0], [0, 0]], 6))
            .in_virtual_time(),
    ],
    source: source!("process_states.rs", "job.rs"),
};

/// For each task for how long it was ready without a core, and when it first had one; and
/// the end.
fn told(times: &[[u64; 2]], ends: u64) -> Value {
    let time = |&[waits, response]: &[u64; 2]| Value::List(vec![waits.into(), response.into()]);
    Value::Record(vec![
        ("waits, response", Value::List(times.iter().map(time).collect())),
        ("ends", ends.into()),
    ])
}

fn expect(times: &[[u64; 2]], ends: u64) -> Expectation {
    Expectation::pass().outcomes([told(times, ends)])
}

fn times_of(cpu: &Cpu) -> Result<Value, Exception> {
    let ms = |time: std::time::Duration| time.as_millis() as u64;
    let times = |job: &JobTimes| [ms(job.waiting), ms(job.response.unwrap_or_default())];
    let all: Vec<[u64; 2]> = cpu.report().iter().map(times).collect();
    Ok(told(&all, ms(now()?)))
}

fn start_is_ready(_: &Params) -> Result<Value, Exception> {
    let cpu = core(Policy::Fcfs)?;
    run(&cpu, &[job("first", &[Part::Cpu(5)]), job("second", &[Part::Cpu(5)])])?;
    times_of(&cpu)
}

fn preempted(_: &Params) -> Result<Value, Exception> {
    let cpu = core(Policy::RoundRobin(millis(2)))?;
    run(&cpu, &[job("first", &[Part::Cpu(5)]), job("second", &[Part::Cpu(3)])])?;
    times_of(&cpu)
}

fn blocked(_: &Params) -> Result<Value, Exception> {
    let cpu = core(Policy::Fcfs)?;
    let first = [Part::Cpu(2), Part::Io(4), Part::Cpu(2)];
    run(&cpu, &[job("first", &first), job("second", &[Part::Cpu(5)])])?;
    times_of(&cpu)
}

fn locked(_: &Params) -> Result<Value, Exception> {
    let (cpu, lock) = (Cpu::named("cpu", 2, Policy::Fcfs)?, Lock::named("lock"));
    let mut tasks = vec![];
    for name in ["first", "second"] {
        let (cpu, lock) = (cpu.clone(), lock.clone());
        tasks.push(spawn_named(name, move || {
            let _guard = lock.lock()?;
            cpu.compute(millis(3));
            done(())
        }));
    }
    for task in tasks {
        task.join()??;
    }
    times_of(&cpu)
}
