//! What the boxes of a lane diagram say.

use unknot_sim::Ended;

use super::lane_rows::LaneRow;
use super::scene::{Lettering, Paragraph};
use crate::model::count::grouped;
use crate::replay::lanes::BlockedSpan;
use crate::report::replay::ReplayReport;
use crate::report::visible::visible;
use crate::report::words::{operation_text, place, step_text};

/// The width of the texts of a lane, and the room around them.
pub(super) const TEXT: f64 = 184.0;
pub(super) const PAD: f64 = 5.0;

/// What a row says.
pub(super) fn row_lines(report: &ReplayReport<'_>, row: LaneRow) -> Paragraph {
    let most = TEXT - 2.0 * PAD;
    match row {
        LaneRow::Step(step) => {
            let step = &report.steps[step];
            let mut lines = Paragraph::of(&step_text(step), Lettering::PLAIN, most);
            let at = place(&step.operation.file, step.operation.line);
            lines.add(&visible(&at), Lettering::FAINT, most);
            lines
        }
        LaneRow::Left { from, to, lane } => {
            let steps = if to - from == 1 { "step" } else { "steps" };
            let whose = if lane.is_some() { "" } else { " are left out" };
            let text = format!("… {} {steps}{whose}", grouped((to - from) as u64));
            Paragraph::of(&text, Lettering::FAINT, most)
        }
    }
}

/// Whether a task waits for ever: nothing can go on any more.
pub(super) fn is_for_good(report: &ReplayReport<'_>, span: &BlockedSpan) -> bool {
    span.to.is_none() && report.end == Ended::Stuck
}

/// What is said where a task is blocked.
pub(super) fn blocked_lines(report: &ReplayReport<'_>, span: &BlockedSpan) -> Paragraph {
    let most = TEXT - 2.0 * PAD;
    let operation = match span.wanted {
        Some(step) => Some(&report.steps[step as usize].operation),
        None => {
            let task = report.tasks.iter().find(|task| task.task == span.task);
            task.and_then(|task| task.pending.as_ref()).map(|pending| &pending.operation)
        }
    };
    let mut lines = Paragraph::default();
    if let Some(operation) = operation {
        let set = if is_for_good(report, span) { Lettering::BAD } else { Lettering::PLAIN };
        lines.add(&format!("blocked: {}", operation_text(operation)), set, most);
        let at = place(&operation.file, operation.line);
        lines.add(&visible(&at), Lettering::FAINT, most);
    }
    lines
}

/// The letter of a thing that is held: A to Z, then A2 and so on.
pub(super) fn letter(nth: usize) -> String {
    let letter = char::from(b'A' + (nth % 26) as u8);
    match nth / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{}", round + 1),
    }
}
