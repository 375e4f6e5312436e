//! Locks that are held at the end, and tasks that are suspended.

use super::tale::{FindingCase, KindReport, Story, Tale};
use crate::model::kind::Kind;
use crate::replay::graph::Place;
use crate::report::visible::visible;
use crate::report::words::place;

pub(super) const REPORT: KindReport = KindReport {
    kind: Kind::Leak,
    headline,
    story: |tale| Story { rows: tale.rows(tale.proof()), sentences: leak(tale) },
};

fn headline(case: &FindingCase<'_>) -> String {
    if let Some(Place { file, line }) = &case.detail.suspended {
        return format!("{} is suspended at {}", case.task(0), place(file, *line));
    }
    format!("{} still has {} at the end", case.task(0), case.object())
}

fn leak(tale: &Tale<'_>) -> Vec<String> {
    let step = tale.finding.proof.first().and_then(|&number| tale.step(number));
    let Some(step) = step else { return vec![] };
    if tale.finding.detail.suspended.is_some() {
        return vec![format!("{} was never resumed.", tale.task(&step.task))];
    }
    let object = visible(step.operation.object.as_deref().unwrap_or_default());
    vec![format!("{} never gave {object} back.", tale.task(&step.task))]
}
