//! Optimal dynamic partial order reduction: each trace class once, in memory
//! that grows with the length of an execution.
//!
//! Executions that differ only in the order of independent steps behave alike;
//! it is enough to run one execution of each *trace class*. At each point the search
//! makes some step `e`, and goes on from there. All other classes have another
//! step before `e` that depends on it. So whenever an execution shows a step
//! `f` that depends on `e` and could come first, an execution is planned that makes only
//! what happens before `f`, then `f`, and then `e` at once ([`super::planner`]).
//! At the points on the way to `f` nothing else is ever planned: other executions
//! there are planned before `e`, or after it. So every class is in one such subtree
//! only, and no execution turns out to be redundant. Nothing needs to be remembered
//! but the executions with plans left. They form a stack: each is
//! the parent of the next one, and makes fewer planned steps than the next one.
//!
//! Source: P. Abdulla, M. Atig, S. Das, B. Jonsson, K. Sagonas, "Parsimonious
//! Optimal Dynamic Partial Order Reduction", CAV 2024, for the reversal with
//! nothing but the past of `f`, and for the rule that steps on the way are not
//! reversed. Where this code differs: there are no sleep sets. Since `e` follows `f` at
//! once, everything that could come between is known when `f` is planned. Of two
//! independent steps before `e`, the one of the first task comes first. Steps may
//! wait, choose values, and touch other objects in another order
//! ([`super::kept`], [`super::variant`]).
//!
//! No execution is given up as redundant, but for some in which a process is killed
//! ([`death`]). Misses nothing within the bounds of an execution.

mod crowds;
mod death;
mod divided;
mod frame;
mod kept;
mod node;
mod pair;
mod place;
mod planner;
mod points;
mod put_off;
mod reversal;
mod variant;

use std::sync::Arc;

use unknot_sim::{Decision, Ended, Execution, Explorer, Point, Relation, TaskId};

use super::asked::unless_same;
use crate::strategy::api::{Divisible, Resumable, Strategy};
use crate::strategy::divergence::Divergence;
use crate::strategy::dpor::crowds::Crowds;
use crate::strategy::dpor::frame::Frame;
use crate::strategy::dpor::node::{Head, Node, StepReason};
use crate::strategy::dpor::planner::Planner;
use crate::strategy::dpor::points::n_same;
use crate::strategy::dpor::reversal::ReversalStep;
use crate::strategy::estimate::TreeFork;
use crate::strategy::order::choice::{Choice, made_in, next_value};
use crate::strategy::order::events::Events;
use crate::strategy::order::race::Race;

/// The search.
#[derive(Debug, Default)]
pub struct Dpor {
    /// The points of the next execution that are decided. Steps beyond them are free and
    /// take value 0 at each choice; their points are made where a frame needs them.
    nodes: Vec<Node>,
    /// How many steps of the next execution are already decided.
    prefix: usize,
    /// The first of the decided steps that is new.
    from: usize,
    /// Whether that step has just got another value.
    is_value: bool,
    /// The decided steps that deviate, in order.
    deviations: Vec<usize>,
    events: Events,
    crowds: Crowds,
    /// Whether tasks that are alike are told apart.
    tells_apart: bool,
    /// Whether the last execution is another one with other names for like tasks.
    is_renamed: bool,
    races: Vec<Race>,
    frames: Vec<Frame>,
    /// Frames that are not in use. The last one was given up most recently, so most of
    /// its points are those of the next frame.
    spare: Vec<Frame>,
    /// Executions so far.
    made: u64,
    /// The forks before those of the frames; other searches explore the rest of them.
    below: Vec<TreeFork>,
    started: bool,
    exhausted: bool,
    divergence: Option<Divergence>,
}

impl Dpor {
    /// A search that has seen nothing yet.
    #[must_use]
    pub fn new() -> Dpor {
        Dpor::default()
    }

    /// A search under another relation of dependence than the one that holds. Only for
    /// testing that the tests notice a wrong one.
    #[doc(hidden)]
    #[must_use]
    pub fn under(relation: &'static Relation) -> Dpor {
        Dpor { events: Events::under(relation), ..Dpor::default() }
    }

    /// A search that goes through all classes of a program with crowds, and not only through
    /// one of those that differ in which task is which.
    #[doc(hidden)]
    #[must_use]
    pub fn telling_apart() -> Dpor {
        Dpor { tells_apart: true, ..Dpor::default() }
    }

