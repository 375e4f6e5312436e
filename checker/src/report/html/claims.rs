//! What a verdict claims, in full sentences.

use crate::check::verdict::Verdict;
use crate::report::data::Report;
use crate::report::text;

/// What the verdict of a report says about the program, and what it does not say.
pub(super) fn claims(report: &Report) -> Vec<String> {
    // What is true of a search that also tells such executions apart.
    let each = "every execution, up to swapping independent neighbouring steps, \
                under sequential consistency";
    let lengths = match report.time.as_str() {
        "any" => "with sleeps and timeouts of any length",
        _ => "with the durations that the program names",
    };
    let not_modelled = "Weak memory and spurious wake-ups are not modelled.";
    let mut claims = match &report.verdict {
        Verdict::Exhaustive => vec![
            format!("Checked was {each}, {lengths}. None of them shows an error."),
            not_modelled.to_owned(),
        ],
        Verdict::Bounded(_) => vec![
            "Within the bounds that were asked for, no execution shows an error. What the \
             bounds left out was not looked at."
                .to_owned(),
            not_modelled.to_owned(),
        ],
        Verdict::Fail { .. } => {
            let rest = match report.exhaustive {
                true => format!("Checked was {each}, {lengths}."),
                false => "Not every execution was looked at: there may be more to find.".to_owned(),
            };
            let shown = "Each error below is shown by an execution that was run again before \
                         it was told.";
            vec![shown.to_owned(), rest]
        }
        Verdict::Inconclusive(_) => vec![
            "The check says neither that the program is right nor that it is wrong: it did not \
             look at everything, and what it looked at shows no error."
                .to_owned(),
        ],
    };
    if report.as_expected == Some(true) && report.verdict.is_failure() {
        claims.push("The scenario declares that this is to be found.".to_owned());
    }
    claims.extend(report.differences.iter().cloned());
    claims
}

/// The verdict in words, such as `FAIL deadlock`.
pub(super) fn verdict(report: &Report) -> (&'static str, String) {
    (report.verdict.headword(), report.verdict.details())
}

/// How many executions were made.
pub(super) fn executions(report: &Report) -> String {
    match report.executions + report.cut {
        1 if report.cut > 0 => "1 execution".to_owned(),
        _ => text::executions(report),
    }
}
