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

pub use data::{Long, LongState, SearchPlace, WayProblem};

impl Long<'_> {
    /// Whether the program has a place.
    ///
    /// # Errors
    /// What is in the way, if it has not.
    pub fn is_there(&self, standing: &LongState) -> Result<(), WayProblem> {
        let Some(place) = &standing.next else { return Ok(()) };
        skipped(place, standing)?;
        way::go(self, place).map(drop)
    }

    /// Goes on to the end of the search or of the budget, and hands over how far it is after
    /// each stretch.
    ///
    /// # Errors
    /// What is in the way, if the program has no such place.
    pub fn go_on(
        &self,
        standing: &mut LongState,
        mut each: impl FnMut(&LongState),
    ) -> Result<(), WayProblem> {
        let Some(place) = standing.next.clone() else { return Ok(()) };
        if standing.spent() >= self.budget.max_executions {
            return Ok(());
        }
        let (mut strategy, mut names) = way::go(self, &place)?;
        let skipped = skipped(&place, standing)?;
        loop {
            let left = self.budget.max_executions - standing.spent();
            let made = make(self, standing, (strategy, names), left.min(self.every));
            let Made { seen, passed, mut rest } = made;
            let (end, is_none) = (seen.end, seen.stats.spent() == 0);
            standing.absorb(seen);
            standing.passed = passed;
            let next = skipped + standing.spent();
            if !is_none || rest.is_none() {
                standing.next = rest.as_mut().map(|(rest, _)| match rest.as_resumable() {
                    Some(search) => SearchPlace::Turns(search.place()),
                    None => SearchPlace::Number(next),
                });
            }
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

/// The executions of a sampler that come before the first one that is counted: they have
/// numbers, and are no part of this.
fn skipped(place: &SearchPlace, standing: &LongState) -> Result<u64, WayProblem> {
    let skipped = match place {
        SearchPlace::Number(next) => next.checked_sub(standing.spent()),
        SearchPlace::Start | SearchPlace::Turns(_) => Some(0),
    };
    let problem = || WayProblem::Nowhere("more executions are counted than made".to_owned());
    skipped.ok_or_else(problem)
}
