//! Every state of a program, each once, by running every step of every state.
//!
//! A state is what has happened, up to the order of independent steps: a configuration of
//! the program's event structure (M. Nielsen, G. Plotkin, G. Winskel, "Petri nets, event
//! structures and domains", 1981). An event is a step with everything that happens before
//! it: what its task has seen. So a state is known by the last event of each task, and two
//! schedules that lead to one state have the same future and the same findings. The states
//! in which executions end are the trace classes that the search counts.
//!
//! Each state is reached by a schedule from the start, since a program cannot be put back:
//! a step of a state costs an execution of the steps before it.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use unknot_sim::{Decision, Ended, Execution, Explorer, Point, TaskId};

use crate::analysis::handed::Handed;
use crate::strategy::order::choice::{Choice, Choices, made_in, next_value};
use crate::strategy::order::events::Events;

/// The last event of each task; a task that made no step has [`NO_EVENT`].
type Configuration = SmallVec<[u32; 8]>;

/// Marks a task that made no step.
const NO_EVENT: u32 = u32::MAX;

/// How a step leads from one state to another.
#[derive(Clone, Debug)]
pub(super) struct Transition {
    /// The number of the event.
    pub(super) event: u32,
    /// The number of the state that it leads to.
    pub(super) to: u32,
}

/// A state, and how it was reached first.
#[derive(Debug)]
pub(super) struct StateNode {
    /// The state before, with the task that made the step and what it chose.
    pub(super) reached: Option<(u32, TaskId, Choices)>,
    /// The steps that can be made here.
    pub(super) transitions: Vec<Transition>,
    /// Whether executions end here.
    pub(super) is_end: bool,
    /// Steps from the start.
    pub(super) depth: u32,
}

/// A step that is still to be made in a state, with the values to choose first.
#[derive(Debug)]
struct OpenStep {
    from: u32,
    task: TaskId,
    choices: Choices,
}

/// Why there is no graph of all states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoStateGraph {
    /// There are more states than are kept.
    TooManyStates,
    /// The executions that reach them have too many steps.
    TooLong,
    /// The program does not do the same under the same schedule.
    Nondeterminism,
}

/// The most states, and the most steps of all executions that reach them.
#[derive(Clone, Copy, Debug)]
pub struct MostStates {
    pub states: usize,
    pub steps: u64,
}

/// The explorer.
pub(super) struct Unfolding {
    most: MostStates,
    pub(super) states: Vec<StateNode>,
    numbers: BTreeMap<Configuration, u32>,
    /// An event by its task, what it chose and the last events before it.
    event_numbers: BTreeMap<(TaskId, SmallVec<[u32; 2]>, Configuration), u32>,
    open: Vec<OpenStep>,
    /// The step of the execution that is made.
    at: Option<OpenStep>,
    /// The schedule of that execution.
    path: Vec<(TaskId, Choices)>,
    /// How many of its steps are those of the execution before.
    n_same: usize,
    /// What is known of the steps of the last execution, in their order.
    events: Events,
    event_of_step: Vec<u32>,
    n_steps: u64,
    has_begun: bool,
    pub(super) failure: Option<NoStateGraph>,
    /// Gauges that are handed on in executions that end.
    pub(super) handed: Handed,
}

impl Unfolding {
    pub(super) fn new(most: MostStates) -> Unfolding {
        Unfolding {
            most,
            states: vec![],
            numbers: BTreeMap::new(),
            event_numbers: BTreeMap::new(),
            open: vec![],
            at: None,
            path: vec![],
            n_same: 0,
            events: Events::default(),
            event_of_step: vec![],
            n_steps: 0,
            has_begun: false,
            failure: None,
            handed: Handed::default(),
        }
    }

    /// Prepares the execution that makes one open step.
    fn go(&mut self, next: OpenStep) {
        let mut path = path_to(&self.states, next.from);
        path.push((next.task, next.choices.clone()));
        let pairs = self.path.iter().zip(&path);
        // What the last step chose is known only after it was made.
        self.n_same =
            pairs.take_while(|(a, b)| a == b).count().min(path.len() - 1).min(self.events.len());
        self.path = path;
        self.at = Some(next);
    }

    /// The numbers of the events of an execution that are not known yet.
    fn number_events(&mut self, execution: &Execution<'_>) {
        self.events.truncate(self.n_same);
        self.event_of_step.truncate(self.n_same);
        let n_steps = execution.trace.len();
        // No race is looked for.
        self.events.extend(execution, n_steps, &mut vec![]);
        let mut of_task: Vec<Vec<u32>> = vec![vec![]; execution.tasks.len()];
        for (step, &event) in self.event_of_step.iter().enumerate() {
            of_task[self.events.task(step).index()].push(event);
        }
        for step in self.n_same..n_steps {
            let task = self.events.task(step);
            let mut before: Configuration = Configuration::new();
            for (other, &n) in self.events.clock_of(step).iter().enumerate() {
                // The clock counts the step itself.
                let n = n as usize - usize::from(other == task.index());
                let last = n.checked_sub(1).map_or(NO_EVENT, |nth| of_task[other][nth]);
                before.push(last);
            }
            trim(&mut before);
            let choices = execution.trace.choices(step).into();
            let fresh = self.event_numbers.len() as u32;
            let event = *self.event_numbers.entry((task, choices, before)).or_insert(fresh);
            of_task[task.index()].push(event);
            self.event_of_step.push(event);
        }
    }

