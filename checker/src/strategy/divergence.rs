//! Where a program behaved differently than before under the same decisions.

use unknot_sim::{Op, Point, TaskId};

/// Where and how a program did not follow a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// The step, counted from 0.
    pub step: usize,
    /// What the schedule wants and what the program offers instead.
    pub message: String,
}

impl Divergence {
    /// Where a program behaved differently than before, in or right after a step that it
    /// made again.
    pub(crate) fn lost(at: &Point<'_>) -> Divergence {
        let other = "used, created or chose something else than before";
        let message = match at.trace().steps().last() {
            None => format!("the program {other}"),
            Some(step) => {
                let task = at.names().task_path(step.task);
                let (verb, place) = (step.verb, step.location);
                format!("{task} did '{verb}' ({}:{}) and {other}", place.file(), place.line())
            }
        };
        Divergence { step: at.step().saturating_sub(1), message }
    }

    /// What a task asked for when the same was decided before, and what it asks for now.
    pub(super) fn between(
        point: &Point<'_>,
        task: TaskId,
        before: Option<String>,
        now: Option<&Op>,
    ) -> Divergence {
        let path = point.names().task_path(task);
        let before = before.unwrap_or_else(|| "something else".to_owned());
        let now = match now.or_else(|| point.pending(task)) {
            Some(op) if point.is_enabled(task) => describe(op, point),
            Some(op) => format!("{}, which is blocked", describe(op, point)),
            None => "nothing: it has finished".to_owned(),
        };
        let message = format!("{path} asked for {before}, and now asks for {now}");
        Divergence { step: point.step(), message }
    }
}

/// An operation with its place, for messages.
pub(super) fn describe(op: &Op, point: &Point<'_>) -> String {
    let place = format!("{}:{}", op.location.file(), op.location.line());
    match op.guard.map(|guard| guard.gauge).or(op.asked()) {
        Some(object) => {
            let label =
                crate::model::labels::object_label(point.object(object), object, point.names());
            format!("'{} {label}' ({place})", op.verb)
        }
        None => format!("'{}' ({place})", op.verb),
    }
}
