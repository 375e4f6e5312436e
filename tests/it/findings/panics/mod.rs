//! Panics, and what destructors do meanwhile: they make steps like everybody else,
//! wait where they have to, and are seen by others between one step and the next.
//!
//! An assertion may fail or not, depending on who came first. What its guards do
//! then must not be part of the step that was asserted about, or the search could
//! not know what that step touches in another order: with a lock held around the
//! assertion a class was missed.

mod programs;

use std::collections::BTreeSet;
use std::sync::Arc;

use unknot_checker::sim::{
    Event, Exception, Failure, Limits, Program, Semaphore, TimeMode, choose, explore,
};
use unknot_checker::strategy::{Dfs, Dpor, Observing, Visibility};
use unknot_checker::{Checker, Kind};

use crate::kit::classes::{classes, classes_made_anew};
use crate::search::proof::judge;
use programs::*;

type Body = fn() -> Result<i64, Exception>;

/// Why tasks failed, in all executions.
fn failures(program: &Program) -> BTreeSet<String> {
    let failures = Observing::new(Dpor::new(), BTreeSet::new(), |seen, execution| {
        let failures = execution.tasks.iter().filter_map(|task| task.failure.as_ref());
        seen.extend(failures.map(|failure| match failure {
            Failure::Panic { message, .. } => message.lines().next().unwrap_or_default().to_owned(),
            Failure::Exception(exception) => exception.to_string(),
        }));
    });
    explore(program, Limits { max_steps: 50, ..Limits::default() }, failures).seen
}

