//! How large a tree is, estimated from the part that has been walked.
//!
//! A walk that turns at random at every fork comes to a leaf with the
//! product of 1/branching along its path as probability. A search comes to the
//! leaves in order instead. The probabilities of the leaves behind it add up to
//! its *mass*: 0 at the beginning, 1 at the end. If what lies ahead is like
//! what lies behind, the tree has leaves/mass leaves. The mass follows from
//! the present path alone: at each fork the branches that are done count in
//! full. So nothing is kept while a search runs.
//!
//! The spread is that of a ratio over batches: twice its standard error, taken
//! as a factor, applied only to what lies ahead. Where branches are found while the
//! search runs, as by partial order reduction, the mass can shrink. Then the batches
//! that were measured under another mass are dropped.
//!
//! Source: P. Kilby, J. Slaney, S. Thiébaux, T. Walsh, "Estimating Search Tree
//! Size", AAAI 2006 (the weighted backtrack estimator); for ratios W. Cochran,
//! "Sampling Techniques", 1977, chapter 6.
//!
//! What it can miss: parts ahead that are like nothing behind, so neither number is a
//! bound. A search that leaves out what is covered leaves out more and more, so for it
//! the estimate tends to be too large.

/// With fewer batches the spread is not known.
const LEAST_BATCHES: usize = 8;

/// With more batches, pairs of them are joined.
const MOST_BATCHES: usize = 64;

/// The largest part of the ratio that twice its standard error may be. It is 2
/// when one batch has all the leaves or all the mass, which says nothing.
const MOST_ERROR: f64 = 1.5;

/// A point of a path at which a search may turn several ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeFork {
    /// Ways that are done, without the present one.
    pub done: u64,
    /// All ways that are known.
    pub of: u64,
}

/// The probability of the leaves behind, with the leaf at the end of the path.
#[must_use]
pub fn mass(path: &[TreeFork]) -> f64 {
    let (mut behind, mut here) = (0.0, 1.0);
    for fork in path {
        here /= fork.of as f64;
        behind += here * fork.done as f64;
    }
    behind + here
}

/// How many leaves there may be in all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The expected number of leaves.
    pub total: f64,
    /// The least that it may be, and no less than has been seen.
    pub low: f64,
    /// The most that it may be.
    pub high: f64,
}

/// What is known of a search so far, in leaves and mass.
#[derive(Clone, Debug, Default)]
pub struct Estimator {
    /// Leaves and mass at some moments. Both grow.
    seen: Vec<(f64, f64)>,
}

impl Estimator {
    /// Notes how many leaves have been seen, and the mass.
    pub fn see(&mut self, leaves: u64, mass: f64) {
        let now = (leaves as f64, mass.min(1.0));
        while self.seen.last().is_some_and(|last| last.0 >= now.0 || last.1 >= now.1) {
            self.seen.pop();
        }
        self.seen.push(now);
        if self.seen.len() > MOST_BATCHES {
            // The last one of each pair stays.
            let mut is_last = true;
            self.seen.retain(|_| {
                is_last = !is_last;
                is_last
            });
            if self.seen.last() != Some(&now) {
                self.seen.push(now);
            }
        }
    }