    /// Continues after the first `at` points of the last frame.
    fn return_to(&mut self, at: usize) {
        let Some(frame) = self.frames.last_mut() else { unreachable!("there is a frame") };
        frame.done += 1;
        let known = frame.shared.min(at).min(self.nodes.len());
        debug_assert_eq!(n_same(&self.nodes, frame.points.slices(0..known)), known);
        let common = known + n_same(&self.nodes[known..], frame.points.slices(known..at));
        frame.shared = at;
        if let Some(spare) = self.spare.last_mut() {
            spare.shared = spare.shared.min(common);
        }
        self.events.truncate(common);
        self.nodes.truncate(common);
        self.nodes.reserve(at - common);
        let new = frame.points.slices(common..at);
        new.for_each(|nodes| self.nodes.extend_from_slice(nodes));
        let kept = self.deviations.partition_point(|&deviation| deviation < common);
        self.deviations.truncate(kept);
        let deviates = |at: &usize| self.nodes[*at].deviates();
        self.deviations.extend((common..at).filter(deviates));
    }

    /// Turns to the next value of a step in the last frame.
    fn next_value(&mut self) -> bool {
        let Some(frame) = self.frames.last_mut() else { return false };
        while let Some((at, node)) = frame.values.last_mut() {
            if next_value(&mut node.choices, node.n_given as usize) {
                let (at, node) = (*at, node.clone());
                self.return_to(at);
                assert!(node.deviates(), "the first values were tried first");
                self.nodes.push(node);
                self.deviations.push(at);
                self.from = at;
                self.is_value = true;
                return true;
            }
            frame.values.pop();
        }
        false
    }

    /// Turns to the next execution that is planned in the last frame.
    fn next_reversal(&mut self) -> bool {
        let Some(frame) = self.frames.last_mut() else { return false };
        if frame.plans.is_empty() {
            return false;
        }
        let Some((at, instead_of, steps)) = Arc::make_mut(&mut frame.plans).pop() else {
            unreachable!("there is a plan")
        };
        frame.is_at_value = false;
        let against = frame.points.at(at).task;
        self.return_to(at);
        let before = at.checked_sub(1);
        let before = before.filter(|&b| self.nodes[b].head_against(against).is_some());
        let before = before.map(|before| before as u32);
        self.from = at + steps.len() - 1;
        self.is_value = false;
        let lead = |step: ReversalStep| Node::new(step.task, StepReason::Led, step.choices);
        self.nodes.extend(steps.into_iter().map(lead));
        self.nodes[self.from].reason =
            StepReason::Head(Arc::new(Head { against, instead_of, before }));
        self.deviations.push(self.from);
        true
    }

    /// Picks the task of a planned step, unless the program differs from what was planned.
    #[inline(never)]
    fn follow(&mut self, point: &Point<'_>, step: usize) -> Decision {
        let node = &mut self.nodes[step];
        match unless_same(point, node.task, &mut node.asked) {
            None => Decision::Run(node.task),
            divergence => {
                self.divergence = divergence;
                Decision::Stop(Ended::Abandoned)
            }
        }
    }

    /// Picks the task of a step beyond the plan: first the task that a reversal postponed.
    #[inline(always)]
    fn open(&self, point: &Point<'_>) -> TaskId {
        let last = self.nodes.last().filter(|_| point.step() == self.prefix);
        let put_off = last.and_then(Node::against);
        let is_enabled = |task: &TaskId| point.is_enabled(*task);
        // To stay with the same task saves a switch of coroutines.
        let task = put_off.filter(is_enabled).or_else(|| point.last().filter(is_enabled));
        task.or_else(|| point.enabled().next()).expect("a task is enabled")
    }

    /// The same where processes can be killed. `None` if only deaths are left that belong
    /// to other executions.
    #[cold]
    fn open_among_deaths(&self, point: &Point<'_>) -> Option<TaskId> {
        let is_open = |task: &TaskId| death::is_open(point, &self.nodes, *task);
        Some(self.open(point)).filter(is_open).or_else(|| point.enabled().find(is_open))
    }

    /// Takes the last frame away.
    fn leave_frame(&mut self) {
        let Some(done) = self.frames.pop() else { unreachable!("there is a frame") };
        if let Some(parent) = self.frames.last_mut() {
            parent.shared = parent.shared.min(done.shared);
        }
        self.spare.push(done);
    }

    /// Takes a frame that is not in use.
    fn spare_frame(&mut self) -> Frame {
        let frame = self.spare.pop().unwrap_or_default();
        if let Some(next) = self.spare.last_mut() {
            next.shared = next.shared.min(frame.shared);
        }
        frame
    }

    /// Makes the points of the free steps among the first `n`.
    fn complete(&mut self, execution: &Execution<'_>, n: usize) {
        let trace = execution.trace;
        let free = |step: usize| Node::free(&trace.steps()[step], made_in(trace, step));
        self.nodes.extend((self.nodes.len()..n).map(free));
    }

