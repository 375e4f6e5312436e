//! Which rows of a long schedule are told.
//!
//! A finding needs the steps that prove it, the steps where tasks began to wait and took
//! what they hold, and the step that closed it. Both ends are told as well, to show where
//! that is. A short schedule is told as a whole.

use std::collections::BTreeSet;

use super::look::{Amount, Look};

/// How many rows are always told.
const WHOLE: usize = 32;

/// Rows that are told at either end.
const ENDS: usize = 4;

/// The most rows that are told because they matter, half of them from either end.
const MOST: usize = 40;

/// Fewer rows than this are not worth leaving out.
const LEAST: usize = 3;

/// A row that is told, or rows that are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowOrGap {
    Row(usize),
    /// From one row to another one, both included.
    Gap(usize, usize),
}

/// Which rows are told, given the steps that matter.
pub(super) fn fold(steps: &[u32], matter: &[u32], look: Look) -> Vec<RowOrGap> {
    let n = steps.len();
    if n <= WHOLE || look.amount == Amount::Whole {
        return (0..n).map(RowOrGap::Row).collect();
    }
    let matter: BTreeSet<u32> = matter.iter().copied().collect();
    let mut told: BTreeSet<usize> = (0..n).filter(|&row| matter.contains(&steps[row])).collect();
    if told.len() > MOST {
        let all: Vec<usize> = told.into_iter().collect();
        let (first, last) = (&all[..MOST / 2], &all[all.len() - MOST / 2..]);
        told = first.iter().chain(last).copied().collect();
    }
    told.extend((0..ENDS).chain(n - ENDS..n));
    let mut parts = vec![];
    let mut next = 0;
    for row in told {
        match row - next {
            0 => {}
            gap if gap < LEAST => parts.extend((next..row).map(RowOrGap::Row)),
            _ => parts.push(RowOrGap::Gap(next, row - 1)),
        }
        parts.push(RowOrGap::Row(row));
        next = row + 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_and_both_ends_are_told() {
        use RowOrGap::{Gap, Row};
        let steps: Vec<u32> = (0..100).map(|row| 2 * row).collect();
        let rows = |range: std::ops::RangeInclusive<usize>| range.map(Row).collect::<Vec<_>>();
        // Row 50 is step 100; two rows before the end are not left out.
        let parts = fold(&steps, &[100, 186], Look::default());
        let expected =
            [rows(0..=3), vec![Gap(4, 49), Row(50), Gap(51, 92), Row(93)], rows(94..=99)];
        assert_eq!(parts, expected.concat());
        assert_eq!(fold(&steps, &[], Look::default().verbose(true)), rows(0..=99));
        assert_eq!(fold(&steps[..32], &[], Look::default()), rows(0..=31));
        let many: Vec<u32> = steps.clone();
        let told = fold(&steps, &many, Look::default());
        assert!(told.len() <= MOST + 2 * ENDS + 1, "{told:?}");
    }
}
