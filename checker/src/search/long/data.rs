//! Where a long search is, and what it is made of.

use std::collections::BTreeSet;
use std::fmt;

use unknot_sim::{Program, Refusal};

use crate::model::finding::{Fault, Origin};
use crate::model::terms::Budget;
use crate::search::monitor::Monitor;
use crate::search::observed::Observed;
use crate::strategy::{Strategy, WayTurn};

/// Between which two executions a search goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchPlace {
    /// Before the first one.
    Start,
    /// After turns of a search.
    Turns(Vec<WayTurn>),
    /// Before the execution of a sampler with a number.
    Number(u64),
}

/// Why a search does not go on from a place.
#[derive(Clone, Debug)]
pub enum WayProblem {
    /// The program behaves differently on the way.
    Differs(String),
    /// The machine runs no further execution.
    Refused(Refusal),
    /// The search has no such place, whatever the program does.
    Nowhere(String),
}

impl fmt::Display for WayProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WayProblem::Differs(problem) | WayProblem::Nowhere(problem) => f.write_str(problem),
            WayProblem::Refused(_) => f.write_str("the machine runs no further execution"),
        }
    }
}

/// How far a search is.
#[derive(Clone, Debug)]
pub struct LongState {
    /// What it observed so far; `None` before its first execution.
    pub seen: Option<Observed>,
    /// Faults at which it does not end, since they are no errors.
    pub passed: BTreeSet<Fault<Origin>>,
    /// Where it goes on, unless it is over.
    pub next: Option<SearchPlace>,
}

impl LongState {
    /// Nothing has been made yet.
    #[must_use]
    pub fn before(place: SearchPlace) -> LongState {
        LongState { seen: None, passed: BTreeSet::new(), next: Some(place) }
    }

    /// Executions so far.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.seen.as_ref().map_or(0, |seen| seen.stats.spent())
    }

    pub(super) fn absorb(&mut self, seen: Observed) {
        match &mut self.seen {
            Some(all) => all.go_on(seen),
            None => self.seen = Some(seen),
        }
    }
}

/// What is searched.
pub struct Long<'a> {
    /// The program.
    pub program: &'a Program,
    /// Makes the strategy, before its first execution.
    pub create: &'a dyn Fn() -> Box<dyn Strategy>,
    /// When to end; the executions are those of all stretches.
    pub budget: Budget,
    /// Asked between executions.
    pub monitor: &'a Monitor,
    /// Executions of a stretch.
    pub every: u64,
}
