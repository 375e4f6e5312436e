//! What the pictures of a wait-for graph say in any of their languages:
//! the lines of each label, before any escaping.

use crate::replay::graph::{
    EdgeMode, Elsewhere, Graph, HoldEdge, Part, PeerRecord, ResourceNode, TaskEdge, TaskNode,
    WaitEdge,
};
use crate::report::words::{place, task_label_of};

/// Which of the two views of a wait-for graph is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Tasks only.
    WaitFor,
    /// Tasks and resources.
    Resource,
}

pub(super) fn task(task: &TaskNode) -> String {
    task_label_of(&task.task, &task.name)
}

pub(super) fn resource(resource: &ResourceNode) -> String {
    format!("{}\n{}", resource.label, place(&resource.file, resource.line))
}

/// The ends of tasks that are waited for, each with its task: no task acquired
/// them, so no holding tells the task of an end.
pub(super) fn ends(graph: &Graph) -> Vec<(u32, &str)> {
    let joins = graph.wait_for.iter().filter(|edge| edge.mode == EdgeMode::Join);
    let mut ends: Vec<(u32, &str)> = joins.map(|edge| (edge.resource, edge.to.as_str())).collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Whether an edge joins two tasks of the same knot.
pub(super) fn in_one_knot(graph: &Graph, from: &str, to: &str) -> bool {
    let is = |task: &&String, path: &str| task.as_str() == path;
    graph.knots.iter().any(|knot| {
        knot.tasks.iter().any(|task| is(&task, from)) && knot.tasks.iter().any(|t| is(&t, to))
    })
}

/// Whether some of the waits of tasks for tasks at a resource are certain and inside a knot.
pub(super) fn is_in_knot(
    graph: &Graph,
    resource: u32,
    is_meant: impl Fn(&TaskEdge) -> bool,
) -> bool {
    let at_it = graph.wait_for.iter().filter(|edge| edge.resource == resource && edge.certain);
    at_it.filter(|edge| is_meant(edge)).any(|edge| in_one_knot(graph, &edge.from, &edge.to))
}

pub(super) fn wait(edge: &WaitEdge) -> String {
    let since = since(edge.since);
    match edge.mode {
        EdgeMode::Join => format!("{} {}{since}", edge.op, at(edge)),
        mode => format!("{} ({}) {}{since}", edge.op, units(edge.amount, mode), at(edge)),
    }
}

fn at(edge: &WaitEdge) -> String {
    place(&edge.file, edge.line)
}

pub(super) fn hold(edge: &HoldEdge) -> String {
    let HoldEdge { amount, mode, step, file, line, .. } = edge;
    format!("held ({}) since step {step} {}", units(*amount, *mode), place(file, *line))
}

/// What a task did earlier that would end a wait, or for which it is waited for.
pub(super) fn did(peer: &PeerRecord, certain: bool) -> String {
    let PeerRecord { op, step, file, line, .. } = peer;
    let then = match &peer.blocked {
        _ if peer.ended => ", has ended".to_owned(),
        Some(blocked) => format!(", is blocked at {} {}", blocked.op, blocked.object),
        None => String::new(),
    };
    let mark = if certain { "" } else { "possible: " };
    format!("{mark}{op} at step {step} {}{then}", place(file, *line))
}

/// What a task does in other executions that would end a wait.
pub(super) fn elsewhere(other: &Elsewhere) -> String {
    let Elsewhere { op, file, line, here, blocked, .. } = other;
    let then = match (here, blocked) {
        (_, Some(blocked)) => format!("is blocked at {} {}", blocked.op, blocked.object),
        (Part::Absent, _) => "was never started".to_owned(),
        (Part::Ended, _) => "has ended".to_owned(),
        (Part::Killed, _) => "was killed".to_owned(),
        _ => "could go on".to_owned(),
    };
    format!("in other executions: {op} {}, here it {then}", place(file, *line))
}

/// What a task waits for another task for, and since when that task holds it.
pub(super) fn task_edge(edge: &TaskEdge) -> String {
    let created = place(&edge.created.file, edge.created.line);
    let mut text = match edge.mode {
        EdgeMode::Join => edge.label.clone(),
        _ => format!("{} ({}), created {created}", edge.label, units(edge.amount, edge.mode)),
    };
    text.push_str(&format!("\n{} {}{}", edge.op, place(&edge.file, edge.line), since(edge.since)));
    if let Some(held) = &edge.held {
        let by = place(&held.file, held.line);
        let units = units(held.amount, held.mode);
        text.push_str(&format!("\nheld ({units}) since step {} {by}", held.step));
    }
    if let Some(peer) = &edge.did {
        text.push_str(&format!("\n{}", did(peer, edge.certain)));
    }
    if let Some(other) = &edge.elsewhere {
        text.push_str(&format!("\n{}", elsewhere(other)));
    }
    text
}

fn since(step: Option<u32>) -> String {
    step.map_or(String::new(), |step| format!(" since step {step}"))
}

/// The amount and the mode. All units of a read-write lock are a number that says
/// nothing, and so is the 0 that a queue without unreported items shows.
fn units(amount: i64, mode: EdgeMode) -> String {
    match mode {
        EdgeMode::Permit | EdgeMode::Unit if amount > 1 => format!("{amount} {}s", mode.name()),
        _ => mode.name().to_owned(),
    }
}