/// Each with its trace classes, what becomes of it, and the panics.
type Row = (&'static str, Body, usize, &'static [&'static str], &'static [&'static str]);

const ROWS: &[Row] = &[
    // The write comes before the read or after it; the lock is tried before it is
    // taken, while it is held, or after that.
    (
        "an assertion",
        an_assertion,
        2 * 3,
        &["0", "1", "2", "3"],
        &["assertion `left == right` failed: somebody wrote"],
    ),
    ("a permit", a_permit, 1, &["0"], &["wants a permit"]),
    ("no permit", no_permit, 1, &["stuck"], &["wants a permit"]),
    // The lock is tried before the destructor takes it, or after that.
    ("a lock", a_lock, 2, &["2", "3"], &["wants the lock"]),
    // Four classes of two tasks that each read a cell and then write it.
    ("two panics", two_panics, 4, &["1", "2", "3"], &["adds 1", "adds 2"]),
    ("a panic in a panic", a_panic_in_a_panic, 1, &["1"], &["the outer one"]),
    ("a panic that is caught", a_panic_that_is_caught, 1, &["1"], &[]),
    ("a lock given back twice", a_lock_given_back_twice, 1, &["0"], &["gives the lock back again"]),
    // The event is waited for before it is set, or after that.
    ("a word from a destructor", a_word_from_a_destructor, 2, &["7"], &["tells others"]),
    // The daemon is killed before any of its three steps, before its end, or after
    // that.
    ("a daemon", a_daemon, 5, &["0", "1"], &["is killed perhaps"]),
    ("no end of a wait", no_end_of_a_wait, 1, &["stuck"], &[]),
    ("stuck behind a panic", stuck_behind_a_panic, 1, &["stuck"], &["the outer one"]),
    (
        "a panic that goes on",
        a_panic_that_goes_on,
        1,
        &["stuck"],
        &["a panic that was caught and goes on"],
    ),
    (
        "a panic that goes on otherwise",
        a_panic_that_goes_on_otherwise,
        1,
        &["0"],
        &["the second one, true"],
    ),
    (
        "a lock given back twice after a panic",
        a_lock_given_back_twice_after_a_panic,
        1,
        &["1"],
        &["RuntimeError: release of a lock that is free", "is seen"],
    ),
    // The daemon is killed before it chooses, and for each value before it writes,
    // before its end, or after that.
    ("a choice", a_choice, 1 + 3 * 3, &["0", "1", "2", "3"], &["chooses"]),
    ("conditions that panic", conditions_that_panic, 1, &["2"], &["writes"]),
    ("no outcome", no_outcome, 1, &["main failed"], &["has no outcome"]),
    ("many guards", many_guards, 1, &["stuck"], &[]),
    ("guards of conditions", guards_of_conditions, 1, &["stuck"], &[]),
    // It is killed before it asks for a job, or is never seen to.
    ("who catches all", who_catches_all, 1, &["0"], &[]),
    // The job is never put.
    ("a pool", a_pool, 1, &["stuck"], &[]),
];

#[test]
fn destructors_make_steps() {
    for row in ROWS {
        // Some give somebody up, after which a thread panics for ever.
        std::thread::spawn(|| check(row)).join().expect(row.0);
    }
}

fn check(&(name, body, n_classes, turnouts, panics): &Row) {
    let program: Program = Arc::new(move || Ok(body()?.into()));
    let plain = classes_made_anew(&program, TimeMode::Any, Dfs::new(Visibility::All), 1_000_000);
    let reduced = classes(&program, TimeMode::Any, Dpor::new(), 1_000_000);
    assert_eq!(judge(&plain, &reduced), Ok(()), "{name}");
    assert_eq!(reduced.classes.len(), n_classes, "{name}");
    let turned_out = plain.classes.values().flat_map(|class| &class.turnouts);
    let turned_out: BTreeSet<String> = turned_out
        .map(|(is_stuck, outcome)| match (is_stuck, outcome) {
            (true, _) => "stuck".to_owned(),
            (false, Some(value)) => value.to_string(),
            (false, None) => "main failed".to_owned(),
        })
        .collect();
    assert_eq!(turned_out, turnouts.iter().map(ToString::to_string).collect(), "{name}");
    assert_eq!(failures(&program), panics.iter().map(ToString::to_string).collect(), "{name}");
}

/// Each who is given up costs a stack, so a search with too many of them is ended.
/// It is no pass, and what was found is told.
#[test]
fn too_many_who_are_given_up_end_a_search() {
    let program = || -> Result<i64, Exception> {
        let (event, permits) = (Event::new(), Semaphore::new(0));
        let _at_drop = AtDrop(|| while !event.is_set() {});
        let value = choose(300);
        permits.acquire();
        Ok(value.into())
    };
    let checked = Checker::new().check(program);
    assert!(checked.report().findings.len() == 1, "{}", checked.verdict());
    checked.assert_finds(Kind::Hang);
    let allowed = Checker::new().allow(Kind::Hang).check(program);
    let given_up = "INCONCLUSIVE (200 tasks did not let themselves be ended; 200 executions)";
    assert_eq!(allowed.verdict().to_string(), given_up);
    let ended_by = allowed.report().ended_by.as_deref();
    assert_eq!(ended_by, Some("200 tasks did not let themselves be ended"));
    // On several threads it is no pass either.
    let threads = Checker::new().allow(Kind::Hang).jobs(2).check(program);
    assert!(threads.verdict().to_string().contains("did not let themselves be ended"));
    let program: Program = Arc::new(move || program().map(Into::into));
    let seen = classes(&program, TimeMode::Any, Dpor::new(), 1_000);
    assert_eq!(seen.executions, 200);
}

/// Who cannot be brought to its end is given up, and leaves no traces in what the
/// same thread explores after that.
#[test]
fn a_destructor_without_an_end_is_given_up() {
    let endless: Program = Arc::new(|| Ok(no_end()?.into()));
    let after: Program = Arc::new(|| Ok(two_panics()?.into()));
    for _ in 0..2 {
        let seen = classes(&endless, TimeMode::Any, Dpor::new(), 100);
        assert_eq!((seen.executions, seen.cut), (0, 1));
        assert_eq!(failures(&endless), ["polls for ever".to_owned()].into());
        assert_eq!(classes(&after, TimeMode::Any, Dpor::new(), 100).executions, 4);
        assert_eq!(failures(&after).len(), 2);
    }
}
