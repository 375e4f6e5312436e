//! One sentence for each finding: its headline.

use crate::model::finding::{Identity, Kind};
use crate::replay::graph::{EdgeMode, Graph};
use crate::replay::record::Record;

use super::stuck;
use crate::replay::detail::Detail;
use crate::report::words::task_label_of;

/// One sentence that says what a finding is.
#[must_use]
pub fn message(
    identity: &Identity,
    record: &Record,
    proof: &[u32],
    graph: Option<&Graph>,
    detail: &Detail,
) -> String {
    let name = |path: &str| {
        let task = record.tasks.iter().find(|task| task.task == path);
        task_label_of(path, task.map_or("", |task| &task.name))
    };
    let task =
        |nth: usize| identity.tasks.get(nth).map_or_else(String::new, |t| name(&t.to_string()));
    let object = proof.first().and_then(|&step| record.steps.get(step as usize)?.object.clone());
    let object = object.unwrap_or_default();
    match identity.kind {
        Kind::Deadlock => knot_message(identity, graph, detail),
        Kind::Hang => stuck::hang(&detail.missing, record),
        Kind::AbandonedLock => {
            let tasks: Vec<String> = identity.tasks.iter().map(ToString::to_string).collect();
            stuck::abandoned(&tasks, graph, record)
        }
        Kind::LostUpdate => format!(
            "{} replaces a value of {object} that it never saw; the update of {} is lost",
            task(0),
            task(1)
        ),
        Kind::InvariantViolation => {
            format!("after a step of {}: {}", task(0), detail.violated)
        }
        Kind::StaleWrite => format!(
            "{} replaces a value of {object} that it never saw; what it writes does not depend on that",
            task(0)
        ),
        Kind::Livelock => format!("{} for ever and to no effect", repeated(proof.len())),
        Kind::BusyWait => format!(
            "{} up to the limit beside a task that could go on; use `wait_until`",
            repeated(proof.len())
        ),
        Kind::DataRace => {
            format!("{} and {} use {object} and nothing orders them", task(0), task(1))
        }
        Kind::Leak => format!("{} still has {object} at the end", task(0)),
        Kind::Nondeterminism => {
            "the program did not do the same under the same decisions".to_owned()
        }
        Kind::Exception => {
            let path = identity.tasks.first().map(ToString::to_string).unwrap_or_default();
            let failure =
                record.tasks.iter().find(|t| t.task == path).and_then(|t| t.failure.clone());
            format!("{} ended with {}", task(0), failure.unwrap_or_default())
        }
    }
}

/// `1 step repeats`, `2 steps repeat`.
fn repeated(n: usize) -> String {
    if n == 1 { "1 step repeats".to_owned() } else { format!("{n} steps repeat") }
}

fn knot_message(identity: &Identity, graph: Option<&Graph>, detail: &Detail) -> String {
    let size = identity.tasks.len();
    let paths: Vec<String> = identity.tasks.iter().map(ToString::to_string).collect();
    let joins = graph.is_some_and(|graph| {
        graph.waits.iter().any(|wait| wait.mode == EdgeMode::Join && paths.contains(&wait.task))
    });
    // The cycle may be shorter than the knot, if a resource has owners.
    let knot = graph.and_then(|graph| graph.knot(&paths));
    let order =
        knot.map_or_else(String::new, |knot| format!(": {}", knot.cycle.join(" \u{2192} ")));
    let partial = if detail.closed.as_ref().is_some_and(|c| c.partial) { "partial, " } else { "" };
    match (size, joins) {
        (1, true) => format!("{partial}a task joins itself"),
        (1, false) => format!("{partial}a task waits for what it holds itself"),
        (_, true) => format!("{partial}cycle of {size} through a join{order}"),
        (_, false) => format!("{partial}resource cycle of {size}{order}"),
    }
}
