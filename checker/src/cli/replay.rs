//! `unknot replay`.

use std::io::Write;

use serde::Serialize;

use super::args::{Format, ReplayArgs};
use super::select::single;
use super::which::Which;
use super::{Status, Trouble};
use crate::graph::Graph;
use crate::record::{StepRecord, TaskRecord};
use crate::replay::Replayed;
use crate::report::{json, text};
use crate::scenario::Scenario;
use unknot_sim::Ended;

#[derive(Serialize)]
struct ReplayReport<'a> {
    scenario: String,
    schedule: String,
    ended: &'static str,
    outcome: Option<&'a str>,
    findings: Vec<ReplayFinding>,
    steps: &'a [StepRecord],
    tasks: &'a [TaskRecord],
    #[serde(skip_serializing_if = "Option::is_none")]
    graph: Option<&'a Graph>,
    as_expected: bool,
}

#[derive(Serialize)]
struct ReplayFinding {
    kind: String,
    message: String,
    proof: Vec<u32>,
}

pub(super) fn run(
    args: &ReplayArgs,
    catalogue: &[Scenario],
    out: &mut dyn Write,
) -> Result<Status, Trouble> {
    let one = single(&args.scenario, catalogue)?;
    let params = one.params(&args.p)?;
    let Some(which) = Which::given(args.schedule.as_deref(), &args.by_seed)? else {
        return Err(Trouble::Usage(
            "either a schedule or --strategy with --seed says what to replay".to_owned(),
        ));
    };
    let replayed = which.run_again(one, &params, args.terms.semantics())?;
    let declared = (one.variant.expect)(&params).findings;
    let as_expected = replayed
        .proofs
        .iter()
        .all(|proof| declared.iter().any(|(kind, _)| *kind == proof.identity.kind));
    let findings: Vec<ReplayFinding> = replayed
        .proofs
        .iter()
        .map(|proof| ReplayFinding {
            kind: proof.identity.kind.to_string(),
            message: text::message(
                &proof.identity,
                &replayed.record,
                &proof.steps,
                Some(&replayed.graph),
            ),
            proof: proof.steps.clone(),
        })
        .collect();
    let record = &replayed.record;
    let ended = ended(&replayed);
    let graph = Some(&replayed.graph).filter(|graph| !graph.is_empty());
    if args.format == Format::Json {
        let report = ReplayReport {
            scenario: one.name(),
            schedule: record.schedule.to_string(),
            ended,
            outcome: record.outcome.as_deref(),
            findings,
            steps: &record.steps,
            tasks: &record.tasks,
            graph: graph.filter(|_| record.ended == Ended::Stuck),
            as_expected,
        };
        json::write(&report, out)?;
    } else {
        writeln!(out, "{}: {} steps, {ended}\n", one.name(), record.steps.len())?;
        text::write_columns(&record.steps, &record.tasks, out)?;
        writeln!(out)?;
        if let Some(graph) = graph.filter(|_| record.ended == Ended::Stuck) {
            text::write_graph(graph, Some(one.scenario.source), out)?;
            writeln!(out)?;
        }
        for finding in &findings {
            writeln!(out, "FAIL {}: {}", finding.kind, finding.message)?;
        }
        match &record.outcome {
            Some(outcome) => writeln!(out, "outcome {outcome}")?,
            None => writeln!(out, "no outcome: {}", unfinished(&replayed))?,
        }
        writeln!(out, "schedule '{}'", record.schedule)?;
    }
    Ok(if as_expected { Status::Ok } else { Status::Failed })
}

fn ended(replayed: &Replayed) -> &'static str {
    match replayed.record.ended {
        Ended::Complete => "complete",
        Ended::Stuck => "stuck",
        Ended::Cut => "cut by the step limit",
        Ended::Abandoned => "stopped where the schedule ends",
    }
}

fn unfinished(replayed: &Replayed) -> String {
    let tasks = replayed.record.tasks.iter().filter(|task| !task.finished);
    let names: Vec<String> = tasks
        .map(|task| match &task.pending {
            Some(pending) => {
                format!("{} at {} ({}:{})", task.task, pending.op, pending.file, pending.line)
            }
            None => task.task.clone(),
        })
        .collect();
    if names.is_empty() {
        "the main task failed".to_owned()
    } else {
        format!("unfinished: {}", names.join(", "))
    }
}
