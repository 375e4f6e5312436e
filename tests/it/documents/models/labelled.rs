//! What a strategy ran, by label and by class.

use std::sync::{Arc, Mutex};

use unknot_checker::sim::{Ended, Execution, TaskId, Value};

use super::FACTS;
use super::classes::Classes;
use crate::documents::oracle::counter::Outcomes;

/// What a strategy ran, by label and by class.
#[derive(Debug, Default)]
pub(super) struct Ran {
    pub(super) labels: Outcomes,
    pub(super) classes: Classes,
}

/// Adds up what a strategy runs. A check keeps its strategy to itself, so the sums
/// are shared.
pub(super) struct Labelled {
    pub(super) ran: Arc<Mutex<Ran>>,
    /// Whether the executions are told apart by class.
    pub(super) classifies: bool,
    /// Whether the label begins with "complete" or "stuck".
    pub(super) verdicts: bool,
}

/// What became of an execution, with or without whether it is complete or stuck.
pub(super) fn label(execution: &Execution<'_>, verdicts: bool) -> Option<String> {
    let facts = FACTS.with(|slot| slot.borrow_mut().take());
    let parts = match (execution.ended, execution.outcome) {
        (Ended::Complete, Some(Value::Unit)) => ["complete".to_owned(), String::new()],
        (Ended::Complete, Some(facts)) => ["complete".to_owned(), facts.to_string()],
        (Ended::Complete, None) => ["failed".to_owned(), String::new()],
        (Ended::Stuck, _) => {
            let waits = execution.left().filter(|task| !task.daemon && task.id != TaskId::MAIN);
            let stuck = format!("stuck {}", waits.count());
            [stuck, facts.map(|facts| facts()).unwrap_or_default()]
        }
        _ => return None,
    };
    let shown = if verdicts || parts[1].is_empty() { 0 } else { 1 };
    let parts = parts[shown..].iter().filter(|part| !part.is_empty());
    Some(parts.cloned().collect::<Vec<_>>().join("; "))
}

impl Labelled {
    pub(super) fn add(&mut self, execution: &Execution<'_>) {
        if let Some(label) = label(execution, self.verdicts) {
            let mut ran = self.ran.lock().expect("no test has panicked");
            *ran.labels.entry(label).or_default() += 1;
            if self.classifies {
                ran.classes.add(execution);
            }
        }
    }
}

pub(super) fn is_verdict(label: &str) -> bool {
    label.starts_with("complete") || label.starts_with("stuck")
}