    /// The estimate, if it means anything yet: there have to be several batches, and they
    /// must not differ too much.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        let &(leaves, mass) = self.seen.last()?;
        let n = self.seen.len();
        if n < LEAST_BATCHES || mass < f64::MIN_POSITIVE {
            return None;
        }
        let ratio = leaves / mass;
        let before = [(0.0, 0.0)].into_iter().chain(self.seen.iter().copied());
        let residues = before.zip(&self.seen).map(|(from, to)| {
            let residue = (to.0 - from.0) - ratio * (to.1 - from.1);
            residue * residue
        });
        let n = n as f64;
        let error = 2.0 * (n / (n - 1.0) * residues.sum::<f64>()).sqrt() / leaves;
        if !ratio.is_finite() || error.is_nan() || error > MOST_ERROR {
            return None;
        }
        let (ahead, factor) = (ratio * (1.0 - mass), 1.0 + error);
        Some(Estimate { total: ratio, low: leaves + ahead / factor, high: leaves + ahead * factor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(forks: &[(u64, u64)]) -> Vec<TreeFork> {
        forks.iter().map(|&(done, of)| TreeFork { done, of }).collect()
    }

    /// The root has two children: a leaf, and a node with three leaves. They
    /// have the probabilities 1/2, 1/6, 1/6 and 1/6.
    #[test]
    fn masses_of_a_lopsided_tree() {
        for (forks, sixths) in [
            (vec![], 6.0),
            (vec![(0, 2)], 3.0),
            (vec![(1, 2), (0, 3)], 4.0),
            (vec![(1, 2), (1, 3)], 5.0),
            (vec![(1, 2), (2, 3)], 6.0),
            // A point with one way is no fork.
            (vec![(1, 2), (0, 1), (1, 3), (0, 1)], 5.0),
        ] {
            assert!((mass(&path(&forks)) - sixths / 6.0).abs() < 1e-12, "{forks:?}");
        }
    }

    /// 4 ways at each of 2 levels are 16 leaves, and every part says so.
    #[test]
    fn a_tree_that_is_the_same_everywhere_is_known_early() {
        let mut estimator = Estimator::default();
        for leaf in 0..16 {
            let estimate = estimator.estimate();
            assert_eq!(estimate.is_some(), leaf >= LEAST_BATCHES as u64, "{leaf}");
            let exact = |e: Estimate| (e.total, e.low, e.high) == (16.0, 16.0, 16.0);
            assert!(estimate.is_none_or(exact), "{estimate:?}");
            estimator.see(leaf + 1, mass(&path(&[(leaf / 4, 4), (leaf % 4, 4)])));
        }
    }

    /// 8 batches of 1/16 each with 1 or 3 leaves: 16 leaves in half of the
    /// tree, so 32 in all. Each is 1 off the mean, so the squares add up to 8;
    /// the standard error of the ratio is √(8/7 · 8) / (1/2) = 6.047, twice
    /// which is 0.378 of 32. Half of the tree is ahead: 16 times or by 1.378.
    #[test]
    fn batches_that_differ_have_a_spread() {
        let mut estimator = Estimator::default();
        let mut leaves = 0;
        for (nth, batch) in [1, 3, 3, 1, 1, 3, 1, 3].into_iter().enumerate() {
            leaves += batch;
            estimator.see(leaves, (nth + 1) as f64 / 16.0);
        }
        let Estimate { total, low, high } = estimator.estimate().expect("8 batches");
        assert_eq!(total, 32.0);
        assert!((low - 27.611).abs() < 0.001 && (high - 38.047).abs() < 0.001, "{low} {high}");
        // With all of it behind nothing is left to guess.
        estimator.see(20, 1.0);
        let end = estimator.estimate().expect("9 batches");
        assert_eq!((end.total, end.low, end.high), (20.0, 20.0, 20.0));
    }

    #[test]
    fn what_means_nothing_is_not_told() {
        // One batch has nearly everything.
        let mut wild = Estimator::default();
        for nth in 1..=10 {
            wild.see(if nth < 10 { nth } else { 1_000 }, nth as f64 / 20.0);
        }
        assert_eq!(wild.estimate(), None);
        // More was planned meanwhile: batches of another mass are gone.
        let mut grown = Estimator::default();
        (1..=20).for_each(|nth| grown.see(nth, nth as f64 / 40.0));
        assert!(grown.estimate().is_some());
        grown.see(21, 0.1);
        assert_eq!(grown.estimate(), None);
        // A path too deep for its probability.
        let mut deep = Estimator::default();
        (1..=20).for_each(|nth| deep.see(nth, mass(&vec![TreeFork { done: 0, of: 2 }; 2_000])));
        assert_eq!(deep.estimate(), None);
    }

    #[test]
    fn many_batches_are_joined() {
        let mut estimator = Estimator::default();
        for nth in 1..=1_000 {
            estimator.see(nth, nth as f64 / 2_000.0);
            assert!(estimator.seen.len() <= MOST_BATCHES);
            let total = estimator.estimate().map_or(2_000.0, |e| e.total);
            assert!((total - 2_000.0).abs() < 1e-6, "{nth}: {total}");
        }
        assert!(estimator.seen.len() >= LEAST_BATCHES);
    }
}
