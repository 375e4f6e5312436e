//! What would have happened if some steps had not.
//!
//! To make a step before an earlier one is to leave the earlier one out, with all steps
//! that happen after it. The steps that are left decide whether the step can be made,
//! and what happens before it.

use smallvec::SmallVec;
use unknot_sim::{Access, Effect, Execution, ObjectId};

use super::events::{Events, join};
use super::race::{LaterStep, PendingStep};

/// How many steps of each task happen before another.
pub(crate) type Clock = SmallVec<[u32; 16]>;

impl Events {
    /// What a gauge shows when only some steps have happened, among them the first
    /// `whole` ones.
    pub(crate) fn shows(
        &self,
        execution: &Execution<'_>,
        gauge: ObjectId,
        whole: usize,
        has_happened: impl Fn(usize) -> bool,
    ) -> i64 {
        let mut sum = 0_i64;
        for link in self.chain_of(gauge) {
            if (link.step as usize) < whole {
                return sum.saturating_add(link.shows);
            }
            match link.access.effect() {
                Effect::Nothing => {}
                _ if !has_happened(link.step as usize) => {}
                Effect::Add(amount) => sum = sum.saturating_add(amount),
                Effect::Become(amount) => return sum.saturating_add(amount),
            }
        }
        sum.saturating_add(execution.object(gauge).initial)
    }

    /// Whether the condition that a step waits for holds when only some steps have
    /// happened. Few steps wait for one.
    #[cold]
    fn holds(
        &self,
        execution: &Execution<'_>,
        what: &PendingStep<'_>,
        access: &Access,
        has_happened: &dyn Fn(usize) -> bool,
    ) -> bool {
        let mut writes = self.links_of(access.object).filter(|(_, access)| access.writes());
        let last = writes.find(|&(step, _)| has_happened(step)).map(|(step, _)| step);
        let until = execution.trace.until(what.task, what.place);
        until.expect("what waits for a condition has begun to").holds_after(last)
    }

    /// Whether a step can be made when only some have happened, among them the
    /// first `whole` ones. A task that was killed can make no step.
    pub(crate) fn is_possible_after(
        &self,
        execution: &Execution<'_>,
        what: &PendingStep<'_>,
        whole: usize,
        has_happened: impl Fn(usize) -> bool,
    ) -> bool {
        let shows = |gauge| self.shows(execution, gauge, whole, &has_happened);
        let is_enough = |access: &Access| match access.mode.waits_for_value() {
            true => self.holds(execution, what, access, &has_happened),
            false => shows(access.object) >= access.amount,
        };
        let kills = |(step, access): (usize, Access)| access.writes() && has_happened(step);
        let alive = execution.task(what.task).alive;
        what.finds(is_enough)
            && what.guard.is_none_or(|guard| shows(guard.gauge) >= guard.at_least)
            && !alive.is_some_and(|alive| self.links_of(alive).any(kills))
    }

    /// Whether a step is left when others are taken away with every step that happens
    /// after them.
    pub(crate) fn is_left(&self, step: usize, without: &[usize]) -> bool {
        !without.iter().any(|&gone| step >= gone && self.happens_before(gone, step))
    }

    /// Whether a step could be made as number `until` if step `first`, and what
    /// happens after it, had not been made.
    pub(crate) fn is_possible_without(
        &self,
        execution: &Execution<'_>,
        what: &PendingStep<'_>,
        until: usize,
        first: usize,
    ) -> bool {
        let is_left = |step| step < until && self.is_left(step, &[first]);
        self.is_possible_after(execution, what, first, is_left)
    }

    /// What happens before a step of which these accesses are known, among the first
    /// `until` steps, when those in `without` do not happen.
    pub(crate) fn past_without(
        &self,
        until: usize,
        without: &[usize],
        later: &LaterStep<'_>,
        accesses: &[Access],
    ) -> Clock {
        let mut clock = match later.before {
            Some(before) => SmallVec::from_slice(self.clock_of(before)),
            None => SmallVec::from_elem(0, self.width),
        };
        let counts = |step| step < until && self.is_left(step, without);
        for access in accesses {
            let mut cursor = self.heads[access.object.index()];
            while let Some(step) = self.earlier(access, &clock, &mut cursor) {
                if counts(step) {
                    join(&mut clock, self.clock_of(step));
                }
            }
        }
        clock
    }
}
