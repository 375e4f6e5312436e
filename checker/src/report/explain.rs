//! The report of `explain`: why an execution fails.
//!
//! The reason comes first, as a sentence that says within how many executions it was
//! checked. Then the nearest execution that passes, beside the failing one, and the pairs of
//! steps that are made in another order there.

use std::io::{self, Write};

use serde::Serialize;

use super::columns::{Focus, write_columns};
use super::look::Look;
use super::rows::write_rows;
use super::words::{operation_text, place, shown_label, step_text};
use crate::check::explain::{Asked, Explanation, OrderCondition, Term};
use crate::model::count::grouped;
use crate::model::kind::{Kind, Levels};
use crate::model::schedule::Schedule;
use crate::replay::Replayed;
use crate::replay::record::{OperationRecord, StepRecord};
use crate::report::kinds;

/// Why an execution fails.
#[derive(Debug, Serialize)]
pub(crate) struct ExplainReport {
    /// `name/variant`.
    pub(crate) scenario: String,
    /// The schedule that fails.
    pub(crate) schedule: String,
    /// What it shows.
    pub(crate) findings: Vec<ExplainedFinding>,
    /// What decides.
    pub(crate) reason: ReasonReport,
    /// The nearest execution that passes.
    pub(crate) nearest: Option<NearestReport>,
    /// The pairs of steps that are made in another order there.
    pub(crate) pairs: Vec<PairReport>,
    /// Of these, pairs that were left out.
    pub(crate) pairs_left_out: usize,
    /// The executions themselves, for the columns.
    #[serde(skip)]
    executions: (Replayed, Option<Replayed>),
    /// The command that runs a schedule of it, without the schedule.
    #[serde(skip)]
    pub(crate) command: String,
}

/// An error of the failing execution.
#[derive(Debug, Serialize)]
pub(crate) struct ExplainedFinding {
    /// The kind.
    pub(crate) kind: Kind,
    /// One sentence.
    pub(crate) message: String,
}

/// How far the reason goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReasonClaim {
    /// Every execution that was asked fails.
    Always,
    /// Executions fail if and only if one of the alternatives holds.
    IfAndOnlyIf,
    /// Executions fail if one of the alternatives holds, and others fail too.
    If,
    /// Executions with the same order of steps fail and pass.
    Undecided,
}

/// What decides.
#[derive(Debug, Serialize)]
pub(crate) struct ReasonReport {
    /// How far it goes.
    pub(crate) claim: ReasonClaim,
    /// Whether the executions that were asked are all there are.
    pub(crate) exhaustive: bool,
    /// Of these, the ones that fail.
    pub(crate) failing: u64,
    /// Of these, the ones for which an alternative holds.
    pub(crate) explained: u64,
    /// The ones that pass.
    pub(crate) passing: u64,
    /// The ones that were cut or excluded.
    pub(crate) neither: u64,
    /// Each is enough: all of its conditions together.
    pub(crate) alternatives: Vec<Vec<ConditionReport>>,
}

/// A condition on the order of two steps, or on what a step chose.
#[derive(Debug, Serialize)]
pub(crate) struct ConditionReport {
    /// Whether it has to hold, or not to hold.
    pub(crate) holds: bool,
    /// The step that comes first if it holds.
    pub(crate) first: EventReport,
    /// The step that comes later, or is never made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) second: Option<EventReport>,
    /// What the step chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<u32>,
}

/// One step of the failing execution.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EventReport {
    /// Its number there; null if its task waits for it at the end.
    pub(crate) step: Option<u32>,
    /// The task.
    pub(crate) task: String,
    /// Its name.
    pub(crate) name: String,
    /// What it does.
    #[serde(flatten)]
    pub(crate) operation: OperationRecord,
    #[serde(skip)]
    text: String,
}

/// The nearest execution that passes.
#[derive(Debug, Serialize)]
pub(crate) struct NearestReport {
    /// Its schedule.
    pub(crate) schedule: String,
    /// The steps that it has in common with the failing one.
    pub(crate) common: usize,
    /// Whether every execution that leaves the failing one later was made and fails.
    pub(crate) proven: bool,
    /// Executions that were made to find it.
    pub(crate) executions: u64,
    /// What main returned.
    pub(crate) outcome: Option<String>,
}

/// Two steps that are made the other way round in the nearest execution that passes.
#[derive(Debug, Serialize)]
pub(crate) struct PairReport {
    /// The earlier one of the failing execution.
    pub(crate) first: EventReport,
    /// The later one.
    pub(crate) second: EventReport,
    /// What became of it with this pair alone flipped; null where that is impossible.
    pub(crate) flipped: Option<FlippedReport>,
}

