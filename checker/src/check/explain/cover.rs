//! The fewest conditions that tell executions that fail from those that pass.
//!
//! Each execution is a row of bits: which conditions hold in it. A set of conditions
//! *suffices* if no execution that passes has all of them as the failing one has. To find a
//! small set is to hit, for each execution that passes, one of the bits in which it differs:
//! greedily, the bit that tells most of the rest, and of equals the one that most failing
//! executions share; then what turned out not to be needed is left out. Executions that
//! fail in another way get a set of their own.
//!
//! What it can miss: a smaller set than the greedy one.

use std::collections::BTreeMap;

/// Sets of conditions at most.
const MAX_ALTERNATIVES: usize = 6;

/// A row of bits.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bits {
    words: Vec<u64>,
    n: usize,
}

impl Bits {
    /// One of the bits.
    pub(crate) fn has(&self, nth: usize) -> bool {
        self.words[nth / 64] >> (nth % 64) & 1 == 1
    }
}

impl FromIterator<bool> for Bits {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Bits {
        let mut all = Bits::default();
        for bit in bits {
            if all.n.is_multiple_of(64) {
                all.words.push(0);
            }
            all.words[all.n / 64] |= u64::from(bit) << (all.n % 64);
            all.n += 1;
        }
        all
    }
}

/// A condition that has to hold, or not to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Term {
    pub(crate) condition: usize,
    pub(crate) holds: bool,
}

impl Term {
    pub(super) fn is_met(self, row: &Bits) -> bool {
        row.has(self.condition) == self.holds
    }
}

/// Rows, and how many executions have each.
pub(crate) type Rows = BTreeMap<Bits, u64>;

/// Sets of conditions, any of which suffices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cover {
    /// The sets; that of the given execution first.
    pub(crate) alternatives: Vec<Vec<Term>>,
    /// How many failing executions meet one of them.
    pub(crate) covered: u64,
    /// Whether no set was looked for the other ones, as there are enough.
    pub(crate) has_more: bool,
}

/// What tells the failing executions, first of all one of them, from those that pass.
/// Nothing where one that passes has the same row.
pub(crate) fn cover(given: &Bits, failing: &Rows, passing: &Rows) -> Cover {
    let mut cover = Cover::default();
    let mut left: Rows = failing.clone();
    let mut next = Some(given.clone());
    while let Some(row) = next {
        let set = telling(&row, failing, passing);
        left.remove(&row);
        if let Some(set) = set {
            left.retain(|other, _| !set.iter().all(|term| term.is_met(other)));
            cover.alternatives.push(set);
        } else if cover.alternatives.is_empty() {
            return cover;
        }
        let most = left.iter().max_by_key(|&(_, n)| *n).map(|(row, _)| row.clone());
        cover.has_more = most.is_some() && cover.alternatives.len() == MAX_ALTERNATIVES;
        next = most.filter(|_| !cover.has_more);
    }
    let is_covered =
        |row: &Bits| cover.alternatives.iter().any(|set| set.iter().all(|term| term.is_met(row)));
    cover.covered = failing.iter().filter(|(row, _)| is_covered(row)).map(|(_, n)| n).sum();
    cover
}

/// A small set of the row's conditions that no passing row meets.
fn telling(row: &Bits, failing: &Rows, passing: &Rows) -> Option<Vec<Term>> {
    let mut rest: Vec<&Bits> = passing.keys().collect();
    let mut set: Vec<Term> = vec![];
    while !rest.is_empty() {
        let tells = |condition: usize| {
            let holds = row.has(condition);
            let told = rest.iter().filter(|other| other.has(condition) != holds).count();
            let shared = failing.keys().filter(|other| other.has(condition) == holds).count();
            (told, shared)
        };
        // Of equals the first, which is the nearest pair.
        let best = (0..row.n).rev().max_by_key(|&condition| tells(condition))?;
        if tells(best).0 == 0 {
            return None;
        }
        let term = Term { condition: best, holds: row.has(best) };
        rest.retain(|other| term.is_met(other));
        set.push(term);
    }
    let suffices =
        |set: &[Term]| passing.keys().all(|other| !set.iter().all(|term| term.is_met(other)));
    for term in set.clone() {
        let without: Vec<Term> = set.iter().copied().filter(|&one| one != term).collect();
        if suffices(&without) {
            set = without;
        }
    }
    set.sort_unstable();
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows<const N: usize>(rows: [&str; N]) -> Rows {
        rows.into_iter().map(|row| (bits(row), 1)).collect()
    }

    fn bits(row: &str) -> Bits {
        row.chars().map(|bit| bit == '1').collect()
    }

    /// Sets of conditions, each with whether it has to hold.
    type Sets = Vec<Vec<(usize, bool)>>;

    fn sets(cover: &Cover) -> Sets {
        let set = |set: &Vec<Term>| set.iter().map(|one| (one.condition, one.holds)).collect();
        cover.alternatives.iter().map(set).collect()
    }

    #[test]
    fn what_tells_the_failing_from_the_passing() {
        type Case = (&'static str, &'static str, Rows, Rows, Sets, u64);
        let cases: &[Case] = &[
            (
                "one bit tells them all",
                "11",
                rows(["11", "10"]),
                rows(["00", "01"]),
                vec![vec![(0, true)]],
                2,
            ),
            (
                "a lost update takes two: each read comes before the other's write",
                "11",
                rows(["11"]),
                rows(["10", "01"]),
                vec![vec![(0, true), (1, true)]],
                1,
            ),
            (
                "two ways to fail",
                "10",
                rows(["10", "01"]),
                rows(["00", "11"]),
                vec![vec![(0, true), (1, false)], vec![(0, false), (1, true)]],
                2,
            ),
            ("the same row passes too", "11", rows(["11"]), rows(["11", "00"]), vec![], 0),
            ("every execution fails", "11", rows(["11", "00"]), rows([]), vec![vec![]], 2),
            (
                "of bits that tell as much, the one that other failing rows share",
                "110",
                rows(["110", "011"]),
                rows(["001"]),
                vec![vec![(1, true)]],
                2,
            ),
        ];
        for (name, given, failing, passing, expected, covered) in cases {
            let cover = cover(&bits(given), failing, passing);
            assert_eq!(sets(&cover), *expected, "{name}");
            assert_eq!(cover.covered, *covered, "{name}");
        }
    }
}
