//! The words that several formats share: what tasks, places and steps are called.

use std::path::Path;

use super::visible::{visible, visible_value};
use crate::model::labels::package_path;
use crate::model::scenario::Source;
use crate::replay::record::{Named, OperationRecord, StepRecord, TaskRecord};

pub(super) fn task_label_of(path: &str, name: &str) -> String {
    if name.is_empty() { path.to_owned() } else { format!("{path} '{name}'") }
}

/// The same where it is printed.
pub(super) fn shown_label(path: &str, name: &str) -> String {
    visible(&task_label_of(path, name))
}

pub(super) fn label(task: &TaskRecord) -> String {
    shown_label(&task.task, &task.name)
}

pub(super) fn place(file: &str, line: u32) -> String {
    format!("{}:{line}", file.rsplit('/').next().unwrap_or(file))
}

/// The text of a source line, if the source is known.
pub(super) fn quote(sources: &[Source], file: &str, line: u32) -> String {
    let is_it = |source: &&Source| package_path(&without_ups(source.file)) == file;
    let Some(source) = sources.iter().find(is_it) else { return String::new() };
    let text = (line as usize).checked_sub(1).and_then(|nth| source.text.lines().nth(nth));
    text.unwrap_or_default().trim().to_owned()
}

/// The path of a file as the compiler was given it, if its source is known and that is
/// relative: a tool that starts at the root of the repository finds it there.
pub(super) fn source_path(sources: &[Source], file: &str) -> Option<String> {
    let mut paths = sources.iter().map(|source| without_ups(source.file));
    paths.find(|path| package_path(path) == file && !Path::new(path).is_absolute())
}

/// A path that goes down only: `src/a.rs/../b.rs` is `src/b.rs`.
pub(super) fn without_ups(path: &str) -> String {
    let mut parts: Vec<&str> = vec![];
    for part in path.split(['/', '\\']) {
        match part {
            ".." if parts.last().is_some_and(|&last| last != "..") => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// An operation and its object: `lock 'a'` where both words say the same.
pub(super) fn operation_text(operation: &OperationRecord) -> String {
    let OperationRecord { op, object, named, .. } = operation;
    match (named, object) {
        (Some(Named { kind, name }), _) if op.ends_with(&kind.to_lowercase()) => {
            format!("{op} '{}'", visible(name))
        }
        (_, Some(object)) => format!("{op} {}", visible(object)),
        (_, None) => op.to_owned(),
    }
}

pub(super) fn step_text(step: &StepRecord) -> String {
    let mut text = operation_text(&step.operation);
    if let Some(value) = &step.value {
        text.push_str(&format!(" = {}", value.told(visible_value)));
    }
    match step.woke.as_deref() {
        None => {}
        Some([]) => text.push_str(" wakes no task"),
        Some(tasks) => text.push_str(&format!(" wakes {}", tasks.join(", "))),
    }
    for choice in &step.choices {
        text.push_str(&format!(" ?{choice}"));
    }
    text
}
