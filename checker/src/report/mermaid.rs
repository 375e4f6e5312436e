//! Mermaid, for pages that draw it themselves.
//!
//! Possible waits are dotted and knots have thick borders. The tasks of a process are a
//! subgraph, where there are several processes. Mermaid has no escape
//! character: what it would read as its own is written as an entity, and a task
//! such as `T1.2` gets an identifier without the dot.

use std::io;

use super::picture::View;
use crate::replay::graph::{Graph, Part, TaskNode};
use crate::report::picture;

/// Prints a wait-for graph.
///
/// # Errors
/// If the output cannot be written.
pub fn write(graph: &Graph, view: View, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    writeln!(out, "  classDef knot stroke-width:4px")?;
    writeln!(out, "  classDef ended stroke-dasharray:2 2")?;
    for task in graph.tasks.iter().filter(|task| task.process.is_none()) {
        write_task(task, "  ", out)?;
    }
    for process in graph.processes() {
        writeln!(out, "  subgraph process_{} [{}]", id(process), quoted(process))?;
        let is_there = |task: &&TaskNode| task.process.as_deref() == Some(process);
        for task in graph.tasks.iter().filter(is_there) {
            write_task(task, "    ", out)?;
        }
        writeln!(out, "  end")?;
    }
    match view {
        View::WaitFor => {
            for edge in &graph.wait_for {
                let arrow = match (edge.certain, picture::in_one_knot(graph, &edge.from, &edge.to))
                {
                    (false, _) => "-.->",
                    (true, true) => "==>",
                    (true, false) => "-->",
                };
                let label = quoted(&picture::task_edge(edge));
                writeln!(out, "  {} {arrow}|{label}| {}", id(&edge.from), id(&edge.to))?;
            }
            Ok(())
        }
        View::Resource => write_resources(graph, out),
    }
}

fn write_task(task: &TaskNode, indent: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let class = match task.part {
        Part::Knot => ":::knot",
        Part::Ended | Part::Killed | Part::Absent => ":::ended",
        Part::Behind | Part::Stuck | Part::Free => "",
    };
    writeln!(out, "{indent}{}([{}]){class}", id(&task.task), quoted(&picture::task(task)))
}

fn write_resources(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    for resource in &graph.resources {
        writeln!(out, "  r{}[{}]", resource.id, quoted(&picture::resource(resource)))?;
    }
    for edge in &graph.waits {
        let arrow = if edge.certain { "-->" } else { "-.->" };
        let label = quoted(&picture::wait(edge));
        writeln!(out, "  {} {arrow}|{label}| r{}", id(&edge.task), edge.resource)?;
        for peer in &edge.peers {
            let label = quoted(&picture::did(peer, edge.certain));
            writeln!(out, "  r{} -.->|{label}| {}", edge.resource, id(&peer.task))?;
        }
        for other in &edge.elsewhere {
            let label = quoted(&picture::elsewhere(other));
            writeln!(out, "  r{} -.->|{label}| {}", edge.resource, id(&other.task))?;
        }
    }
    for edge in &graph.holds {
        let label = quoted(&picture::hold(edge));
        writeln!(out, "  r{} -->|{label}| {}", edge.resource, id(&edge.task))?;
    }
    for (resource, task) in picture::ends(graph) {
        writeln!(out, "  r{resource} -->|\"its end\"| {}", id(task))?;
    }
    Ok(())
}

/// A task's path as an identifier.
fn id(task: &str) -> String {
    task.replace('.', "_")
}

/// A string in quotes, with entities for every character that could end it, or that is
/// markup of Mermaid or of the page around it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("<br/>"),
            '"' | '#' | '&' | '<' | '>' | '`' | '*' | '\\' | ';' | '|' | '%' => {
                quoted.push_str(&format!("#{};", u32::from(c)));
            }
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

    /// `%%{` would begin a directive, even inside quotes.
    #[test]
    fn a_label_stays_inside_its_quotes() {
        for (label, written) in [
            ("T1 'a'", "\"T1 'a'\""),
            ("a \"b\"", "\"a #34;b#34;\""),
            ("a\nb", "\"a<br/>b\""),
            ("a;b|c", "\"a#59;b#124;c\""),
            ("<b>&#", "\"#60;b#62;#38;#35;\""),
            ("%%{init}", "\"#37;#37;{init}\""),
            ("a\u{1b}[31m\r", "\"a [31m \""),
        ] {
            assert_eq!(quoted(label), written, "{label:?}");
            assert_eq!(written.matches('"').count(), 2);
        }
    }
}
