//! Depth-first search under a bound on preemptions, with partial order
//! reduction.
//!
//! Each point has a set of tasks to explore. It begins as one task, the one
//! that makes the step in the first execution there. Dependent steps found in an
//! execution add to the sets of the points before it. A task that would be one
//! preemption too many is left out and counted.
//!
//! Under a bound it is not enough to reverse a race `(e, f)` just before `e`:
//! that may be a preemption, and one too many. The same order may cost fewer
//! preemptions if the task of `e` is left earlier: where it took over, or where it
//! offers to be left. The task of `f` is added at all of these points.
//!
//! Source: K. Coons, M. Musuvathi, K. McKinley, "Bounded Partial-Order
//! Reduction", OOPSLA 2013. Where this code differs:
//! - Every dependent pair counts, unless another step of the task of `f` settles its
//!   order, and not only the newest pair for each task: the execution in which an
//!   older pair would be the newest may be out of bounds.
//! - A pair that cannot be reversed, since `e` enables `f`, counts as well if
//!   the task of `f` made a step between the two: without `e` that task would block,
//!   and leaving it costs no preemption. Without this rule `put ∥ read; get; read ∥ write`
//!   loses the reads (0, 1) at no preemption: once the put is made first
//!   nothing blocks the reader between its reads, and put and get are no race.
//!   It counts just before `e` too: `set; acquire ∥ release; wait; acquire`
//!   loses a class at one preemption otherwise.
//! - What a killed task would have done next counts against every step, since its death and
//!   another step may both keep it from that.
//! - Where the machine can make a step of its own, every task is added: leaving
//!   and coming back around it is free. Before that, what such a step needs is added
//!   wherever it can be made: in `put, await the feeder ∥ spawn; get` a preemption before the
//!   spawn is enough to have the item written between the spawn and the get, since the task of
//!   the put blocks; just before the get it takes two.
//! - The values of a step that chooses are all explored.
//!
//! There are no sleep sets: a task in one is covered by an execution that may
//! be out of bounds. So an execution is a schedule, and several may be of one trace
//! class. One execution of each class within the bound is meant to be run; the tests
//! compare that with the plain search, and it is not proved. What it can miss: what
//! shows only with more preemptions, unless nothing was left out.

mod backtrack;

use smallvec::SmallVec;
use unknot_sim::{Decision, Ended, Execution, Explorer, Phase, Point, Role, TaskId};

use super::asked::{Asked, unless_same};
use crate::strategy::api::{PreemptionBound, Strategy};
use crate::strategy::bounded::backtrack::{BacktrackPoint, BacktrackState, Enabled};
use crate::strategy::divergence::Divergence;
use crate::strategy::order::choice::{Choice, next_value};
use crate::strategy::order::events::Events;
use crate::strategy::order::race::LaterStep;

/// Which dependent pairs add to which points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// As told above.
    Whole,
    /// Races only. For checking that the tests notice a wrong rule.
    RacesOnly,
    /// Races, and just before the earlier step. For the same.
    RacesAtTheirPlace,
}

/// The search.
#[derive(Debug)]
pub struct Bounded {
    nodes: Vec<BacktrackPoint>,
    /// How many steps of the next execution are already decided.
    prefix: usize,
    events: Events,
    bound: PreemptionBound,
    /// Accesses and points that the search looked at after the last execution.
    effort: u64,
    rule: Rule,
    started: bool,
    exhausted: bool,
    divergence: Option<Divergence>,
}

impl Bounded {
    /// A search of the executions with at most `preemptions` preemptions.
    #[must_use]
    pub fn new(preemptions: u32) -> Bounded {
        Bounded {
            nodes: vec![],
            prefix: 0,
            events: Events::default(),
            bound: PreemptionBound { preemptions, left_out: 0 },
            effort: 0,
            rule: Rule::Whole,
            started: false,
            exhausted: false,
            divergence: None,
        }
    }

    /// A search that wrongly ignores which step enables which. Only for
    /// testing that the tests notice.
    #[doc(hidden)]
    #[must_use]
    pub fn with_races_only(preemptions: u32) -> Bounded {
        Bounded { rule: Rule::RacesOnly, ..Bounded::new(preemptions) }
    }

    /// A search that wrongly reverses each race only just before its earlier step.
    /// Only for testing that the tests notice.
    #[doc(hidden)]
    #[must_use]
    pub fn with_races_at_their_place(preemptions: u32) -> Bounded {
        Bounded { rule: Rule::RacesAtTheirPlace, ..Bounded::new(preemptions) }
    }

    /// Opens the point before a step beyond the plan.
    fn open(&mut self, point: &Point<'_>) -> TaskId {
        let enabled = point.enabled().map(|task| {
            let preempts = point.preempts(task);
            Enabled { task, preempts, state: BacktrackState::Idle }
        });
        let mut enabled: SmallVec<[Enabled; 4]> = enabled.collect();
        // Staying is free. If the task that runs cannot go on, any task is free.
        let running = point.running();
        let at = enabled.iter().position(|one| Some(one.task) == running).unwrap_or(0);
        enabled[at].state = BacktrackState::Explored;
        let task = enabled[at].task;
        let preemptions = self
            .nodes
            .last()
            .map_or(0, |parent| parent.preemptions + u32::from(parent.taken().preempts));
        let choices = SmallVec::new();
        let asked = point.pending(task).map(Asked::of);
        self.nodes.push(BacktrackPoint { enabled, at, asked, choices, preemptions });
        task
    }

