//! Exact numbers of classes of programs with processes.
//!
//! Each number was computed by a brute force that uses nothing of the tool, or argued
//! for in its row, and is confirmed here by the plain search: the same classes, each once.

use std::collections::BTreeSet;

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::process::{self, KillableProcess};
use unknot_checker::sim::{
    Exception, Lock, Mode, Outcome, Program, Relation, Shared, TimeMode, active_count, always,
    done, outcome_at_exit, spawn, spawn_daemon,
};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use crate::kit::classes::{Classes, classes, classes_made_anew};
use crate::kit::programs::{Op, Spec, TaskKind, TaskSpec, ops, spec};
use crate::search::proof::{MAX_EXECUTIONS, compare_searches};

/// A program with its classes, how many of them end stuck, what they turn out to be, and
/// the kinds of its findings.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) program: Program,
    pub(super) classes: usize,
    pub(super) stuck: usize,
    pub(super) outcomes: &'static [&'static str],
    pub(super) kinds: &'static [Kind],
}

/// Runs a row with both searches.
pub(super) fn confirm(row: &Row) {
    let Row { name, program, .. } = row;
    let plain = classes_made_anew(program, TimeMode::Any, Dfs::new(Visibility::All), 300_000);
    assert!(!plain.too_many, "{name}: too large for brute force");
    let reduced = classes(program, TimeMode::Any, Dpor::new(), 10_000);
    for (search, seen) in [("dfs", &plain), ("dpor", &reduced)] {
        assert_eq!(told(seen), expected(row), "{name}, {search}");
    }
    assert!(reduced.classes.keys().eq(plain.classes.keys()), "{name}: other classes");
    let once = reduced.classes.values().all(|class| class.executions == 1);
    assert!(once && reduced.blocked == 0, "{name}: {} given up", reduced.blocked);
}

/// The same with the reduced search alone.
pub(super) fn confirm_reduced(row: &Row) {
    let reduced = classes_of(&row.program);
    assert_eq!(told(&reduced), expected(row), "{}", row.name);
    let once = reduced.classes.values().all(|class| class.executions == 1);
    assert!(once && reduced.blocked == 0, "{}: {} given up", row.name, reduced.blocked);
}

type Told = (usize, usize, BTreeSet<String>, BTreeSet<Kind>);

fn told(seen: &Classes) -> Told {
    let turnouts = seen.classes.values().flat_map(|class| &class.turnouts);
    let stuck = turnouts.clone().filter(|(is_stuck, _)| *is_stuck).count();
    let outcomes = turnouts.filter_map(|(is_stuck, outcome)| {
        outcome.as_ref().filter(|_| !is_stuck).map(ToString::to_string)
    });
    let kinds = seen.findings.iter().map(|identity| identity.kind);
    (seen.classes.len(), stuck, outcomes.collect(), kinds.collect())
}

fn expected(row: &Row) -> Told {
    let outcomes = row.outcomes.iter().map(|&text| text.to_owned());
    (row.classes, row.stuck, outcomes.collect(), row.kinds.iter().copied().collect())
}

pub(crate) fn program<O: Outcome>(body: impl Fn() -> O + Send + Sync + 'static) -> Program {
    std::sync::Arc::new(move || body().outcome())
}

/// The copy of a variable that a thread writes: the write comes before the start, or not.
pub(crate) fn forked_while_a_thread_writes() -> Result<(), Exception> {
    let (x, seen) = (Shared::named("x", 0), process::Value::named("seen", -1));
    let (theirs, at_exit) = (x.clone(), seen.clone());
    outcome_at_exit(move || at_exit.read());
    spawn(move || theirs.write(1));
    process::start((x, seen), |(x, seen)| seen.write(x.read()))?;
    done(())
}

/// Main overwrites a variable of which a process has a copy. The step that copied it saw
/// the value, and main did not, so nothing that a thread wrote in between is lost.
fn overwritten_after_a_fork() -> Result<(), Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    spawn(move || theirs.write(1));
    process::start(x.clone(), |x| x.read())?;
    x.write(5);
    done(())
}

/// The copy of a lock that a thread takes and gives back: free, held by the thread that
/// never comes there, free.
pub(crate) fn forked_while_a_thread_locks() -> Result<(), Exception> {
    let lock = Lock::named("lock");
    let theirs = lock.clone();
    spawn(move || {
        theirs.acquire();
        theirs.release()
    });
    process::start(lock, |lock| {
        lock.acquire();
        lock.release()
    })?;
    done(())
}

