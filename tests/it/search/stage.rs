//! The directed stage: what comes before the exact search of a check that was not told how
//! to explore, and that it changes nothing of what that search counts.

use serde_json::Value;
use unknot_checker::{Checked, Checker, Kind};

use super::first_bugs::reorder;
use crate::kit::support::unknot;

fn checked(command: &str) -> Value {
    let ran = unknot(&format!("{command} --format json"));
    let mut reports: Value = serde_json::from_str(&ran.out).expect("a document");
    reports[0].take()
}

/// Everything that the search counts, and the simplest schedules, are what they are without
/// the stage.
#[test]
fn the_search_counts_what_it_counts_without() {
    for scenario in ["ticket-oversell/no-lock", "lost-update-decrement/locked", "bench-indexer"] {
        let mut with = checked(&format!("check {scenario}"));
        let without = checked(&format!("check {scenario} --strategy dpor"));
        assert_eq!(with["directed"], Value::from(200), "{scenario}");
        with.as_object_mut().expect("a report").remove("directed");
        for finding in with["findings"].as_array_mut().expect("a list") {
            // Every fault of these small programs shows in 200 samples.
            let first = finding.as_object_mut().expect("a finding").remove("directed");
            assert!(first.is_some_and(|n| n.as_u64() < Some(200)), "{scenario}: {finding}");
        }
        assert_eq!(with, without, "{scenario}");
    }
}

/// A search that takes long has another part, which ends when it meets nothing new: five tasks that
/// each read and write one variable are at few points that look different.
#[test]
fn a_long_search_has_two_parts() {
    let with = checked("check bench-counter/bare -p n=5");
    assert_eq!(with["directed"], Value::from(200 + 1_024));
    let without = checked("check bench-counter/bare -p n=5 --strategy dpor");
    assert_eq!(with["executions"], Value::from(14_400));
    assert_eq!((&with["outcomes"], &with["verdict"]), (&without["outcomes"], &without["verdict"]));
    // One with fewer classes, but more than the first part waits for, has one part.
    assert_eq!(checked("check bench-counter/bare -p n=4")["directed"], Value::from(200));
}

/// A search that is through after 16 executions has no stage, and neither has one that was
/// asked for by name, or under a bound on preemptions.
#[test]
fn small_searches_and_named_ones_have_none() {
    for command in [
        "check transfer-nested-opposite/source-first",
        "check ticket-oversell/no-lock --strategy dpor",
        "check ticket-oversell/no-lock --preemptions 2",
        "check ticket-oversell/no-lock --max-executions 16",
        "check ticket-oversell/no-lock -p buyers=10 --max-executions 20",
    ] {
        assert_eq!(checked(command)["directed"], Value::Null, "{command}");
    }
}

/// What the search has not found within its budget is found by the stage: told, and counted
/// for no execution of the search. A check that ends at the first error ends in the stage.
#[test]
fn a_late_fault_is_found_early() {
    // The search begins far from the classes in which the one that looks comes between the
    // two steps of the first of twenty that set.
    let program = reorder(20);
    let checker = || Checker::new().max_executions(2_000);
    let check = |checker: Checker| -> Checked {
        let program = program.clone();
        checker.check(move || program())
    };
    let searched = check(checker().strategy("dpor"));
    assert_eq!(searched.report().verdict.word(), "inconclusive");

    let both = check(checker());
    both.assert_finds(Kind::InvariantViolation);
    let report = both.report();
    assert_eq!((report.directed, report.executions), (Some(200), 2_000));
    let finding = &report.findings[0];
    assert_eq!((finding.executions, finding.directed), (0, Some(FIRST)));

    let first = check(checker().fail_fast());
    let report = first.report();
    assert_eq!(report.verdict.word(), "fail");
    assert_eq!((report.strategy.as_str(), report.executions), ("portfolio", FIRST + 1));
    assert_eq!(report.findings[0].execution, Some(FIRST));
}

/// The execution of the stage that shows it first: what seed 0 gives. About every sixth execution
/// of `directed` has the three lines in the order that it takes, and this is the tenth of
/// them.
const FIRST: u64 = 23;
