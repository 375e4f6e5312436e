//! What the search does not order is refused, whatever else a program does.

use std::sync::atomic::{AtomicUsize, Ordering};

use unknot_checker::check::verdict::{Open, Verdict};
use unknot_checker::sim::{
    BoundedSemaphore, Condition, Event, Exception, Lock, Queue, Semaphore, Shared, always, assume,
    choose, done, spawn, spawn_daemon, wait_until, yield_until_changed,
};
use unknot_checker::{Checked, Checker, Kind};

use super::classes::compare;
use crate::kit::generated::{number, prove_among};
use crate::kit::programs::{Shape, Spec, specs};
use crate::kit::support::unknot;

fn checker() -> Checker {
    Checker::new().name("here").strategy("dpor-rf")
}

/// Whether a check is refused, with these words.
fn is_refused(checked: &Checked, words: &str) {
    match checked.verdict() {
        Verdict::Inconclusive(Open::NotTaken(why)) => {
            assert!(why.starts_with("dpor-rf does not order "), "{why}");
            assert!(why.contains(words), "{words}: {why}");
            assert!(why.contains("--strategy dpor"), "{why}");
        }
        other => panic!("{words}: {other}"),
    }
}

#[test]
fn a_program_is_refused_with_the_step_that_is_not_ordered() {
    let rows = [
        (checker().check(|| Event::named("e").set()), "'set Event 'e'' (tests"),
        (checker().check(|| Semaphore::named("s", 1).acquire()), "'acquire Semaphore 's'' ("),
        (checker().check(|| Queue::named("q", 0).put(1)), "Queue 'q'"),
        (checker().check(|| BoundedSemaphore::named("b", 1).acquire()), "BoundedSemaphore 'b'"),
        (checker().check(|| Condition::named("c", &Lock::named("l")).notify(1)), "Condition 'c'"),
        (checker().check(|| done(choose(2))), "a choice of values ("),
        (checker().check(|| drop(spawn_daemon("d", || ()))), "daemons ("),
        (checker().check(yield_until_changed), "'wait for change' ("),
        (
            checker().check(|| Lock::named("l").release()),
            "'unlock Lock 'l'' by a task that does not",
        ),
        (
            checker().check(|| {
                let x = Shared::named("x", 1);
                wait_until(|| x.read() == 1);
            }),
            "'await",
        ),
        (
            checker().check(|| {
                let x = Shared::named("x", 1);
                let seen = x.clone();
                always("x is not 0", move || seen.read() != 0);
                let task = spawn(move || x.write(0));
                task.join()
            }),
            "'write",
        ),
    ];
    for (checked, words) in rows {
        is_refused(&checked, words);
    }
}

/// Nothing is told of a program that is refused: neither that it passes, nor what was seen
/// before the step that is not ordered was come to.
#[test]
fn what_was_seen_before_is_not_told() {
    let checked = checker().check(|| {
        let (x, e) = (Shared::named("x", 0), Event::named("e"));
        let theirs = x.clone();
        let task = spawn(move || theirs.write(1));
        if x.read() == 1 {
            e.set();
        }
        drop(task.join());
        assert_eq!(x.read(), 0, "it is 1");
    });
    is_refused(&checked, "'set Event 'e''");
    let found = std::panic::catch_unwind(|| checked.assert_finds(Kind::Exception).verdict().word());
    assert!(found.is_err(), "the exception is not told");
}

/// The search ends before its plans take all memory.
#[test]
fn what_is_too_large_is_refused() {
    let checked = checker().check(|| {
        let x = Shared::named("x", 0);
        let theirs = x.clone();
        let task = spawn(move || (0..400).for_each(|_| theirs.write(theirs.read() + 1)));
        (0..400).for_each(|_| x.write(x.read() + 1));
        task.join()
    });
    let verdict = checked.verdict().to_string();
    assert!(verdict.contains("more than 2,000,000 steps"), "{verdict}");
}

/// A program that does something else each time is told.
#[test]
fn a_program_that_is_not_deterministic_is_told() {
    let n = AtomicUsize::new(0);
    let checked = checker().check(move || {
        let (x, y) = (Shared::named("x", 0), Shared::named("y", 0));
        let theirs = x.clone();
        let other = if n.fetch_add(1, Ordering::Relaxed) == 0 { x.read() } else { y.read() };
        let task = spawn(move || theirs.write(1));
        let seen = x.read();
        task.join()?;
        done(seen + other)
    });
    checked.assert_finds(Kind::Nondeterminism);
}

