//! What steps and proofs name: the object that a step is about, whom it woke, and the
//! write that matters.

use std::sync::Arc;

use unknot_checker::Checker;
use unknot_checker::model::terms::Semantics;
use unknot_checker::replay::replay;
use unknot_checker::sim::{
    Atomic, Condition, Lock, Program, Queue, Shared, Value, spawn, spawn_daemon, spawn_named,
    verify, yield_until_changed,
};
use unknot_checker::{Kind, Schedule};

use super::programs::Done;
use crate::kit::support::{dpor, unknot};

fn daemon() -> Done {
    let work = Queue::named("work", 0);
    let theirs = work.clone();
    spawn_daemon("server", move || -> Done { theirs.get().map(|_: i64| ()) });
    work.put(1)
}

fn polls() -> Done {
    let (tail, flag) = (Atomic::named("tail", 0), Shared::named("flag", 0));
    tail.swap(1);
    while flag.read() == 0 {
        yield_until_changed();
    }
    Ok(())
}

fn notifies() -> Done {
    let lock = Lock::named("lock");
    let ready = Condition::named("ready", &lock);
    let (l, r) = (lock.clone(), ready.clone());
    spawn(move || -> Done {
        let _held = l.lock()?;
        r.wait()
    });
    let _held = lock.lock()?;
    ready.notify(1)
}

/// A schedule of a program, one of its steps, and what that step is about and woke.
type Row = (fn() -> Done, &'static str, usize, &'static str, Option<&'static [&'static str]>);

#[test]
fn steps_name_what_they_are_about() {
    let table: [Row; 4] = [
        (daemon, "T0*2 T1 T0", 2, "Queue 'work'", None),
        (polls, "T0*3", 2, "Shared 'flag'", None),
        (notifies, "T0 T1*2 T0*2", 4, "Condition 'ready'", Some(&["T1"])),
        (notifies, "T0*3", 2, "Condition 'ready'", Some(&[])),
    ];
    for (row, (body, schedule, step, object, woke)) in table.into_iter().enumerate() {
        let program: Program = Arc::new(move || body().map(|()| Value::Unit));
        let schedule = Schedule::parse(schedule).expect(schedule);
        let record = replay(&program, &schedule, Semantics::default()).record;
        let made = &record.steps[step];
        assert_eq!(made.operation.object.as_deref(), Some(object), "row {row}: {made:?}");
        let woken = made.woke.as_deref().map(|all| all.iter().map(String::as_str).collect());
        assert_eq!(woken, woke.map(<[&str]>::to_vec), "row {row}: {made:?}");
    }
}

/// A task that waits for a change is blocked at the variable that it looked at last.
#[test]
fn a_wait_for_a_change_names_the_variable() {
    let program: Program = Arc::new(|| polls().map(|()| Value::Unit));
    let observed = dpor(&program);
    let (_, seen) = observed.findings.first_key_value().expect("it waits for ever");
    let replayed = replay(&program, &seen.witness.schedule, Semantics::default());
    let pending = replayed.record.tasks[0].pending.as_ref().expect("main is blocked");
    assert_eq!(pending.operation.object.as_deref(), Some("Shared 'flag'"));
    assert_eq!(replayed.graph.resources[0].label, "Shared 'flag'");
}

/// Two tasks are inside at once: the last write of the counter is that of the task that
/// fails, and the entry of the other one is what matters.
#[test]
fn a_proof_cites_the_write_of_another_task() {
    let checked = Checker::new().check(|| -> Done {
        let inside = Atomic::named("inside", 0);
        for name in ["one", "two"] {
            let inside = inside.clone();
            spawn_named(name, move || {
                inside.fetch_add(1);
                verify!(inside.load() == 1, "alone");
                inside.fetch_add(-1);
            });
        }
        Ok(())
    });
    let kind = Kind::InvariantViolation;
    let finding = checked.report().findings.iter().find(|one| one.kind == kind);
    let finding = finding.expect("both are inside in some execution");
    let writers: Vec<&str> = finding
        .detail
        .written_by
        .iter()
        .map(|&step| finding.steps[step as usize].task.as_str())
        .collect();
    assert!(writers.contains(&"T1") && writers.contains(&"T2"), "{writers:?}");
}

/// Without a schedule, `graph` takes the one that the check shows.
#[test]
fn a_graph_is_that_of_the_simplest_schedule_of_the_check() {
    let check = unknot("check bench-philosophers/left-then-right").out;
    let graph = unknot("graph bench-philosophers/left-then-right").out;
    let waits: Vec<&str> = graph.lines().filter(|line| line.contains("since step")).collect();
    assert!(!waits.is_empty(), "{graph}");
    for line in waits {
        let of_check = |shown: &str| shown.split_whitespace().eq(line.split_whitespace());
        assert!(check.lines().any(of_check), "{line}\n{check}");
    }
}
