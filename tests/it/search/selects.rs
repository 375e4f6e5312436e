//! Exact numbers of classes of programs that wait for any of several things.

use std::time::Duration;

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::process::{self, Connection};
use unknot_checker::sim::{
    Exception, JoinHandle, Mode, Program, Queue, Ready, Relation, Semaphore, done, spawn, wait_any,
    wait_any_timeout,
};
use unknot_checker::strategy::Dpor;

use super::processes::{Row, confirm, program};
use crate::kit::programs::{Op, Spec, TaskKind, TaskSpec, ops, spec};
use crate::search::proof::{MAX_EXECUTIONS, compare_searches};

fn told(ready: &[usize]) -> String {
    format!("{ready:?}")
}

/// A task waits for a permit of either of two semaphores, to which two others give.
fn two_permits() -> Result<String, Exception> {
    let (a, b) = (Semaphore::named("a", 0), Semaphore::named("b", 0));
    for semaphore in [a.clone(), b.clone()] {
        spawn(move || semaphore.release());
    }
    Ok(told(&wait_any(&[&a, &b])?))
}

/// The same for one, until a timeout.
fn a_permit_in_time() -> Result<String, Exception> {
    let a = Semaphore::named("a", 0);
    let theirs = a.clone();
    spawn(move || theirs.release());
    Ok(told(&wait_any_timeout(&[&a], Duration::from_secs(1))?))
}

/// A task waits for the end of either of two others.
fn two_ends() -> Result<String, Exception> {
    let ends: Vec<JoinHandle<()>> = (0..2).map(|_| spawn(|| ())).collect();
    Ok(told(&wait_any(&[&ends[0], &ends[1]])?))
}

/// What two tasks put into two queues, in the order in which a third one takes it.
fn served_as_they_come() -> Result<String, Exception> {
    let queues = [Queue::named("a", 0), Queue::named("b", 0)];
    for (queue, item) in queues.iter().zip(["a", "b"]) {
        let queue = queue.clone();
        spawn(move || queue.put(item));
    }
    let mut all = String::new();
    for _ in 0..2 {
        let ready = wait_any(&[&queues[0], &queues[1]])?;
        all.push_str(queues[ready[0]].get()?);
    }
    Ok(all)
}

/// Two processes wait for a message of each other before they send one, and for something
/// else as well if there is that.
fn both_wait(stop: Option<process::Semaphore>) -> Result<(), Exception> {
    let wait = |(end, stop): (Connection<i64>, Option<process::Semaphore>)| {
        let mut of: Vec<&dyn Ready> = vec![&end];
        of.extend(stop.as_ref().map(|stop| stop as &dyn Ready));
        wait_any(&of)?;
        end.send(1)
    };
    let (mine, theirs) = process::pipe("talk");
    process::start((theirs, stop.clone()), wait)?;
    wait((mine, stop))
}

fn rows() -> Vec<Row> {
    let row = |name, program: Program, classes, outcomes| Row {
        name,
        program,
        classes,
        stuck: 0,
        outcomes,
        kinds: &[],
    };
    let stuck = |name, program, kinds| Row { stuck: 1, kinds, ..row(name, program, 1, &[]) };
    vec![
        // The wait comes after the first gift, after the second, or after both, which then
        // commute.
        row("two permits", program(two_permits), 3, &["[0]", "[1]", "[0, 1]"]),
        row("a permit in time", program(a_permit_in_time), 2, &["[]", "[0]"]),
        row("two ends", program(two_ends), 3, &["[0]", "[1]", "[0, 1]"]),
        // As above; the second wait finds what the first one left, and nothing else.
        row("served as they come", program(served_as_they_come), 3, &["ab", "ba"]),
        stuck(
            "permits that no task gives",
            program(|| {
                wait_any(&[&Semaphore::named("a", 0), &Semaphore::named("b", 0)])?;
                done(())
            }),
            &[Kind::Hang],
        ),
        // All that either waits for can only come from the other one.
        stuck("both wait", program(|| both_wait(None)), &[Kind::Deadlock]),
        // Any task might give a permit, and so end the wait.
        stuck(
            "both wait for something else too",
            program(|| both_wait(Some(process::Semaphore::named("stop", 0)))),
            &[Kind::Hang],
        ),
    ]
}

#[test]
fn classes_of_waits_for_any() {
    rows().iter().for_each(confirm);
}

/// A task may be killed while it waits for any of several, and so may one that would end
/// its wait.
fn killed() -> Vec<Spec> {
    use crate::kit::programs::all::*;
    let task =
        |ops: &Vec<Op>| TaskSpec { kind: TaskKind::Killable, ops: ops.clone(), at_drop: vec![] };
    let both = ops![Acquire, BoundedAcquire];
    let waits = [ops![Any(3)], ops![AnyTimeout(3), Acquire]];
    let all = waits.iter().map(|ops| Spec {
        tasks: vec![task(ops), task(&both)],
        ..spec!([], [Terminate(0), Release])
    });
    all.collect()
}

#[test]
fn waits_of_killed_tasks() {
    for spec in killed() {
        let compared = compare_searches(&spec, Dpor::new(), 10 * MAX_EXECUTIONS);
        assert_eq!(compared, Some(Ok(())), "{spec:#?}");
    }
}

/// The test of the test: a relation in which gifts and such waits commute is found out.
#[test]
fn gifts_that_commute_with_waits_are_found_out() {
    use crate::kit::programs::all::*;
    let wrong: &Relation = Box::leak(Box::new(Relation::wrong(&[(Mode::Give, Mode::AnyOf)])));
    let spec = spec!([[Release], [BoundedRelease]], [Acquire, BoundedAcquire, Any(3)]);
    let compare = |search| compare_searches(&spec, search, MAX_EXECUTIONS);
    assert_eq!(compare(Dpor::new()), Some(Ok(())));
    assert!(matches!(compare(Dpor::under(wrong)), Some(Err(_))));
}
