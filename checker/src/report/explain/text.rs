//! An explanation as text.

use std::io::{self, Write};

use super::data::{ConditionReport, EventReport, ExplainReport, ReasonClaim, ReasonReport};
use crate::model::count::grouped;
use crate::replay::record::OperationRecord;
use crate::report::columns::{Focus, write_columns};
use crate::report::look::Look;
use crate::report::rows::write_rows;
use crate::report::words::{operation_text, place, shown_label};

impl EventReport {
    /// The columns of a row: the task, what it does, where.
    pub(in crate::report) fn columns(&self, text: String) -> [String; 3] {
        let OperationRecord { file, line, .. } = &self.operation;
        [shown_label(&self.task, &self.name), text, place(file, *line)]
    }
}

/// Writes it for people.
pub(in crate::report) fn write_text(
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
        write_rows(&rows, ("    ", 3), look, out)?;
    }
    writeln!(out, "  {}", extent(reason))?;
    writeln!(out)
}

/// A condition: the first step, and below it the one that comes later.
fn condition_rows(condition: &ConditionReport, and: &str) -> Vec<Vec<String>> {
    let ConditionReport { holds, first, second, value } = condition;
    let row = |word: &str, event: &EventReport| {
        let mut row = vec![word.to_owned()];
        row.extend(event.columns(event.text.clone()));
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
    let (Some(nearest), Some(passing)) = (&report.nearest, passing) else {
        return write_none(report, out);
    };
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
        let steps = &replayed.record.steps;
        writeln!(out, "  {word}:")?;
        let matter: Vec<u32> = steps.iter().skip(common).map(|step| step.step).collect();
        let focus = Focus { matter: &matter, ..Focus::default() };
        write_columns((steps, &replayed.record.tasks), focus, look, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// No execution that passes was found.
fn write_none(report: &ExplainReport, out: &mut dyn Write) -> io::Result<()> {
    let Some(none) = &report.none_passes else { return Ok(()) };
    let executions = grouped(none.executions);
    match (none.proven, none.executions) {
        // The reason says that already.
        (true, _) if report.reason.claim == ReasonClaim::Always && report.reason.exhaustive => {
            Ok(())
        }
        (true, 1) => writeln!(out, "  No execution passes: there is 1, and it fails.\n"),
        (true, _) => writeln!(
            out,
            "  No execution passes: all that there are, up to the order of independent steps, \
             fail ({executions} were made).\n"
        ),
        (false, _) => writeln!(
            out,
            "  No execution that passes was found among those that leave it last ({executions} \
             were made).\n"
        ),
    }
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
            row.extend(event.columns(operation_text(&event.operation)));
            row.insert(1, if word.is_empty() { became.to_owned() } else { String::new() });
            rows.push(row);
        }
    }
    write_rows(&rows, ("    ", 4), look, out)?;
    if report.pairs_left_out > 0 {
        writeln!(out, "  and {} pairs further apart", grouped(report.pairs_left_out as u64))?;
    }
    writeln!(out)
}
