//! Conditions that did not hold, and what wrote what they look at.

use super::tale::{FindingCase, KindReport, Story, Tale};
use crate::model::kind::Kind;
use crate::report::data::FindingReport;
use crate::report::visible::visible;
use crate::report::words::{place, quote};

pub(super) const REPORT: KindReport =
    KindReport { kind: Kind::InvariantViolation, headline, story };

fn headline(case: &FindingCase<'_>) -> String {
    format!("after a step of {}: {}", case.task(0), case.detail.violated)
}

fn story(tale: &Tale<'_>) -> Story {
    let (rows, sentences) = violation(tale);
    Story { rows, sentences }
}

fn violation(tale: &Tale<'_>) -> (Vec<Vec<String>>, Vec<String>) {
    let FindingReport { proof, detail, .. } = tale.finding;
    let steps: Vec<u32> = proof.iter().chain(&detail.written_by).copied().collect();
    let mut rows = tale.rows(&steps);
    let (Some(at), Some(condition)) = (proof.first(), &detail.condition) else {
        return (rows, vec![]);
    };
    rows.push(vec![
        "then".to_owned(),
        "does not hold".to_owned(),
        visible(&detail.violated),
        place(&condition.file, condition.line),
        quote(tale.report.source, &condition.file, condition.line),
    ]);
    let before: Vec<String> = (detail.written_by.iter())
        .filter(|step| *step != at)
        .filter_map(|&number| tale.step(number))
        .map(|step| {
            let object = visible(step.operation.object.as_deref().unwrap_or_default());
            format!("{object} by {} at step {}", tale.task(&step.task), step.step)
        })
        .collect();
    if before.is_empty() {
        return (rows, vec![]);
    }
    (rows, vec![format!("What it looks at was written last: {}.", before.join(", "))])
}
