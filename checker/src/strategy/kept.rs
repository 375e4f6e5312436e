//! Pairs of which the earlier step keeps the later one from being made.
//!
//! A lock that is taken keeps others from taking it, for a while or for ever,
//! so that the later step is made much later or never. What counts is the
//! point at which all has happened that happens before it, with the earlier
//! step. There it is planned to come first instead, once.

use smallvec::SmallVec;
use unknot_sim::{Effect, dependent};

use super::planner::{Case, Pair, Planner};
use super::race::Later;

impl Planner<'_> {
    /// Plans for all who were kept from a step.
    pub(super) fn plan_kept(&mut self) {
        let (execution, events) = (self.execution, self.events);
        let trace = execution.trace;
        for step in self.from..trace.len() {
            if trace.steps()[step].is_fence {
                for waiting in trace.waiting_at(step) {
                    self.plan_for(&Later::waiting(events, waiting, step));
                }
            } else if trace.accesses(step).iter().any(|access| access.waits_for().is_some()) {
                self.plan_for(&Later::made(execution, events, step));
            }
        }
        for task in execution.unfinished() {
            self.plan_for(&Later::pending(events, task));
        }
    }

    fn plan_for(&mut self, later: &Later<'_>) {
        for until in later.since().max(self.from + 1)..=later.place {
            for first in self.keepers(later, until) {
                self.reverse(Pair { first, later, until, case: Case::Kept });
            }
        }
    }

    /// The free steps among the first `until` that could keep a task from a
    /// step.
    fn keepers(&self, later: &Later<'_>, until: usize) -> SmallVec<[usize; 8]> {
        let (execution, events) = (self.execution, self.events);
        let last = until - 1;
        let touched = |step| execution.trace.accesses(step);
        let mut keepers: SmallVec<[usize; 8]> = SmallVec::new();
        // Unless its task has just come to it, the last step is among those
        // that matter.
        let shares = || {
            let mine = |object| later.what.accesses.iter().any(|a| a.object == object);
            touched(last).iter().any(|access| mine(access.object))
        };
        if until > later.since() && !shares() {
            return keepers;
        }
        let fence = events.fence_before(last);
        let mut consider = |first: usize| {
            let keeps = first < until
                && fence < Some(first)
                && self.nodes[first].is_free()
                && events.task(first) != later.what.task
                && (until == later.since() || first == last || !events.happens_before(first, last))
                && !later.is_after(events, first)
                && dependent(touched(first), later.what.accesses)
                && !keepers.contains(&first);
            if keeps {
                keepers.push(first);
            }
        };
        for access in later.what.accesses.iter().filter(|a| a.waits_for().is_some()) {
            for (step, earlier) in events.links_of(access.object) {
                match earlier.effect() {
                    Effect::Add(amount) if amount >= 0 => {}
                    Effect::Nothing => {}
                    _ => consider(step),
                }
            }
        }
        let alive = execution.task(later.what.task).alive.into_iter();
        let kills = alive.flat_map(|alive| events.links_of(alive));
        kills.filter(|(_, access)| access.writes()).for_each(|(step, _)| consider(step));
        keepers
    }
}