    /// Notes which values of the new steps are to be tried.
    fn values(&mut self, execution: &Execution<'_>) -> Vec<(usize, Node)> {
        let trace = execution.trace;
        if !trace.has_choices() {
            return vec![];
        }
        self.complete(execution, trace.len());
        let mut from = self.from;
        if self.is_value {
            from += 1;
            let parent = self.frames.last_mut().and_then(|frame| frame.values.last_mut());
            let (at, node) = parent.expect("a value is tried for a frame");
            // More values may have been asked for after it.
            node.choices.clone_from(&self.nodes[*at].choices);
            node.touches(trace.accesses(*at));
        }
        let new = self.nodes.iter().enumerate().skip(from);
        let with_values = new.filter(|(_, node)| !node.open_choices().is_empty());
        let copied = with_values.map(|(at, node)| {
            let mut node = node.clone();
            node.touches(trace.accesses(at));
            (at, node)
        });
        copied.collect()
    }
}

impl Explorer for Dpor {
    fn begin(&mut self) -> bool {
        if self.divergence.is_some() {
            return false;
        }
        if !self.started {
            self.started = true;
            return true;
        }
        while !self.frames.is_empty() {
            if self.next_value() || self.next_reversal() {
                self.prefix = self.nodes.len();
                return true;
            }
            self.leave_frame();
        }
        self.exhausted = true;
        false
    }

    fn n_repeated(&self) -> usize {
        self.events.len()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let step = point.step();
        if step < self.prefix {
            return self.follow(point, step);
        }
        if point.has_deaths() {
            let task = self.open_among_deaths(point);
            return task.map_or(Decision::Stop(Ended::Abandoned), Decision::Run);
        }
        Decision::Run(self.open(point))
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let nth = point.trace().choices(step).len();
        let Some(Node { choices, .. }) = self.nodes.get_mut(step) else { return 0 };
        if nth == choices.len() {
            choices.push(Choice { value: 0, n });
        }
        choices[nth].value
    }

    fn end(&mut self, execution: &Execution<'_>) {
        if self.divergence.is_some() {
            return;
        }
        self.made += 1;
        self.races.clear();
        self.events.extend(execution, self.from, &mut self.races);
        let mut values = self.values(execution);
        let has_crowds = execution.has_crowds && !self.tells_apart;
        self.is_renamed = false;
        if has_crowds {
            self.crowds.look(execution, &self.events);
            self.divergence = self.crowds.unlike(execution);
            if self.divergence.is_some() {
                return;
            }
            self.is_renamed = self.crowds.is_renamed_behind(execution.trace.len());
            values.retain(|(at, _)| !self.crowds.is_renamed_behind(*at));
        }
        let mut frame = self.spare_frame();
        let plans = frame.no_plans();
        let mut planner = Planner {
            execution,
            events: &self.events,
            nodes: &self.nodes,
            from: self.from,
            has_killable: execution.live.iter().any(|&id| execution.task(id).alive.is_some()),
            deviations: &self.deviations,
            crowds: has_crowds.then_some(&self.crowds),
            plans,
        };
        planner.plan(&self.races);
        if values.is_empty() && frame.plans.is_empty() {
            self.spare.push(frame);
            return;
        }
        // Points after the last one that the search returns to are not needed.
        let last_value = values.iter().map(|(at, _)| *at).max();
        let n = frame.plans.last_at().max(last_value).map_or(0, |last| last + 1);
        self.complete(execution, n);
        debug_assert!({
            let is_known = |frame: &Frame| {
                let known = frame.shared.min(n).min(frame.points.len());
                known == n_same(&self.nodes, frame.points.slices(0..known))
            };
            is_known(&frame) && self.frames.last().is_none_or(is_known)
        });
        frame.take_points(&self.nodes[..n], self.frames.last());
        frame.values = values;
        frame.begin(self.made);
        self.frames.push(frame);
    }
}

impl Strategy for Dpor {
    fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    fn is_redundant(&self) -> bool {
        self.is_renamed
    }

    /// Each frame is a fork: its own execution, and the executions made after it.
    fn path(&self) -> Option<Vec<TreeFork>> {
        let forks = self.frames.iter().map(Frame::fork);
        Some(self.below.iter().copied().chain(forks).collect())
    }

    fn as_divisible(&mut self) -> Option<&mut dyn Divisible> {
        Some(self)
    }

    fn as_resumable(&mut self) -> Option<&mut dyn Resumable> {
        Some(self)
    }
}
