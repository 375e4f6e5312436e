//! Text, for people.

use std::io;

use unicode_width::UnicodeWidthStr;

pub use super::wait_for::write as write_graph;
use super::{FindingReport, Report};
use crate::check::Semantics;
use crate::finding::{Identity, Kind};
use crate::graph::Graph;
use crate::record::{Record, StepRecord, TaskRecord, package_path};
use crate::scenario::Source;

/// One sentence that says what a finding is.
#[must_use]
pub fn message(
    identity: &Identity,
    record: &Record,
    proof: &[u32],
    graph: Option<&Graph>,
) -> String {
    let name = |path: &str| {
        let task = record.tasks.iter().find(|task| task.task == path);
        task_label_of(path, task.map_or("", |task| &task.name))
    };
    let task =
        |nth: usize| identity.tasks.get(nth).map_or_else(String::new, |t| name(&t.to_string()));
    let object = proof.first().and_then(|&step| record.steps.get(step as usize)?.object.clone());
    match identity.kind {
        Kind::Deadlock => knot_message(identity, graph),
        Kind::Hang => format!("{} waits for something that nobody will do", task(0)),
        Kind::AbandonedLock => format!("{} waits for a lock whose owner has ended", task(0)),
        Kind::LostUpdate => {
            let object = object.unwrap_or_default();
            format!(
                "{} replaces a value of {object} that it never saw; the update of {} is lost",
                task(0),
                task(1)
            )
        }
        Kind::InvariantViolation => {
            let step = proof.first().copied();
            let violated = record.violations.iter().find(|v| v.step == step);
            let message = violated.map_or("", |violated| &violated.message);
            format!("after a step of {}: {message}", task(0))
        }
        Kind::Livelock => format!("{} steps repeat for ever and change nothing", proof.len()),
        Kind::DataRace => {
            let object = object.unwrap_or_default();
            format!("{} and {} use {object} and nothing orders them", task(0), task(1))
        }
        Kind::Leak => {
            let object = object.unwrap_or_default();
            format!("{} still has {object} at the end", task(0))
        }
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

fn knot_message(identity: &Identity, graph: Option<&Graph>) -> String {
    let size = identity.tasks.len();
    let paths: Vec<String> = identity.tasks.iter().map(ToString::to_string).collect();
    let joins = graph.is_some_and(|graph| {
        graph.waits.iter().any(|wait| wait.op == "join" && paths.contains(&wait.task))
    });
    // The cycle may be shorter than the knot, where a resource has owners.
    let knot = graph.and_then(|graph| graph.knot(&paths));
    let order =
        knot.map_or_else(String::new, |knot| format!(": {}", knot.cycle.join(" \u{2192} ")));
    match (size, joins) {
        (1, true) => "a task joins itself".to_owned(),
        (1, false) => "a task waits for what it holds itself".to_owned(),
        (_, true) => format!("cycle of {size} through a join{order}"),
        (_, false) => format!("resource cycle of {size}{order}"),
    }
}

pub(super) fn task_label_of(path: &str, name: &str) -> String {
    if name.is_empty() { path.to_owned() } else { format!("{path} '{name}'") }
}

fn label(task: &TaskRecord) -> String {
    task_label_of(&task.task, &task.name)
}

/// One line for one check.
///
/// # Errors
/// If the output cannot be written.
pub fn write_line(report: &Report, width: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let mark = match report.as_expected {
        Some(true) => "as declared",
        Some(false) => "OTHERWISE",
        None if report.expected.is_none() => "",
        None => "open",
    };
    let count = report.unit.count(report.executions);
    let line =
        format!("{:width$}  {mark:11}  {count:>16}  {}", report.scenario, report.verdict_text);
    writeln!(out, "{}", line.trim_end())?;
    report.differences.iter().try_for_each(|difference| writeln!(out, "    {difference}"))
}

/// Everything about one check.
///
/// # Errors
/// If the output cannot be written.
pub fn write_report(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &report.findings {
        write_finding(report, finding, out)?;
    }
    writeln!(out, "outcomes of {} ({})", report.scenario, params(report))?;
    let counts: Vec<String> =
        report.outcomes.iter().map(|outcome| super::grouped(outcome.executions)).collect();
    let width = counts.iter().map(String::len).max().unwrap_or(0);
    for (outcome, count) in report.outcomes.iter().zip(&counts) {
        let value = outcome.value.clone().or_else(|| outcome.ended.clone()).unwrap_or_default();
        writeln!(out, "  {count:>width$}  {value:12}  '{}'", outcome.schedule)?;
    }
    writeln!(out)
}

fn params(report: &Report) -> String {
    let params: Vec<String> = report.params.iter().map(|(k, v)| format!("{k}={v}")).collect();
    if params.is_empty() { "no parameters".to_owned() } else { params.join(" ") }
}

/// The command that shows an execution again, which is still to be named.
fn replay_command(report: &Report) -> String {
    let mut command = format!("unknot replay {}", report.scenario);
    for (key, value) in &report.given {
        command.push_str(&format!(" -p {key}={value}"));
    }
    let (terms, usual) = (report.semantics, Semantics::default());
    if terms.time != usual.time {
        command.push_str(&format!(" --time {}", report.time));
    }
    if terms.max_timeouts != usual.max_timeouts {
        command.push_str(&format!(" --timeouts {}", terms.max_timeouts));
    }
    if terms.max_steps != usual.max_steps {
        command.push_str(&format!(" --max-steps {}", terms.max_steps));
    }
    command
}

/// One finding.
///
/// # Errors
/// If the output cannot be written.
pub fn write_finding(
    report: &Report,
    finding: &FindingReport,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(
        out,
        "{} {} ({})   {}   shown by {} of {}; {}",
        if finding.level == "error" { "FAIL" } else { "note" },
        finding.kind,
        finding.message,
        report.scenario,
        super::grouped(finding.executions),
        report.unit.count(report.executions),
        preemptions(finding),
    )?;
    writeln!(out)?;
    match &finding.graph {
        Some(graph) => write_graph(graph, report.source, out)?,
        None => write_proof(finding, report.source, out)?,
    }
    writeln!(out)?;
    write_columns(&finding.steps, &finding.tasks, out)?;
    if let Some(test) = &report.test {
        writeln!(out, "  replay: UNKNOT_REPLAY='{}' {test}", finding.schedule)?;
        return writeln!(out);
    }
    let command = replay_command(report);
    writeln!(out, "  replay: {command} '{}'", finding.schedule)?;
    if let Some(path) = &finding.saved {
        writeln!(out, "  saved:  {path}")?;
    }
    if let (Some(seed), Some(execution)) = (report.seed, finding.execution) {
        let by_seed =
            format!("--strategy {} --seed {seed} --execution {execution}", report.strategy);
        writeln!(
            out,
            "  first shown by execution {execution} of seed {seed}: {command} {by_seed}"
        )?;
    }
    writeln!(out)
}

/// How simple the schedule of a finding is, and whether a simpler one may exist.
fn preemptions(finding: &FindingReport) -> String {
    let n = finding.preemptions;
    let noun = if n == 1 { "preemption" } else { "preemptions" };
    if finding.fewest {
        format!("{n} {noun}, the fewest possible")
    } else {
        format!("at most {n} {noun}")
    }
}

/// The steps that prove a finding, with values and source.
fn write_proof(
    finding: &FindingReport,
    source: Option<Source>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut rows = vec![];
    let mut proof = finding.proof.clone();
    proof.sort_unstable();
    for step in proof.iter().filter_map(|&step| finding.steps.get(step as usize)) {
        let task = finding.tasks.iter().find(|task| task.task == step.task);
        rows.push(vec![
            format!("step {}", step.step),
            task.map_or_else(|| step.task.clone(), label),
            step_text(step),
            place(&step.file, step.line),
            quote(source, &step.file, step.line),
        ]);
    }
    write_rows(&rows, "  ", out)
}

/// Rows with aligned columns.
pub(super) fn write_rows(
    rows: &[Vec<String>],
    indent: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let n = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..n)
        .map(|i| rows.iter().filter_map(|row| row.get(i)).map(|c| c.width()).max().unwrap_or(0))
        .collect();
    for row in rows {
        let mut line = indent.to_owned();
        for (cell, width) in row.iter().zip(&widths).filter(|(_, width)| **width > 0) {
            line.push_str(&padded(cell, *width));
            line.push_str("   ");
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

pub(super) fn place(file: &str, line: u32) -> String {
    format!("{}:{line}", file.rsplit('/').next().unwrap_or(file))
}

/// The text of a source line, if the source is known.
pub(super) fn quote(source: Option<Source>, file: &str, line: u32) -> String {
    let Some(source) = source.filter(|source| package_path(source.file) == file) else {
        return String::new();
    };
    let text = (line as usize).checked_sub(1).and_then(|nth| source.text.lines().nth(nth));
    text.unwrap_or_default().trim().to_owned()
}

fn step_text(step: &StepRecord) -> String {
    let mut text = step.op.clone();
    if let Some(object) = &step.object {
        text.push_str(&format!(" {object}"));
    }
    if let Some(value) = &step.value {
        text.push_str(&format!(" = {value}"));
    }
    for choice in &step.choices {
        text.push_str(&format!(" ?{choice}"));
    }
    text
}

/// Whether a step is worth a row in the columns.
fn is_shown(step: &StepRecord) -> bool {
    !matches!(step.op.as_str(), "spawn" | "join" | "end")
}

/// The schedule with a column a task; what is blocked at the end comes last.
///
/// # Errors
/// If the output cannot be written.
pub fn write_columns(
    steps: &[StepRecord],
    tasks: &[TaskRecord],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let blocked = |task: &TaskRecord| {
        let pending = task.pending.as_ref().filter(|p| p.op != "join")?;
        let state = if pending.enabled { "UNFINISHED" } else { "BLOCKED" };
        let object = pending.object.as_deref().map_or(String::new(), |o| format!(" {o}"));
        Some(format!("{}{object}   {state}", pending.op))
    };
    let columns: Vec<&TaskRecord> = tasks
        .iter()
        .filter(|task| {
            blocked(task).is_some() || steps.iter().any(|s| s.task == task.task && is_shown(s))
        })
        .collect();
    let mut header = vec!["step".to_owned()];
    header.extend(columns.iter().map(|task| label(task)));
    let mut rows = vec![header];
    for step in steps.iter().filter(|step| is_shown(step)) {
        let mut row = vec![format!("{:>4}", step.step)];
        row.extend(
            columns
                .iter()
                .map(|task| if task.task == step.task { step_text(step) } else { String::new() }),
        );
        rows.push(row);
    }
    for (nth, task) in columns.iter().enumerate() {
        let Some(text) = blocked(task) else { continue };
        let mut row = vec![String::new(); columns.len() + 1];
        row[nth + 1] = text;
        rows.push(row);
    }
    write_rows(&rows, "  ", out)
}
