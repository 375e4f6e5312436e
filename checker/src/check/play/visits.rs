//! What is seen in each state: one execution for each, cut there, with everything recorded.

use std::collections::BTreeMap;

use unknot_sim::{Decision, Ended, Execution, Explorer, Point, TaskId};

use super::graph::{PlayEnd, PlayStep};
use super::unfold::{StateNode, Transition, path_to};

use crate::analysis;
use crate::model::finding::{Fault, Origin};
use crate::replay::record::StepRecord;
use crate::replay::states::{Frames, ObjectRecord, StateAfter};
use crate::search::standstill::Known;
use crate::strategy::order::choice::Choices;

/// An execution that ends in a state.
#[derive(Debug)]
pub(super) struct StateEnd {
    pub(super) state: u32,
    pub(super) end: PlayEnd,
    /// What is wrong with it, as analyses find it.
    pub(super) faults: Vec<Fault<Origin>>,
}

/// The explorer: it goes to one state after the other.
pub(super) struct Visits {
    states: Vec<StateNode>,
    known: Known,
    /// The next state.
    next: u32,
    path: Vec<(TaskId, Choices)>,
    n_same: usize,
    pub(super) frames: Frames,
    /// The steps, each once, and for each event the number of its step.
    pub(super) steps: Vec<PlayStep>,
    step_numbers: BTreeMap<String, u32>,
    step_of_event: BTreeMap<u32, u32>,
    pub(super) objects: Vec<ObjectRecord>,
    object_numbers: BTreeMap<Origin, u32>,
    pub(super) endings: Vec<StateEnd>,
}

impl Visits {
    pub(super) fn new(states: Vec<StateNode>, known: Known) -> Visits {
        Visits {
            states,
            known,
            next: 0,
            path: vec![],
            n_same: 0,
            frames: Frames::default(),
            steps: vec![],
            step_numbers: BTreeMap::new(),
            step_of_event: BTreeMap::new(),
            objects: vec![],
            object_numbers: BTreeMap::new(),
            endings: vec![],
        }
    }

    /// For each state the steps that can be made in it, each with the state that follows.
    pub(super) fn moves(&self) -> Vec<Vec<(u32, u32)>> {
        let step = |event: &u32| *self.step_of_event.get(event).expect("every event is visited");
        let moves = |node: &StateNode| {
            let transitions = node.transitions.iter();
            let mut moves: Vec<(u32, u32)> =
                transitions.map(|Transition { event, to }| (step(event), *to)).collect();
            moves.sort_unstable();
            moves
        };
        self.states.iter().map(moves).collect()
    }

    pub(super) fn states(&self) -> &[StateNode] {
        &self.states
    }

    /// The event by which a state was reached; none of the first state.
    fn event_of(&self, state: u32) -> Option<u32> {
        let (from, ..) = self.states[state as usize].reached.as_ref()?;
        let transitions = &self.states[*from as usize].transitions;
        let reaching = transitions.iter().find(|one| one.to == state);
        Some(reaching.expect("it leads there").event)
    }

    /// Keeps the last step of an execution, which is the step of an event.
    fn keep_step(&mut self, event: u32, after: &StateAfter, execution: &Execution<'_>, nth: u32) {
        let last = execution.trace.len() - 1;
        let mut step = StepRecord::of(execution, last);
        step.step = nth;
        step.preempts = false;
        let (flow, objects) = after.last_flow().expect("it was asked for");
        let mut number = |object: u32| {
            let (record, origin) = objects.get(object);
            let fresh = self.objects.len() as u32;
            let number = *self.object_numbers.entry(origin).or_insert(fresh);
            if number == fresh {
                self.objects.push(record.clone());
            }
            number
        };
        let about = flow.about.map(&mut number);
        let changes = flow.changes.iter().map(|&object| number(object)).collect();
        let gives_way = step.operation.act.gives_way();
        let step = PlayStep { step, about, changes, shows: flow.value.clone(), gives_way };
        let key = serde_json::to_string(&step).expect("a step is JSON");
        let fresh = self.steps.len() as u32;
        let number = *self.step_numbers.entry(key).or_insert(fresh);
        if number == fresh {
            self.steps.push(step);
        }
        self.step_of_event.insert(event, number);
    }
}

impl Explorer for Visits {
    fn begin(&mut self) -> bool {
        if self.next as usize == self.states.len() {
            return false;
        }
        let path = path_to(&self.states, self.next);
        self.n_same = self.path.iter().zip(&path).take_while(|(a, b)| a == b).count();
        self.path = path;
        true
    }

    fn n_repeated(&self) -> usize {
        self.n_same
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        match self.path.get(point.step()) {
            Some(&(task, _)) => Decision::Run(task),
            None => Decision::Stop(Ended::Abandoned),
        }
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let nth = point.trace().choices(step).len();
        let wanted = self.path[step].1[nth].value;
        assert!(wanted < n, "the program did this before");
        wanted
    }

    fn lost(&mut self, at: &Point<'_>) {
        panic!("a deterministic program does the same again, also at step {}", at.step());
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let state = self.next;
        self.next += 1;
        let event = self.event_of(state);
        // What a step touches is asked once for each event.
        let is_new = event.is_some_and(|event| !self.step_of_event.contains_key(&event));
        let mut after = StateAfter::of(execution, &self.known, is_new);
        // Two schedules that lead to one state differ in the numbers of their steps, but not
        // in those within a task.
        let nth: Vec<u32> = within_tasks(execution);
        after.renumber(&|step| nth[step as usize]);
        if let Some(event) = event.filter(|_| is_new) {
            self.keep_step(event, &after, execution, *nth.last().expect("a step was made"));
        }
        self.frames.push(&after.tasks, &after.graph);
        if self.states[state as usize].is_end {
            let faults = match execution.is_excluded {
                true => vec![],
                false => analysis::faults(execution, &self.known.handed),
            };
            self.endings.push(StateEnd { state, end: PlayEnd::of(execution), faults });
        }
    }
}

/// For each step its number within its task, counted from 0.
fn within_tasks(execution: &Execution<'_>) -> Vec<u32> {
    let mut made = vec![0; execution.tasks.len()];
    let number = |task: TaskId| {
        let nth = made[task.index()];
        made[task.index()] += 1;
        nth
    };
    execution.trace.steps().iter().map(|step| step.task).map(number).collect()
}
