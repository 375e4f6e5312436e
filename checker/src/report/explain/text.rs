//! An explanation as text.

use std::io::{self, Write};

use super::data::{
    ConditionReport, EventReport, ExplainReport, FormWord, NearestReport, ReasonClaim, ReasonReport,
};
use crate::check::explain::MAX_CONDITIONS;
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
    let among = match reason.exhaustive {
        true => "It fails".to_owned(),
        false => format!("In the {} made, it fails", executions(reason.failing + reason.passing)),
    };
    let head = match reason.claim {
        ReasonClaim::Always => "Every execution fails, whatever the order.".to_owned(),
        ReasonClaim::AllAsked => "Every execution that was made to its end fails; whether others \
                                  pass is not known."
            .to_owned(),
        ReasonClaim::IfAndOnlyIf => format!("{among} if and only if"),
        ReasonClaim::If => format!("{among} if"),
        ReasonClaim::Undecided => {
            "The order of these steps does not decide: with the same order it fails and passes."
                .to_owned()
        }
    };
    writeln!(out, "  {head}")?;
    if reason.only_nearest {
        writeln!(out, "  {}", only_nearest())?;
    }
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
    let ConditionReport { form, first, second, value, .. } = condition;
    let row = |word: &str, event: &EventReport| {
        let mut row = vec![word.to_owned()];
        row.extend(event.columns(event.text.clone()));
        row
    };
    let Some(second) = second else {
        let chosen = value.unwrap_or_default();
        let word = match form {
            FormWord::Holds => format!("{and} chosen {chosen}"),
            FormWord::Reversed => format!("{and} chosen other than {chosen}"),
            FormWord::Never => format!("{and} never"),
            FormWord::Not => format!("{and} not chosen {chosen}"),
        };
        return vec![row(word.trim(), first)];
    };
    match form {
        FormWord::Holds => vec![row(and, first), row("before", second)],
        FormWord::Reversed => vec![row(and, second), row("before", first)],
        FormWord::Never => vec![row(format!("{and} never").trim(), first)],
        FormWord::Not => vec![row(format!("{and} not").trim(), first), row("before", second)],
    }
}

/// Within which executions the reason was checked.
fn extent(reason: &ReasonReport) -> String {
    let ReasonReport {
        failing,
        passing,
        neither,
        exhaustive,
        explained,
        claim,
        more_alternatives,
        ..
    } = reason;
    let classes = grouped(failing + passing);
    let all = match exhaustive {
        true if classes == "1" => "Checked in the only class".to_owned(),
        true => format!("Checked in all {classes} classes"),
        false => format!("Checked in {}, not in all there are", executions(failing + passing)),
    };
    let mut text = format!("{all}: {} fail, {} pass", grouped(*failing), grouped(*passing));
    if *claim == ReasonClaim::If {
        text.push_str(&format!("; this explains {} of those that fail", grouped(*explained)));
        if *more_alternatives {
            text.push_str(", and for others nothing was looked for");
        }
    }
    if *neither > 0 {
        text.push_str(&format!("; {} neither (cut, excluded or not settled)", grouped(*neither)));
    }
    text.push('.');
    text
}

fn write_nearest(report: &ExplainReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let (failing, passing) = &report.executions;
    let (Some(nearest), Some(passing)) = (&report.nearest, passing) else {
        return write_none(report, out);
    };
    let common = nearest.common;
    writeln!(
        out,
        "  The nearest execution that passes leaves it after step {}.",
        common.checked_sub(1).map_or("none".to_owned(), |last| last.to_string())
    )?;
    writeln!(out, "  {}\n", what_leaves_later(nearest))?;
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

/// What is known of the executions that leave the failing one later than the nearest that passes.
fn what_leaves_later(nearest: &NearestReport) -> String {
    let NearestReport { later, executions, proven, .. } = nearest;
    match (proven, later) {
        (true, 0) => "Nothing leaves it later, but for the order of independent steps.".to_owned(),
        (true, 1) => "The one execution that leaves it later fails as well.".to_owned(),
        (true, _) => {
            format!("The {} executions that leave it later fail as well.", grouped(*later))
        }
        (false, _) => format!(
            "Whether others leave it later and pass is not known ({} were made).",
            grouped(*executions)
        ),
    }
}

/// So many executions.
fn executions(n: u64) -> String {
    match n {
        1 => "1 execution".to_owned(),
        n => format!("{} executions", grouped(n)),
    }
}

/// What is said where not all pairs of steps were compared.
pub(in crate::report) fn only_nearest() -> String {
    let most = grouped(MAX_CONDITIONS as u64);
    format!("Only the {most} nearest pairs of steps were compared; others may decide as well.")
}

/// What `+n` means behind what became of a flipped pair.
pub(in crate::report) const FLIPPED_WITH: &str =
    "  (+n: n others that touch the same are flipped along with it; without, this alone is)";

/// What became of a flipped pair, with the number of those that are flipped along with it.
pub(in crate::report) fn with_others(became: String, others: usize) -> String {
    match others {
        0 => became,
        n => format!("{became} +{n}"),
    }
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
    writeln!(out, "  In another order there, and what comes of it flipped:")?;
    let mut rows = vec![];
    for pair in &report.pairs {
        let became = match &pair.flipped {
            None => "not flipped".to_owned(),
            Some(flipped) => {
                let word = match flipped.fails {
                    Some(true) => "still fails",
                    Some(false) => "passes",
                    None => "not settled",
                };
                with_others(word.to_owned(), flipped.others)
            }
        };
        for (word, event) in [("", &pair.first), ("before", &pair.second)] {
            let mut row = vec![word.to_owned()];
            row.extend(event.columns(operation_text(&event.operation)));
            row.insert(1, if word.is_empty() { became.clone() } else { String::new() });
            rows.push(row);
        }
    }
    write_rows(&rows, ("    ", 4), look, out)?;
    let mut flipped = report.pairs.iter().filter_map(|pair| pair.flipped.as_ref());
    if flipped.any(|flipped| flipped.others > 0) {
        writeln!(out, "{FLIPPED_WITH}")?;
    }
    if report.pairs_left_out > 0 {
        writeln!(out, "  and {} pairs further apart", grouped(report.pairs_left_out as u64))?;
    }
    writeln!(out)
}
