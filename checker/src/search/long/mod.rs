//! A search in stretches, which can be written down between two of them and gone on with
//! by another process.
//!
//! A search is a row of executions, and what parts of the row observed is merged in order
//! (`Observed`), so it makes no difference where the row is cut. Between two stretches
//! there is what was observed, and a place from which to go on: for a search the turns on the
//! way there ([`crate::strategy::Resumable`]), for a sampler a number. The process that goes
//! on makes the executions on the way again without counting them (`way`). The row may
//! also be divided among processes that know nothing of each other ([`units`]).
//!
//! One thread works on a stretch: parts for several threads are what units are for. What
//! it can miss: a program that behaves differently in the other process without it being seen
//! on the way, as any program that is not deterministic.

mod data;
mod stretch;
#[doc(hidden)]
pub mod units;
mod way;

use crate::model::end::End;
use stretch::{Made, make};

pub use data::{Long, LongState, SearchPlace};

impl Long<'_> {
    /// Whether the program has a place.
    ///
    /// # Errors
    /// A message, if it has not.
    pub fn is_there(&self, place: &SearchPlace) -> Result<(), String> {
        way::go(self, place).map(drop)
    }

    /// Goes on to the end of the search or of the budget, and hands over how far it is after
    /// each stretch.
    ///
    /// # Errors
    /// A message, if the program has no such place.
    pub fn go_on(
        &self,
        standing: &mut LongState,
        mut each: impl FnMut(&LongState),
    ) -> Result<(), String> {
        let Some(place) = standing.next.clone() else { return Ok(()) };
        if standing.spent() >= self.budget.max_executions {
            return Ok(());
        }
        let (mut strategy, mut names) = way::go(self, &place)?;
        // A sampler's executions have numbers, and those before the first one are no part of this.
        let skipped = match place {
            SearchPlace::Number(next) => next.checked_sub(standing.spent()),
            SearchPlace::Start | SearchPlace::Turns(_) => Some(0),
        };
        let skipped = skipped.ok_or_else(|| "more executions are counted than made".to_owned())?;
        loop {
            let left = self.budget.max_executions - standing.spent();
            let made = make(self, standing, (strategy, names), left.min(self.every));
            let Made { seen, passed, mut rest } = made;
            let end = seen.end;
            standing.absorb(seen);
            standing.passed = passed;
            let next = skipped + standing.spent();
            standing.next = rest.as_mut().map(|(rest, _)| match rest.as_resumable() {
                Some(search) => SearchPlace::Turns(search.place()),
                None => SearchPlace::Number(next),
            });
            if !matches!(end, End::Nondeterminism | End::Refused(_)) {
                each(standing);
            }
            let is_spent = standing.spent() >= self.budget.max_executions;
            match rest {
                Some(rest) if end == End::Executions && !is_spent => (strategy, names) = rest,
                _ => return Ok(()),
            }
        }
    }
}
