//! Heads in front of a step that one of them makes impossible.
//!
//! Several heads may be made one after another before the same step `e`. If a head
//! leaves `e` impossible, the heads that it does not depend on can follow it as free
//! steps: the same class is then reached without moving them. So of such executions only
//! the one is made in which a head that leaves `e` impossible comes as early as it can:
//! planning `f` behind the heads `K` is left to another execution if some of `K`, but not
//! all, are enough for `e` to be impossible after them and `f`. Such a part of `K` has to
//! hold what happens before each of its heads, and what happens before `f`.
//!
//! A head that kills tasks leaves the next step of each impossible by itself. So it has to
//! come after every head that was moved before the next step of any of them, be that `e` or
//! another one, or another execution makes it.
//!
//! The sets of heads that close one gauge have a least one, so exactly one execution
//! remains. Where a step needs a gauge and its task can be killed the argument does not
//! hold; there the generated programs of the tests are all that speaks for it.
//!
//! What it can miss: of more than [`MOST`] heads that are free to be left out, not every
//! set is looked at. A class may then be run twice; none is missed.

use smallvec::SmallVec;
use unknot_sim::{Access, TaskId};

use super::node::{StepReason, chain};
use super::pair::MovedStep;
use super::planner::Planner;
use super::variant::StepVariant;
use crate::strategy::order::race::PendingStep;

/// Heads of which all sets are looked at.
const MOST: usize = 12;

/// The heads before a step, as a set of bits: the first is the newest.
type Set = u64;

/// The heads made just before a step, of which some may be left out.
struct Heads {
    /// Where each was made, newest first.
    at: SmallVec<[usize; 8]>,
    /// For each, which of them happen before it, and itself.
    past: SmallVec<[Set; 8]>,
    /// Where the first step that leads to one of them was made.
    from: usize,
}

impl Planner<'_> {
    /// Whether the step that is put off is impossible after the new head only together
    /// with all heads before it, or not at all.
    pub(super) fn needs_all_heads(&self, moved: &MovedStep<'_, impl Fn(usize) -> bool>) -> bool {
        let &MovedStep { pair, way, clock, ref is_needed } = moved;
        let first = pair.first;
        if !self.is_after_heads_against_killed(moved) {
            return false;
        }
        let task = self.events.task(first);
        let what = PendingStep::new(task, self.execution.trace.accesses(first), first);
        if !what.may_be_kept(self.execution) {
            return true;
        }
        if self.kills(moved, task) {
            return true;
        }
        let Some(heads) = self.heads_before(first) else { return true };
        let fixed = heads.set(|at| self.events.is_in(at, clock));
        let all = heads.set(|_| true);
        let is_possible = |set: Set| {
            let is_there = |step: usize| {
                let is_in = |nth: usize| {
                    set >> nth & 1 == 1 && self.events.happens_before(step, heads.at[nth])
                };
                step < heads.from
                    || step < first && (0..heads.at.len()).any(is_in)
                    || step > first && is_needed(step)
            };
            self.is_possible_behind(&what, way, heads.from, is_there)
        };
        heads.parts(fixed, all).into_iter().all(is_possible)
    }

    fn heads_before(&self, step: usize) -> Option<Heads> {
        let chain = chain(self.nodes, step, self.events.task(step));
        // Older heads count as steps that cannot be left out.
        let at: SmallVec<[usize; 8]> = chain.map(|(at, _)| at).take(Set::BITS as usize).collect();
        let mut from = *at.last()?;
        while from > 0 && matches!(self.nodes[from - 1].reason, StepReason::Led) {
            from -= 1;
        }
        let is_before = |a: usize, b: usize| self.events.happens_before(a, b);
        let bits = |of: usize| {
            let before = at.iter().enumerate().filter(|&(_, &one)| is_before(one, of));
            before.fold(0, |set, (nth, _)| set | bit(nth))
        };
        let past = at.iter().map(|&of| bits(of)).collect();
        Some(Heads { at, past, from })
    }

    /// Whether a step can be made after some earlier steps and a head that is moved before
    /// it. The first `whole` steps are all among them.
    fn is_possible_behind(
        &self,
        what: &PendingStep<'_>,
        head: &StepVariant,
        whole: usize,
        is_there: impl Fn(usize) -> bool,
    ) -> bool {
        let is_enough = |wanted: &Access| {
            let shows = self.events.shows(self.execution, wanted.object, whole, &is_there);
            let limit = self.execution.object(wanted.object).limit;
            let of_gauge = head.accesses.iter().filter(|access| access.object == wanted.object);
            of_gauge.fold(shows, |shows, access| after(access, shows, limit)) >= wanted.amount
        };
        what.finds(|access| access.mode.waits_for_value() || is_enough(access))
    }

    /// Whether a new head, and the steps that lead to it, come after each head against a
    /// task that one of them kills, of all steps that the task has made since. Also heads
    /// behind which free steps were made count.
    fn is_after_heads_against_killed(&self, moved: &MovedStep<'_, impl Fn(usize) -> bool>) -> bool {
        if !self.has_killable {
            return true;
        }
        let first = moved.pair.first;
        let heads = self.nodes.iter().take(first).enumerate();
        let mut against = heads.filter_map(|(at, node)| Some((at, node.against()?)));
        against.all(|(at, victim)| {
            let moves = |step: usize| self.events.task(step) == victim;
            let goes_on = || {
                (at + 1..first).any(moves)
                    || (first + 1..moved.pair.until)
                        .any(|step| (moved.is_needed)(step) && moves(step))
            };
            self.events.is_in(at, moved.clock) || !self.kills(moved, victim) || goes_on()
        })
    }

    /// Whether a new head, or a step that leads to it, kills a task.
    fn kills(&self, moved: &MovedStep<'_, impl Fn(usize) -> bool>, task: TaskId) -> bool {
        let Some(alive) = self.execution.task(task).alive else { return false };
        let kills = |access: &Access| access.object == alive && access.writes();
        let mut kills_before = self.events.links_of(alive).filter(|(_, access)| access.writes());
        moved.way.accesses.iter().any(kills)
            || kills_before.any(|(step, _)| step > moved.pair.first && (moved.is_needed)(step))
    }
}

