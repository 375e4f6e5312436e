//! Pairs of steps in which the earlier step blocks the later one.
//!
//! A task that takes a lock blocks other tasks from taking it, for a while or for
//! ever, so that the later step is made much later or never. What counts is the
//! prefix after which everything has happened that happens before the later step,
//! and the earlier step too. There the later step is planned to come first, once.

use smallvec::SmallVec;
use unknot_sim::{Access, dependent};

use super::pair::{OwnerReason, Pair};
use super::planner::Planner;
use crate::strategy::order::race::LaterStep;

impl Planner<'_> {
    /// Plans for every task that was blocked at a step.
    pub(super) fn plan_kept(&mut self) {
        let (execution, events) = (self.execution, self.events);
        let trace = execution.trace;
        for step in self.from..trace.len() {
            if trace.steps()[step].is_fence {
                for waiting in trace.waiting_at(step) {
                    self.plan_for(&LaterStep::waiting(events, waiting, step));
                }
            } else if trace.accesses(step).iter().any(Access::may_wait) {
                self.plan_for(&LaterStep::made(execution, events, step));
            }
        }
        for task in execution.unfinished() {
            self.plan_for(&LaterStep::pending(events, task));
        }
    }

    fn plan_for(&mut self, later: &LaterStep<'_>) {
        let is_killable = self.execution.task(later.what.task).alive.is_some();
        let mut waits = later.what.accesses.iter().filter(|access| access.may_wait());
        if !is_killable && !waits.any(|access| self.events.is_ever_kept(access)) {
            // No step ever blocked it.
            return;
        }
        for until in self.untils(later) {
            for first in self.keepers(later, until) {
                self.reverse(Pair { first, later, until, reason: OwnerReason::Kept });
            }
        }
    }

    /// The prefix lengths at which to ask which steps block this one: where its task came
    /// to it, and after each later step that touches the same object.
    fn untils(&self, later: &LaterStep<'_>) -> SmallVec<[usize; 16]> {
        let since = later.since();
        let mut untils: SmallVec<[usize; 16]> = SmallVec::new();
        if since > self.from {
            untils.push(since);
        }
        for access in later.what.accesses {
            let links = self.events.links_of(access.object);
            let new = links.take_while(|&(step, _)| step >= since.max(self.from));
            untils.extend(new.filter(|&(step, _)| step < later.place).map(|(step, _)| step + 1));
        }
        untils.sort_unstable();
        untils.dedup();
        untils
    }

    /// The free steps among the first `until` that could block this step.
    fn keepers(&self, later: &LaterStep<'_>, until: usize) -> SmallVec<[usize; 8]> {
        let (execution, events) = (self.execution, self.events);
        let last = until - 1;
        let touched = |step| execution.trace.accesses(step);
        let mut keepers: SmallVec<[usize; 8]> = SmallVec::new();
        let fence = events.fence_before(last);
        let mut consider = |first: usize| {
            let keeps = first < until
                && fence < Some(first)
                && self.is_free(first)
                && events.task(first) != later.what.task
                && (until == later.since() || first == last || !events.happens_before(first, last))
                && !later.is_after(events, first)
                && dependent(touched(first), later.what.accesses)
                && !keepers.contains(&first);
            if keeps {
                keepers.push(first);
            }
        };
        for access in later.what.accesses.iter().filter(|access| access.may_wait()) {
            let links = events.links_of(access.object);
            for (step, earlier) in links.skip_while(|&(step, _)| step >= until) {
                if earlier.may_keep(access) {
                    consider(step);
                }
                // All other steps that matter happen before the last step.
                if step == last && until > later.since() && events.covers(&earlier, access) {
                    break;
                }
            }
        }
        let alive = execution.task(later.what.task).alive.into_iter();
        let kills = alive.flat_map(|alive| events.links_of(alive));
        kills.filter(|(_, access)| access.writes()).for_each(|(step, _)| consider(step));
        keepers
    }
}