/// What never happens is not refused: a task that assumes what does not hold waits for ever.
#[test]
fn an_assumption_is_ordered() {
    let checked = checker().check(|| {
        let x = Shared::named("x", 0);
        let theirs = x.clone();
        let task = spawn(move || theirs.write(1));
        let seen = x.read();
        assume(seen == 1);
        task.join()?;
        done(seen)
    });
    assert_eq!(checked.verdict().to_string(), "PASS (exhaustive)");
}

/// An update whose write replaces an unseen one, if it comes last: nothing reads whether it
/// does.
fn lost_or_not() -> Result<(), Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let task = spawn(move || theirs.write(5));
    x.write(x.read() + 1);
    task.join()
}

#[test]
fn a_pass_that_other_executions_may_contradict_is_bounded() {
    let checked = checker().check(lost_or_not);
    let found = Checker::new().check(lost_or_not);
    found.assert_finds(Kind::LostUpdate);
    assert_eq!(
        checked.verdict().to_string(),
        "PASS (bounded: one execution of each reads-from class; others may show lost-update)"
    );
    let allowed = checker().allow(Kind::LostUpdate).check(lost_or_not);
    assert_eq!(allowed.verdict().to_string(), "PASS (exhaustive)");
}

/// Exit code 2, with the scenario and the line, and nothing printed. Options that the search
/// does not take are refused as for other searches.
#[test]
fn refused_on_the_command_line() {
    for (line, words) in [
        ("check bench-event/parking", "bench-event/parking: dpor-rf does not order 'set Event"),
        ("check bench-event/parking --format json", "dpor-rf does not order 'set Event 'event''"),
        ("check lost-update-decrement/no-lock-timed", "does not order the clock of virtual time"),
        ("check bench-counter --preemptions 2", "takes no bound on preemptions"),
        ("check bench-counter --preemptions auto", "takes no bound on preemptions"),
        ("check bench-counter --checkpoint target/x", "so its place is not written down"),
        ("check bench-counter --unit 1/2 --checkpoint target/x", "its place is not written down"),
        ("check bench-counter --cross-check", "others may show findings that it does not"),
        ("check bench-counter --seed 1", "takes no seed"),
    ] {
        let ran = unknot(&format!("{line} --strategy dpor-rf"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
        assert!(ran.err.contains(words), "{line}: {}", ran.err);
    }
}

/// Where an update may be lost in another execution of a class, a pass says so; what takes
/// locks, or reads what no other task writes then, is exhaustive.
#[test]
fn a_pass_says_what_other_executions_may_show() {
    for (line, verdict, code) in [
        ("bench-locked-counter -p n=3", "6 reads-from classes  PASS (exhaustive)", 0),
        ("bench-readers -p n=3", "8 reads-from classes  PASS (exhaustive)", 0),
        ("bench-lastzero -p n=3", "12 reads-from classes  PASS (exhaustive)", 0),
        ("bench-counter -p n=3", "27 reads-from classes  FAIL as declared: lost-update", 0),
        ("bench-locked-counter -p n=3 --fail-on data-race", "others may show data-race)", 3),
        ("bench-counter -p n=5 --max-executions 10", "10 reads-from classes  FAIL", 0),
        ("bench-readers -p n=9 --max-executions 10", "(budget: 10 executions)", 3),
    ] {
        let ran = unknot(&format!("check {line} --strategy dpor-rf"));
        assert!(ran.out.contains(verdict), "{line}: {}{}", ran.out, ran.err);
        assert_eq!(ran.code, code, "{line}: {}", ran.out);
    }
}

/// Programs over every operation are refused, or have the classes of the plain search.
#[test]
fn every_operation_is_ordered_or_refused() {
    let programs = number("UNKNOT_PROGRAMS", 1_000);
    for (part, max_tasks, max_ops) in [(44, 2, 3), (45, 3, 2)] {
        let strategy = specs(Shape { max_tasks, max_ops });
        let judge = |spec: &Spec| {
            let is_small = compare(&spec.program(), 2_000);
            is_small.filter(|_| !spec.is_virtual)
        };
        let proved = prove_among(part, &strategy, programs / 10, judge);
        match proved {
            Ok(refused) => eprintln!("{refused} were refused or too large"),
            Err(message) => panic!("{message}"),
        }
    }
}
