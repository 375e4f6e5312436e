//! Stale writes: over a value that was not seen, and to no loss.

use unknot_sim::Noted;

use super::tale::{FindingCase, KindReport, Story, Tale, written};
use crate::model::kind::Kind;
use crate::replay::record::StepRecord;

pub(super) const REPORT: KindReport = KindReport {
    kind: Kind::StaleWrite,
    headline,
    story: |tale| Story { rows: tale.rows(tale.proof()), sentences: stale_write(tale) },
};

fn headline(case: &FindingCase<'_>) -> String {
    format!(
        "{} replaces a value of {} that it never saw; what it writes does not depend on that",
        case.task(0),
        case.object()
    )
}

/// The same steps, where nothing is lost.
fn stale_write(tale: &Tale<'_>) -> Vec<String> {
    let steps: Vec<&StepRecord> =
        tale.finding.proof.iter().filter_map(|&number| tale.step(number)).collect();
    let [read, write, lost, ..] = steps.as_slice() else { return vec![] };
    let (a, b) = (tale.task(&read.task), tale.task(&lost.task));
    let over = format!("{a} wrote {} over the {} of {b}", written(write), written(lost));
    let [saw, replaced] =
        [read.value.as_ref().and_then(Noted::seen), lost.value.as_ref().and_then(Noted::written)];
    vec![match saw.is_some() && saw == replaced {
        true => format!("{over}, which is what it had read before: nothing is lost."),
        false => format!("{over} that it never saw, as it would have if it had seen it."),
    }]
}
