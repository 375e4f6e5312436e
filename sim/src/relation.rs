//! Which accesses to one object depend on one another: a table over the modes.
//!
//! The relation is computed from the rows of the modes ([`crate::mode`]) and is the same
//! for every search. It is a value, so that a test can give a search a wrong one and see
//! that the wrong one is found out.

use crate::mode::{Mode, N_MODES, ROWS};
use crate::op::Access;

type ModeTable = [[bool; N_MODES]; N_MODES];

/// A relation of dependence.
#[derive(Debug)]
pub struct Relation {
    /// `commutes[a][b]`: the order of the two modes at one object does not matter.
    commutes: ModeTable,
    /// `covers[a][b]`: whatever `b` depends on, `a` depends on.
    covers: ModeTable,
}

impl Relation {
    /// The relation that holds. Two `Set` to the same constant commute as well, if it is
    /// positive: such a gauge never shows more, so neither lowers it.
    pub const TRUE: &'static Relation = &TRUE;

    /// The same, but for pairs that are wrongly said to commute. Only for testing that
    /// the tests notice.
    #[must_use]
    pub fn wrong(commuting: &[(Mode, Mode)]) -> Relation {
        let mut commutes = TRUE.commutes;
        for &(a, b) in commuting {
            commutes[a as usize][b as usize] = true;
            commutes[b as usize][a as usize] = true;
        }
        Relation { covers: covers(&commutes), commutes }
    }

    /// Whether the order of two accesses, by different tasks, matters.
    #[inline]
    #[must_use]
    pub fn dependent(&self, a: &Access, b: &Access) -> bool {
        a.object == b.object
            && a.slot == b.slot
            && !a.mode.is_inert()
            && !b.mode.is_inert()
            && !self.commutes[a.mode as usize][b.mode as usize]
            && !(a.mode == Mode::Set && b.mode == Mode::Set && a.amount == b.amount && a.amount > 0)
    }

    /// Whether every access that depends on `b`, which is to the same object, also
    /// depends on `a`. Where `a` is ordered before `b`, so is then every such access that
    /// comes before `a`.
    #[inline]
    #[must_use]
    pub fn covers(&self, a: &Access, b: &Access) -> bool {
        a.slot == b.slot && self.covers[a.mode as usize][b.mode as usize]
    }
}

/// Whether two sets of accesses, by different tasks, share an object in modes
/// that do not commute.
#[must_use]
pub fn dependent(a: &[Access], b: &[Access]) -> bool {
    a.iter().any(|x| b.iter().any(|y| TRUE.dependent(x, y)))
}

static TRUE: Relation = {
    let commutes = commutes();
    Relation { covers: covers(&commutes), commutes }
};

const fn commutes() -> ModeTable {
    let mut table = [[false; N_MODES]; N_MODES];
    let mut a = 0;
    while a < N_MODES {
        let mut nth = 0;
        while nth < ROWS[a].commutes.len() {
            let b = ROWS[a].commutes[nth] as usize;
            table[a][b] = true;
            table[b][a] = true;
            nth += 1;
        }
        a += 1;
    }
    table
}

const fn depends(commutes: &ModeTable, a: usize, b: usize) -> bool {
    !ROWS[a].is_inert && !ROWS[b].is_inert && !commutes[a][b]
}

/// A `Set` may commute with another one, so it covers nothing.
const fn covers(commutes: &ModeTable) -> ModeTable {
    let mut table = [[false; N_MODES]; N_MODES];
    let mut a = 0;
    while a < N_MODES {
        let mut b = 0;
        while b < N_MODES {
            let mut covers = a != Mode::Set as usize;
            let mut other = 0;
            while other < N_MODES {
                covers &= !depends(commutes, b, other) || depends(commutes, a, other);
                other += 1;
            }
            table[a][b] = covers;
            b += 1;
        }
        a += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ObjectId;

    /// A watch, what was withheld, what a wait is there for, and what is owned from now on.
    const N_INERT: usize = 4;

    fn depends(a: &Access, b: &Access) -> bool {
        TRUE.dependent(a, b)
    }

    /// Only the pairs of design may commute; everything else is dependent.
    #[test]
    fn the_table_holds_the_pairs_that_were_argued_for() {
        use Mode::*;
        // Nothing depends on the others, which are the last ones.
        let all = &Mode::ALL[..N_MODES - N_INERT];
        let mut commuting = vec![];
        for &a in all {
            for &b in all {
                let (x, y) = (Access::new(ObjectId(1), a, 1), Access::new(ObjectId(1), b, 2));
                assert_eq!(depends(&x, &y), depends(&y, &x), "{a:?} {b:?}: symmetric");
                if !depends(&x, &y) && a <= b {
                    commuting.push((a, b));
                }
            }
        }
        let expected = [
            (Read, Read),
            (Read, Compare),
            (Read, Heed),
            (Read, Until),
            (Write, Heed),
            (Update, Heed),
            (Await, Await),
            (Await, Look),
            (Await, Below),
            (Await, AnyOf),
            (Give, Give),
            (Look, Look),
            (Look, Below),
            (Look, End),
            (Look, AnyOf),
            (Tally, Tally),
            (Tally, Draw),
            (Draw, Draw),
            (Compare, Compare),
            (Compare, Until),
            (Below, Below),
            (Below, AnyOf),
            (Heed, Heed),
            (Heed, Until),
            (Until, Until),
            (End, End),
            (AnyOf, AnyOf),
        ];
        assert_eq!(commuting, expected);
    }

    /// Nothing depends on what was withheld, which tells what it would have been.
    #[test]
    fn what_is_withheld_is_inert() {
        for (nth, &mode) in Mode::ALL.iter().enumerate() {
            assert_eq!(mode as usize, nth);
            let withheld = Access::withheld(ObjectId(1), mode, 3);
            assert!(
                Mode::ALL.iter().all(|&m| !depends(&withheld, &Access::new(ObjectId(1), m, 2)))
            );
            let expected = match mode {
                Mode::Slot => Access::to_some_slot(ObjectId(1), 3),
                _ => Access::new(ObjectId(1), mode, 3),
            };
            assert_eq!(withheld.if_not_withheld(), expected);
        }
    }

    #[test]
    fn what_covers_another_depends_on_all_that_it_depends_on() {
        use Mode::*;
        let all = &Mode::ALL[..N_MODES - N_INERT];
        for &a in all {
            for &b in all {
                let (x, y) = (Access::new(ObjectId(1), a, 1), Access::new(ObjectId(1), b, 1));
                let others = Mode::ALL.iter().map(|&m| Access::new(ObjectId(1), m, 1));
                let is_covered = |z: &Access| !depends(&y, z) || depends(&x, z);
                assert!(
                    !TRUE.covers(&x, &y) || others.clone().all(|z| is_covered(&z)),
                    "{a:?} {b:?}"
                );
            }
        }
        let covers =
            |a, b| TRUE.covers(&Access::new(ObjectId(1), a, 1), &Access::new(ObjectId(1), b, 1));
        assert!(covers(Take, Take) && covers(Write, Read) && covers(Update, Write));
        assert!(!covers(Read, Write) && !covers(Give, Take) && !covers(Set, Await));
        let set = Access::new(ObjectId(1), Set, 7);
        assert!(!depends(&set, &set), "the same constant twice");
        let clear = Access::new(ObjectId(1), Set, 0);
        assert!(depends(&clear, &clear), "two that can lower a gauge");
        assert!(!depends(&set, &Access::new(ObjectId(2), Set, 8)), "different objects");
        assert!(!depends(&set, &Access { slot: 1, ..set }), "different slots");
    }
}
