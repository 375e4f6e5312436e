//! Which tasks could have ended a wait, in sentences.
//!
//! A hang has no culprit, only tasks that did the right thing once and went
//! away, or no task at all. The words for an operation are chosen by its verb. A
//! verb without words of its own is quoted, so a new primitive reads well
//! enough before it has any.
//!
//! A task that ends the wait in other executions only is told as that, with what became
//! of it in this one.

use super::{Blocked, Elsewhere, Part, PeerRecord};

/// A verb, the words for a task that did it, and for a task that does it.
const WORDS: &[(&str, &str, &str)] = &[
    ("set", "set it", "sets it"),
    ("notify", "notified it", "notifies it"),
    ("notify all", "notified it", "notifies it"),
    ("arrive", "came to it", "comes to it"),
    ("abort", "broke it", "breaks it"),
    ("reset", "reset it", "resets it"),
    ("put", "put an item into it", "puts an item into it"),
    ("get", "took an item from it", "takes an item from it"),
    ("task_done", "reported an item of it as done", "reports an item of it as done"),
    ("send", "sent into it", "sends into it"),
    ("receive", "received from it", "receives from it"),
    ("close", "closed it", "closes it"),
    ("release", "released it", "releases it"),
    ("acquire", "took it", "takes it"),
    ("try acquire", "took it", "takes it"),
    ("unlock", "gave it back", "gives it back"),
    ("deliver", "delivered a result of it", "delivers a result of it"),
    ("apply", "submitted a task to it", "submits a task to it"),
    ("apply_async", "submitted a task to it", "submits a task to it"),
    ("map", "submitted tasks to it", "submits tasks to it"),
    ("map_async", "submitted tasks to it", "submits tasks to it"),
    ("starmap", "submitted tasks to it", "submits tasks to it"),
    ("imap", "submitted tasks to it", "submits tasks to it"),
    ("imap_unordered", "submitted tasks to it", "submits tasks to it"),
    ("submit", "submitted a task to it", "submits a task to it"),
    ("wake", "woke it", "wakes it"),
    ("shutdown", "shut it down", "shuts it down"),
];

/// The words for a task that did something.
fn did(verb: &str) -> String {
    let words = WORDS.iter().find(|(known, ..)| *known == verb);
    words.map_or_else(|| format!("did '{verb}'"), |(_, did, _)| (*did).to_owned())
}

/// The words for what no task does.
fn does(verb: &str) -> String {
    let words = WORDS.iter().find(|(known, ..)| *known == verb);
    words.map_or_else(|| format!("does '{verb}'"), |(.., does)| (*does).to_owned())
}

/// Says that no task did any of what would end the wait.
pub(super) fn no_task(raised_by: &[&str]) -> String {
    let mut all: Vec<String> = vec![];
    for words in raised_by.iter().map(|verb| does(verb)) {
        if !all.contains(&words) {
            all.push(words);
        }
    }
    match all.is_empty() {
        true => "no task in this execution changes what it looked at".to_owned(),
        false => format!("no task in this execution {}", all.join(" or ")),
    }
}

/// What one task did, and what became of it.
pub(super) fn sentence(peer: &PeerRecord, label: &str, is_waiter: bool) -> String {
    let PeerRecord { op, step, file, line, .. } = peer;
    let then = match &peer.blocked {
        _ if peer.ended => "has ended".to_owned(),
        _ if is_waiter => "is the one that waits".to_owned(),
        Some(Blocked { op, object, file, line }) => {
            format!("is blocked at {op} {object} ({})", place(file, *line))
        }
        None => "could go on".to_owned(),
    };
    format!("{label} {} at step {step} ({}) and {then}", did(op), place(file, *line))
}

/// What one task does in other executions, and what became of it in this one.
pub(super) fn elsewhere(other: &Elsewhere, label: &str) -> String {
    let Elsewhere { op, file, line, here, blocked, .. } = other;
    let then = match (here, blocked) {
        (_, Some(Blocked { op, object, file, line })) => {
            format!("it is blocked at {op} {object} ({})", place(file, *line))
        }
        (Part::Absent, _) => "it was never started".to_owned(),
        (Part::Ended, _) => "it has ended".to_owned(),
        (Part::Killed, _) => "it was killed".to_owned(),
        _ => "it could go on".to_owned(),
    };
    format!("in other executions {label} {} ({}); here {then}", does(op), place(file, *line))
}

/// A sentence has no room for folders.
fn place(file: &str, line: u32) -> String {
    format!("{}:{line}", file.rsplit('/').next().unwrap_or(file))
}
