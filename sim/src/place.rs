//! Objects that are known by the place at which the source makes them.
//!
//! A `static`, or what a `const fn` makes, comes into being where no task is asked: the
//! machine hears of it when some task first uses it, and that may be another task in
//! another schedule. So it is *the n-th one of its place that was used*. Where a place
//! makes one object that is the same under every schedule; where it makes several, `n` tells
//! them apart in one execution, and what is compared between executions is the place.
//!
//! A place is written as a path: its line, its column, and the bytes of its file.

use std::panic::Location;

use crate::id::{ObjectId, Role, TaskPath};
use crate::parts::Parts;

/// The objects of each place that a search has seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlacedObjects(Vec<(&'static Location<'static>, Vec<ObjectId>)>);

impl PlacedObjects {
    /// The number of a place, which is new if it was not seen before.
    pub(crate) fn number(&mut self, place: &'static Location<'static>) -> usize {
        let known = self.0.iter().position(|(known, _)| is_same(known, place));
        known.unwrap_or_else(|| {
            self.0.push((place, vec![]));
            self.0.len() - 1
        })
    }

    /// The `nth` object of the place with this number.
    pub(crate) fn get(&self, number: usize, nth: u32) -> Option<ObjectId> {
        self.0[number].1.get(nth as usize).copied()
    }

    /// Adds the next object of a place.
    pub(crate) fn add(&mut self, number: usize, id: ObjectId) {
        self.0[number].1.push(id);
    }

    /// The place with a number.
    pub(crate) fn place(&self, number: usize) -> &'static Location<'static> {
        self.0[number].0
    }

    /// The `nth` object of a place that is written as a path.
    pub(crate) fn find(&self, path: &TaskPath, nth: u32) -> Option<ObjectId> {
        let number = self.0.iter().position(|(place, _)| self::path(place) == *path)?;
        self.get(number, nth)
    }
}

/// Nearly always one place has one address.
fn is_same(a: &'static Location<'static>, b: &'static Location<'static>) -> bool {
    std::ptr::eq(a, b) || (a.line(), a.column()) == (b.line(), b.column()) && a.file() == b.file()
}

/// A place as a path.
pub(crate) fn path(place: &Location<'_>) -> TaskPath {
    let bytes = place.file().bytes().map(u32::from);
    let parts: Vec<u32> = [place.line(), place.column()].into_iter().chain(bytes).collect();
    TaskPath { role: Role::Place, parts: Parts::from(&*parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_as_its_file_and_line() {
        let place = Location::caller();
        assert_eq!(path(place).to_string(), format!("{}:{}", place.file(), place.line()));
    }

    #[test]
    fn places_number_what_they_make() {
        let (mut places, place) = (PlacedObjects::default(), Location::caller());
        let number = places.number(place);
        places.add(number, ObjectId(7));
        assert_eq!(places.number(place), number);
        assert_eq!(places.find(&path(place), 0), Some(ObjectId(7)));
        assert_eq!(places.find(&path(place), 1), None);
        assert_eq!(places.find(&path(Location::caller()), 0), None);
    }
}
