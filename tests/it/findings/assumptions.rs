//! What executions are worth that an assumption excludes: nothing, and that is told.

use unknot_checker::check::observe;
use unknot_checker::check::verdict::{Open, Verdict};
use unknot_checker::model::terms::Budget;
use unknot_checker::replay::replay;
use unknot_checker::search::observed::Observed;
use unknot_checker::sim::{
    Atomic, Exception, Lock, Program, Shared, assume, done, spawn, spawn_daemon, verify,
};
use unknot_checker::strategy::{Bounded, Config, Dfs, Dpor, StrategyRow, Visibility};
use unknot_checker::{Kind, Schedule, check};

use crate::search::processes::program;

/// Main reads what another task writes, and only that is of interest.
fn reads_what_is_written() -> i64 {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    spawn(move || theirs.write(1));
    let read = x.read();
    assume(read == 1);
    read
}

/// The same, and whatever is wrong is so where the assumption does not hold: main keeps a
/// lock that the other task wants, something does not hold, and a task panics.
fn is_wrong_where_excluded() -> Result<i64, Exception> {
    let (x, lock) = (Atomic::named("x", 0), Lock::named("lock"));
    let (theirs, wanted) = (x.clone(), lock.clone());
    spawn(move || {
        theirs.store(1);
        let _held = wanted.lock()?;
        done(())
    });
    let _held = lock.lock()?;
    let read = x.load();
    verify!(read == 1);
    spawn(move || assert_eq!(read, 1));
    assume(read == 1);
    Ok(read)
}

/// What is assumed does not hold.
fn assumes_too_much() {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    spawn(move || theirs.write(1));
    assume(x.read() == 2);
}

/// A daemon assumes what does not hold: the program ends all the same.
fn a_daemon_assumes() -> i64 {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    spawn_daemon("daemon", move || assume(theirs.read() == 0));
    x.write(1);
    x.read()
}

/// The same beside steps without an end.
fn assumes_and_runs_on() {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    spawn(move || {
        loop {
            _ = theirs.read();
        }
    });
    assume(false);
}

#[test]
fn a_pass_tells_what_was_excluded() {
    let checked = check(reads_what_is_written);
    checked.assert_pass();
    let report = serde_json::to_value(checked.report()).expect("a report is data");
    assert_eq!((&report["executions"], &report["excluded"]), (&1.into(), &1.into()));
    assert_eq!(checked.report().outcomes.len(), 1);
    // Main reads 1, or it is a daemon that comes first or not at all.
    let checked = check(a_daemon_assumes);
    checked.assert_pass();
    assert!(checked.report().excluded > 0);
}

#[test]
fn where_all_is_excluded_nothing_passes() {
    let checked = check(assumes_too_much);
    assert!(matches!(checked.verdict(), Verdict::Inconclusive(Open::AllExcluded(2))));
    let text = checked.verdict().to_string();
    assert_eq!(text, "INCONCLUSIVE (nothing was checked: assumptions exclude all 2 executions)");
    let passes = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| checked.assert_pass()));
    assert!(passes.is_err());
    // What was cut as well was not all looked at.
    let verdict = check(assumes_and_runs_on).verdict().clone();
    assert!(matches!(verdict, Verdict::Inconclusive(_)), "{verdict}");
}

fn every_search(program: &Program) -> Vec<(&'static str, Observed)> {
    let budget = Budget { max_executions: 1_000, ..Budget::default() };
    let sampled = ["random", "pct"].map(|name| {
        let row = StrategyRow::named(name).expect("there is such a sampler");
        (name, observe(program, (row.create)(Config::default()), budget))
    });
    let searches = [
        ("dpor", observe(program, Dpor::new(), budget)),
        ("dfs", observe(program, Dfs::new(Visibility::All), budget)),
        ("bounded", observe(program, Bounded::new(1), budget)),
    ];
    searches.into_iter().chain(sampled).collect()
}

#[test]
fn nothing_is_found_in_what_is_excluded() {
    for (name, seen) in every_search(&program(is_wrong_where_excluded)) {
        let kinds: Vec<Kind> = seen.kinds.keys().copied().collect();
        assert_eq!(kinds, [], "{name}");
        assert!(seen.stuck.is_empty() && seen.outcomes.len() == 1, "{name}");
        assert!(seen.stats.excluded > 0 && seen.stats.executions > 0, "{name}");
    }
}

#[test]
fn a_replay_says_that_it_is_excluded() {
    let program = program(assumes_too_much);
    let schedule = Schedule::parse("T0*2").expect("a schedule");
    let replayed = replay(&program, &schedule, Budget::default().semantics);
    assert!(replayed.proofs.is_empty());
    assert!(replayed.record.is_excluded);
}
