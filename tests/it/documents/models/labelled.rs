//! A strategy that keeps, by label and by class, what it ran.

use std::sync::{Arc, Mutex};

use unknot_checker::sim::{Decision, Ended, Execution, Explorer, Point, Role, TaskId, Value};
use unknot_checker::strategy::Strategy;

use super::FACTS;
use super::classes::Classes;
use crate::documents::oracle::counter::Outcomes;

/// What a strategy ran, by label and by class.
#[derive(Debug, Default)]
pub(super) struct Ran {
    pub(super) labels: Outcomes,
    pub(super) classes: Classes,
}

/// Adds up what a strategy runs.
pub(super) struct Labelled<S> {
    pub(super) strategy: S,
    pub(super) ran: Arc<Mutex<Ran>>,
    /// Whether the executions are told apart by class.
    pub(super) classifies: bool,
    /// Whether the label begins with "complete" or "stuck".
    pub(super) verdicts: bool,
}

impl<S> Labelled<S> {
    fn label(&self, execution: &Execution<'_>) -> Option<String> {
        let facts = FACTS.with(|slot| slot.borrow_mut().take());
        let parts = match (execution.ended, execution.outcome) {
            (Ended::Complete, Some(Value::Unit)) => ["complete".to_owned(), String::new()],
            (Ended::Complete, Some(facts)) => ["complete".to_owned(), facts.to_string()],
            (Ended::Complete, None) => ["failed".to_owned(), String::new()],
            (Ended::Stuck, _) => {
                let waits = execution.unfinished().filter(|task| {
                    task.role == Role::Program && !task.daemon && task.id != TaskId::MAIN
                });
                let stuck = format!("stuck {}", waits.count());
                [stuck, facts.map(|facts| facts()).unwrap_or_default()]
            }
            _ => return None,
        };
        let shown = if self.verdicts || parts[1].is_empty() { 0 } else { 1 };
        let parts = parts[shown..].iter().filter(|part| !part.is_empty());
        Some(parts.cloned().collect::<Vec<_>>().join("; "))
    }
}

impl<S: Strategy> Explorer for Labelled<S> {
    fn begin(&mut self) -> bool {
        self.strategy.begin()
    }

    fn n_repeated(&self) -> usize {
        self.strategy.n_repeated()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.strategy.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.strategy.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        if let Some(label) = self.label(execution) {
            let mut ran = self.ran.lock().expect("nobody panicked");
            *ran.labels.entry(label).or_default() += 1;
            if self.classifies {
                ran.classes.add(execution);
            }
        }
        self.strategy.end(execution);
    }
}

impl<S: Strategy> Strategy for Labelled<S> {
    fn is_exhausted(&self) -> bool {
        self.strategy.is_exhausted()
    }
}

pub(super) fn is_verdict(label: &str) -> bool {
    label.starts_with("complete") || label.starts_with("stuck")
}
