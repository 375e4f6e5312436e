//! What the boxes of a wait-for graph say, and the sentences above it.

use std::fmt::Write;

use super::scene::{Lettering, Paragraph};
use crate::replay::graph::{EdgeMode, Graph, Part, PeerRecord, TaskEdge, TaskNode, WaitEdge};
use crate::report::picture::{self, View};
use crate::report::visible::visible;
use crate::report::words::{place, shown_label};

/// How wide a text in a box may be.
pub(super) const MOST: f64 = 190.0;

/// So many tasks, holders or waits are named in one place.
const NAMED: usize = 4;

/// Tasks with the same key may share a box: they wait in the same way, hold nothing and
/// are waited for by none. Any other task has a key of its own.
pub(super) fn key(graph: &Graph, task: &TaskNode) -> String {
    let is_target = graph.wait_for.iter().any(|edge| edge.to == task.task);
    let holds = graph.holds.iter().any(|held| held.task == task.task);
    let mut key = format!("{:?} {:?}", task.part, task.process);
    for wait in graph.waits.iter().filter(|wait| wait.task == task.task) {
        let WaitEdge { resource, op, file, line, certain, .. } = wait;
        let _ = write!(key, " {resource} {op} {file} {line} {certain}");
    }
    for edge in graph.wait_for.iter().filter(|edge| edge.from == task.task) {
        let _ = write!(key, " {}", edge.to);
    }
    let is_alone = is_target || holds || task.part == Part::Knot;
    if is_alone { task.task.clone() } else { key }
}

/// The names of tasks, not all if there are many.
fn names(group: &[&TaskNode]) -> String {
    if let [task] = group {
        return shown_label(&task.task, &task.name);
    }
    let some: Vec<&str> = group.iter().take(NAMED).map(|task| task.task.as_str()).collect();
    let more = if group.len() > NAMED { ", …" } else { "" };
    format!("{} tasks: {}{more}", group.len(), some.join(", "))
}

/// What the box of tasks says.
pub(super) fn task_lines(graph: &Graph, group: &[&TaskNode], view: View) -> Paragraph {
    let task = group[0];
    let mut lines = Paragraph::of(&names(group), Lettering::BOLD, MOST);
    if let Some(process) = &task.process {
        lines.add(&format!("in process {}", visible(process)), Lettering::FAINT, MOST);
    }
    let (state, set) = match task.part {
        Part::Knot => {
            ("in the knot: can never go on".to_owned(), Lettering { size: 10.5, ..Lettering::BAD })
        }
        Part::Behind => (format!("stuck behind {}", task.behind.join(", ")), Lettering::FAINT),
        Part::Stuck => ("waits".to_owned(), Lettering::FAINT),
        Part::Free => ("could go on".to_owned(), Lettering::FAINT),
        Part::Ended => ("has ended".to_owned(), Lettering::FAINT),
        Part::Killed => ("was killed".to_owned(), Lettering::FAINT),
        Part::Absent => ("was never started here".to_owned(), Lettering::FAINT),
    };
    lines.add(&state, set, MOST);
    if view == View::Resource {
        let waits = graph.waits.iter().filter(|wait| wait.task == task.task);
        let mut texts: Vec<String> = waits.map(|wait| wait_text(wait, group.len())).collect();
        texts.dedup();
        add_some(&mut lines, &texts);
    }
    lines
}

/// The first texts of many, and how many more there are.
fn add_some(lines: &mut Paragraph, texts: &[String]) {
    for text in texts.iter().take(NAMED) {
        lines.add(text, Lettering::FAINT, MOST);
    }
    if texts.len() > NAMED {
        lines.add(&format!("… and {} more", texts.len() - NAMED), Lettering::FAINT, MOST);
    }
}

/// Where a task waits, and since when if it is one task.
pub(super) fn wait_text(wait: &WaitEdge, n_tasks: usize) -> String {
    let at = format!("{} at {}", visible(&wait.op), place(&wait.file, wait.line));
    match wait.since {
        Some(step) if n_tasks == 1 => format!("{at} since\u{a0}step\u{a0}{step}"),
        _ => at,
    }
}

/// What is waited for, after such words as `waits for`.
fn thing(label: &str, mode: EdgeMode, amount: i64) -> String {
    let label = visible(label);
    match mode {
        EdgeMode::Join => format!("the end of {label}"),
        EdgeMode::Permit | EdgeMode::Unit if amount > 1 => {
            format!("{label} ({amount} {}s)", mode.name())
        }
        EdgeMode::Shared => format!("{label} (shared)"),
        _ => label,
    }
}

/// What a task did that would end a wait, and why it does not do so again.
fn did(peer: &PeerRecord) -> String {
    let PeerRecord { task, op, step, file, line, .. } = peer;
    let then = match &peer.blocked {
        _ if peer.ended => " and has ended".to_owned(),
        Some(blocked) => format!(" and is blocked at {}", visible(&blocked.op)),
        None => String::new(),
    };
    format!("{task} did '{}' at step\u{a0}{step} ({}){then}", visible(op), place(file, *line))
}

