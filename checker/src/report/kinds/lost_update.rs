//! Lost updates: whose write was replaced, and what comes out without.

use super::tale::{FindingCase, KindReport, Story, Tale, seen, written};
use crate::model::kind::Kind;
use crate::replay::record::StepRecord;
use crate::report::visible::visible;

pub(super) const REPORT: KindReport = KindReport {
    kind: Kind::LostUpdate,
    headline,
    story: |tale| Story { rows: tale.rows(tale.proof()), sentences: lost_update(tale) },
};

fn headline(case: &FindingCase<'_>) -> String {
    format!(
        "{} replaces a value of {} that it never saw; the update of {} is lost",
        case.task(0),
        case.object(),
        case.task(1)
    )
}

/// A's read and write, B's write, and B's read if it made one.
fn lost_update(tale: &Tale<'_>) -> Vec<String> {
    let steps: Vec<&StepRecord> =
        tale.finding.proof.iter().filter_map(|&number| tale.step(number)).collect();
    let [read, write, lost, ..] = steps.as_slice() else { return vec![] };
    let (a, b) = (tale.task(&read.task), tale.task(&lost.task));
    let wrote = written(write);
    let mut sentences = vec![format!(
        "{a} wrote {wrote} over the {} of {b} that it never saw: it had read {} before.",
        written(lost),
        seen(read)
    )];
    sentences.extend(intact(tale));
    sentences
}

/// The outcomes in which no update is lost.
fn intact(tale: &Tale<'_>) -> Option<String> {
    let complete = tale.report.outcomes.iter().filter(|outcome| outcome.value.is_some());
    let told = complete.clone().any(|outcome| outcome.value.as_deref() != Some("()"));
    let intact = complete.filter(|outcome| outcome.no_lost_update.is_some_and(|n| n > 0));
    let values: Vec<String> = intact.filter_map(|o| o.value.as_deref()).map(visible).collect();
    if values.is_empty() {
        return Some("No complete execution was seen in which no update is lost.".to_owned());
    }
    told.then(|| format!("Without a lost update the outcome is {}.", some_of(&values, " or ")))
}

/// The first values, and how many there are.
fn some_of(values: &[String], between: &str) -> String {
    const MOST: usize = 6;
    match values.get(..MOST) {
        Some(first) if values.len() > MOST => {
            format!("{} or one of {} others", first.join(between), values.len() - MOST)
        }
        _ => values.join(between),
    }
}