    /// Adds to the points of an execution, of which the steps before `from` are known.
    fn plan(&mut self, execution: &Execution<'_>, from: usize) {
        let trace = execution.trace;
        for step in from..trace.len() {
            if trace.steps()[step].is_fence {
                // A task that is blocked when the clock moves may not be at its next step
                // then: what it could have done before is looked for here.
                for waiting in trace.waiting_at(step) {
                    self.plan_for(execution, &LaterStep::waiting(&self.events, waiting, step));
                }
            } else {
                self.plan_for(execution, &LaterStep::made(execution, &self.events, step));
            }
        }
        for task in execution.unfinished() {
            self.plan_for(execution, &LaterStep::pending(&self.events, task));
        }
        let is_system = |one: &Enabled| execution.task(one.task).role != Role::Program;
        for node in &mut self.nodes[from..] {
            if node.enabled.iter().any(is_system) {
                node.plan_all(&mut self.bound);
            }
        }
    }

    /// Adds what the pairs with one later step ask for.
    fn plan_for(&mut self, execution: &Execution<'_>, later: &LaterStep<'_>) {
        let mut firsts: SmallVec<[usize; 16]> = SmallVec::new();
        for access in later.what.accesses {
            let since = self.events.links_of(access.object);
            let since = since.take_while(|&(step, _)| later.fence.is_none_or(|f| step > f));
            for (step, earlier) in since.filter(|&(step, _)| step < later.place) {
                self.effort += 1;
                let is_ordered =
                    self.events.task(step) == later.what.task || later.is_after(&self.events, step);
                if !is_ordered && self.events.dependent(&earlier, access) {
                    firsts.push(step);
                }
            }
        }
        for first in firsts {
            let is_race =
                self.events.is_possible_without(execution, &later.what, later.place, first);
            // A task that was blocked already would be blocked in any order. One that was killed
            // may have been able to go on before that and before other steps.
            let counts = self.rule == Rule::Whole
                && (later.before.is_some_and(|made| made > first)
                    || execution.task(later.what.task).phase == Phase::Killed);
            if is_race || counts {
                self.plan_at(first, first, later);
                if execution.task(later.what.task).role != Role::Program {
                    (0..first).rev().for_each(|at| self.plan_at(at, first, later));
                } else if self.rule != Rule::RacesAtTheirPlace {
                    self.plan_where_free(first, later);
                }
            }
        }
    }

    /// Adds the task of the later step wherever the task of an earlier step could be left
    /// before it at no cost, or at the cost that was paid anyway when that task took over.
    fn plan_where_free(&mut self, first: usize, later: &LaterStep<'_>) {
        let task = self.nodes[first].taken().task;
        for at in (0..=first).rev() {
            self.effort += 1;
            let takes_over = at == 0 || self.nodes[at - 1].taken().task != task;
            if takes_over || self.nodes[at].is_free() {
                self.plan_at(at, first, later);
            }
            if takes_over {
                break;
            }
        }
    }

    /// Adds the task of the later step at a point. If that task cannot run there, adds a
    /// task that makes a step that precedes the later step.
    fn plan_at(&mut self, at: usize, first: usize, later: &LaterStep<'_>) {
        let Bounded { nodes, events, bound, effort, .. } = self;
        let node = &mut nodes[at];
        if node.plan(later.what.task, bound) {
            return;
        }
        *effort += (later.place - first) as u64;
        let mut is_planned = false;
        for step in first + 1..later.place {
            if later.is_after(events, step) && !events.happens_before(first, step) {
                is_planned |= node.plan(events.task(step), bound);
            }
        }
        if !is_planned {
            node.plan_all(bound);
        }
    }
}

impl Explorer for Bounded {
    fn begin(&mut self) -> bool {
        if self.divergence.is_some() {
            return false;
        }
        if !self.started {
            self.started = true;
            return true;
        }
        while let Some(node) = self.nodes.last_mut() {
            if next_value(&mut node.choices, 0) || node.next_task() {
                self.prefix = self.nodes.len();
                self.events.truncate(self.prefix - 1);
                return true;
            }
            self.nodes.pop();
        }
        self.exhausted = true;
        false
    }

    fn n_repeated(&self) -> usize {
        self.events.len()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        if point.step() >= self.prefix {
            return Decision::Run(self.open(point));
        }
        let node = &mut self.nodes[point.step()];
        let task = node.taken().task;
        match unless_same(point, task, &mut node.asked) {
            None => Decision::Run(task),
            divergence => {
                self.divergence = divergence;
                Decision::Stop(Ended::Abandoned)
            }
        }
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let nth = point.trace().choices(step).len();
        let choices = &mut self.nodes[step].choices;
        if nth == choices.len() {
            choices.push(Choice { value: 0, n });
        }
        choices[nth].value
    }

    fn end(&mut self, execution: &Execution<'_>) {
        if self.divergence.is_some() {
            return;
        }
        let from = self.events.len();
        self.effort = 0;
        self.events.extend(execution, usize::MAX, &mut vec![]);
        self.plan(execution, from);
    }
}

impl Strategy for Bounded {
    fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    fn effort(&self) -> u64 {
        self.effort
    }

    fn preemption_bound(&self) -> Option<PreemptionBound> {
        Some(self.bound)
    }

    fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }
}
