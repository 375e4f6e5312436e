//! Jobs: tasks that compute and wait for devices. Times are milliseconds.

use std::time::Duration;

use unknot_checker::sim::{Cpu, Exception, Policy, Value, now, sleep, spawn_named};
use unknot_checker::{Expectation, Params};

/// What a job does next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// It computes for so long.
    Cpu(u64),
    /// It waits for a device, of which there are enough.
    Io(u64),
}

/// A job with a name.
pub(super) type Job = (String, Vec<Part>);

pub(super) fn job(name: impl Into<String>, parts: &[Part]) -> Job {
    (name.into(), parts.to_vec())
}

pub(super) fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A parameter that is a time.
pub(super) fn time(params: &Params, name: &str) -> u64 {
    params.size(name) as u64
}

/// One core.
pub(super) fn core(policy: Policy) -> Result<Cpu, Exception> {
    Cpu::named("cpu", 1, policy)
}

/// Starts all jobs at once, in their order, and waits until they have ended.
pub(super) fn run(cpu: &Cpu, jobs: &[Job]) -> Result<(), Exception> {
    let tasks: Vec<_> = jobs
        .iter()
        .map(|(name, parts)| {
            let (cpu, parts) = (cpu.clone(), parts.clone());
            spawn_named(name.clone(), move || carry_out(&cpu, &parts))
        })
        .collect();
    tasks.into_iter().try_for_each(|task| task.join())
}

fn carry_out(cpu: &Cpu, parts: &[Part]) {
    for part in parts {
        match *part {
            Part::Cpu(time) => cpu.compute(millis(time)),
            Part::Io(time) => sleep(millis(time)),
        }
    }
}

/// Runs jobs on one core and tells for how long each of them was ready without a core, and
/// when all had ended.
pub(super) fn waits_of(cpu: &Cpu, jobs: &[Job]) -> Result<Value, Exception> {
    run(cpu, jobs)?;
    let report = cpu.report();
    let wait = |(name, _): &Job| {
        let times = report.iter().find(|times| times.task == *name);
        times.expect("every job computes").waiting.as_millis() as u64
    };
    told(jobs.iter().map(wait), now()?.as_millis() as u64)
}

fn told(waits: impl IntoIterator<Item = u64>, ends: u64) -> Result<Value, Exception> {
    let waits = waits.into_iter().map(Value::from).collect();
    Ok(Value::Record(vec![("waits", Value::List(waits)), ("ends", ends.into())]))
}

/// No finding, these waits and this end.
pub(super) fn expect(waits: impl IntoIterator<Item = u64>, ends: u64) -> Expectation {
    Expectation::pass().outcomes(told(waits, ends))
}
