//! Objects that are known by another object and a number.
//!
//! Some objects are needed first by one task in one schedule and by another task in another
//! one, so neither can be said to have created them. Such an object is *derived* from one
//! that is there. It has a place among what the creator of that one created, which no other
//! object has.

use std::collections::BTreeMap;

use crate::id::ObjectId;

/// Set in the place of a derived object. The next bits are the place of the object that it
/// is derived from, and the last ones its number.
const DERIVED: u32 = 1 << 31;

/// How many bits the number has.
const BITS: u32 = 16;

/// Objects by the object that they are derived from, and their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Derived(BTreeMap<(ObjectId, u32), ObjectId>);

impl Derived {
    pub(crate) fn get(&self, of: ObjectId, number: u32) -> Option<ObjectId> {
        self.0.get(&(of, number)).copied()
    }

    pub(crate) fn insert(&mut self, of: ObjectId, number: u32, id: ObjectId) {
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
    use crate::id::{Names, TaskId, TaskPath};

    #[test]
    fn places_are_taken_apart_again() {
        for pair in [(0, 0), (1, 0), (0, 1), ((DERIVED >> BITS) - 1, (1 << BITS) - 1)] {
            assert_eq!(parts(nth(pair.0, pair.1)), Some(pair));
        }
        assert_eq!((parts(0), parts(DERIVED - 1)), (None, None));
    }

    #[test]
    fn derived_objects_have_places_of_their_own() {
        let mut names = Names::new();
        let task = names.child(TaskId::MAIN, 0);
        let of = [0, 1].map(|nth| names.object(task, nth));
        let pairs = [(of[1], 0), (of[0], 0), (of[1], 7), (of[1], 1)];
        let derived = pairs.map(|(of, number)| names.derived(of, number));
        let mut places: Vec<(TaskPath, u32)> = vec![];
        for ((of, number), id) in pairs.into_iter().zip(derived) {
            assert_eq!(names.derived(of, number), id);
            let (creator, nth) = names.object_origin(id);
            assert_eq!(names.object_at(&creator, nth), Some(id));
            places.push((creator, nth));
        }
        places.extend(of.map(|id| names.object_origin(id)));
        places.sort();
        places.dedup();
        assert_eq!(places.len(), 6, "no two have one place");
        assert_eq!(names.object_at(&names.task_path(task), nth(1, 8)), None);
        let third = names.object(task, 2);
        assert_eq!(names.object_origin(third).1, 2, "derived ones are not counted");
    }
}
