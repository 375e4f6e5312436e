//! The places of a program: where an operation is, and where its object was created.
//!
//! A hundred tasks that run the same lines are at a few places, whichever objects of one
//! kind they work on.

use unknot_sim::{Op, Point};

use crate::model::finding::Site;

/// A line of the program, together with the line that created the object of its operation.
type CodePlace = (Site, Option<Site>);

/// The places that were met so far, each with its number: 0, 1, 2, …
#[derive(Debug, Default)]
pub(crate) struct CodePlaces(Vec<CodePlace>);

impl CodePlaces {
    /// The number of the place at which a task is that is about to do something.
    pub(crate) fn number(&mut self, point: &Point<'_>, op: &Op) -> usize {
        let created = op.accesses.first().and_then(|access| {
            point.find_object(access.object).map(|object| Site(object.location))
        });
        self.number_of((Site(op.location), created))
    }

    /// The number of a line, whatever it works on.
    pub(crate) fn number_of_line(&mut self, line: Site) -> usize {
        self.number_of((line, None))
    }

    fn number_of(&mut self, place: CodePlace) -> usize {
        let known = self.0.iter().position(|known| *known == place);
        known.unwrap_or_else(|| {
            self.0.push(place);
            self.0.len() - 1
        })
    }
}
