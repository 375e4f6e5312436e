//! The wait-for graph as text: which task waits for what, which task holds what, a block
//! for each task, and the tasks that could have ended a wait that has no owner.
//!
//! Modes and amounts are told where they say something: a read-write lock that
//! is shared, more than one permit. JSON has them all.

use std::io;

use super::look::Look;
use super::rows::write_rows;
use super::visible::visible;
use crate::model::scenario::Source;
use crate::replay::graph::{EdgeMode, Graph, HoldEdge, Part, TaskNode};
use crate::report::words::{place, quote, shown_label};

/// The most waits and holds that are told.
const MOST_ROWS: usize = 40;

/// The column of a row in which the place in the source stands.
const PLACE: usize = 5;

/// Which task waits for which, a block for each task.
///
/// # Errors
/// If the output cannot be written.
pub fn write(
    graph: &Graph,
    source: &[Source],
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let since = |step: Option<u32>| step.map_or(String::new(), |step| format!("since step {step}"));
    let mut rows = vec![];
    for task in &graph.tasks {
        let mut process = task.process.clone().unwrap_or_default();
        let mut name = shown_label(&task.task, &task.name);
        for wait in graph.waits.iter().filter(|wait| wait.task == task.task) {
            let behind = task.part == Part::Behind;
            let what = object(graph, wait.resource, wait.mode, wait.amount);
            rows.push(vec![
                std::mem::take(&mut process),
                std::mem::take(&mut name),
                if behind { "is behind" } else { "waits for" }.to_owned(),
                if behind { whom(task, what) } else { what },
                since(wait.since),
                place(&wait.file, wait.line),
                quote(source, &wait.file, wait.line),
            ]);
        }
        for hold in graph.holds.iter().filter(|hold| hold.task == task.task) {
            rows.push(vec![
                std::mem::take(&mut process),
                std::mem::take(&mut name),
                holds(task.part, hold).to_owned(),
                object(graph, hold.resource, hold.mode, hold.amount),
                since(Some(hold.step)),
                place(&hold.file, hold.line),
                quote(source, &hold.file, hold.line),
            ]);
        }
    }
    let first = rows.len().min(look.most(MOST_ROWS));
    write_rows(&rows[..first], ("  ", PLACE), look, out)?;
    look.write_more(rows.len() - first, ("wait or hold", "waits and holds"), out)?;
    write_open_ends(graph, out)?;
    write_stories(graph, out)
}

/// The processes that keep an end of a pipe from coming.
fn write_open_ends(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    let mut told: Vec<(u32, &[String])> = vec![];
    for wait in graph.waits.iter().filter(|wait| !wait.open_in.is_empty()) {
        if told.contains(&(wait.resource, &wait.open_in)) {
            continue;
        }
        told.push((wait.resource, &wait.open_in));
        let what = graph.resource(wait.resource).map_or_else(String::new, |r| visible(&r.label));
        let processes = wait.open_in.join(", ");
        writeln!(out, "  the other end of {what} is open in {processes}")?;
    }
    Ok(())
}

fn holds(part: Part, hold: &HoldEdge) -> &'static str {
    match part {
        _ if hold.inherited => "held a copy",
        Part::Ended => "ended with",
        Part::Killed => "was killed with",
        _ => "holds",
    }
}

/// The knots, each as a cycle, with the tasks behind it.
///
/// # Errors
/// If the output cannot be written.
pub fn write_knots(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    for (nth, knot) in graph.knots.iter().enumerate() {
        let behind: Vec<String> = (graph.tasks.iter())
            .filter(|task| task.part == Part::Behind && task.knots.contains(&nth))
            .map(|task| shown_label(&task.task, &task.name))
            .collect();
        let cycle = knot.cycle.join(" \u{2192} ");
        let all = match knot.tasks.len() + 1 == knot.cycle.len() {
            true => String::new(),
            false => format!(" among {}", knot.tasks.join(", ")),
        };
        let behind = match behind.is_empty() {
            true => String::new(),
            false => format!("; behind it {}", behind.join(", ")),
        };
        writeln!(out, "  knot {cycle}{all}{behind}")?;
    }
    Ok(())
}

fn write_stories(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    for wait in graph.waits.iter().filter(|wait| !wait.story.is_empty()) {
        let name = graph.tasks.iter().find(|task| task.task == wait.task);
        let name = shown_label(&wait.task, name.map_or("", |task| &task.name));
        let what = graph.resource(wait.resource).map_or_else(String::new, |r| visible(&r.label));
        writeln!(out, "\n  which tasks could end the wait of {name} for {what}:")?;
        for sentence in &wait.story {
            writeln!(out, "    {}", visible(sentence))?;
        }
    }
    Ok(())
}

/// A task that is behind others names them, unless it joins them.
fn whom(task: &TaskNode, what: String) -> String {
    match task.behind.as_slice() {
        [one] if *one == what => what,
        [] => what,
        all => format!("{what} of {}", all.join(", ")),
    }
}

/// A resource, with the mode in which it is held where that may differ.
fn object(graph: &Graph, id: u32, mode: EdgeMode, amount: i64) -> String {
    let label = graph.resource(id).map_or_else(String::new, |r| visible(&r.label));
    let is_shared =
        graph.waits.iter().any(|wait| wait.resource == id && wait.mode == EdgeMode::Shared)
            || graph.holds.iter().any(|hold| hold.resource == id && hold.mode == EdgeMode::Shared);
    match mode {
        EdgeMode::Shared | EdgeMode::Exclusive if is_shared => format!("{label} ({})", mode.name()),
        EdgeMode::Permit if amount > 1 => format!("{label} ({amount} permits)"),
        _ => label,
    }
}
