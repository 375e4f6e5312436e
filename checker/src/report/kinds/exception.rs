//! Exceptions and panics that leave their task.

use super::tale::{FindingCase, KindReport, Story, Tale};
use crate::model::kind::Kind;
use crate::replay::graph::Place;
use crate::report::visible::visible;
use crate::report::words::{label, place, quote};

pub(super) const REPORT: KindReport = KindReport { kind: Kind::Exception, headline, story };

fn headline(case: &FindingCase<'_>) -> String {
    let path = case.identity.tasks.first().map(ToString::to_string).unwrap_or_default();
    let failure = case.record.tasks.iter().find(|task| task.task == path);
    let failure = failure.and_then(|task| task.failure.clone());
    format!("{} ended with {}", case.task(0), failure.unwrap_or_default())
}

fn story(tale: &Tale<'_>) -> Story {
    let (rows, sentences) = exception(tale);
    Story { rows, sentences }
}

/// What left the first task that it left, and the tasks that passed it on.
fn exception(tale: &Tale<'_>) -> (Vec<Vec<String>>, Vec<String>) {
    let mut rows = tale.rows(&tale.finding.proof);
    let path = tale.finding.subject.as_ref();
    let task = tale.finding.tasks.iter().find(|task| Some(&task.task) == path);
    let Some(task) = task else { return (rows, vec![]) };
    let failure = visible(task.failure.as_deref().unwrap_or_default());
    if let Some(Place { file, line }) = &tale.finding.detail.raised {
        rows.push(vec![
            "then".to_owned(),
            label(task),
            failure.clone(),
            place(file, *line),
            quote(tale.report.source, file, *line),
        ]);
    }
    let after = match tale.finding.proof.first().and_then(|&number| tale.step(number)) {
        Some(step) if step.task == task.task => format!("After step {}", step.step),
        Some(step) => format!("Before its first step, started at step {}", step.step),
        None => "Before its first step".to_owned(),
    };
    let others: Vec<String> = (tale.finding.involved.iter())
        .filter(|other| **other != task.task)
        .map(|other| tale.task(other))
        .collect();
    let others = match others.as_slice() {
        [] => String::new(),
        [one] => format!(", and {one} with the same"),
        all => format!(", and {} with the same", all.join(", ")),
    };
    (rows, vec![format!("{after}, {} ended with {failure}{others}.", label(task))])
}
