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

/// The sizes of jobs of which one is long: its time, the time of each short one, and how many of
/// these there are.
pub(super) fn sizes(params: &Params) -> (u64, u64, u64) {
    (time(params, "long"), time(params, "short"), time(params, "jobs"))
}

/// A long job, which comes at time 0, and short ones, the first at time 0 as well and each other
/// one so many milliseconds after the one before.
pub(super) fn long_and_shorts(params: &Params, apart: u64) -> (Job, Vec<Job>) {
    let (long, short, n) = sizes(params);
    let shorts = (1..=n).map(|i| match (i - 1) * apart {
        0 => job(format!("short {i}"), &[Part::Cpu(short)]),
        wait => job(format!("short {i}"), &[Part::Io(wait), Part::Cpu(short)]),
    });
    (job("long", &[Part::Cpu(long)]), shorts.collect())
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

/// The times of a long job and two short ones.
fn three(params: &Params) -> [u64; 3] {
    let short = time(params, "short");
    [time(params, "long"), short, short]
}

/// Runs a long job and two short ones that all come at time 0.
pub(super) fn waits_of_three(params: &Params, cpu: &Cpu) -> Result<Value, Exception> {
    let names = ["long", "short 1", "short 2"];
    let jobs = names.iter().zip(three(params)).map(|(&name, time)| job(name, &[Part::Cpu(time)]));
    waits_of(cpu, &jobs.collect::<Vec<_>>())
}

/// The same three jobs on paper, level by level: on each level every job that is left has the core
/// for its quantum at most, in turn, and a change of the core to another job costs `switch`. All
/// jobs are there from the start, so no level is given up for a higher one. A job that ends
/// has waited for all of the time that was not its own.
pub(super) fn on_paper(
    params: &Params,
    quanta: impl IntoIterator<Item = u64>,
    switch: u64,
) -> Expectation {
    let bursts = three(params);
    let (mut now, mut had, mut waits) = (0, None, bursts);
    let mut level: Vec<(usize, u64)> = bursts.into_iter().enumerate().collect();
    for quantum in quanta {
        if level.is_empty() {
            break;
        }
        let mut below = vec![];
        for (number, left) in level {
            if had.replace(number).is_some_and(|had| had != number) {
                now += switch;
            }
            let runs = left.min(quantum);
            now += runs;
            match left - runs {
                0 => waits[number] = now - bursts[number],
                rest => below.push((number, rest)),
            }
        }
        level = below;
    }
    expect(waits, now)
}
