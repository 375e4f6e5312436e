//! Executions after which more executions are planned, as a stack of frames.
//!
//! Each frame has everything that its part of the search needs, so a stack of frames
//! can be cut in two: the lower part is what comes last. Where to cut follows from
//! how many executions came after each frame so far: the rest of its plans is taken
//! to lead to as many.
//!
//! Searches that are cut from one another begin with the same frames, which may be
//! many and long. So frames share what they hold, and a search copies it only where it
//! changes it. Neighbouring frames of a stack share the points that they begin with.

use std::sync::Arc;

use super::node::Node;
use super::points::Points;
use super::reversal::Reversals;
use crate::strategy::estimate::TreeFork;

/// An execution after which more executions are planned.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    /// Its points, up to the last one that the search returns to.
    pub(super) points: Points,
    /// At least this many of the points are points of the present execution as well.
    pub(super) shared: usize,
    /// Points with more values to try at their step, each with the present values.
    pub(super) values: Vec<(usize, Node)>,
    pub(super) plans: Arc<Reversals>,
    /// How many executions were made after it, and subtrees below them.
    pub(super) done: u64,
    /// Plans that other searches explore.
    pub(super) given: u64,
    /// Whether the last way taken was a value, though no values are left here.
    pub(super) is_at_value: bool,
    /// How many executions had been made when this frame began, its own included.
    since: u64,
}

impl Frame {
    /// Makes the points of an execution its own. It has the shared points already, and
    /// so has the frame below it.
    pub(super) fn take_points(&mut self, points: &[Node], below: Option<&Frame>) {
        let others = below.map(|below| (&below.points, below.shared.min(below.points.len())));
        self.points.take(points, self.shared, others);
        self.shared = points.len();
    }

    /// Empties its plans, keeping the memory where no other search shares it.
    pub(super) fn no_plans(&mut self) -> &mut Reversals {
        if Arc::get_mut(&mut self.plans).is_none() {
            self.plans = Arc::default();
        }
        let plans = Arc::make_mut(&mut self.plans);
        plans.clear();
        plans
    }

    /// Nothing was made after it yet.
    pub(super) fn begin(&mut self, made: u64) {
        (self.done, self.given, self.since, self.is_at_value) = (0, 0, made, false);
    }

    /// Its own execution, and the executions that are made after it.
    pub(super) fn fork(&self) -> TreeFork {
        TreeFork { done: self.done, of: self.done + 1 + self.ahead() as u64 + self.given }
    }

    /// How many executions are still to be made right after it, at least.
    fn ahead(&self) -> usize {
        self.plans.len() + self.values.len()
    }

    /// How many executions each of these may lead to.
    fn each(&self, made: u64) -> u64 {
        ((made - self.since) / self.done.max(1)).max(1)
    }

    /// Takes away the `n` plans that come last, as a frame of their own.
    fn split_off_last(&mut self, n: usize) -> Frame {
        let plans = Arc::new(Arc::make_mut(&mut self.plans).split_off_last(n));
        let done = self.done + self.ahead() as u64;
        self.given += n as u64;
        Frame {
            points: self.points.clone(),
            shared: 0,
            values: vec![],
            plans,
            done,
            given: 0,
            is_at_value: false,
            since: self.since,
        }
    }
}

/// The lower part of a stack, after the stack was divided.
pub(super) struct Below {
    pub(super) frames: Vec<Frame>,
    /// How many of the frames are whole, and not the rest of a frame that stayed.
    pub(super) whole: usize,
    /// How many executions the part that stayed may lead to.
    pub(super) kept: u64,
}

/// Takes the lower part of a stack away, so that the part that stays takes about
/// `keep` executions, or half of what is left if that is less. Neither part is empty.
pub(super) fn divide(frames: &mut Vec<Frame>, made: u64, keep: u64) -> Option<Below> {
    let left: u64 = frames.iter().map(|frame| frame.ahead() as u64 * frame.each(made)).sum();
    let keep = keep.min(left / 2);
    let mut kept = 0;
    for at in (0..frames.len()).rev() {
        let has_more_below = frames[..at].iter().any(|frame| frame.ahead() > 0);
        let frame = &mut frames[at];
        let each = frame.each(made);
        if kept + frame.ahead() as u64 * each <= keep {
            kept += frame.ahead() as u64 * each;
            continue;
        }
        let n_plans = frame.plans.len();
        let wanted = ((keep - kept) / each).saturating_sub(frame.values.len() as u64);
        // Something is kept, and something is given away.
        let least = usize::from(kept == 0 && frame.values.is_empty());
        let mut stay = (wanted as usize).max(least).min(n_plans);
        if stay == n_plans && !has_more_below {
            stay = n_plans.saturating_sub(1).max(least);
        }
        if stay == n_plans && !has_more_below {
            return None;
        }
        let mut below: Vec<Frame> = frames.drain(..at).collect();
        if stay < n_plans {
            below.push(frames[0].split_off_last(n_plans - stay));
        }
        return Some(Below { frames: below, whole: at, kept: keep });
    }
    None
}
