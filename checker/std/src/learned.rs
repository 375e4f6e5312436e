//! What searches learn of a program that the next one has to know from its beginning.
//!
//! The drops of an [`Arc`](crate::sync::Arc) commute, as long as it does not matter which of
//! them is the last one. It does where the destructor of the value makes a step, or asks which
//! task runs it; and that is known only once it has. Then the search begins anew, with drops
//! of what this place makes in all orders.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

/// A place in the source.
type Place = (&'static str, u32, u32);

/// What is known from before, and what has come to that.
#[derive(Clone, Debug, Default)]
pub(crate) struct Learned {
    known: Arc<BTreeSet<Place>>,
    new: Arc<Mutex<BTreeSet<Place>>>,
}

fn key(place: &'static Location<'static>) -> Place {
    (place.file(), place.line(), place.column())
}

impl Learned {
    /// Whether the drops of what this place makes are to be ordered.
    pub(crate) fn is_ordered(&self, place: &'static Location<'static>) -> bool {
        !self.known.is_empty() && self.known.contains(&key(place))
    }

    /// Notes that they are, from the next search on.
    pub(crate) fn order(&self, place: &'static Location<'static>) {
        if !self.is_ordered(place) {
            self.found().insert(key(place));
        }
    }

    /// Whether the present search does not know everything.
    pub(crate) fn has_grown(&self) -> bool {
        !self.found().is_empty()
    }

    /// Whether a search knows the same from its beginning.
    pub(crate) fn is(&self, other: &Learned) -> bool {
        self.known == other.known
    }

    /// What the next search is to know.
    pub(crate) fn grown(&self) -> Learned {
        let known = self.known.iter().chain(self.found().iter()).copied().collect();
        Learned { known: Arc::new(known), new: Arc::default() }
    }

    fn found(&self) -> std::sync::MutexGuard<'_, BTreeSet<Place>> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