/// An execution with one pair flipped.
#[derive(Debug, Serialize)]
pub(crate) struct FlippedReport {
    /// Its schedule.
    pub(crate) schedule: String,
    /// Whether it fails.
    pub(crate) fails: bool,
}

impl ExplainReport {
    /// The report of an explanation.
    pub(crate) fn new(
        scenario: String,
        command: String,
        explanation: Explanation,
        levels: Levels,
    ) -> ExplainReport {
        let reason = reason(&explanation);
        let Explanation { failing, passing, orders, pairs, left_out, .. } = explanation;
        let event = |at: usize| event(&failing, &orders.events[at]);
        let flipped = |(schedule, fails): (Schedule, bool)| FlippedReport {
            schedule: schedule.to_string(),
            fails,
        };
        let pairs = pairs.into_iter().map(|pair| PairReport {
            first: event(pair.first),
            second: event(pair.second),
            flipped: pair.flipped.map(flipped),
        });
        let pairs = pairs.collect();
        let (nearest, passing) = passing.unzip();
        let nearest = nearest.map(|nearest| NearestReport {
            schedule: nearest.schedule.to_string(),
            common: nearest.common,
            proven: nearest.is_proven,
            executions: nearest.executions,
            outcome: passing.as_ref().and_then(|passing| passing.record.outcome.clone()),
        });
        ExplainReport {
            scenario,
            schedule: failing.record.schedule.to_string(),
            findings: findings(&failing, levels),
            reason,
            nearest,
            pairs,
            pairs_left_out: left_out,
            executions: (failing, passing),
            command,
        }
    }
}

/// The errors of an execution.
fn findings(failing: &Replayed, levels: Levels) -> Vec<ExplainedFinding> {
    let errors = failing.proofs.iter().filter(|proof| levels.is_error(proof.identity.kind));
    let finding = |proof: &crate::replay::Proof| ExplainedFinding {
        kind: proof.identity.kind,
        message: kinds::headline(
            &proof.identity,
            &failing.record,
            &proof.steps,
            Some(&failing.graph),
            &proof.detail,
        ),
    };
    errors.map(finding).collect()
}

fn reason(explanation: &Explanation) -> ReasonReport {
    let Explanation { failing, orders, cover, asked, .. } = explanation;
    let Asked { failing: fail, passing, neither, is_exhaustive } = *asked;
    let claim = match () {
        () if passing == 0 => ReasonClaim::Always,
        () if cover.alternatives.is_empty() => ReasonClaim::Undecided,
        () if cover.covered == fail => ReasonClaim::IfAndOnlyIf,
        () => ReasonClaim::If,
    };
    let event = |at: usize| event(failing, &orders.events[at]);
    let condition = |term: &Term| match orders.conditions[term.condition] {
        OrderCondition::Before { first, second } => ConditionReport {
            holds: term.holds,
            first: event(first),
            second: Some(event(second)),
            value: None,
        },
        OrderCondition::Chose { event: at, value, .. } => ConditionReport {
            holds: term.holds,
            first: event(at),
            second: None,
            value: Some(value),
        },
    };
    let alternatives = cover.alternatives.iter().filter(|_| claim != ReasonClaim::Always);
    ReasonReport {
        claim,
        exhaustive: is_exhaustive,
        failing: fail,
        explained: cover.covered,
        passing,
        neither,
        alternatives: alternatives.map(|set| set.iter().map(condition).collect()).collect(),
    }
}

/// What an event is, from the record of the execution that it was taken from.
fn event(failing: &Replayed, event: &crate::check::explain::OrderEvent) -> EventReport {
    let path = event.task.to_string();
    let task = failing.record.tasks.iter().find(|task| task.task == path);
    let step: Option<&StepRecord> = event.step.map(|step| &failing.record.steps[step]);
    let operation = step.map(|step| step.operation.clone());
    let waits = || task.and_then(|task| Some(task.pending.as_ref()?.operation.clone()));
    let operation = operation.or_else(waits).expect("an event was made or is waited for");
    EventReport {
        step: step.map(|step| step.step),
        name: task.map(|task| task.name.clone()).unwrap_or_default(),
        text: step.map_or_else(|| operation_text(&operation), step_text),
        task: path,
        operation,
    }
}

impl EventReport {
    /// The columns of a row: the task, what it does, where.
    fn columns(&self) -> [String; 3] {
        let OperationRecord { file, line, .. } = &self.operation;
        [shown_label(&self.task, &self.name), self.text.clone(), place(file, *line)]
    }
}

/// Writes it for people.
pub(super) fn write_text(
    report: &ExplainReport,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let ExplainReport { scenario, findings, .. } = report;
    writeln!(out, "{scenario}\n")?;
    for finding in findings {
        writeln!(out, "  {}: {}", finding.kind, finding.message)?;
    }
    writeln!(out)?;
    write_reason(&report.reason, look, out)?;
    write_nearest(report, look, out)?;
    write_pairs(report, look, out)?;
    writeln!(out, "  fails:  {} '{}'", report.command, report.schedule)?;
    match &report.nearest {
        Some(nearest) => writeln!(out, "  passes: {} '{}'", report.command, nearest.schedule),
        None => Ok(()),
    }
}

