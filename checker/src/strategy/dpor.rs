//! Dynamic partial order reduction with source sets and sleep sets.
//!
//! Executions that differ only in the order of independent steps behave alike;
//! it is enough to run one of each *trace class*. After each execution its
//! races are computed ([`Events`]); for each race `(e, f)` some execution must
//! run `f` before `e`, so a task that can begin such an execution is added to
//! the backtrack set at the point where `e` was decided, unless one is there.
//! A task that was explored from a point *sleeps* below it until a step that
//! depends on its own is made: whatever it does before is already covered.
//!
//! Source: P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Source Sets: A
//! Foundation for Optimal Dynamic Partial Order Reduction", JACM 64(4), 2017.
//! Where we differ: races are found at the end of each execution, when all
//! clocks are known, with a pseudo-step for what each unfinished task was
//! about to do; and a step that waits is reversed only past steps without
//! which it could run.
//!
//! Each class is explored at least once, and once only among the executions
//! that are not given up; those given up because everybody left is asleep are
//! counted as blocked. Misses nothing within the bounds of an execution.

use std::panic::Location;

use smallvec::SmallVec;
use unknot_sim::{Access, Decision, Ended, Execution, Explorer, Point, TaskId, Trace, dependent};

use super::events::Events;
use super::{Divergence, Strategy};

/// A value chosen inside a step.
#[derive(Clone, Copy, Debug)]
struct Choice {
    value: u32,
    n: u32,
}

/// A task that need not run, with what it would do.
#[derive(Clone, Debug)]
struct Sleeper {
    task: TaskId,
    footprint: SmallVec<[Access; 2]>,
}

/// The point before one step.
#[derive(Debug)]
struct Node {
    /// The task that makes the step in the present execution.
    task: TaskId,
    /// Where the program asked for that step when it was first made.
    asked_at: Option<&'static Location<'static>>,
    /// The values chosen inside that step.
    choices: SmallVec<[Choice; 1]>,
    /// What the step touched under the values explored so far.
    footprint: SmallVec<[Access; 2]>,
    /// Tasks to explore from here, `task` included.
    backtrack: SmallVec<[TaskId; 4]>,
    /// Tasks that were explored from here or slept when we came.
    sleep: SmallVec<[Sleeper; 2]>,
}

impl Node {
    fn sleeps(&self, task: TaskId) -> bool {
        self.sleep.iter().any(|sleeper| sleeper.task == task)
    }

    /// Moves on to the next value of the last choice that has one.
    fn next_value(&mut self) -> bool {
        while let Some(choice) = self.choices.last_mut() {
            choice.value += 1;
            if choice.value < choice.n {
                return true;
            }
            self.choices.pop();
        }
        false
    }

    /// Puts the present task to sleep and moves on to the next one.
    fn next_task(&mut self) -> bool {
        let footprint = std::mem::take(&mut self.footprint);
        self.sleep.push(Sleeper { task: self.task, footprint });
        match self.backtrack.iter().copied().find(|&task| !self.sleeps(task)) {
            Some(task) => {
                self.task = task;
                self.asked_at = None;
                true
            }
            None => false,
        }
    }
}

/// The search.
#[derive(Debug, Default)]
pub struct Dpor {
    nodes: Vec<Node>,
    /// How many steps of the next execution are already decided.
    prefix: usize,
    events: Events,
    /// What the steps of the last execution touched, for the sleep sets.
    touched: Touched,
    started: bool,
    exhausted: bool,
    divergence: Option<Divergence>,
}

/// The accesses of each step, flat.
#[derive(Debug, Default)]
struct Touched {
    accesses: Vec<Access>,
    ends: Vec<u32>,
}

impl Touched {
    fn of(&self, step: usize) -> &[Access] {
        let start = if step == 0 { 0 } else { self.ends[step - 1] as usize };
        &self.accesses[start..self.ends[step] as usize]
    }