impl Heads {
    fn set(&self, is_in: impl Fn(usize) -> bool) -> Set {
        let chosen = self.at.iter().enumerate().filter(|&(_, &at)| is_in(at));
        chosen.fold(0, |set, (nth, _)| set | bit(nth))
    }

    /// The sets of heads with `fixed` among them and with what happens before each, but
    /// not all of them.
    fn parts(&self, fixed: Set, all: Set) -> SmallVec<[Set; 8]> {
        let free: SmallVec<[usize; 8]> =
            (0..self.at.len()).filter(|&nth| fixed & bit(nth) == 0).collect();
        let is_closed = |set: Set| {
            (0..self.at.len()).all(|nth| set & bit(nth) == 0 || self.past[nth] & !set == 0)
        };
        let mut parts: SmallVec<[Set; 8]> = SmallVec::new();
        if free.len() <= MOST {
            for chosen in 0..bit(free.len()) {
                let put = free.iter().enumerate().filter(|&(nth, _)| chosen & bit(nth) != 0);
                parts.push(put.fold(fixed, |set, (_, &head)| set | bit(head)));
            }
        } else {
            // Without each head and what happens after it, and with nothing but what has to be.
            parts.push(fixed);
            let after =
                |of: usize| (0..self.at.len()).filter(move |&nth| self.past[nth] & bit(of) != 0);
            parts.extend(free.iter().map(|&of| after(of).fold(all, |set, nth| set & !bit(nth))));
        }
        parts.retain(|set| *set != all && is_closed(*set));
        parts
    }
}

fn bit(nth: usize) -> Set {
    1 << nth
}

/// What a gauge shows after an access that finds it showing `shows`.
fn after(access: &Access, shows: i64, limit: i64) -> i64 {
    Access { granted: access.is_granted_at(shows, limit), ..*access }.effect().on(shows)
}
