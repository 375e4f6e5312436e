//! Executions that are still to be made, each as the reversal of a race.

use smallvec::SmallVec;
use unknot_sim::{Access, TaskId};

use super::choice::Choices;

/// A step to be made before others.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) task: TaskId,
    /// The first values to choose inside it.
    pub(super) choices: Choices,
}

/// One execution to be made.
#[derive(Clone, Copy, Debug)]
struct Reversal {
    /// Before which step.
    at: usize,
    /// Where its steps begin among all that are planned.
    from: usize,
}

/// Executions to be made, of which the last is made first.
#[derive(Clone, Debug, Default)]
pub(super) struct Reversals {
    reversals: Vec<Reversal>,
    steps: Vec<Planned>,
    /// What the earlier steps touched, where others may not touch the same.
    instead_of: Vec<Vec<Access>>,
}

impl Reversals {
    pub(super) fn len(&self) -> usize {
        self.reversals.len()
    }

    /// The last step before which one of them is to be made.
    pub(super) fn last_at(&self) -> Option<usize> {
        self.reversals.iter().map(|reversal| reversal.at).max()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.reversals.is_empty()
    }

    /// Forgets all of them, keeping the memory.
    pub(super) fn clear(&mut self) {
        self.reversals.clear();
        self.steps.clear();
        self.instead_of.clear();
    }

    /// Plans to make these steps before step `at`. The last one is that for
    /// which the others are made.
    pub(super) fn push(
        &mut self,
        at: usize,
        instead_of: Vec<Access>,
        steps: impl Iterator<Item = Planned>,
    ) {
        self.reversals.push(Reversal { at, from: self.steps.len() });
        self.instead_of.push(instead_of);
        self.steps.extend(steps);
    }

    /// Takes those that are made last.
    pub(super) fn split_off_last(&mut self, n: usize) -> Reversals {
        let n_steps = self.reversals.get(n).map_or(self.steps.len(), |first| first.from);
        let reversals = self.reversals.drain(..n).collect();
        for reversal in &mut self.reversals {
            reversal.from -= n_steps;
        }
        let steps = self.steps.drain(..n_steps).collect();
        let instead_of = self.instead_of.drain(..n).collect();
        Reversals { reversals, steps, instead_of }
    }

    /// Takes the last one: before which step, what that touched, and the steps.
    pub(super) fn pop(&mut self) -> Option<(usize, Vec<Access>, SmallVec<[Planned; 4]>)> {
        let Reversal { at, from } = self.reversals.pop()?;
        let instead_of = self.instead_of.pop().unwrap_or_default();
        Some((at, instead_of, self.steps.drain(from..).collect()))
    }
}
