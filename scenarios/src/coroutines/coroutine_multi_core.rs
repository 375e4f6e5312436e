//! Coroutines and cores (K76).
//!
//! Eight coroutines compute for one second each, on a machine with four cores.
//!
//! `one-process`: all in one loop. A coroutine that computes keeps its turn, so one core is
//! used and three are idle: 8 s.
//!
//! `a-process-a-core`: a loop with two of them in each of four processes. Each loop has a core
//! of its own: 2 s. In general n on each of m cores take n m s, and n s.

use std::time::Duration;

use unknot_checker::sim::future::{self, Loop};
use unknot_checker::sim::process;
use unknot_checker::sim::{Cpu, Exception, Policy, Value};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::clock::seconds;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "coroutine-multi-core",
    family: "coroutines",
    about: "coroutines that compute in one process, or in several",
    covers: &["K76"],
    params: &[
        Param { name: "cores", about: "cores, and processes", default: 4, min: 1, max: 8 },
        Param { name: "each", about: "coroutines for each core", default: 2, min: 1, max: 8 },
    ],
    variants: &[
        Variant::new("one-process", "all in one loop", one_process, |params| {
            Expectation::pass().outcomes([params.int("cores") * params.int("each")])
        })
        .in_virtual_time(),
        Variant::new("a-process-a-core", "a loop in each process", processes, |params| {
            Expectation::pass().outcomes([params.int("each")])
        })
        .in_virtual_time(),
    ],
    source: source!("coroutine_multi_core.rs"),
};

/// So many coroutines in a loop of this process, each of which computes for a second.
fn compute(cpu: &Cpu, n: i64) -> Result<(), Exception> {
    Loop::new().run(async {
        let start = |_| {
            let cpu = cpu.clone();
            future::spawn(async move { cpu.compute(Duration::from_secs(1)) })
        };
        let started: Vec<_> = (0..n).map(start).collect();
        for task in started {
            task.await?;
        }
        Ok(())
    })?
}

fn cores(params: &Params) -> Result<Cpu, Exception> {
    let cores = usize::try_from(params.int("cores")).expect("few cores");
    Cpu::new(cores, Policy::Fcfs)
}

fn one_process(params: &Params) -> Result<Value, Exception> {
    compute(&cores(params)?, params.int("cores") * params.int("each"))?;
    Ok(seconds()?.into())
}

fn processes(params: &Params) -> Result<Value, Exception> {
    let (cpu, each) = (cores(params)?, params.int("each"));
    let start = |_| process::start((cpu.clone(), each), |(cpu, each)| compute(&cpu, each));
    let started = (0..params.int("cores")).map(start).collect::<Result<Vec<_>, Exception>>()?;
    for process in &started {
        process.join()?;
    }
    Ok(seconds()?.into())
}
