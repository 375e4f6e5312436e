//! Whether an update may be lost in some execution of a class.
//!
//! That takes a task that reads a variable and then writes it, and a write of another task in
//! between. Which of two writes comes first is not part of a class, so some of its executions
//! may show it and others not. Where each other write comes before the read, or after the
//! write, through orders of tasks and through what was read (of locks among other things),
//! none does.
//!
//! What it can miss: nothing. It may say so of a class in which the values that are read
//! forbid it.

use super::event::{GraphEvent, TouchKind};
use super::graph::ReadsGraph;

/// Whether some execution with these reads may show a lost update.
pub(super) fn may_lose(graph: &ReadsGraph) -> bool {
    let events = &graph.events;
    let writes = (0..events.len()).filter(|&at| events[at].touch == TouchKind::Write);
    writes.into_iter().any(|write| {
        let Some(read) = read_before(events, write) else { return false };
        (0..events.len()).any(|other| {
            let is_other = events[other].object == events[write].object
                && events[other].touch.writes()
                && events[other].key.task != events[write].key.task;
            is_other && !graph.is_before(other, read) && !graph.is_before(write, other)
        })
    })
}

/// The last read of a variable by the task that writes it, since it last did.
fn read_before(events: &[GraphEvent], write: usize) -> Option<usize> {
    let GraphEvent { key, object, .. } = events[write];
    let is_own = |at: &usize| events[*at].key.task == key.task && events[*at].object == object;
    let last = (0..write).rev().find(is_own)?;
    (events[last].touch == TouchKind::Read).then_some(last)
}
