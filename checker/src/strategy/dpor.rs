//! Optimal dynamic partial order reduction: each trace class once.
//!
//! Executions that differ only in the order of independent steps behave alike;
//! it is enough to run one of each *trace class*. After each execution its
//! races are computed ([`Events`]). For each race `(e, f)` some execution must
//! run `f` before `e`; the sequence of steps that does is planned at the point
//! where `e` was decided ([`super::wakeup`]), unless it is covered by what is
//! planned there already or was run. A task that was explored from a point
//! *sleeps* below it until a step that depends on its own is made: whatever it
//! does before is already covered.
//!
//! Source: P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Source Sets: A
//! Foundation for Optimal Dynamic Partial Order Reduction", JACM 64(4), 2017.
//! Where we differ: races are found at the end of each execution, when all
//! clocks are known, with a pseudo-step for what each unfinished task was
//! about to do; a step that waits is reversed only past steps without which it
//! could run; what a step would touch in the other order is found out from
//! what was recorded ([`super::reversed`]); and steps choose values.
//!
//! Each class is explored once, and no execution is given up as redundant.
//! Misses nothing within the bounds of an execution. What is planned is kept
//! until it is run: for some programs that is a sequence for each class.

use std::panic::Location;

use smallvec::SmallVec;
use unknot_sim::{Access, Decision, Ended, Execution, Explorer, Point, TaskId, Trace};

use super::events::Events;
use super::sleep::{Choice, Sleep, Sleeper, Sleepers};
use super::wakeup::{Branch, Sequence};
use super::{Divergence, Strategy};
use crate::estimate::Fork;

/// The point before one step.
#[derive(Debug)]
struct Node {
    /// The task that makes the step in the present execution.
    task: TaskId,
    /// Where the program asked for that step when it was first made.
    asked_at: Option<&'static Location<'static>>,
    /// The values chosen inside that step.
    choices: SmallVec<[Choice; 1]>,
    /// The first of them, if they are planned; the others are not explored.
    planned_choices: SmallVec<[Choice; 1]>,
    /// What is planned for after that step.
    next: Vec<Branch>,
    /// What the step touched under values explored before.
    touched_before: Vec<Access>,
    /// What else is to be executed from here.
    planned: Vec<Branch>,
    /// Who was explored from here or slept when we came.
    sleep: Sleep,
    /// How many slept anywhere when we came.
    n_sleepers: usize,
}

impl Node {
    /// Moves on to the next value of the last choice that has one.
    fn next_value(&mut self, sleepers: &Sleepers, touched: &[Access]) -> bool {
        while self.choices.len() > self.planned_choices.len() {
            let Some(last) = self.choices.pop() else { unreachable!("longer than planned") };
            if let Some(value) = self.awake_value(sleepers, last.value + 1, last.n) {
                self.touched_before.extend_from_slice(touched);
                self.choices.push(Choice { value, ..last });
                return true;
            }
        }
        false
    }

    /// The first value from `from` on that the step need not leave out after
    /// those already chosen.
    fn awake_value(&self, sleepers: &Sleepers, from: u32, n: u32) -> Option<u32> {
        let mut values: SmallVec<[u32; 4]> = self.choices.iter().map(|c| c.value).collect();
        (from..n).find(|&value| {
            values.push(value);
            let held = sleepers.at(&self.sleep).holds_values(self.task, &mut values);
            values.pop();
            !held
        })
    }

    /// Puts the present task to sleep and moves on to the next one.
    fn next_task(&mut self, sleepers: &mut Sleepers, touched: &[Access]) -> bool {
        if self.planned.is_empty() {
            return false;
        }
        let mut footprint = SmallVec::from_slice(touched);
        footprint.extend_from_slice(&self.touched_before);
        self.touched_before.clear();
        let choices = std::mem::take(&mut self.choices);
        sleepers.add(&mut self.sleep, Sleeper { task: self.task, footprint, choices });
        self.next_planned(sleepers)
    }

    /// Turns to what is planned first, if anything is.
    fn next_planned(&mut self, sleepers: &Sleepers) -> bool {
        // A leaf may be covered by branches with each of its values.
        let sleep = sleepers.at(&self.sleep);
        let awake = self.planned.iter().position(|branch| !sleep.holds(branch.task));
        let Some(nth) = awake else { return false };
        let branch = self.planned.drain(..=nth).next_back().expect("up to the one that was found");
        self.task = branch.task;
        self.planned_choices = branch.choices;
        self.next = branch.next;
        self.asked_at = None;
        true
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
    sleepers: Sleepers,
    sequence: Sequence,
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
            None => Sleep::default(),
            Some(parent) => {
                let made = point.trace().accesses(self.nodes.len() - 1);
                self.sleepers.at(&parent.sleep).after(parent.task, made)
            }
        };
        let planned = self.nodes.last_mut().map(|parent| std::mem::take(&mut parent.next));
        let mut node = Node {
            task: TaskId::MAIN,
            asked_at: None,
            choices: SmallVec::new(),
            planned_choices: SmallVec::new(),
            next: vec![],
            touched_before: vec![],
            planned: planned.unwrap_or_default(),
            sleep,
            n_sleepers: self.sleepers.len(),
        };
        if !node.next_planned(&self.sleepers) {
            let sleep = self.sleepers.at(&node.sleep);
            // Going on with the same task spares a switch of coroutines.
            let awake = |task: &TaskId| point.is_enabled(*task) && !sleep.holds(*task);
            node.task = point.last().filter(awake).or_else(|| point.enabled().find(awake))?;
        }
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
            let touched = self.touched.of(step);
            if node.next_value(&self.sleepers, touched)
                || node.next_task(&mut self.sleepers, touched)
            {
                self.prefix = self.nodes.len();
                self.events.truncate(step);
                return true;
            }
            self.sleepers.truncate(node.n_sleepers);
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
        let node = &mut self.nodes[step];
        if let Some(choice) = node.choices.get(nth) {
            return choice.value;
        }
        let value = match node.planned_choices.get(nth) {
            Some(choice) => choice.value,
            None => node
                .awake_value(&self.sleepers, 0, n)
                .expect("who sleeps for all values is not picked"),
        };
        node.choices.push(Choice { value, n });
        value
    }

    fn end(&mut self, execution: &Execution<'_>) {
        if self.divergence.is_some() {
            return;
        }
        self.touched.copy(execution.trace, self.events.len());
        let Dpor { nodes, sequence, sleepers, .. } = self;
        self.events.extend(execution, |events, race| {
            let Node { sleep, planned, .. } = &mut nodes[race.first];
            sequence.reverse((events, execution.trace, &race), sleepers.at(sleep), planned);
        });
    }
}

impl Strategy for Dpor {
    fn steps_in_common(&self) -> usize {
        self.events.len()
    }

    fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    /// Who sleeps at a node and did not when we came was explored from there.
    fn path(&self) -> Option<Vec<Fork>> {
        let mut path = vec![];
        for (step, node) in self.nodes.iter().enumerate() {
            let came = step.checked_sub(1).map_or(0, |before| {
                let parent = &self.nodes[before];
                self.sleepers.at(&parent.sleep).after(parent.task, self.touched.of(before)).len()
            });
            let done = node.sleep.len().saturating_sub(came) as u64;
            path.push(Fork { done, of: done + 1 + node.planned.len() as u64 });
            let open = node.choices.iter().skip(node.planned_choices.len());
            path.extend(open.map(|c| Fork { done: c.value.into(), of: c.n.into() }));
        }
        Some(path)
    }
}