    fn configuration(&self) -> Configuration {
        let mut last = Configuration::new();
        for (step, &event) in self.event_of_step.iter().enumerate() {
            let task = self.events.task(step).index();
            if last.len() <= task {
                last.resize(task + 1, NO_EVENT);
            }
            last[task] = event;
        }
        last
    }

    /// The number of the state at the end of an execution, which is new or known.
    fn arrive(
        &mut self,
        execution: &Execution<'_>,
        reached: Option<(u32, TaskId, Choices)>,
    ) -> u32 {
        let fresh = self.states.len() as u32;
        let number = *self.numbers.entry(self.configuration()).or_insert(fresh);
        if number < fresh {
            return number;
        }
        let is_end = execution.ended != Ended::Abandoned;
        if is_end {
            self.handed.absorb(Handed::of(execution).named(execution.names));
        } else {
            // The last one is taken first, and is to be the first task.
            for &task in execution.live.iter().rev().filter(|task| execution.is_enabled(**task)) {
                self.open.push(OpenStep { from: number, task, choices: Choices::new() });
            }
        }
        let depth = execution.trace.len() as u32;
        self.states.push(StateNode { reached, transitions: vec![], is_end, depth });
        number
    }
}

/// Without the tasks at the end that made no step.
fn trim(configuration: &mut Configuration) {
    while configuration.last() == Some(&NO_EVENT) {
        configuration.pop();
    }
}

/// The steps by which a state was reached first.
pub(super) fn path_to(states: &[StateNode], state: u32) -> Vec<(TaskId, Choices)> {
    let mut path = vec![];
    let mut at = &states[state as usize];
    while let Some((before, task, choices)) = &at.reached {
        path.push((*task, choices.clone()));
        at = &states[*before as usize];
    }
    path.reverse();
    path
}

impl Explorer for Unfolding {
    fn begin(&mut self) -> bool {
        if !std::mem::replace(&mut self.has_begun, true) {
            return true;
        }
        if self.states.len() > self.most.states {
            self.failure.get_or_insert(NoStateGraph::TooManyStates);
        } else if self.n_steps > self.most.steps && !self.open.is_empty() {
            self.failure.get_or_insert(NoStateGraph::TooLong);
        }
        let next = self.open.pop().filter(|_| self.failure.is_none());
        let is_more = next.is_some();
        if let Some(next) = next {
            self.go(next);
        }
        is_more
    }

    fn n_repeated(&self) -> usize {
        self.n_same
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        match self.path.get(point.step()) {
            None => Decision::Stop(Ended::Abandoned),
            Some(&(task, _)) if point.live().contains(&task) && point.is_enabled(task) => {
                Decision::Run(task)
            }
            Some(_) => {
                self.failure = Some(NoStateGraph::Nondeterminism);
                Decision::Stop(Ended::Abandoned)
            }
        }
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let nth = point.trace().choices(step).len();
        let wanted: Option<&Choice> = self.path.get(step).and_then(|(_, choices)| choices.get(nth));
        match wanted {
            None => 0,
            Some(choice) if choice.value < n => choice.value,
            Some(_) => {
                self.failure = Some(NoStateGraph::Nondeterminism);
                0
            }
        }
    }

    fn lost(&mut self, _at: &Point<'_>) {
        self.failure = Some(NoStateGraph::Nondeterminism);
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.n_steps += execution.trace.len() as u64;
        if self.failure.is_some() {
            return;
        }
        if execution.trace.len() != self.path.len() {
            self.failure = Some(NoStateGraph::Nondeterminism);
            return;
        }
        self.number_events(execution);
        let Some(OpenStep { from, task, .. }) = self.at.take() else {
            self.arrive(execution, None);
            return;
        };
        let step = execution.trace.len() - 1;
        let choices = made_in(execution.trace, step);
        let event = self.event_of_step[step];
        let mut next = choices.clone();
        if next_value(&mut next, 0) {
            self.open.push(OpenStep { from, task, choices: next });
        }
        // The path holds what was chosen, so that the next execution is compared with it.
        self.path[step].1 = choices.clone();
        let to = self.arrive(execution, Some((from, task, choices)));
        self.states[from as usize].transitions.push(Transition { event, to });
    }
}
