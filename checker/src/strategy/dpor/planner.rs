//! Which executions to make because of one execution: a pure function of it.
//!
//! For each pair of an earlier free step `e` and a later step `f` that could be
//! made first, an execution is planned that makes `f` just before `e`, with
//! what happens before `f` and without what happens after `e`. Each of these is to be
//! planned once, and none that leads nowhere new. So only the *owner* of the pair plans
//! it, an execution for which this holds:
//! - every deviation between the two happens before `f`. Otherwise the same
//!   pair is in the execution without that deviation;
//! - if `f` could be made right after `e`, then it was, with no step in
//!   between that it depends on. That is a race, found when `f` was made;
//! - if `e` blocks `f`, everything that happens before `f` has just happened, whether
//!   `f` is made later or never ([`super::kept`]).
//!
//! Where several steps were made one after another before `e`, they have to be
//! in the order of their tasks, unless one depends on another: so each set
//! of such steps is made in one order. The machine's own tasks come last, since their
//! steps end other tasks. A step that leaves `e` impossible comes as early among them as
//! it can ([`super::put_off`]).

use smallvec::SmallVec;
use unknot_sim::{Access, Execution, dependent};

use super::crowds::Crowds;
use super::node::{Node, chain};
use super::pair::{MovedStep, OwnerReason, Pair};
use super::reversal::{ReversalStep, Reversals};
use super::variant::StepVariant;
use crate::strategy::order::choice::made_in;
use crate::strategy::order::events::Events;
use crate::strategy::order::past::Clock;
use crate::strategy::order::race::{LaterStep, Race};

/// What is planned after one execution.
pub(super) struct Planner<'a> {
    pub(super) execution: &'a Execution<'a>,
    pub(super) events: &'a Events,
    /// The points. Steps beyond the slice are free and took value 0 at each choice.
    pub(super) nodes: &'a [Node],
    /// The first step of the execution that is new.
    pub(super) from: usize,
    /// Whether any task can be killed.
    pub(super) has_killable: bool,
    /// The deviations, in order.
    pub(super) deviations: &'a [usize],
    /// Which tasks are alike, if some are.
    pub(super) crowds: Option<&'a Crowds>,
    pub(super) plans: &'a mut Reversals,
}

