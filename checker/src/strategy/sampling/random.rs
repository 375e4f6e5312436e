//! Random policy: every enabled task is equally likely at every step.
//!
//! The simplest sampler, and the baseline of the others. It is
//! shuttle's `RandomScheduler` with the same numbers ([`unknot_sim::Randomness`]),
//! except for the pick: shuttle treats every task as runnable.
//!
//! Schedules are far from equally likely. A schedule in which a long task runs before
//! a short one starts has a probability that falls exponentially with the length of the
//! long task. What it can miss: faults that need such a schedule.

use unknot_sim::{Point, Randomness, TaskId};

use crate::strategy::sampling::policy::{SamplingPolicy, uniform};

/// The walk.
#[derive(Debug, Default)]
pub struct Random;

impl SamplingPolicy for Random {
    const PROFILES: u64 = 0;

    fn pick(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        uniform(point, randomness)
    }
}