fn write_reason(reason: &ReasonReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let head = match reason.claim {
        ReasonClaim::Always => "Every execution fails, whatever the order.",
        ReasonClaim::IfAndOnlyIf => "It fails if and only if",
        ReasonClaim::If => "It fails if",
        ReasonClaim::Undecided => {
            "The order of these steps does not decide: with the same order it fails and passes."
        }
    };
    writeln!(out, "  {head}")?;
    for (nth, set) in reason.alternatives.iter().enumerate() {
        if nth > 0 {
            writeln!(out, "  or if")?;
        }
        let mut rows = vec![];
        for (nth, condition) in set.iter().enumerate() {
            let and = if nth == 0 { "" } else { "and" };
            rows.extend(condition_rows(condition, and));
        }
        write_rows(&rows, ("    ", 4), look, out)?;
    }
    writeln!(out, "  {}", extent(reason))?;
    writeln!(out)
}

/// A condition: the first step, and below it the one that comes later.
fn condition_rows(condition: &ConditionReport, and: &str) -> Vec<Vec<String>> {
    let ConditionReport { holds, first, second, value } = condition;
    let row = |word: &str, event: &EventReport| {
        let mut row = vec![word.to_owned()];
        row.extend(event.columns());
        row
    };
    let Some(second) = second else {
        let chosen = value.unwrap_or_default();
        let word =
            if *holds { format!("{and} chosen {chosen}") } else { format!("{and} not {chosen}") };
        return vec![row(word.trim(), first)];
    };
    // What does not come before another step comes after it, or never.
    let (earlier, later) = if *holds { (first, second) } else { (second, first) };
    vec![row(and, earlier), row("before", later)]
}

/// Within which executions the reason was checked.
fn extent(reason: &ReasonReport) -> String {
    let ReasonReport { failing, passing, neither, exhaustive, explained, claim, .. } = reason;
    let classes = grouped(failing + passing);
    let all = match exhaustive {
        true => format!("Checked in all {classes} classes"),
        false => format!("Checked in {classes} executions, not in all there are"),
    };
    let mut text = format!("{all}: {} fail, {} pass", grouped(*failing), grouped(*passing));
    if *claim == ReasonClaim::If {
        text.push_str(&format!("; this explains {} of those that fail", grouped(*explained)));
    }
    if *neither > 0 {
        text.push_str(&format!("; {} were cut or excluded", grouped(*neither)));
    }
    text.push('.');
    text
}

fn write_nearest(report: &ExplainReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let (failing, passing) = &report.executions;
    let (Some(nearest), Some(passing)) = (&report.nearest, passing) else { return Ok(()) };
    let (common, executions) = (nearest.common, grouped(nearest.executions));
    writeln!(
        out,
        "  The nearest execution that passes leaves it after step {}.",
        common.checked_sub(1).map_or("none".to_owned(), |last| last.to_string())
    )?;
    let after = match nearest.proven {
        true => "Every execution that leaves it later fails as well",
        false => "Whether others leave it later and pass is not known",
    };
    writeln!(out, "  {after} ({executions} were made).\n")?;
    for (word, replayed) in [("fails", failing), ("passes", passing)] {
        let steps = &replayed.record.steps[common.min(replayed.record.steps.len())..];
        writeln!(out, "  {word}:")?;
        let matter: Vec<u32> = steps.iter().map(|step| step.step).collect();
        let focus = Focus { matter: &matter, ..Focus::default() };
        write_columns((steps, &replayed.record.tasks), focus, look, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn write_pairs(report: &ExplainReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if report.pairs.is_empty() {
        return Ok(());
    }
    writeln!(out, "  In another order there, and with this alone flipped:")?;
    let mut rows = vec![];
    for pair in &report.pairs {
        let became = match &pair.flipped {
            None => "cannot be flipped alone",
            Some(flipped) if flipped.fails => "still fails",
            Some(_) => "passes",
        };
        for (word, event) in [("", &pair.first), ("before", &pair.second)] {
            let mut row = vec![word.to_owned()];
            row.extend(event.columns());
            row.insert(1, if word.is_empty() { became.to_owned() } else { String::new() });
            rows.push(row);
        }
    }
    write_rows(&rows, ("    ", 5), look, out)?;
    if report.pairs_left_out > 0 {
        writeln!(out, "  and {} pairs further apart", grouped(report.pairs_left_out as u64))?;
    }
    writeln!(out)
}