fn holder(lock: &process::Lock) -> Result<KillableProcess, Exception> {
    process::new(lock.clone(), |lock: process::Lock| {
        lock.acquire();
        lock.release()
    })
    .killable()
    .start()
}

/// A process that is killed while it may hold a lock for which others wait.
pub(crate) fn killed_holder(n_waiters: usize) -> Result<(), Exception> {
    let lock = process::Lock::named("lock");
    let victim = holder(&lock)?;
    for _ in 0..n_waiters {
        process::start(lock.clone(), |lock| {
            lock.acquire();
            lock.release()
        })?;
    }
    victim.terminate();
    done(())
}

/// Looks whether a process lives, tells it to die, and looks twice more.
pub(crate) fn terminated(event: process::Event) -> Result<String, Exception> {
    let child = process::new(event, |event: process::Event| event.wait()).killable().start()?;
    let letter = |is_alive: bool| if is_alive { 'T' } else { 'F' };
    let first = letter(child.is_alive());
    child.terminate();
    Ok([first, letter(child.is_alive()), letter(child.is_alive())].iter().collect())
}

pub(crate) fn daemonic_waits() -> Result<(), Exception> {
    let event = process::Event::named("never");
    process::new(event, |event: process::Event| event.wait()).daemonic().start()?;
    done(())
}

/// One thread of a process starts another while a second one counts them, or is killed
/// before it does.
fn killed_while_threads_start() -> Result<(), Exception> {
    let victim = process::new((), |()| {
        spawn(|| drop(spawn(|| ())));
        spawn(|| _ = active_count());
    });
    victim.killable().start()?.terminate();
    done(())
}

/// Two threads of a process write two variables that one condition looks at, unless they
/// are killed before.
fn killed_while_a_condition_has_to_hold() -> Result<(), Exception> {
    let (x, y) = (process::Atomic::named("x", 0), process::Atomic::named("y", 0));
    let (seen_x, seen_y) = (x.clone(), y.clone());
    always("in order", move || seen_x.load() >= seen_y.load());
    let victim = process::new((x, y), |(x, y): (process::Atomic, process::Atomic)| {
        spawn(move || x.store(1));
        spawn(move || y.store(1));
    });
    victim.killable().start()?.terminate();
    done(())
}

/// Programs of whose killed tasks a search has to know what they were about to touch.
#[test]
fn what_killed_tasks_were_about_to_do_is_known() {
    for (name, program, classes) in [
        ("threads start", program(killed_while_threads_start), 49),
        ("a condition", program(killed_while_a_condition_has_to_hold), 21),
    ] {
        let dfs = Dfs::new(Visibility::All);
        let plain = classes_made_anew(&program, TimeMode::Any, dfs, 300_000);
        let reduced = classes_of(&program);
        assert_eq!((plain.classes.len(), reduced.executions), (classes, classes as u64), "{name}");
        assert!(reduced.classes.keys().eq(plain.classes.keys()), "{name}: other classes");
        assert_eq!(reduced.findings, plain.findings, "{name}");
    }
}

/// A program for each rule of the search that is about processes: it lost a class, or ran
/// one twice, without that rule.
#[test]
fn programs_that_were_once_wrong() {
    use crate::kit::programs::all::*;
    use TaskKind::{Daemonic, Killable, Process, Thread};
    let spec = |tasks: Vec<(TaskKind, Vec<Op>)>, main: Vec<Op>| {
        let task = |(kind, ops)| TaskSpec { kind, ops, at_drop: vec![] };
        Spec { tasks: tasks.into_iter().map(task).collect(), main, ..spec!([], []) }
    };
    for spec in [
        // A death came before the step that a head had been put before.
        spec(vec![(Killable, ops![Update(1)]), (Thread, ops![Update(1)])], ops![Terminate(0)]),
        // A death that could have come without the head.
        Spec {
            extra: ops![Lock(0)],
            ..spec(
                vec![(Killable, ops![Lock(0)]), (Thread, ops![StartProcess])],
                ops![Terminate(0)],
            )
        },
        // A put that may be refused counts as unfinished only if it is not.
        spec(
            vec![
                (Daemonic, ops![Get(3), PutNowait(3, 3)]),
                (Process, ops![Put(3, 1), TaskDone(3)]),
            ],
            ops![],
        ),
        // What a killed task waits for when the clock moves.
        Spec {
            is_virtual: true,
            ..spec(vec![(Killable, ops![Lock(0)])], ops![Terminate(0), WaitTimeout(0)])
        },
    ] {
        let compared = compare_searches(&spec, Dpor::new(), MAX_EXECUTIONS).expect("it is small");
        assert_eq!(compared, Ok(()), "{spec:#?}");
    }
}

