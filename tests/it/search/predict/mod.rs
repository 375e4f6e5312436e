//! `check --predict`: what one execution lets expect of others.
//!
//! In each program it is reasoned out what can be predicted, and whether it is so. The
//! execution from which it is predicted is the first one of `dpor`: each task goes on until
//! it is blocked or ends, and then the one that was started first.

mod catalogue;
mod crowds;
mod generated;
mod locks;
mod updates;

use unknot_checker::report::predict::{PredictedReport, StatusWord};
use unknot_checker::sim::Exception;
use unknot_checker::{Checked, Checker};

/// What a program does.
type Body = fn() -> Result<(), Exception>;

/// A program, and its predictions by kind, each with what becomes of it.
struct Case {
    name: &'static str,
    body: Body,
    expected: &'static [(&'static str, StatusWord)],
}

fn predicted(body: impl Fn() -> Result<(), Exception> + Send + Sync + 'static) -> Checked {
    Checker::new().predict().check(body)
}

fn report(checked: &Checked) -> &PredictedReport {
    checked.report().predicted.as_ref().expect("that was asked for")
}

/// The predictions of a check.
fn told(checked: &Checked) -> Vec<(&'static str, StatusWord)> {
    report(checked).predictions.iter().map(|one| (one.kind.name(), one.status)).collect()
}

/// Compares all programs with what is said of them. Each confirmed prediction is a finding,
/// and nothing else is; and no verdict passes.
fn all_as_expected(cases: &[Case]) {
    let mut otherwise = vec![];
    for Case { name, body, expected } in cases {
        let checked = predicted(*body);
        let report = checked.report();
        if told(&checked) != *expected {
            otherwise.push(format!("{name}: {:?}, not {expected:?}", told(&checked)));
        }
        let has_error = report.findings.iter().any(|one| one.level.name() == "error");
        let word = if has_error { "fail" } else { "inconclusive" };
        assert_eq!(report.verdict.word(), word, "{name}: {:?}", report.verdict);
        for prediction in &self::report(&checked).predictions {
            let is_found = |key: &String| report.findings.iter().any(|one| one.key == *key);
            let is_confirmed = prediction.status == StatusWord::Confirmed;
            assert_eq!(prediction.finding.as_ref().is_some_and(is_found), is_confirmed, "{name}");
            let is_open = prediction.status == StatusWord::Unconfirmed;
            assert_eq!(prediction.reason.is_some(), is_open, "{name}");
        }
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
}
