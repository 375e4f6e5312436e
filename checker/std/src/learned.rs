//! What searches learn of a program that the next one has to know from its beginning.
//!
//! The drops of an [`Arc`](crate::sync::Arc) commute, as long as it does not matter which of
//! them is the last one. It does where the destructor of the value makes a step, or asks which
//! task runs it; and that is known only once it has. Then the search begins anew, with drops
//! of what this place makes in all orders.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use unknot_sim::raw;

/// A place in the source.
type Place = (&'static str, u32, u32);

/// What is known from before, and what has come to that.
#[derive(Clone, Debug, Default)]
pub(crate) struct Learned {
    known: Arc<BTreeSet<Place>>,
    /// None where no search begins anew, so that nothing can be learned.
    new: Option<Arc<Mutex<BTreeSet<Place>>>>,
}

fn key(place: &'static Location<'static>) -> Place {
    (place.file(), place.line(), place.column())
}

impl Learned {
    /// Nothing, for a search that begins anew once there is something.
    pub(crate) fn nothing() -> Learned {
        Learned { known: Arc::default(), new: Some(Arc::default()) }
    }

    /// Whether the drops of what this place makes are to be ordered.
    pub(crate) fn is_ordered(&self, place: &'static Location<'static>) -> bool {
        !self.known.is_empty() && self.known.contains(&key(place))
    }

    /// Notes that they are, from the next search on.
    ///
    /// # Panics
    /// If there is no next one.
    pub(crate) fn order(&self, place: &'static Location<'static>) {
        if self.is_ordered(place) {
            return;
        }
        let Some(mut found) = self.found() else {
            // A task that is unwound at the end of an execution must not panic. Some other
            // execution tells, in which the destructor comes to its end.
            if raw::is_quiet() {
                return;
            }
            panic!(
                "which of the pointers made at {place} is dropped last makes a difference, and \
                 this search cannot begin anew to tell: explore the program by unknot_std::check"
            )
        };
        found.insert(key(place));
    }

    /// Whether the present search does not know everything.
    pub(crate) fn has_grown(&self) -> bool {
        self.found().is_some_and(|found| !found.is_empty())
    }

    /// Whether a search knows the same from its beginning.
    pub(crate) fn is(&self, other: &Learned) -> bool {
        self.known == other.known
    }

    /// What the next search is to know.
    pub(crate) fn grown(&self) -> Learned {
        let found = self.found().map_or_else(BTreeSet::new, |found| found.clone());
        Learned { known: Arc::new(&*self.known | &found), ..Learned::nothing() }
    }

    fn found(&self) -> Option<MutexGuard<'_, BTreeSet<Place>>> {
        Some(self.new.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
