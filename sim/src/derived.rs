//! Objects that are known by another object and a number.
//!
//! Some objects are needed first by one task in one schedule and by another task in another
//! one, so neither can be said to have created them. Such an object is *derived* from one
//! that is there. It has a place among what the creator of that one created, which no other
//! object has.

use std::collections::BTreeMap;

/// Set in the place of a derived object. The next bits are the place of the object that it
/// is derived from, and the last ones its number.
const DERIVED: u32 = 1 << 31;

/// How many bits the number has.
const BITS: u32 = 16;

/// Objects by the object that they are derived from, and their numbers.
#[derive(Clone, Debug)]
pub(crate) struct Derived<Id>(BTreeMap<(Id, u32), Id>);

impl<Id> Default for Derived<Id> {
    fn default() -> Derived<Id> {
        Derived(BTreeMap::new())
    }
}

impl<Id: Copy + Ord> Derived<Id> {
    pub(crate) fn get(&self, of: Id, number: u32) -> Option<Id> {
        self.0.get(&(of, number)).copied()
    }

    pub(crate) fn insert(&mut self, of: Id, number: u32, id: Id) {
        self.0.insert((of, number), id);
    }
}

/// The place of an object that is derived from the one with this place.
pub(crate) fn nth(of: u32, number: u32) -> u32 {
    assert!(of < DERIVED >> BITS, "objects are derived from one of the first of a task");
    assert!(number < 1 << BITS, "at most {} objects are derived from one", 1 << BITS);
    DERIVED | of << BITS | number
}

/// The place of what an object is derived from, and its number; `None` if it is derived
/// from none.
pub(crate) fn parts(nth: u32) -> Option<(u32, u32)> {
    (nth & DERIVED != 0).then_some(((nth & !DERIVED) >> BITS, nth & ((1 << BITS) - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_taken_apart_again() {
        for pair in [(0, 0), (1, 0), (0, 1), ((DERIVED >> BITS) - 1, (1 << BITS) - 1)] {
            assert_eq!(parts(nth(pair.0, pair.1)), Some(pair));
        }
        assert_eq!((parts(0), parts(DERIVED - 1)), (None, None));
    }
}
