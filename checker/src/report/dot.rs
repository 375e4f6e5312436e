//! DOT, for Graphviz.
//!
//! Possible waits are dashed and knots are red and bold. The tasks of a process are a cluster,
//! where there are several processes. A label keeps its text whatever
//! is in it: Graphviz reads backslashes and entities inside quotes. Long lines of labels are
//! broken, and with resources the ranks go down the page: a ring of many tasks is a chain
//! to Graphviz, which would be as wide as all its labels.

use std::io;

use super::picture;
pub use super::picture::View;
use crate::replay::graph::{Graph, Part, TaskEdge, TaskNode};

/// How what is in a knot looks.
const KNOT: &str = ", style=bold, color=red";

/// A line of a label is broken at a blank so that it has at most so many letters.
const LETTERS: usize = 32;

/// Prints a wait-for graph.
///
/// # Errors
/// If the output cannot be written.
pub fn write(graph: &Graph, view: View, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "digraph unknot {{")?;
    match view {
        View::WaitFor => writeln!(out, "  rankdir=LR;")?,
        View::Resource => {
            writeln!(out, "  rankdir=TB; ranksep=0.3;")?;
            writeln!(out, "  node [fontsize=11]; edge [fontsize=10];")?;
        }
    }
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
        Part::Knot => KNOT,
        Part::Ended | Part::Killed | Part::Absent => ", style=dotted",
        Part::Behind | Part::Stuck | Part::Free => "",
    };
    let label = label(&picture::task(task));
    writeln!(out, "{indent}{} [shape=ellipse, label={label}{style}];", quoted(&task.task))
}

fn write_tasks(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    for edge in &graph.wait_for {
        let style = match (edge.certain, picture::in_one_knot(graph, &edge.from, &edge.to)) {
            (false, _) => ", style=dashed",
            (true, true) => KNOT,
            (true, false) => "",
        };
        let label = label(&picture::task_edge(edge));
        writeln!(out, "  {} -> {} [label={label}{style}];", quoted(&edge.from), quoted(&edge.to))?;
    }
    Ok(())
}

fn write_resources(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    for resource in &graph.resources {
        let label = label(&picture::resource(resource));
        let style = if picture::is_in_knot(graph, resource.id, |_| true) { KNOT } else { "" };
        writeln!(out, "  r{} [shape=box, label={label}{style}];", resource.id)?;
    }
    let mut edges: Vec<String> = vec![];
    for edge in &graph.waits {
        let of_wait = |one: &TaskEdge| one.from == edge.task;
        let style = match (edge.certain, picture::is_in_knot(graph, edge.resource, of_wait)) {
            (false, _) => ", style=dashed",
            (true, true) => KNOT,
            (true, false) => "",
        };
        let (from, label) = (quoted(&edge.task), label(&picture::wait(edge)));
        edges.push(format!("{from} -> r{} [label={label}{style}]", edge.resource));
        let peers = edge.peers.iter().map(|peer| (picture::did(peer, edge.certain), &peer.task));
        let others = edge.elsewhere.iter();
        let others = others.map(|other| (picture::elsewhere(other), &other.task));
        for (text, task) in peers.chain(others) {
            let (label, to) = (self::label(&text), quoted(task));
            edges.push(format!("r{} -> {to} [label={label}, style=dashed]", edge.resource));
        }
    }
    for edge in &graph.holds {
        let of_hold = |one: &TaskEdge| one.to == edge.task;
        let is_in_knot = picture::is_in_knot(graph, edge.resource, of_hold);
        let style = if is_in_knot { KNOT } else { "" };
        let (label, to) = (label(&picture::hold(edge)), quoted(&edge.task));
        edges.push(format!("r{} -> {to} [label={label}{style}]", edge.resource));
    }
    for (resource, task) in picture::ends(graph) {
        let style = if picture::is_in_knot(graph, resource, |_| true) { KNOT } else { "" };
        edges.push(format!("r{resource} -> {} [label=\"its end\"{style}]", quoted(task)));
    }
    // Tasks that wait for one thing name the same tasks that could end it.
    let mut written: Vec<&str> = vec![];
    for edge in &edges {
        if !written.contains(&edge.as_str()) {
            writeln!(out, "  {edge};")?;
            written.push(edge);
        }
    }
    Ok(())
}

/// A label, with its long lines broken.
fn label(text: &str) -> String {
    let mut broken = String::new();
    let mut letters = 0;
    for word in text.split_inclusive([' ', '\n']) {
        let length = word.trim_end().chars().count();
        if letters > 0 && letters + length > LETTERS {
            broken.truncate(broken.trim_end_matches(' ').len());
            broken.push('\n');
            letters = 0;
        }
        broken.push_str(word);
        letters = if word.ends_with('\n') { 0 } else { letters + word.chars().count() };
    }
    quoted(&broken)
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
    fn long_lines_of_labels_are_broken() {
        for (text, written) in [
            ("short\nlines", r#""short\nlines""#),
            (
                "lock (exclusive) philosophers_ring.rs:94 since step 4",
                r#""lock (exclusive)\nphilosophers_ring.rs:94 since\nstep 4""#,
            ),
        ] {
            assert_eq!(label(text), written);
        }
        let word = "x".repeat(100);
        assert_eq!(label(&word), format!("\"{word}\""));
    }

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
