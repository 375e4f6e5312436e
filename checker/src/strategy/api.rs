//! What a strategy is: it decides what runs next, execution after execution, and says
//! what a check may claim afterwards.

use unknot_sim::Explorer;

use crate::model::kind::Kind;

use super::divergence::Divergence;
use super::estimate::TreeFork;

/// What strategies are made from. Each strategy takes the fields that its row asks
/// for and ignores the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The seed of the check.
    pub seed: u64,
    /// The number of the only execution that is wanted. It is the last one that is run:
    /// profiles may come before it.
    pub only: Option<u64>,
    /// The most preemptions that an execution may have.
    pub preemptions: Option<u32>,
    /// Whether a strategy that learns ends once there is hardly anything new to learn.
    pub ends: bool,
}

/// A way to explore, together with what a check may claim afterwards.
pub trait Strategy: Explorer + Send + 'static {
    /// Whether every behaviour has been covered, except for what was cut.
    fn is_exhausted(&self) -> bool;

    /// Where the program behaved differently under the same decisions. The strategy
    /// cannot go on then.
    fn divergence(&self) -> Option<&Divergence> {
        None
    }

    /// Whether the last execution shows nothing that another one does not, so that it does
    /// not count. That may be known only at its end.
    fn is_redundant(&self) -> bool {
        false
    }

    /// Why the strategy cannot say anything about this program, if it cannot. It does not go
    /// on then.
    fn refusal(&self) -> Option<&str> {
        None
    }

    /// Kinds of finding that executions may show for which no execution of the search stands.
    fn unanswered(&self) -> Vec<Kind> {
        vec![]
    }

    /// How many accesses and points the strategy looked at to plan after the last
    /// execution, where that may be more than its steps and what they touched.
    fn effort(&self) -> u64 {
        0
    }

    /// The bound on preemptions, for a search under one.
    fn preemption_bound(&self) -> Option<PreemptionBound> {
        None
    }

    /// The same as a sampler, if it is one.
    fn as_sampler(&mut self) -> Option<&mut dyn Samples> {
        None
    }

    /// The same as a search that can be divided, if it is one.
    fn as_divisible(&mut self) -> Option<&mut dyn Divisible> {
        None
    }

    /// The same as a search that can be gone on with later, if it is one.
    fn as_resumable(&mut self) -> Option<&mut dyn Resumable> {
        None
    }

    /// The path of the last execution through the tree of decisions, as far as the
    /// tree is known, for a strategy that goes through one. It is only asked for now
    /// and then.
    fn path(&self) -> Option<Vec<TreeFork>> {
        None
    }
}

/// A strategy that draws executions, each by its number.
pub trait Samples {
    /// How many executions it learns from: the first ones of a check.
    fn profiles(&self) -> u64;

    /// Has the next execution be the one of a number. The profiles have to be made
    /// before others.
    fn seek(&mut self, number: u64);
}

/// A search that several threads can share.
pub trait Divisible {
    /// A search that begins where this one is between two executions, and has
    /// counted nothing.
    fn copy(&self) -> Box<dyn Strategy>;

    /// Between two executions, gives away a search of what comes last. Keeps about
    /// `keep` executions as far as can be estimated, never none. `None` if there is too
    /// little left.
    fn divide(&mut self, keep: u64) -> Option<Box<dyn Strategy>>;
}

/// One turn of the way to a place: a fork of the tree of decisions, as one of its
/// executions left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WayTurn {
    /// Ways taken so far, after the first one.
    pub taken: u64,
    /// What became of the values that a step may choose there.
    pub values: WayValues,
    /// Ways that are still to be taken.
    pub ahead: u64,
    /// Ways after these that are no part of this search.
    pub given: u64,
}

/// What became of other values that a step of an execution may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WayValues {
    /// There are none, or all were tried.
    Behind,
    /// As many were tried as ways were taken, and the others come next.
    Mine,
    /// As many were tried as ways were taken, and the others are no part of this search.
    Given,
}

/// A search whose place between two executions can be written down as numbers, and found
/// again from the beginning. What it knows at the place is learned by making again the
/// executions on the way.
pub trait Resumable {
    /// The place, once an execution was made and unless everything was covered.
    fn place(&self) -> Vec<WayTurn>;

    /// Goes on towards a place, from a search that has seen nothing. `true` if an execution
    /// has to be made on the way, which is no part of the search; then this is called again.
    ///
    /// # Errors
    /// A message, if this program has no such place.
    fn go_towards(&mut self, place: &[WayTurn]) -> Result<bool, String>;
}

/// A bound on the preemptions of an execution, and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreemptionBound {
    /// The most that an execution may have.
    pub preemptions: u32,
    /// Options that were left out since each would have been one preemption too many,
    /// over all decisions.
    pub left_out: u64,
}

impl Explorer for Box<dyn Strategy> {
    fn begin(&mut self) -> bool {
        (**self).begin()
    }

    fn n_repeated(&self) -> usize {
        (**self).n_repeated()
    }

    fn pick(&mut self, point: &unknot_sim::Point<'_>) -> unknot_sim::Decision {
        (**self).pick(point)
    }

    fn choose(&mut self, point: &unknot_sim::Point<'_>, n: u32) -> u32 {
        (**self).choose(point, n)
    }

    fn end(&mut self, execution: &unknot_sim::Execution<'_>) {
        (**self).end(execution);
    }
}

impl Strategy for Box<dyn Strategy> {
    fn is_exhausted(&self) -> bool {
        (**self).is_exhausted()
    }

    fn divergence(&self) -> Option<&Divergence> {
        (**self).divergence()
    }

    fn is_redundant(&self) -> bool {
        (**self).is_redundant()
    }

    fn refusal(&self) -> Option<&str> {
        (**self).refusal()
    }

    fn unanswered(&self) -> Vec<Kind> {
        (**self).unanswered()
    }

    fn effort(&self) -> u64 {
        (**self).effort()
    }

    fn preemption_bound(&self) -> Option<PreemptionBound> {
        (**self).preemption_bound()
    }

    fn as_sampler(&mut self) -> Option<&mut dyn Samples> {
        (**self).as_sampler()
    }

    fn path(&self) -> Option<Vec<TreeFork>> {
        (**self).path()
    }

    fn as_resumable(&mut self) -> Option<&mut dyn Resumable> {
        (**self).as_resumable()
    }

    fn as_divisible(&mut self) -> Option<&mut dyn Divisible> {
        (**self).as_divisible()
    }
}
