//! Partial order sampling: a random priority for each next step.
//!
//! Every task draws a priority for the step that it is about to make, and the enabled task
//! with the highest one makes it. Then that task draws for its next step, and so does every
//! task whose next step depends on the one that was made: a race is decided anew each time,
//! and steps that depend on nothing draw once. So orders of independent steps, of which
//! there are many, take no share of the executions.
//!
//! Source: X. Yuan, J. Yang, R. Gu, "Partial Order Aware Concurrency Sampling", CAV 2018.
//! Where this code differs: dependence is that of the search, so two steps that take permits
//! of one semaphore may be independent.
//!
//! What it can miss: faults for which one task has to be far ahead of another at many steps
//! that depend on each other; each of these halves the chance.

use unknot_sim::{Point, Randomness, TaskId, dependent};

use crate::strategy::sampling::policy::SamplingPolicy;

/// The walk.
#[derive(Debug, Default)]
pub struct Pos {
    /// For each task of this execution, in the order of creation: the priority of its next
    /// step; 0 where it is still to be drawn.
    priorities: Vec<u32>,
}

impl Pos {
    /// Forgets the priorities of the steps that race with the last one, and that of its task.
    fn follow(&mut self, point: &Point<'_>) {
        let Some(last) = point.last() else { return };
        let made = point.trace().accesses(point.step() - 1);
        for (&task, priority) in point.live().iter().zip(&mut self.priorities) {
            let races = || point.pending(task).is_some_and(|op| dependent(&op.accesses, made));
            if task == last || races() {
                *priority = 0;
            }
        }
    }
}

impl SamplingPolicy for Pos {
    const PROFILES: u64 = 0;

    fn begin(&mut self, _number: u64, _randomness: &mut Randomness) {
        self.priorities.clear();
    }

    fn pick(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        self.follow(point);
        self.priorities.resize(point.live().len(), 0);
        for (&task, priority) in point.live().iter().zip(&mut self.priorities) {
            if *priority == 0 && point.is_enabled(task) {
                *priority = 1 + randomness.below(u32::MAX);
            }
        }
        let ranked = point.live().iter().zip(&self.priorities);
        let enabled = ranked.filter(|&(&task, _)| point.is_enabled(task));
        let (&task, _) = enabled.max_by_key(|&(_, priority)| priority).expect("one is enabled");
        task
    }
}