/// What the label of a wait of a task for a task says.
pub(super) fn wait_lines(edge: &TaskEdge, n_tasks: usize) -> Paragraph {
    let wanted = thing(&edge.label, edge.mode, edge.amount);
    let verb = if n_tasks == 1 { "waits" } else { "wait" };
    let mut lines = Paragraph::of(&format!("{verb} for {wanted}"), Lettering::PLAIN, MOST);
    let at = format!("{} at {}", visible(&edge.op), place(&edge.file, edge.line));
    let since = edge.since.filter(|_| n_tasks == 1);
    let since = since.map_or(String::new(), |step| format!(" since\u{a0}step\u{a0}{step}"));
    lines.add(&format!("{at}{since}"), Lettering::FAINT, MOST);
    if let Some(held) = &edge.held {
        let by = place(&held.file, held.line);
        let text = format!("which {} holds since\u{a0}step\u{a0}{} ({by})", edge.to, held.step);
        lines.add(&text, Lettering::FAINT, MOST);
    }
    if let Some(peer) = &edge.did {
        lines.add(&did(peer), Lettering::FAINT, MOST);
    }
    if let Some(other) = &edge.elsewhere {
        lines.add(&visible(&picture::elsewhere(other)), Lettering::FAINT, MOST);
    }
    lines
}

/// What the box of a resource says: what it is, and which tasks hold it or could end
/// waits for it.
pub(super) fn resource_lines(graph: &Graph, id: u32) -> Paragraph {
    let resource = graph.resource(id).expect("an edge leads to a resource of the graph");
    let is_end = graph.waits.iter().any(|w| w.resource == id && w.mode == EdgeMode::Join);
    let label = visible(&resource.label);
    let title = if is_end { format!("the end of {label}") } else { label };
    let mut lines = Paragraph::of(&title, Lettering::BOLD, MOST);
    if !is_end {
        let created = place(&resource.file, resource.line);
        lines.add(&format!("created at {created}"), Lettering::FAINT, MOST);
    }
    let mut texts: Vec<String> = vec![];
    for held in graph.holds.iter().filter(|held| held.resource == id) {
        let at = place(&held.file, held.line);
        let units = match held.mode {
            EdgeMode::Permit if held.amount > 1 => format!(", {} permits,", held.amount),
            EdgeMode::Shared => " (shared)".to_owned(),
            _ => String::new(),
        };
        texts.push(format!(
            "held by {}{units} since\u{a0}step\u{a0}{} ({at})",
            held.task, held.step
        ));
    }
    for wait in graph.waits.iter().filter(|wait| wait.resource == id) {
        texts.extend(wait.peers.iter().map(did));
        // Peers are told with their places; a story without them says that there are none.
        if wait.peers.is_empty() && wait.elsewhere.is_empty() {
            texts.extend(wait.story.iter().map(|sentence| visible(sentence)));
        }
        let others = wait.elsewhere.iter();
        texts.extend(
            others.map(|other| format!("{}, {}", other.task, visible(&picture::elsewhere(other)))),
        );
    }
    let mut told: Vec<String> = vec![];
    texts.retain(|text| {
        let is_new = !told.contains(text);
        told.push(text.clone());
        is_new
    });
    add_some(&mut lines, &texts);
    lines
}

/// What is said above the graph: what is wrong, and how to read it.
pub(super) fn title(graph: &Graph) -> Vec<String> {
    let mut title: Vec<String> = vec![];
    for knot in &graph.knots {
        let cycle = match knot.cycle.len() {
            0..=13 => knot.cycle.join(" → "),
            n => format!(
                "{} → … → {} ({} tasks)",
                knot.cycle[..5].join(" → "),
                knot.cycle[n - 2..].join(" → "),
                n - 1
            ),
        };
        title.push(match knot.cycle.len() {
            0..=2 => format!("{cycle}: it waits for itself and can never go on"),
            _ => format!("{cycle}: each waits for the next, so none of them can ever go on"),
        });
    }
    if title.is_empty() {
        let mut tasks: Vec<&str> = vec![];
        for wait in &graph.waits {
            if !tasks.contains(&wait.task.as_str()) {
                tasks.push(&wait.task);
            }
        }
        let wait = if tasks.len() == 1 { "waits" } else { "wait" };
        let more = tasks.len().saturating_sub(2 * NAMED);
        tasks.truncate(2 * NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        title.push(format!("{}{more} {wait}, but in no circle of certain waits", tasks.join(", ")));
    }
    let mut legend: Vec<&str> = vec!["a line leads from what waits to what could end the wait"];
    if !graph.knots.is_empty() {
        legend.push("thick and red: a knot");
    }
    if graph.wait_for.iter().any(|edge| !edge.certain) {
        legend.push("dashed: possible, not certain");
    }
    let is_over = |task: &TaskNode| matches!(task.part, Part::Ended | Part::Killed | Part::Absent);
    if graph.tasks.iter().any(is_over) {
        legend.push("dotted border: over, or not there");
    }
    title.push(legend.join(" · "));
    title
}
