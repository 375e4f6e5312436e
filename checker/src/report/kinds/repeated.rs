//! Steps that repeat: for ever, or beside a task that could go on.

use super::tale::{FindingCase, KindReport, Story, Tale};
use crate::model::kind::Kind;
use crate::report::words::label;

pub(super) const LIVELOCK: KindReport = KindReport {
    kind: Kind::Livelock,
    headline: |case| format!("{} for ever and to no effect", repeat(case)),
    story: |tale| Story { rows: tale.rows(tale.proof()), sentences: livelock(tale) },
};

pub(super) const BUSY_WAIT: KindReport = KindReport {
    kind: Kind::BusyWait,
    headline: |case| {
        format!("{} up to the limit beside a task that could go on; use `wait_until`", repeat(case))
    },
    story: |tale| Story { rows: tale.rows(tale.proof()), sentences: busy_wait(tale) },
};

/// `1 step repeats`, `2 steps repeat`.
fn repeat(case: &FindingCase<'_>) -> String {
    let n = case.proof.len();
    if n == 1 { "1 step repeats".to_owned() } else { format!("{n} steps repeat") }
}

fn livelock(tale: &Tale<'_>) -> Vec<String> {
    vec![
        format!("{}, and go on beyond it.", rounds(tale)),
        "Each time they see and leave the same, and every task that could go on takes part."
            .to_owned(),
    ]
}

fn busy_wait(tale: &Tale<'_>) -> Vec<String> {
    let made: Vec<&str> = (tale.finding.proof.iter())
        .filter_map(|&number| tale.step(number).map(|step| step.task.as_str()))
        .collect();
    let others = tale.finding.tasks.iter().filter(|task| {
        !made.contains(&task.task.as_str())
            && task.pending.as_ref().is_some_and(|pending| pending.enabled)
    });
    let others: Vec<String> = others.map(label).collect();
    let beside = match others.as_slice() {
        [] => "a task that could go on".to_owned(),
        others => others.join(", "),
    };
    vec![
        format!("{}; {beside} could have gone on.", rounds(tale)),
        "No fair scheduler does that, and with `wait_until` there is no such schedule.".to_owned(),
    ]
}

/// How often the steps that repeat were made.
fn rounds(tale: &Tale<'_>) -> String {
    let rounds = tale.finding.detail.rounds.unwrap_or(1);
    let steps = tale.finding.steps.len();
    let these = if tale.finding.proof.len() == 1 { "This step" } else { "These steps" };
    format!("{these} came {rounds} times in a row, until the limit of {steps} steps")
}
