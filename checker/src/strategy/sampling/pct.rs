//! Probabilistic concurrency testing: random priorities with few changes.
//!
//! Each task gets a random priority, and the enabled task with the highest one
//! runs. At d - 1 random steps the task that made the last step falls below
//! all the others. A fault of depth d is one that appears as soon as d steps
//! come in a certain order; with n tasks and k steps an execution shows it
//! with probability at least 1/(n k^(d-1)), however long the rest is. The
//! depth is 3 unless a portfolio sets it: a lost update has depth 2, and so has a
//! deadlock of two locks.
//!
//! Source: S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A
//! Randomized Scheduler with Probabilistic Guarantees of Finding Bugs",
//! ASPLOS 2010. As its section 4.1 suggests, only *contested* steps count, for
//! which more than one task is enabled. Where this code differs: tasks draw their
//! priorities when they appear, since n is not known before; k is that of the longest
//! profile, one of the first executions of the check; the changes are at
//! different steps; and an execution much longer than k continues with
//! uniform picks, since otherwise a task that waits by polling would starve the task
//! that it waits for. All changes are past by then.
//!
//! What it can miss: faults of greater depth are found by luck only. If all profiles get
//! stuck early, the later steps have no changes of priority.

use smallvec::SmallVec;
use unknot_sim::{Execution, Point, Randomness, TaskId};

use crate::strategy::sampling::policy::{PROFILES, SamplingPolicy, uniform};

/// How many ordered steps a fault may need to be found with the guarantee,
/// unless a portfolio sets another number.
pub const DEPTH: usize = 3;

/// A task's rank; the greatest runs. The order of the variants is part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Priority {
    /// Lowered at a change; the number is what is left of the depth. Changes
    /// are not sorted by step, so a later one may rank higher or lower.
    Lowered(usize),
    /// As drawn at first.
    Drawn(u32),
}

/// The walk.
#[derive(Debug)]
pub struct Pct {
    /// How many ordered steps a fault may need.
    depth: usize,
    /// The most contested steps of any profile.
    length: u32,
    /// Contested steps of this execution so far.
    contested: u32,
    /// For each task of this execution, in the order of creation.
    priorities: Vec<Priority>,
    /// The contested steps before which the last task falls.
    changes: SmallVec<[u32; DEPTH - 1]>,
}

impl Default for Pct {
    fn default() -> Pct {
        let (priorities, changes) = (vec![], SmallVec::new());
        Pct { depth: DEPTH, length: 0, contested: 0, priorities, changes }
    }
}

fn is_contested(point: &Point<'_>) -> bool {
    point.enabled().nth(1).is_some()
}

impl Pct {
    /// Draws the executions from now on with another depth.
    pub(super) fn set_depth(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// How many contested steps an execution may have before it counts as one that polls.
    fn patience(&self) -> u32 {
        self.length.saturating_mul(4).saturating_add(100)
    }

    fn lower(&mut self, point: &Point<'_>) {
        let Some(i) = self.changes.iter().position(|&at| at == self.contested) else { return };
        let last = point.live().iter().position(|&task| Some(task) == point.last());
        if let Some(last) = last {
            self.priorities[last] = Priority::Lowered(self.depth - 1 - i);
        }
    }
}

impl SamplingPolicy for Pct {
    const PROFILES: u64 = PROFILES;

    fn watch(&mut self, point: &Point<'_>) {
        self.contested += u32::from(is_contested(point));
    }

    fn learn(&mut self, _profile: &Execution<'_>) {
        self.length = self.length.max(std::mem::take(&mut self.contested));
    }

    fn begin(&mut self, _number: u64, randomness: &mut Randomness) {
        self.contested = 0;
        self.priorities.clear();
        self.changes.clear();
        // A change before the first contested step would only draw the priorities anew.
        let n_places = self.length.saturating_sub(1);
        while self.changes.len() < (self.depth - 1).min(n_places as usize) {
            let at = 1 + randomness.below(n_places);
            if !self.changes.contains(&at) {
                self.changes.push(at);
            }
        }
    }

    fn pick(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        if self.contested >= self.patience() {
            return uniform(point, randomness);
        }
        while self.priorities.len() < point.live().len() {
            self.priorities.push(Priority::Drawn(randomness.below(u32::MAX)));
        }
        if is_contested(point) {
            self.lower(point);
            self.contested += 1;
        }
        let ranked = point.live().iter().zip(&self.priorities);
        let enabled = ranked.filter(|&(&task, _)| point.is_enabled(task));
        let (&task, _) = enabled.max_by_key(|&(_, priority)| priority).expect("one is enabled");
        task
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowered_tasks_rank_below_all_others() {
        let (first, second) = (Priority::Lowered(DEPTH - 1), Priority::Lowered(DEPTH - 2));
        assert!(Priority::Drawn(0) > first && first > second);
    }

    /// Different steps, none before the first contested one, however few.
    #[test]
    fn changes_are_at_different_steps() {
        for length in 0..10 {
            let mut pct = Pct { length, ..Pct::default() };
            for seed in 0..100 {
                pct.begin(0, &mut Randomness::new(seed));
                let mut changes = pct.changes.to_vec();
                changes.sort_unstable();
                changes.dedup();
                assert_eq!(changes.len(), (DEPTH - 1).min(length.saturating_sub(1) as usize));
                assert!(changes.iter().all(|at| (1..length).contains(at)), "{length} {changes:?}");
            }
        }
    }
}