impl Planner<'_> {
    /// Plans all executions that follow from this one.
    pub(super) fn plan(&mut self, races: &[Race]) {
        for race in races {
            if !self.is_free(race.first) {
                continue;
            }
            let later = match race.later < self.events.len() {
                true => LaterStep::made(self.execution, self.events, race.later),
                false => LaterStep::pending(self.events, self.execution.task(race.task)),
            };
            let (first, until) = (race.first, race.later);
            self.reverse(Pair { first, later: &later, until, reason: OwnerReason::Raced });
        }
        self.plan_kept();
    }

    /// Whether a step was the first to be made at its point.
    pub(super) fn is_free(&self, step: usize) -> bool {
        self.nodes.get(step).is_none_or(Node::is_free)
    }

    /// Plans to make the later step of a pair first. Where it is blocked, some steps that
    /// come before it may come after it instead; and so may, where it was refused and now
    /// is not, steps that it did not depend on.
    pub(super) fn reverse(&mut self, pair: Pair<'_>) {
        let Pair { first, later, until, reason } = pair;
        let node = self.nodes.get(later.place).filter(|_| later.is_made);
        let has_other_values = node.is_some_and(Node::has_other_values);
        let mut withouts: SmallVec<[SmallVec<[usize; 4]>; 2]> = SmallVec::new();
        withouts.push(SmallVec::from_slice(&[first]));
        let mut done: SmallVec<[Clock; 2]> = SmallVec::new();
        while let Some(without) = withouts.pop() {
            let is_left = |step| step < until && self.events.is_left(step, &without);
            let way = self.events.variant(self.execution, later, first, is_left);
            let clock = self.events.past_without(until, &without, later, &way.accesses);
            // The execution that took value 0 at each choice plans for all values.
            if way.is_open && has_other_values || done.contains(&clock) {
                continue;
            }
            self.reverse_one(&pair, &way, &clock, &is_left);
            let is_refused = || self.events.has_relative() && later.is_refused();
            let has_others = reason == OwnerReason::Kept || is_refused();
            for step in (first + 1..until).filter(|_| has_others) {
                let is_before = self.events.is_in(step, &clock) && is_left(step);
                if is_before && self.may_come_after(&pair, &way, step) {
                    let mut more = without.clone();
                    more.push(step);
                    withouts.push(more);
                }
            }
            done.push(clock);
        }
    }

    /// Whether a step before a blocked one could also come after it, which no other
    /// execution will tell.
    fn may_come_after(&self, pair: &Pair<'_>, way: &StepVariant, step: usize) -> bool {
        let touched = self.execution.trace.accesses(step);
        let is_new = || !dependent(touched, pair.later.what.accesses);
        !pair.later.is_after(self.events, step)
            && dependent(touched, &way.accesses)
            && (pair.reason == OwnerReason::Kept || is_new())
    }

    /// Plans one way, if this execution is the owner of the pair.
    fn reverse_one(
        &mut self,
        pair: &Pair<'_>,
        way: &StepVariant,
        clock: &Clock,
        is_left: &impl Fn(usize) -> bool,
    ) {
        let Pair { first, later, until, reason } = *pair;
        let (events, what) = (self.events, &later.what);
        let is_needed = |step: usize| step < until && events.is_in(step, clock) && is_left(step);
        let is_before = |step: usize| step < first || is_needed(step);
        if !events.is_possible_after(self.execution, what, first, is_before) {
            return;
        }
        let with_first = |step| step == first || is_before(step);
        let is_kept = || !events.is_possible_after(self.execution, what, first + 1, with_first);
        let is_owner = match reason {
            OwnerReason::Raced => !self.is_hindered(pair, is_left, &is_needed) && !is_kept(),
            OwnerReason::Kept => {
                let is_complete =
                    until == later.since() || until == first + 1 || is_needed(until - 1);
                is_complete && is_kept()
            }
        };
        let deviates_for_it = |&step: &usize| step <= first || step >= until || is_needed(step);
        let touched_before = self.nodes.get(first).map_or(&[][..], Node::touched_before);
        if is_owner
            && self.deviations.iter().all(deviates_for_it)
            && !dependent(&way.accesses, touched_before)
        {
            let moved = MovedStep { pair, way, clock, is_needed };
            let is_renamed = |crowds: &Crowds| crowds.is_renamed(self.execution, events, &moved);
            if self.is_in_order(&moved)
                && self.needs_all_heads(&moved)
                && !self.crowds.is_some_and(is_renamed)
            {
                self.push(&moved);
            }
        }
    }

    /// Whether the later step was made after a step that it depends on, but on which it
    /// would not depend when made before the earlier step.
    fn is_hindered(
        &self,
        pair: &Pair<'_>,
        is_left: &impl Fn(usize) -> bool,
        is_needed: &impl Fn(usize) -> bool,
    ) -> bool {
        let touched = |step| self.execution.trace.accesses(step);
        self.events.may_change(pair.later.what.accesses)
            && (pair.first + 1..pair.until).any(|step| {
                is_left(step)
                    && !is_needed(step)
                    && dependent(touched(step), pair.later.what.accesses)
            })
    }

    /// Whether the steps before a step are in the order of the tasks: of all steps that
    /// could be the first to be made instead of it, the one of the first task is.
    fn is_in_order(&self, moved: &MovedStep<'_, impl Fn(usize) -> bool>) -> bool {
        let &MovedStep { pair, way, clock, ref is_needed } = moved;
        let Pair { first, until, .. } = *pair;
        let events = self.events;
        for (at, head) in chain(self.nodes, first, events.task(first)) {
            if events.is_in(at, clock) {
                return true;
            }
            let place = self.nodes[at].task;
            let is_earlier = |task| self.execution.names.order(task, place).is_lt();
            let there: &[Access] = match head.instead_of.is_empty() {
                true => self.execution.trace.accesses(first),
                false => &head.instead_of,
            };
            let mut firsts: SmallVec<[usize; 8]> = SmallVec::new();
            for step in (first + 1..until).filter(|&step| is_needed(step)) {
                let comes_first = dependent(self.execution.trace.accesses(step), there)
                    && !firsts.iter().any(|&one| events.happens_before(one, step))
                    && !events.happens_before(at, step);
                if comes_first && is_earlier(events.task(step)) {
                    return false;
                }
                firsts.extend(comes_first.then_some(step));
            }
            let comes_first = dependent(&way.accesses, there)
                && !firsts.iter().any(|&one| events.is_in(one, clock));
            if comes_first && is_earlier(pair.later.what.task) {
                return false;
            }
        }
        true
    }

    fn push(&mut self, moved: &MovedStep<'_, impl Fn(usize) -> bool>) {
        let &MovedStep { pair, way, ref is_needed, .. } = moved;
        let Pair { first, later, until, .. } = *pair;
        let trace = self.execution.trace;
        let lead = (first + 1..until).filter(|&step| is_needed(step)).map(|step| ReversalStep {
            task: self.events.task(step),
            choices: made_in(trace, step),
        });
        let head = ReversalStep { task: later.what.task, choices: way.choices.clone() };
        let touched = trace.accesses(first);
        let instead_of = match self.events.may_change(touched) {
            true => touched.to_vec(),
            false => vec![],
        };
        self.plans.push(first, instead_of, lead.chain([head]));
    }
}
