//! The orders of one execution: those of its trace class, with few preemptions.
//!
//! What an execution shows, all executions of its class show, so a simpler one
//! is looked for among them first. A schedule is run once. Then the linear
//! extensions of its happens-before relation are gone through depth first. The task that
//! runs is preferred, and orders with more preemptions than allowed are
//! left out. Two beginnings that made the same steps and leave the same task running have the
//! same continuations, so the one with more preemptions is given up.
//!
//! A class may have too many orders to go through all of them: this makes as
//! many executions as the caller likes, and proves nothing.

use std::collections::BTreeMap;

use unknot_sim::{Decision, Ended, Execution, Explorer, Point, TaskId};

use super::replay::Replay;
use crate::model::schedule::Schedule;
use crate::strategy::order::events::Events;

/// A step that is to be made.
#[derive(Debug)]
struct OrderedStep {
    /// How many steps of each task come before it, and itself.
    clock: Vec<u32>,
    /// The values chosen inside it.
    choices: Vec<u32>,
}

/// The point before one step.
#[derive(Debug)]
struct OrderPoint {
    /// The tasks that may make it, the running one first, each with the preemptions of the
    /// execution up to then.
    options: Vec<(TaskId, u32)>,
    at: usize,
}

/// The explorer. Its first execution is the given one.
#[derive(Debug)]
pub(crate) struct Orders {
    first: Replay,
    is_known: bool,
    most: u32,
    /// For each task, its steps.
    steps: Vec<Vec<OrderedStep>>,
    /// For each task, how many of its steps are made.
    made: Vec<u32>,
    nodes: Vec<OrderPoint>,
    /// How many steps of the execution are decided.
    prefix: usize,
    /// The fewest preemptions with which each set of steps was made, with this task
    /// running.
    reached: BTreeMap<(Vec<u32>, Option<TaskId>), u32>,
}

impl Orders {
    /// The orders of a schedule with at most `most` preemptions.
    pub(crate) fn new(schedule: Schedule, most: u32) -> Orders {
        Orders {
            first: Replay::new(schedule),
            is_known: false,
            most,
            steps: vec![],
            made: vec![],
            nodes: vec![],
            prefix: 0,
            reached: BTreeMap::new(),
        }
    }

    /// Takes the steps of the given execution with what comes before each.
    fn learn(&mut self, execution: &Execution<'_>) {
        let mut events = Events::default();
        events.extend(execution, usize::MAX, &mut vec![]);
        self.made = vec![0; events.width];
        self.steps.resize_with(events.width, Vec::new);
        for step in 0..execution.trace.len() {
            let clock = events.clock_of(step).to_vec();
            let choices = execution.trace.choices(step).to_vec();
            self.steps[events.task(step).index()].push(OrderedStep { clock, choices });
        }
    }

    /// Whether the next step of a task may come here.
    fn is_ready(&self, task: TaskId) -> bool {
        let own = task.index();
        let n_made = self.made.get(own).map_or(0, |&n| n as usize);
        let Some(step) = self.steps.get(own).and_then(|steps| steps.get(n_made)) else {
            return false;
        };
        let mut before = step.clock.iter().zip(&self.made).enumerate();
        before.all(|(task, (&wanted, &made))| task == own || wanted <= made)
    }

    /// Opens the next point. False if no option is worth continuing with.
    fn open(&mut self, point: &Point<'_>) -> bool {
        let preemptions = self.nodes.last().map_or(0, |node| node.options[node.at].1);
        let known = self.reached.entry((self.made.clone(), point.running()));
        let fewest = known.or_insert(u32::MAX);
        if *fewest <= preemptions {
            return false;
        }
        *fewest = preemptions;
        let ready = point.enabled().filter(|&task| self.is_ready(task));
        let priced = ready.map(|task| (task, preemptions + u32::from(point.preempts(task))));
        let mut options: Vec<_> = priced.filter(|&(_, price)| price <= self.most).collect();
        options.sort_by_key(|&(task, price)| (Some(task) != point.running(), price));
        let is_open = !options.is_empty();
        if is_open {
            self.nodes.push(OrderPoint { options, at: 0 });
        }
        is_open
    }
}

impl Explorer for Orders {
    fn begin(&mut self) -> bool {
        if !self.is_known {
            return self.first.begin();
        }
        self.made.fill(0);
        // No order has been made yet, so there is no point to move on from.
        if self.reached.is_empty() {
            return true;
        }
        while let Some(node) = self.nodes.last_mut() {
            node.at += 1;
            if node.at < node.options.len() {
                self.prefix = self.nodes.len();
                return true;
            }
            self.nodes.pop();
        }
        false
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        if !self.is_known {
            return self.first.pick(point);
        }
        if point.step() >= self.prefix && !self.open(point) {
            return Decision::Stop(Ended::Abandoned);
        }
        let OrderPoint { options, at } = &self.nodes[point.step()];
        let (task, _) = options[*at];
        // A program that is not deterministic may offer something else.
        if !point.is_enabled(task) || !self.is_ready(task) {
            return Decision::Stop(Ended::Abandoned);
        }
        self.made[task.index()] += 1;
        Decision::Run(task)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        if !self.is_known {
            return self.first.choose(point, n);
        }
        let step = point.step() - 1;
        let nth = point.trace().choices(step).len();
        let task = point.trace().steps()[step].task.index();
        let planned = &self.steps[task][self.made[task] as usize - 1];
        planned.choices.get(nth).copied().filter(|&value| value < n).unwrap_or(0)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        if !self.is_known {
            self.first.end(execution);
            self.learn(execution);
            self.is_known = true;
        }
    }
}
