//! What the seeded strategies have in common: executions with seeds of their own.
//!
//! A sampler never covers a program; it draws executions at random. Execution
//! i has its own seed, derived from the check's seed and i, and draws from nothing
//! else. So it can be run again alone, and executions may be run in any order.
//! How a task is picked is left to a [`SamplingPolicy`]; values inside a step are always
//! picked uniformly.
//!
//! Some walks use estimates: how long the program is, how many steps a task
//! makes. If the estimates came from all executions so far, what execution i draws
//! would depend on those. So the estimates come from the first few executions alone, the
//! *profiles*: these pick uniformly, as `random` does, unless the policy says otherwise, and
//! count as any other execution.
//! They are determined by the check's seed and by the bound on steps; to run execution
//! i alone, the profiles are run first. There are several because a profile that gets
//! stuck after a few steps says nothing about executions that do not: the longest one
//! is taken.

pub(super) mod directed;
pub(super) mod pct;
pub(super) mod places;
pub(super) mod policy;
pub(super) mod portfolio;
pub(super) mod pos;
pub(super) mod random;
pub(super) mod surw;
pub(super) mod urw;

use unknot_sim::{Decision, Execution, Explorer, Point, Randomness};

use crate::strategy::api::{Config, Samples, Strategy};
use crate::strategy::sampling::policy::SamplingPolicy;

/// The strategy: a walk with the seeds kept.
#[derive(Debug)]
pub struct Sampler<W> {
    policy: W,
    config: Config,
    /// The execution that runs.
    number: u64,
    /// The execution that comes after it, if any.
    next: Option<u64>,
    randomness: Randomness,
}

/// The seed of execution `number` of a check: a number of the SplitMix64
/// sequence that starts at the check's own seed, mixed once so that the
/// sequences of neighbouring seeds have nothing in common.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014.
#[must_use]
pub fn execution_seed(seed: u64, number: u64) -> u64 {
    const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |z: u64| {
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let start = mix(seed.wrapping_add(GAMMA));
    mix(start.wrapping_add(number.wrapping_add(1).wrapping_mul(GAMMA)))
}

impl<W: SamplingPolicy> Sampler<W> {
    /// A sampler that has drawn nothing yet.
    #[must_use]
    pub fn new(config: Config) -> Sampler<W> {
        // A profile needs no other profile.
        let first = config.only.filter(|&only| only < W::PROFILES || W::PROFILES == 0);
        let first = first.unwrap_or(0);
        Sampler {
            policy: W::default(),
            config,
            number: first,
            next: Some(first),
            randomness: Randomness::new(execution_seed(config.seed, first)),
        }
    }

    fn is_profile(&self) -> bool {
        self.number < W::PROFILES
    }
}

impl<W: SamplingPolicy> Explorer for Sampler<W> {
    fn begin(&mut self) -> bool {
        let Some(number) = self.next else { return false };
        self.number = number;
        self.next = match self.config.only {
            Some(only) if number == only => None,
            Some(only) if number + 1 >= W::PROFILES => Some(only),
            _ => number.checked_add(1),
        };
        self.randomness = Randomness::new(execution_seed(self.config.seed, number));
        match self.is_profile() {
            true => self.policy.begin_profile(number, &mut self.randomness),
            false => self.policy.begin(number, &mut self.randomness),
        }
        true
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        Decision::Run(if self.is_profile() {
            self.policy.watch(point);
            self.policy.pick_in_profile(point, &mut self.randomness)
        } else {
            self.policy.pick(point, &mut self.randomness)
        })
    }

    fn choose(&mut self, _point: &Point<'_>, n: u32) -> u32 {
        self.randomness.below(n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        if self.is_profile() {
            self.policy.learn(execution);
        }
    }
}

impl<W: SamplingPolicy> Strategy for Sampler<W> {
    fn is_exhausted(&self) -> bool {
        false
    }

    fn as_sampler(&mut self) -> Option<&mut dyn Samples> {
        Some(self)
    }
}

impl<W: SamplingPolicy> Samples for Sampler<W> {
    fn profiles(&self) -> u64 {
        W::PROFILES
    }

    fn seek(&mut self, number: u64) {
        self.next = Some(number);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn seeds_of_executions_are_distinct_and_stay() {
        let seeds = (0..10).flat_map(|seed| (0..1000).map(move |i| execution_seed(seed, i)));
        assert_eq!(seeds.collect::<BTreeSet<u64>>().len(), 10_000);
        // Pinned: a change here changes what every seed means.
        assert_eq!(execution_seed(0, 0), 0xa706_dd2f_4d19_7e6f);
        assert_eq!(execution_seed(u64::MAX, u64::MAX), 0x4450_18e3_0581_0b78);
    }
}
