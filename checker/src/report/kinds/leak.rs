//! Locks that are held at the end.

use super::tale::{FindingCase, KindReport, Story, Tale};
use crate::model::kind::Kind;
use crate::report::visible::visible;

pub(super) const REPORT: KindReport = KindReport {
    kind: Kind::Leak,
    headline,
    story: |tale| Story { rows: tale.rows(tale.proof()), sentences: leak(tale) },
};

fn headline(case: &FindingCase<'_>) -> String {
    format!("{} still has {} at the end", case.task(0), case.object())
}

fn leak(tale: &Tale<'_>) -> Vec<String> {
    let step = tale.finding.proof.first().and_then(|&number| tale.step(number));
    let Some(step) = step else { return vec![] };
    let object = visible(step.operation.object.as_deref().unwrap_or_default());
    vec![format!("{} never gave {object} back.", tale.task(&step.task))]
}
