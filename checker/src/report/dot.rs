//! DOT, for Graphviz.
//!
//! Possible waits are dashed and knots are bold. The tasks of a process are a cluster,
//! where there are several processes. A label keeps its text whatever
//! is in it: Graphviz reads backslashes and entities inside quotes.

use std::io;

use super::picture;
pub use super::picture::View;
use crate::replay::graph::{Graph, Part, TaskNode};

/// Prints a wait-for graph.
///
/// # Errors
/// If the output cannot be written.
pub fn write(graph: &Graph, view: View, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "digraph unknot {{")?;
    writeln!(out, "  rankdir=LR;")?;
    for task in graph.tasks.iter().filter(|task| task.process.is_none()) {
        write_task(task, "  ", out)?;
    }
    for process in graph.processes() {
        writeln!(out, "  subgraph {} {{", quoted(&format!("cluster_{process}")))?;
        writeln!(out, "    label={};", quoted(process))?;
        let is_there = |task: &&TaskNode| task.process.as_deref() == Some(process);
        for task in graph.tasks.iter().filter(is_there) {
            write_task(task, "    ", out)?;
        }
        writeln!(out, "  }}")?;
    }
    match view {
        View::WaitFor => write_tasks(graph, out)?,
        View::Resource => write_resources(graph, out)?,
    }
    writeln!(out, "}}")
}

fn write_task(task: &TaskNode, indent: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let style = match task.part {
        Part::Knot => ", style=bold",
        Part::Ended | Part::Killed | Part::Absent => ", style=dotted",
        Part::Behind | Part::Stuck | Part::Free => "",
    };
    let label = quoted(&picture::task(task));
    writeln!(out, "{indent}{} [shape=ellipse, label={label}{style}];", quoted(&task.task))
}

fn write_tasks(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    for edge in &graph.wait_for {
        let style = match (edge.certain, in_one_knot(graph, &edge.from, &edge.to)) {
            (false, _) => ", style=dashed",
            (true, true) => ", style=bold",
            (true, false) => "",
        };
        let label = quoted(&picture::task_edge(edge));
        writeln!(out, "  {} -> {} [label={label}{style}];", quoted(&edge.from), quoted(&edge.to))?;
    }
    Ok(())
}

/// Whether an edge joins two tasks of the same knot.
pub(super) fn in_one_knot(graph: &Graph, from: &str, to: &str) -> bool {
    let is = |task: &&String, path: &str| task.as_str() == path;
    graph.knots.iter().any(|knot| {
        knot.tasks.iter().any(|task| is(&task, from)) && knot.tasks.iter().any(|t| is(&t, to))
    })
}

fn write_resources(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    for resource in &graph.resources {
        let label = quoted(&picture::resource(resource));
        writeln!(out, "  r{} [shape=box, label={label}];", resource.id)?;
    }
    for edge in &graph.waits {
        let style = if edge.certain { "" } else { ", style=dashed" };
        let label = quoted(&picture::wait(edge));
        writeln!(out, "  {} -> r{} [label={label}{style}];", quoted(&edge.task), edge.resource)?;
        for peer in &edge.peers {
            let (label, to) = (quoted(&picture::did(peer)), quoted(&peer.task));
            writeln!(out, "  r{} -> {to} [label={label}, style=dashed];", edge.resource)?;
        }
        for other in &edge.elsewhere {
            let (label, to) = (quoted(&picture::elsewhere(other)), quoted(&other.task));
            writeln!(out, "  r{} -> {to} [label={label}, style=dashed];", edge.resource)?;
        }
    }
    for edge in &graph.holds {
        let label = quoted(&picture::hold(edge));
        writeln!(out, "  r{} -> {} [label={label}];", edge.resource, quoted(&edge.task))?;
    }
    for (resource, task) in picture::ends(graph) {
        writeln!(out, "  r{resource} -> {} [label=\"its end\"];", quoted(task))?;
    }
    Ok(())
}

/// A string in DOT's quotes. Control characters have no place in a picture.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '&' => quoted.push_str("&amp;"),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stays_inside_its_quotes() {
        for (label, written) in [
            ("T1 'a'", r#""T1 'a'""#),
            ("a \"b\"", r#""a \"b\"""#),
            ("a\nb", r#""a\nb""#),
            ("a;b", r#""a;b""#),
            // A backslash at the end would escape the closing quote.
            ("a\\", r#""a\\""#),
            ("<b>&lt;", r#""<b>&amp;lt;""#),
            ("a\u{1b}[31m\r", r#""a [31m ""#),
        ] {
            assert_eq!(quoted(label), written, "{label:?}");
        }
    }
}
