//! Randomness for strategies, the same numbers that shuttle draws from a seed.
//!
//! shuttle's `RandomScheduler` supplies them elsewhere, and is a generator of
//! `rand_pcg` here too. That is asked directly, because the scheduler puts the
//! variable `SHUTTLE_RANDOM_SEED` in the place of every seed, writes a file for
//! another variable, and picks among all tasks; the strategies here pick only among tasks that are
//! enabled. So numbers depend on the seed alone: each execution has a generator of its
//! own, made from that execution's seed, and the same seed gives the same numbers on
//! every machine. What is drawn is good enough for sampling and is no secret.

use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// The random numbers of one execution.
#[derive(Debug)]
pub struct Randomness {
    source: Pcg64Mcg,
}

impl Randomness {
    /// The numbers that belong to a seed.
    #[must_use]
    pub fn new(seed: u64) -> Randomness {
        Randomness { source: Pcg64Mcg::seed_from_u64(seed) }
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

    /// Written down when the numbers still came from shuttle: a schedule that a seed
    /// gave stays the one that it gives.
    #[test]
    fn the_numbers_of_a_seed_stay() {
        let draws = |seed, n| {
            let mut randomness = Randomness::new(seed);
            [(); 6].map(|()| randomness.below(n))
        };
        assert_eq!(
            draws(0, u32::MAX),
            [1443099201, 3598999413, 1512233143, 2917440094, 649713858, 1697241866]
        );
        assert_eq!(
            draws(1, u32::MAX),
            [3679572066, 590792016, 2020616869, 3119218799, 1588466748, 2392955360]
        );
        assert_eq!(draws(7, 1_000_000), [689897, 476232, 270741, 930984, 291761, 217785]);
        assert_eq!(draws(42, 6), [3, 0, 2, 1, 0, 2]);
        assert_eq!(draws(u64::MAX, 1_000), [336, 770, 914, 700, 821, 986]);
    }

    /// The test above passes in a process in which shuttle would take another seed.
    #[test]
    fn no_variable_of_shuttle_changes_the_numbers() {
        let file = std::env::temp_dir().join(format!("unknot-seed-{}", std::process::id()));
        let status = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["rt::random::tests::the_numbers_of_a_seed_stay", "--exact"])
            .env("SHUTTLE_RANDOM_SEED", "5")
            .env("SHUTTLE_ALWAYS_PERSIST_SEED", &file)
            .output()
            .expect("this test runs again");
        let out = String::from_utf8_lossy(&status.stdout).into_owned();
        assert!(status.status.success() && out.contains("1 passed"), "{out}");
        assert!(!file.exists(), "a file was written for a variable");
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
