//! The event log of ShiViz, which draws executions by their vector clocks (I. Beschastnikh
//! and others, "Visualizing Distributed System Executions", TOSEM 2020).
//!
//! The first line is the pattern by which ShiViz reads the rest, the second one, between
//! executions, is empty. Then each step has two lines: its task with its clock as JSON, and
//! what it did. A task is a host, whose name has no spaces. Its own number grows by one with
//! each step; the numbers of others are those of the steps that happen before. What never
//! happened, such as a wait at the end, is no event.

use std::collections::BTreeMap;
use std::io;

use super::replay::ReplayReport;
use super::words::{place, step_text};
use crate::replay::order::Clocks;
use crate::replay::record::TaskRecord;

/// How ShiViz reads an event.
pub const PATTERN: &str = r"(?<host>\S*) (?<clock>{.*})\n(?<event>.*)";

/// Writes the log.
///
/// # Errors
/// If the output cannot be written, or if there were too many numbers in the clocks.
pub fn write(
    report: &ReplayReport<'_>,
    clocks: Option<&Clocks>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let too_large = || io::Error::other("the execution has too many steps and tasks for clocks");
    let clocks = clocks.ok_or_else(too_large)?;
    let hosts: Vec<String> = report.tasks.iter().map(host).collect();
    writeln!(out, "{PATTERN}\n")?;
    for (step, clock) in report.steps.iter().zip(clocks) {
        let own = report.tasks.iter().position(|task| task.task == step.task);
        let Some(own) = own else { continue };
        let clock: BTreeMap<&str, u32> =
            clock.iter().map(|&(task, n)| (hosts[task].as_str(), n)).collect();
        writeln!(out, "{} {}", hosts[own], serde_json::to_string(&clock)?)?;
        let at = place(&step.operation.file, step.operation.line);
        writeln!(out, "step {}: {} ({at})", step.step, step_text(step))?;
    }
    Ok(())
}

/// A task as one word: its path, which no other task has, and its name.
fn host(task: &TaskRecord) -> String {
    let is_word = |c: char| !c.is_whitespace() && !c.is_control();
    let name: String = task.name.chars().map(|c| if is_word(c) { c } else { '_' }).collect();
    if name.is_empty() { task.task.clone() } else { format!("{}:{name}", task.task) }
}