    fn copy(&mut self, trace: &Trace, from: usize) {
        self.ends.truncate(from);
        self.accesses.truncate(self.ends.last().map_or(0, |&end| end as usize));
        for step in from..trace.len() {
            self.accesses.extend_from_slice(trace.accesses(step));
            self.ends.push(self.accesses.len() as u32);
        }
    }
}

impl Dpor {
    /// A search that has seen nothing yet.
    #[must_use]
    pub fn new() -> Dpor {
        Dpor::default()
    }

    /// A search that wrongly holds two takes of one gauge to be independent.
    /// Only for testing that the tests notice.
    #[doc(hidden)]
    #[must_use]
    pub fn with_takes_that_commute() -> Dpor {
        Dpor { events: Events::with_takes_that_commute(), ..Dpor::default() }
    }

    /// Opens the point before a step that nobody decided yet.
    fn open(&mut self, point: &Point<'_>) -> Option<TaskId> {
        let sleep = match self.nodes.last() {
            None => SmallVec::new(),
            Some(parent) if parent.sleep.is_empty() => SmallVec::new(),
            Some(parent) => {
                let made = point.trace().accesses(self.nodes.len() - 1);
                parent.sleep.iter().filter(|s| !dependent(&s.footprint, made)).cloned().collect()
            }
        };
        let mut node = Node {
            task: TaskId::MAIN,
            asked_at: None,
            choices: SmallVec::new(),
            footprint: SmallVec::new(),
            backtrack: SmallVec::new(),
            sleep,
        };
        // Going on with the same task spares a switch of coroutines.
        let awake = |task: &TaskId| point.is_enabled(*task) && !node.sleeps(*task);
        node.task = point.last().filter(awake).or_else(|| point.enabled().find(awake))?;
        node.backtrack.push(node.task);
        let task = node.task;
        self.nodes.push(node);
        Some(task)
    }
}

impl Dpor {
    /// Decides as before. A program that does not get to the same operation is
    /// not deterministic.
    fn follow(&mut self, point: &Point<'_>) -> Decision {
        let step = point.step();
        let node = &mut self.nodes[step];
        let asks = point.pending(node.task).filter(|_| point.is_enabled(node.task));
        match (asks, node.asked_at) {
            (Some(op), None) => node.asked_at = Some(op.location),
            // One place of the program is nearly always one address.
            (Some(op), Some(before))
                if std::ptr::eq(op.location, before) || op.location == before => {}
            (asks, before) => {
                self.divergence = Some(Divergence::between(point, node.task, before, asks));
                return Decision::Stop(Ended::Abandoned);
            }
        }
        Decision::Run(node.task)
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
        while let Some(step) = self.nodes.len().checked_sub(1) {
            let node = &mut self.nodes[step];
            node.footprint.extend_from_slice(self.touched.of(step));
            if node.next_value() || node.next_task() {
                self.prefix = self.nodes.len();
                self.events.truncate(step);
                return true;
            }
            self.nodes.pop();
        }
        self.exhausted = true;
        false
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let step = point.step();
        if step < self.prefix {
            return self.follow(point);
        }
        match self.open(point) {
            Some(task) => Decision::Run(task),
            None => Decision::Stop(Ended::Abandoned),
        }
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let nth = point.trace().choices(step).len();
        let choices = &mut self.nodes[step].choices;
        match choices.get(nth) {
            Some(choice) => choice.value,
            None => {
                choices.push(Choice { value: 0, n });
                0
            }
        }
    }

    fn end(&mut self, execution: &Execution<'_>) {
        if self.divergence.is_some() {
            return;
        }
        self.touched.copy(execution.trace, self.events.len());
        let nodes = &mut self.nodes;
        self.events.extend(execution, |events, race| {
            let node = &mut nodes[race.first];
            let mut first_initial = None;
            let covered = race.any_initial(events, |task| {
                first_initial.get_or_insert(task);
                node.backtrack.contains(&task) || node.sleeps(task)
            });
            if !covered {
                node.backtrack.push(first_initial.expect("a sequence has a first step"));
            }
        });
    }
}

impl Strategy for Dpor {
    fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }
}
