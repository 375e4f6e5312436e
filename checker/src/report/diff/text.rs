//! A comparison of two executions as text.

use std::io::{self, Write};

use super::data::{DiffReport, DiffSide, DifferenceReport, FlippedEnd, RunReport};
use crate::model::count::grouped;
use crate::report::columns::{Focus, write_columns};
use crate::report::explain::{EventReport, FLIPPED_WITH, only_nearest, with_others};
use crate::report::look::Look;
use crate::report::rows::write_rows;
use crate::report::visible::visible;
use crate::report::words::operation_text;

/// Writes it for people.
pub(in crate::report) fn write_text(
    report: &DiffReport,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}\n", report.scenario)?;
    for side in DiffSide::BOTH {
        write_end(side, &report.side(side).run, out)?;
    }
    writeln!(out)?;
    match report.common {
        0 => writeln!(out, "  They part at step 0, the first.")?,
        1 => writeln!(out, "  Step 0 is the same, and they part at step 1.")?,
        n => writeln!(out, "  Steps 0 to {} are the same, and they part at step {n}.", n - 1)?,
    }
    if report.one_class == Some(true) {
        writeln!(
            out,
            "  They are one class: only steps that do not depend on each other are in another \
             order.\n"
        )?;
    } else {
        writeln!(out)?;
        write_paths(report, look, out)?;
        write_differences(report, look, out)?;
    }
    DiffSide::BOTH.into_iter().try_for_each(|side| {
        let schedule = &report.side(side).run.schedule;
        writeln!(out, "  {}: {} '{schedule}'", side.name(), report.command)
    })
}

/// How one side ends.
fn write_end(side: DiffSide, run: &RunReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {} {}", side.name(), ending(run))?;
    for finding in &run.findings {
        writeln!(out, "      {}: {}", finding.kind, finding.message)?;
    }
    Ok(())
}

/// Whether an execution fails, and how it ends.
fn ending(run: &RunReport) -> String {
    let ended = match (run.end, &run.outcome) {
        ("complete", Some(outcome)) => format!("with outcome {}", visible(outcome)),
        ("complete", None) => "without an outcome".to_owned(),
        ("cut", _) => "cut by the limit of steps".to_owned(),
        ("excluded", _) => "excluded by an assumption".to_owned(),
        (end, _) => format!("{end} at the end"),
    };
    format!("{}, {ended}", verdict(run))
}

/// Whether an execution fails: one without an end that shows no error does neither.
fn verdict(run: &RunReport) -> &'static str {
    match (run.fails, run.end) {
        (true, _) => "fails",
        (false, "complete" | "stuck") => "passes",
        (false, _) => "shows no error",
    }
}

/// Both executions from where they part.
fn write_paths(report: &DiffReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for (side, replayed) in DiffSide::BOTH.into_iter().zip(&report.executions) {
        let steps = &replayed.record.steps;
        writeln!(out, "  {}:", side.name())?;
        let matter: Vec<u32> = steps.iter().skip(report.common).map(|step| step.step).collect();
        let focus = Focus { matter: &matter, ..Focus::default() };
        write_columns((steps, &replayed.record.tasks), focus, look, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn write_differences(report: &DiffReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let (told, other) = (report.base.name(), report.base.other().name());
    if report.differences.is_empty() {
        writeln!(
            out,
            "  No two steps of {told} that touch the same are in another order in {other}."
        )?;
    } else {
        writeln!(out, "  Otherwise in {other}, and what {told} becomes with this flipped:")?;
        let rows: Vec<Vec<String>> = report.differences.iter().flat_map(difference_rows).collect();
        write_rows(&rows, ("    ", 4), look, out)?;
        let mut flipped = report.differences.iter().filter_map(|one| one.flipped.as_ref());
        if flipped.any(|flipped| flipped.others > 0) {
            writeln!(out, "{FLIPPED_WITH}")?;
        }
    }
    if report.only_nearest {
        writeln!(out, "  {}", only_nearest())?;
    }
    if report.differences_left_out > 0 {
        let n = grouped(report.differences_left_out as u64);
        writeln!(out, "  and {n} pairs further apart")?;
    }
    let only = DiffSide::BOTH.map(|side| (side, report.side(side).only_here));
    for (side, n) in only.into_iter().filter(|(_, n)| *n > 0) {
        let (side, other, n) = (side.name(), side.other().name(), grouped(n as u64));
        let steps = if n == "1" { "step is" } else { "steps are" };
        writeln!(out, "  {n} {steps} made in {side} only, and not in {other}.")?;
    }
    if report.one_class.is_none() {
        writeln!(out, "  They are too long to tell whether they are one class.")?;
    }
    writeln!(out)
}

/// What is otherwise: the first step with what became of it, and below it the later one.
fn difference_rows(difference: &DifferenceReport) -> Vec<Vec<String>> {
    let became = match &difference.flipped {
        None => "not flipped".to_owned(),
        Some(flipped) => with_others(became(flipped), flipped.others),
    };
    let row = |word: &str, became: String, event: &EventReport| {
        let mut row = vec![word.to_owned(), became];
        row.extend(event.columns(operation_text(&event.operation)));
        row
    };
    let DifferenceReport { first, second, chosen, .. } = difference;
    let word = chosen.map(|[here, there]| format!("chose {here}, not {there}"));
    let mut rows = vec![row(&word.unwrap_or_default(), became, first)];
    rows.extend(second.as_ref().map(|second| row("before", String::new(), second)));
    rows
}

/// What an execution with one difference flipped comes to.
fn became(FlippedEnd { run, ends_as, .. }: &FlippedEnd) -> String {
    match ends_as[..] {
        [] if run.fails => {
            let kinds: Vec<&str> = run.findings.iter().map(|one| one.kind.name()).collect();
            format!("fails: {}", kinds.join(", "))
        }
        [] => ending(run),
        [side] => format!("{}, as {}", verdict(run), side.name()),
        [..] => format!("{}, as both", verdict(run)),
    }
}
