//! The assertions that the tests of all models share.
//!
//! `exactly` compares all outcomes with a table; `facts` compares the sums over all outcomes that
//! hold a fact, for tables that name only a part. `totals` compares the number of all schedules.
//!
//! What they can miss: `facts` says nothing about outcomes that no row of its table names.

use crate::documents::oracle::counter::Outcomes;

/// The number of all schedules.
pub(crate) fn total(outcomes: &Outcomes) -> u128 {
    let sum = outcomes.values().try_fold(0_u128, |sum, &n| sum.checked_add(n));
    sum.expect("more than u128::MAX schedules")
}

/// The number of schedules whose outcome holds `fact` among its facts.
pub(crate) fn having(outcomes: &Outcomes, fact: &str) -> u128 {
    let holds = |outcome: &str| outcome.split("; ").any(|part| part == fact);
    outcomes.iter().filter(|(outcome, _)| holds(outcome)).map(|(_, n)| n).sum()
}

#[track_caller]
pub(crate) fn exactly<S: ToString>(outcomes: &Outcomes, table: &[(S, u128)]) {
    let table: Outcomes = table.iter().map(|(outcome, n)| (outcome.to_string(), *n)).collect();
    assert_eq!(*outcomes, table);
}

#[track_caller]
pub(crate) fn totals(outcomes: &Outcomes, all: u128) {
    assert_eq!(total(outcomes), all, "{outcomes:#?}");
}

#[track_caller]
pub(crate) fn facts(outcomes: &Outcomes, all: u128, table: &[(&str, u128)]) {
    totals(outcomes, all);
    for &(fact, schedules) in table {
        assert_eq!(having(outcomes, fact), schedules, "{fact} of {outcomes:#?}");
    }
}

/// Rows of a table whose final values are `first`, `first` + 1 and so on.
pub(crate) fn final_values(first: i32, schedules: &[u128]) -> Vec<(String, u128)> {
    (first..).zip(schedules).map(|(value, &n)| (format!("final {value}"), n)).collect()
}
