//! Randomness for strategies, drawn from shuttle's `RandomScheduler`.
//!
//! Our decisions are made outside shuttle's `next_task`, which sees every task
//! as runnable, so its generator is used on its own: one scheduler for each
//! execution, made from that execution's seed and asked for numbers only. The
//! same seed gives the same numbers on every machine. What is drawn is good
//! enough for sampling and is no secret.
//!
//! shuttle lets the variable `SHUTTLE_RANDOM_SEED` replace every seed; the
//! command line refuses to start when it is set.

use shuttle::scheduler::{RandomScheduler, Scheduler};

/// The random numbers of one execution.
#[derive(Debug)]
pub struct Randomness {
    source: RandomScheduler,
}

impl Randomness {
    /// The numbers that belong to a seed.
    #[must_use]
    pub fn new(seed: u64) -> Randomness {
        let mut source = RandomScheduler::new_from_seed(seed, 1);
        let started = source.new_execution();
        debug_assert!(started.is_some(), "one execution was asked for");
        // A scheduler dropped inside an execution prints its seed. A second
        // execution is refused, and that ends the first.
        let refused = source.new_execution();
        debug_assert!(refused.is_none(), "one execution was asked for");
        Randomness { source }
    }

    /// One of 0 to n - 1, each equally likely.
    ///
    /// # Panics
    /// If `n` is 0: there is nothing to pick.
    pub fn below(&mut self, n: u32) -> u32 {
        assert!(n > 0, "one of no values was asked for");
        let n = u64::from(n);
        // The 2^64 numbers are dealt to n values; what does not go round is
        // drawn again (D. Lemire, "Fast Random Integer Generation in an
        // Interval", 2019).
        loop {
            let product = u128::from(self.source.next_u64()) * u128::from(n);
            let rest = product as u64;
            if rest >= n || rest >= n.wrapping_neg() % n {
                return (product >> 64) as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_its_numbers() {
        let draw = |seed| {
            let mut randomness = Randomness::new(seed);
            (0..20).map(|_| randomness.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    /// 60,000 draws; a fair die stays this close with these seeds.
    #[test]
    fn values_are_equally_likely() {
        for n in [1, 2, 3, 6, 10] {
            let mut counts = vec![0_u32; n as usize];
            let mut randomness = Randomness::new(u64::from(n));
            for _ in 0..60_000 {
                counts[randomness.below(n) as usize] += 1;
            }
            let fair = 60_000 / n;
            assert!(counts.iter().all(|c| c.abs_diff(fair) < fair / 20), "{n}: {counts:?}");
        }
    }

    #[test]
    fn the_whole_range_is_reached() {
        let mut randomness = Randomness::new(0);
        let draws: Vec<u32> = (0..1000).map(|_| randomness.below(u32::MAX)).collect();
        assert!(draws.iter().any(|&n| n > u32::MAX / 100 * 99));
        assert!(draws.iter().any(|&n| n < u32::MAX / 100));
    }
}
