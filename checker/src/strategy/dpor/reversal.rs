//! Executions that are still to be made, each as the reversal of a race.

use smallvec::SmallVec;
use unknot_sim::{Access, TaskId};

use crate::strategy::order::choice::Choices;

/// A step to be made before other steps.
#[derive(Clone, Debug)]
pub(super) struct ReversalStep {
    pub(super) task: TaskId,
    /// The first values to choose inside it.
    pub(super) choices: Choices,
}

/// Steps of one task in a row, of which at most the first chooses anything. The steps
/// that lead to a head can be as many as an execution has, and so can the plans.
#[derive(Clone, Debug)]
struct StepRun {
    step: ReversalStep,
    n: u32,
}

/// One execution to be made.
#[derive(Clone, Copy, Debug)]
struct Reversal {
    /// The step before which it is made.
    at: usize,
    /// Where its runs of steps begin among all planned runs.
    from: usize,
}

/// Executions to be made, of which the last is made first.
#[derive(Clone, Debug, Default)]
pub(super) struct Reversals {
    reversals: Vec<Reversal>,
    runs: Vec<StepRun>,
    /// What the earlier steps touched, where other steps may not touch the same.
    instead_of: Vec<Vec<Access>>,
}

impl Reversals {
    pub(super) fn len(&self) -> usize {
        self.reversals.len()
    }

    /// The last step before which a plan is to be made.
    pub(super) fn last_at(&self) -> Option<usize> {
        self.reversals.iter().map(|reversal| reversal.at).max()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.reversals.is_empty()
    }

    /// Forgets all of them, keeping the memory.
    pub(super) fn clear(&mut self) {
        self.reversals.clear();
        self.runs.clear();
        self.instead_of.clear();
    }

    /// Plans to make these steps before step `at`. The last of them is the head, for
    /// which the others are made.
    pub(super) fn push(
        &mut self,
        at: usize,
        instead_of: Vec<Access>,
        steps: impl Iterator<Item = ReversalStep>,
    ) {
        let from = self.runs.len();
        self.reversals.push(Reversal { at, from });
        self.instead_of.push(instead_of);
        for step in steps {
            match self.runs[from..].last_mut() {
                Some(run) if run.step.task == step.task && step.choices.is_empty() => run.n += 1,
                _ => self.runs.push(StepRun { step, n: 1 }),
            }
        }
    }

    /// Takes the plans that are made last.
    pub(super) fn split_off_last(&mut self, n: usize) -> Reversals {
        let n_runs = self.reversals.get(n).map_or(self.runs.len(), |first| first.from);
        let reversals = self.reversals.drain(..n).collect();
        for reversal in &mut self.reversals {
            reversal.from -= n_runs;
        }
        let runs = self.runs.drain(..n_runs).collect();
        let instead_of = self.instead_of.drain(..n).collect();
        Reversals { reversals, runs, instead_of }
    }

    /// Takes the last plan: before which step, what that step touched, and the new steps.
    pub(super) fn pop(&mut self) -> Option<(usize, Vec<Access>, SmallVec<[ReversalStep; 4]>)> {
        let Reversal { at, from } = self.reversals.pop()?;
        let instead_of = self.instead_of.pop().unwrap_or_default();
        let mut steps = SmallVec::new();
        for StepRun { step, n } in self.runs.drain(from..) {
            let task = step.task;
            steps.push(step);
            steps.extend((1..n).map(|_| ReversalStep { task, choices: Choices::new() }));
        }
        Some((at, instead_of, steps))
    }
}