/// The test of the test: where it does not matter that a killed task lived, programs show
/// it.
#[test]
fn deaths_that_commute_are_found_out() {
    let wrong: &Relation = Box::leak(Box::new(Relation::wrong(&[(Mode::Read, Mode::Write)])));
    let program = program(|| killed_holder(1));
    let found = classes(&program, TimeMode::Any, Dpor::under(wrong), 10_000);
    assert!(found.classes.len() < 7, "7 are there");
}

/// Daemons may start no processes: an exception, and no step.
#[test]
fn daemons_have_no_children() {
    let started = |kind: fn(process::Atomic) -> Result<(), Exception>| {
        program(move || {
            let refused = process::Atomic::named("refused", 0);
            let at_exit = refused.clone();
            outcome_at_exit(move || at_exit.load());
            kind(refused)
        })
    };
    fn tries(refused: process::Atomic) {
        if let Err(error) = process::start((), |()| ()) {
            assert_eq!(error.kind, "AssertionError");
            refused.store(1);
        }
    }
    let of_thread = started(|refused| {
        spawn_daemon("daemon", move || tries(refused));
        done(())
    });
    let of_process = started(|refused| process::new(refused, tries).daemonic().start().map(drop));
    for (name, program) in [("a daemon thread", of_thread), ("a daemonic process", of_process)] {
        // It is killed before the store, before its end, or not.
        let (classes, _, outcomes, kinds) = told(&classes_of(&program));
        assert_eq!((classes, outcomes.len(), kinds.len()), (3, 2, 0), "{name}");
    }
}

fn classes_of(program: &Program) -> Classes {
    classes(program, TimeMode::Any, Dpor::new(), 10_000)
}

/// Private copies.
fn forked() -> Vec<Row> {
    use Kind::{AbandonedLock, DataRace};
    vec![
        Row {
            name: "a thread writes while a process is forked",
            program: program(forked_while_a_thread_writes),
            classes: 2,
            stuck: 0,
            outcomes: &["0", "1"],
            kinds: &[DataRace],
        },
        // The write of the thread comes before, between or after the two steps of main.
        Row {
            name: "main overwrites what a process has a copy of",
            program: program(overwritten_after_a_fork),
            classes: 3,
            stuck: 0,
            outcomes: &["()"],
            kinds: &[DataRace],
        },
        Row {
            name: "a thread holds a lock while a process is forked",
            program: program(forked_while_a_thread_locks),
            classes: 3,
            stuck: 1,
            outcomes: &["()"],
            kinds: &[AbandonedLock],
        },
    ]
}

/// Deaths.
fn killed() -> Vec<Row> {
    use Kind::{AbandonedLock, Leak};
    let m21 = &["TFF", "TTF", "TTT"];
    vec![
        Row {
            name: "the holder of a lock is killed, one waits",
            program: program(|| killed_holder(1)),
            classes: 7,
            stuck: 1,
            outcomes: &["()"],
            kinds: &[AbandonedLock, Leak],
        },
        Row {
            name: "the holder of a lock is killed, two wait",
            program: program(|| killed_holder(2)),
            classes: 19,
            stuck: 3,
            outcomes: &["()"],
            kinds: &[AbandonedLock, Leak],
        },
        Row {
            name: "is_alive around terminate, the victim waits in its first step",
            program: program(|| terminated(process::Event::rechecking("never"))),
            classes: 3,
            stuck: 0,
            outcomes: m21,
            kinds: &[],
        },
        Row {
            name: "the same, and the victim makes a step before",
            program: program(|| terminated(process::Event::named("never"))),
            classes: 6,
            stuck: 0,
            outcomes: m21,
            kinds: &[],
        },
        // The death comes before or after the arrival.
        Row {
            name: "a daemonic process waits when main ends",
            program: program(daemonic_waits),
            classes: 2,
            stuck: 0,
            outcomes: &["()"],
            kinds: &[],
        },
    ]
}

#[test]
fn classes_of_processes() {
    forked().iter().chain(&killed()).for_each(confirm);
}
