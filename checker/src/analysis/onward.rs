//! What an analysis knows after each step, so that it can go back to where two
//! executions part and go on from there.
//!
//! A search turns elsewhere near the end of an execution: most of what the next
//! one does was done by the last one. An analysis that looks at one step after
//! the other keeps its numbers in tables, which remember what stood there
//! before, and its evidence in [`Onward`], by the step that it was found at.

use crate::finding::Evidence;

/// Evidence by the step at which it was found.
#[derive(Clone, Debug)]
pub struct Dated {
    /// The step.
    pub step: u32,
    /// What was found.
    pub evidence: Evidence,
}

/// Everything that one analysis found up to some step, in the order of steps.
#[derive(Debug, Default)]
pub struct Onward {
    found: Vec<Dated>,
    n_old: usize,
}

impl Onward {
    /// Forgets what was found from a step on. What is left is old.
    pub(super) fn rewind(&mut self, step: usize) {
        while self.found.last().is_some_and(|dated| dated.step as usize >= step) {
            self.found.pop();
        }
        self.n_old = self.found.len();
    }

    pub(super) fn push(&mut self, step: u32, evidence: Evidence) {
        self.found.push(Dated { step, evidence });
    }

    /// All that was found.
    #[must_use]
    pub fn found(&self) -> &[Dated] {
        &self.found
    }

    /// How many of them were found in the execution before.
    #[must_use]
    pub fn n_old(&self) -> usize {
        self.n_old
    }
}

/// Numbers that can be set back to what they were before a step.
#[derive(Debug)]
pub(super) struct Table<T> {
    values: Vec<T>,
    /// For each change the step, the place, and what stood there.
    changes: Vec<(u32, u32, T)>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { values: vec![], changes: vec![] }
    }
}

impl<T: Copy + PartialEq> Table<T> {
    /// Makes a new table of so many.
    pub(super) fn reset(&mut self, n: usize, value: T) {
        self.changes.clear();
        self.values.clear();
        self.values.resize(n, value);
    }

    /// Takes back what was changed from a step on.
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

    /// Changes what stands at a place, in a step, and returns what stood there.
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
        let mut table = Table::default();
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
