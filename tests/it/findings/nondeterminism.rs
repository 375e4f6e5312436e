//! Programs that look at something that no schedule decides: what is found in
//! them is run again before it is reported, and what does not show again is
//! `nondeterminism` instead.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use unknot_checker::check::observe;
use unknot_checker::model::terms::Budget;
use unknot_checker::report::Report;
use unknot_checker::sim::{Atomic, Exception, Program, Shared, spawn};
use unknot_checker::strategy::Dpor;
use unknot_checker::{Checked, Checker, Kind};

thread_local! {
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

/// The number of this run, counted from 0 in each thread, which is each test.
fn run() -> u32 {
    RUNS.replace(RUNS.get() + 1)
}

fn check(
    strategy: &str,
    body: impl Fn() -> Result<(), Exception> + Send + Sync + 'static,
) -> Checked {
    Checker::new().name("test").strategy(strategy).max_executions(20).check(body)
}

/// The kinds that a report tells, and the message of the nondeterminism.
fn told(report: &Report) -> (Vec<&str>, String) {
    let kinds = report.findings.iter().map(|finding| finding.kind.name()).collect();
    let doubt = report.findings.iter().find(|f| f.kind == Kind::Nondeterminism);
    (kinds, doubt.map(|finding| finding.message.clone()).unwrap_or_default())
}

/// In its sixth run alone the program does one step more and fails. The steps
/// before that are the same ones, so the sampler that met it cannot know; run
/// again the task ends where it read before.
#[test]
fn a_fault_that_does_not_come_again() {
    let checked = check("random", || {
        let number = Atomic::new(0);
        number.store(1);
        if run() == 5 {
            let _ = number.load();
            return Err(Exception::new("ValueError", "once"));
        }
        Ok(())
    });
    checked.assert_finds(Kind::Nondeterminism);
    let (kinds, message) = told(checked.report());
    assert_eq!(kinds, ["nondeterminism"], "the exception is not reported");
    assert!(
        message.starts_with("at step 1, T0 did 'load' (tests/it/findings/nondeterminism.rs:"),
        "{message}"
    );
    assert!(message.contains("and now does 'end'"), "{message}");
    assert!(!checked.report().exhaustive);
    assert_eq!(checked.report().verdict.word(), "fail");
}

/// The same steps each time, and once another end.
#[test]
fn a_fault_that_no_step_tells_apart() {
    let checked = check("random", || match run() {
        3 => Err(Exception::new("ValueError", "once")),
        _ => Ok(()),
    });
    let (kinds, message) = told(checked.report());
    assert_eq!(kinds, ["nondeterminism"]);
    assert!(message.contains("which showed exception and now do not"), "{message}");
}

/// A fault in every run stays what it is, however often it is run.
#[test]
fn a_fault_that_comes_again_is_reported() {
    let checked = check("random", || {
        let _ = run();
        Err(Exception::new("ValueError", "always"))
    });
    assert_eq!(told(checked.report()).0, ["exception"]);
}

/// Only the first run of each search races. What shows it is run again in any
/// case, by the search itself or before the report.
#[test]
fn a_search_is_not_fooled_either() {
    for strategy in ["dpor", "dfs"] {
        RUNS.set(0);
        let checked = check(strategy, || {
            let number = Shared::new(0);
            let theirs = number.clone();
            let is_first = run() == 0;
            let task = spawn(move || {
                if is_first {
                    theirs.write(1);
                } else {
                    let _ = theirs.read();
                }
            });
            let _ = number.read();
            task.join()
        });
        let (kinds, message) = told(checked.report());
        assert!(kinds.contains(&"nondeterminism"), "{strategy}: {kinds:?}");
        assert!(message.starts_with("at step "), "{strategy}: {message}");
        checked.assert_finds(Kind::Nondeterminism);
    }
}

/// The keys of a hash that the standard library makes anew each time: 40 bits
/// decide on 40 steps, so that two runs are the same once in 2^40.
#[test]
fn the_order_of_a_hash() {
    for strategy in ["dpor", "dfs", "random"] {
        let checked = check(strategy, || {
            let bits = RandomState::new().hash_one(1);
            let number = Shared::new(0);
            let theirs = number.clone();
            let task = spawn(move || theirs.write(1));
            for bit in 0..40 {
                if bits >> bit & 1 == 1 {
                    number.write(2);
                } else {
                    let _ = number.read();
                }
            }
            task.join()
        });
        let (kinds, _) = told(checked.report());
        assert!(kinds.contains(&"nondeterminism"), "{strategy}: {kinds:?}");
    }
}

/// One execution shows a race on each of so many variables, and an outcome. It is run
/// once more for all of them, and not once for each.
#[test]
fn what_one_execution_shows_is_run_again_at_once() {
    for n in [1, 10, 100] {
        let program: Program = Arc::new(move || {
            run();
            let numbers: Vec<_> = (0..n).map(|_| Shared::new(0)).collect();
            let theirs = numbers.clone();
            let task = spawn(move || theirs.iter().for_each(|number| number.write(1)));
            numbers.iter().for_each(|number| _ = number.read());
            task.join()?;
            Ok(().into())
        });
        RUNS.set(0);
        let budget = Budget { max_executions: 1, ..Budget::default() };
        let seen = observe(&program, Dpor::new(), budget);
        let races = seen.findings.keys().filter(|fault| fault.kind == Kind::DataRace);
        assert_eq!((races.count(), seen.outcomes.len(), RUNS.get()), (n, 1, 2));
    }
}
