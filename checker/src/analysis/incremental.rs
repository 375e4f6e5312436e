//! Analyses that go from step to step, and back to where two executions part.
//!
//! A search turns elsewhere near the end of an execution: most steps of the next
//! execution are those of the last one. An analysis that looks at one step after the
//! other keeps its numbers in a `Table`, which remembers the values before each step.
//! It keeps what it found in [`Hits`], by the step at which it was found. Evidence is
//! made of a hit only where the hit is new.

use std::fmt;

use unknot_sim::{Access, Act, Execution, Object, ObjectId, Trace};

use crate::model::finding::Evidence;

/// An analysis that goes from step to step.
pub trait Incremental: fmt::Debug + Send {
    /// Looks at an execution that has its first `same` steps in common with the one before.
    fn resume(&mut self, execution: &Execution<'_>, same: usize);

    /// What it found in that execution.
    fn hits(&self) -> &Hits;

    /// What a hit means.
    fn explain(&self, execution: &Execution<'_>, hit: &Hit) -> Evidence;
}

/// Marks that there is no such step.
pub(super) const NONE: u32 = u32::MAX;

/// What was found at a step, in a few numbers.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// The step at which it was found.
    pub step: u32,
    /// What it is about.
    pub object: ObjectId,
    /// The steps that show it, and [`u32::MAX`] where there are fewer.
    steps: [u32; 4],
}

impl Hit {
    /// The steps that show it.
    pub fn steps(&self) -> impl Iterator<Item = u32> + use<> {
        self.steps.into_iter().filter(|&step| step != NONE)
    }
}

/// Everything that one analysis found up to some step, in the order of steps.
#[derive(Debug, Default)]
pub struct Hits {
    found: Vec<Hit>,
    n_old: usize,
    /// Steps that were looked at.
    n_known: usize,
}

impl Hits {
    /// How many steps need not be looked at again, of an execution that has its first
    /// `same` steps in common with the one before. None if it has no object of the kind
    /// that matters: then there is nothing to find, and everything known is forgotten.
    pub(super) fn resume(
        &mut self,
        execution: &Execution<'_>,
        same: usize,
        matters: impl Fn(&Object) -> bool,
    ) -> Option<usize> {
        let is_due = execution.objects.iter().any(matters);
        let known = same.min(self.n_known);
        self.n_known = if is_due { execution.trace.len() } else { 0 };
        if !is_due {
            self.rewind(0);
        }
        is_due.then_some(known)
    }

    /// Forgets what was found from a step on. The hits that are left are old.
    pub(super) fn rewind(&mut self, step: usize) {
        while self.found.last().is_some_and(|hit| hit.step as usize >= step) {
            self.found.pop();
        }
        self.n_old = self.found.len();
    }

    pub(super) fn push(&mut self, step: u32, object: ObjectId, steps: [u32; 4]) {
        self.found.push(Hit { step, object, steps });
    }

    /// Everything that was found.
    #[must_use]
    pub fn found(&self) -> &[Hit] {
        &self.found
    }

    /// How many of them were found in the execution before.
    #[must_use]
    pub fn n_old(&self) -> usize {
        self.n_old
    }
}

/// What a step touched for the program. A wait for a change looks at what its task has
/// read before, to know whether to wait. These looks are no reads of the program, and
/// order nothing.
pub(crate) fn own_accesses(trace: &Trace, step: usize) -> &[Access] {
    match trace.steps()[step].act {
        Act::AwaitChange => &[],
        _ => trace.accesses(step),
    }
}

/// Numbers that can be set back to what they were before a step.
#[derive(Debug)]
pub(super) struct RewindTable<T> {
    values: Vec<T>,
    /// For each change, the step, the place and the value before it.
    changes: Vec<(u32, u32, T)>,
}

impl<T> Default for RewindTable<T> {
    fn default() -> RewindTable<T> {
        RewindTable { values: vec![], changes: vec![] }
    }
}

impl<T: Copy + PartialEq> RewindTable<T> {
    /// Makes a new table of `n` values.
    pub(super) fn reset(&mut self, n: usize, value: T) {
        self.changes.clear();
        self.values.clear();
        self.values.resize(n, value);
    }

    /// Changes the value at a place of a new table.
    pub(super) fn preset(&mut self, place: usize, value: T) {
        self.values[place] = value;
    }

    /// Makes room for at least `n` values; new ones have this value.
    pub(super) fn grow(&mut self, n: usize, value: T) {
        if self.values.len() < n {
            self.values.resize(n, value);
        }
    }

    /// Takes back all changes from a step on.
    pub(super) fn rewind(&mut self, step: usize) {
        while let Some(&(changed_at, place, old)) = self.changes.last()
            && changed_at as usize >= step
        {
            self.values[place as usize] = old;
            self.changes.pop();
        }
    }

    pub(super) fn get(&self, place: usize) -> T {
        self.values[place]
    }

    /// A row of the table.
    pub(super) fn row(&self, start: usize, n: usize) -> &[T] {
        &self.values[start..start + n]
    }

    /// Raises each value of a row to that of another row, in a step.
    pub(super) fn raise(&mut self, step: u32, start: usize, to: &[T])
    where
        T: PartialOrd,
    {
        let row = &mut self.values[start..start + to.len()];
        for (i, (mine, &theirs)) in row.iter_mut().zip(to).enumerate() {
            if theirs > *mine {
                self.changes.push((step, (start + i) as u32, *mine));
                *mine = theirs;
            }
        }
    }

    /// Changes the value at a place, in a step, and returns the value before.
    pub(super) fn set(&mut self, step: u32, place: usize, value: T) -> T {
        let old = std::mem::replace(&mut self.values[place], value);
        if old != value {
            self.changes.push((step, place as u32, old));
        }
        old
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_goes_back() {
        let mut table = RewindTable::default();
        table.reset(2, 0);
        for (step, place, value) in [(1, 0, 5), (2, 0, 6), (2, 1, 7), (3, 0, 6)] {
            table.set(step, place, value);
        }
        assert_eq!((table.get(0), table.get(1)), (6, 7));
        table.rewind(2);
        assert_eq!((table.get(0), table.get(1)), (5, 0));
        table.rewind(0);
        assert_eq!((table.get(0), table.get(1)), (0, 0));
    }
}
