//! DOT, for Graphviz.

use std::io;

use crate::graph::{Graph, Part, TaskNode};

/// Which of the two views of a wait-for graph is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Tasks only.
    WaitFor,
    /// Tasks and resources.
    Resource,
}

/// Prints a wait-for graph. Possible waits are dashed, knots are bold.
///
/// # Errors
/// If the output cannot be written.
pub fn write(graph: &Graph, view: View, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "digraph unknot {{")?;
    writeln!(out, "  rankdir=LR;")?;
    for task in &graph.tasks {
        let style = match task.part {
            Part::Knot => ", style=bold",
            Part::Ended => ", style=dotted",
            Part::Behind | Part::Stuck => "",
        };
        writeln!(
            out,
            "  {} [shape=ellipse, label={}{style}];",
            quoted(&task.task),
            quoted(&label(task))
        )?;
    }
    match view {
        View::WaitFor => {
            for edge in &graph.wait_for {
                let style = if edge.certain { "" } else { ", style=dashed" };
                writeln!(
                    out,
                    "  {} -> {} [label={}{style}];",
                    quoted(&edge.from),
                    quoted(&edge.to),
                    quoted(&edge.resource)
                )?;
            }
        }
        View::Resource => write_resources(graph, out)?,
    }
    writeln!(out, "}}")
}

fn write_resources(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    for resource in &graph.resources {
        let label = format!("{}\n{}:{}", resource.label, resource.file, resource.line);
        writeln!(out, "  r{} [shape=box, label={}];", resource.id, quoted(&label))?;
    }
    for edge in &graph.waits {
        let style = if edge.certain { "" } else { ", style=dashed" };
        let label = format!("{} {}:{}", edge.op, edge.file, edge.line);
        writeln!(
            out,
            "  {} -> r{} [label={}{style}];",
            quoted(&edge.task),
            edge.resource,
            quoted(&label)
        )?;
    }
    for edge in &graph.holds {
        let label = format!("held since step {} {}:{}", edge.step, edge.file, edge.line);
        writeln!(
            out,
            "  r{} -> {} [label={}];",
            edge.resource,
            quoted(&edge.task),
            quoted(&label)
        )?;
    }
    Ok(())
}

fn label(task: &TaskNode) -> String {
    if task.name.is_empty() { task.task.clone() } else { format!("{} '{}'", task.task, task.name) }
}

/// A string in DOT's quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
