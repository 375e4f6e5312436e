//! Exact numbers of classes of programs whose tasks compute.

use std::sync::Arc;
use std::time::Duration;

use unknot_checker::check::observe;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::sim::{
    Cpu, Exception, Lock, Policy, Program, Shared, TimeMode, Value, done, run_once, spawn,
};
use unknot_checker::strategy::Dpor;
use unknot_scenarios::CATALOGUE;

use crate::kit::support::unknot;

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// So many tasks that compute, read, compute and write one more, perhaps under a lock.
fn counter(tasks: u64, is_locked: bool, cores: usize) -> Result<Value, Exception> {
    let cpu = Cpu::new(cores, Policy::RoundRobin(millis(1)))?;
    let (lock, x) = (Lock::new(), Shared::new(0));
    let all: Vec<_> = (0..tasks)
        .map(|_| {
            let (cpu, lock, x) = (cpu.clone(), lock.clone(), x.clone());
            spawn(move || {
                let _guard = if is_locked { Some(lock.lock()?) } else { None };
                let read = x.read();
                cpu.compute(millis(3));
                x.write(read + 1);
                done(())
            })
        })
        .collect();
    for task in all {
        task.join()??;
    }
    Ok(x.read().into())
}

/// A burst touches nothing, so in any time it only takes a step: the classes are those of
/// a counter without it. With a clock all tasks read at time 0, in any order, and reads
/// commute; each ends its burst at a time of its own on one core, and at the same time on
/// as many cores as there are tasks, where the writes come in any order: n!. Under a lock
/// the tasks come one after the other, in any order.
#[test]
fn classes_of_bursts() {
    for (time, tasks, is_locked, cores, classes) in [
        // Of two tasks r1 w1 ∥ r2 w2 the classes are told by the order of each conflict: r1-w2,
        // r2-w1 and w1-w2, of which 4 of the 8 combinations are orders.
        (TimeMode::Any, 2, false, 1, 4),
        (TimeMode::Any, 2, true, 1, 2),
        (TimeMode::Any, 3, true, 1, 6),
        (TimeMode::Virtual, 2, false, 1, 1),
        (TimeMode::Virtual, 3, false, 1, 1),
        (TimeMode::Virtual, 2, false, 2, 2),
        (TimeMode::Virtual, 3, false, 3, 6),
        (TimeMode::Virtual, 2, true, 1, 2),
        (TimeMode::Virtual, 3, true, 3, 6),
    ] {
        let program: Program = Arc::new(move || counter(tasks, is_locked, cores));
        let semantics = Semantics { time, ..Semantics::default() };
        let observed = observe(&program, Dpor::new(), Budget { semantics, ..Budget::default() });
        assert!(observed.exhausted());
        let what = format!("{time:?}, {tasks} tasks, locked {is_locked}, {cores} cores");
        assert_eq!(observed.stats.executions, classes, "{what}");
    }
}

/// The policy decides everything in all scenarios of processors but one, in which two
/// tasks come to a lock.
#[test]
fn scenarios_of_processors_are_one_class() {
    let ran = unknot("check scheduling");
    assert_eq!(ran.code, 0, "{}", ran.out);
    let of_family = CATALOGUE.iter().filter(|scenario| scenario.family == "scheduling");
    let variants = of_family.map(|scenario| scenario.variants.len()).sum::<usize>();
    assert_eq!(ran.out.matches(" 1 class  PASS (exhaustive)").count(), variants - 1, "{}", ran.out);
    assert_eq!(ran.out.matches(" 2 classes  PASS (exhaustive)").count(), 1, "{}", ran.out);
}

#[test]
fn a_processor_has_a_core_and_quanta_that_last() {
    run_once(|| {
        let refused = |cores, policy| Cpu::new(cores, policy).map_err(|e| (e.kind, e.message));
        let few = ("ValueError", "a processor needs a core".into());
        assert_eq!(refused(0, Policy::Fcfs).err(), Some(few));
        let short = ("ValueError", "a quantum lasts a microsecond at least".into());
        for policy in [
            Policy::RoundRobin(Duration::from_nanos(999)),
            Policy::Feedback(vec![millis(1), Duration::ZERO]),
        ] {
            assert_eq!(refused(1, policy).err(), Some(short.clone()));
        }
        assert!(refused(1, Policy::Feedback(vec![])).is_ok());
    });
}

/// What lasts as long as time goes is over when time is.
#[test]
fn a_burst_without_end_ends() {
    let program: Program = Arc::new(|| {
        let cpu = Cpu::new(1, Policy::Fcfs)?;
        let theirs = cpu.clone();
        let task = spawn(move || theirs.compute(Duration::MAX));
        cpu.compute(Duration::MAX);
        task.join()?;
        Ok((cpu.slices().len() as i64).into())
    });
    let semantics = Semantics { time: TimeMode::Virtual, ..Semantics::default() };
    let observed = observe(&program, Dpor::new(), Budget { semantics, ..Budget::default() });
    assert!(observed.exhausted() && observed.findings.is_empty());
}
