//! Uniform random policy: every interleaving is equally likely, not every pick.
//!
//! A task is picked with a probability proportional to the steps that it
//! still has to make, with those of the children that it has yet to start. If no task
//! blocks and the counts are right, that is exactly the
//! number of interleavings that begin with its step, so each interleaving has
//! the same probability.
//!
//! Source: H. Zhao, D. Wolff, U. Mathur, A. Roychoudhury, "Selectively Uniform
//! Concurrency Testing", ASPLOS 2025, without the selection. The counts come
//! from the longest profile, one of the first executions of the check. Where this code
//! differs from shuttle's: a task is known by its place in the tree of creators,
//! and only enabled tasks are offered.
//!
//! Tasks that block and counts that vary with the schedule make the sample
//! less uniform: a task that will wait at a join counts with its later steps before it
//! blocks. A task that has made all its known steps, or is not known, counts
//! as 1, so no schedule is ever impossible.

use unknot_sim::{Execution, Point, Randomness, TaskId};

use crate::strategy::sampling::policy::{PROFILES, SamplingPolicy, weighted};

/// The walk.
#[derive(Debug, Default)]
pub struct Urw {
    /// The length of the longest profile.
    longest: usize,
    /// The steps of each task in that profile with those of its descendants,
    /// by the index of its id; looked up only.
    known: Vec<u32>,
    /// How many of these are left in this execution, without the descendants that
    /// have been started.
    left: Vec<u32>,
}

impl Urw {
    /// The steps of a task with its descendants.
    fn known(&self, task: TaskId) -> u32 {
        self.known.get(task.index()).copied().unwrap_or(0).max(1)
    }

    fn left(&self, task: TaskId) -> u32 {
        self.left.get(task.index()).copied().unwrap_or(0)
    }

    fn set_left(&mut self, task: TaskId, steps: u32) {
        if self.left.len() <= task.index() {
            self.left.resize(task.index() + 1, 0);
        }
        self.left[task.index()] = steps;
    }

    /// Takes the last step off the counts.
    fn follow(&mut self, point: &Point<'_>) {
        let Some(step) = point.trace().steps().last() else { return };
        let mut made = 1;
        if let Some(child) = step.child {
            let steps = self.known(child);
            self.set_left(child, steps);
            made += steps;
        }
        let left = self.left(step.task);
        self.set_left(step.task, left.saturating_sub(made));
    }

    fn weight(&self, task: TaskId) -> u32 {
        self.left(task).max(1)
    }
}

impl SamplingPolicy for Urw {
    const PROFILES: u64 = PROFILES;

    fn learn(&mut self, profile: &Execution<'_>) {
        if profile.trace.len() <= self.longest {
            return;
        }
        self.longest = profile.trace.len();
        self.known.clear();
        // Backwards, a child's steps are all counted when its start is met.
        for step in profile.trace.steps().iter().rev() {
            let n_tasks = step.child.unwrap_or(step.task).max(step.task).index() + 1;
            if self.known.len() < n_tasks {
                self.known.resize(n_tasks, 0);
            }
            let children = step.child.map_or(0, |child| self.known[child.index()]);
            self.known[step.task.index()] += 1 + children;
        }
    }

    fn begin(&mut self, _number: u64, _randomness: &mut Randomness) {
        self.left.clear();
        self.set_left(TaskId::MAIN, self.known(TaskId::MAIN));
    }

    fn pick(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        self.follow(point);
        weighted(point, randomness, |task| self.weight(task))
    }
}
