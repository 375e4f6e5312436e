//! What came before what in one execution, as conditions on other executions.
//!
//! An *event* is the n-th step of a task, with what it did, where and to what. Another
//! execution has the same event if that task's n-th step did the same there. What tasks
//! wait for at the end are events that were never made: they come after everything.
//!
//! A *condition* is that one event comes before another one which touches the same in a
//! way that does not commute, or that a step chose a certain value. All of them hold in the
//! execution that they were taken from. In another one the first event must have been made,
//! and the second one later or not at all.
//!
//! What it misses: a step that another task moved to another place of its task (one more
//! round of a loop before it) is another event.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use unknot_sim::{
    Access, Decision, Execution, Explorer, ObjectId, Phase, Point, Role, TaskId, TaskPath,
    dependent,
};

use super::cover::Bits;
use crate::model::finding::Site;
use crate::search::observed::StepSignature;

/// Conditions that are looked at, the nearest pairs first.
const MAX_CONDITIONS: usize = 4_096;

/// One step of a task, made or waited for. The events of a task are in the order of its
/// steps, so the n-th of them is its n-th step.
#[derive(Clone, Debug)]
pub(crate) struct OrderEvent {
    pub(crate) task: TaskPath,
    made: StepSignature,
    accesses: SmallVec<[Access; 2]>,
    choices: Vec<u32>,
    /// The step of the execution; `None` if it was never made.
    pub(crate) step: Option<usize>,
}

/// What holds in the execution that it was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderCondition {
    /// One event comes before another one.
    Before {
        /// The earlier one.
        first: usize,
        /// The later one.
        second: usize,
    },
    /// A step chose a value.
    Chose {
        /// The step.
        event: usize,
        /// Which of its choices.
        nth: usize,
        /// The value.
        value: u32,
    },
}

/// The events of one execution, and what held of them.
#[derive(Debug)]
pub(crate) struct Orders {
    pub(crate) events: Vec<OrderEvent>,
    of_task: BTreeMap<TaskPath, Vec<usize>>,
    pub(crate) conditions: Vec<OrderCondition>,
}

impl Orders {
    /// Those of an execution.
    pub(crate) fn of(execution: &Execution<'_>) -> Orders {
        let mut events = made(execution);
        events.extend(pending(execution));
        let mut of_task: BTreeMap<TaskPath, Vec<usize>> = BTreeMap::new();
        for (at, event) in events.iter().enumerate() {
            of_task.entry(event.task.clone()).or_default().push(at);
        }
        let conditions = conditions(&events);
        Orders { events, of_task, conditions }
    }
}

fn made(execution: &Execution<'_>) -> Vec<OrderEvent> {
    let trace = execution.trace;
    let event = |(at, step): (usize, &unknot_sim::Step)| OrderEvent {
        task: execution.names.task_path(step.task),
        made: StepSignature::of(step, execution.names),
        accesses: trace.accesses(at).into(),
        choices: trace.choices(at).to_vec(),
        step: Some(at),
    };
    trace.steps().iter().enumerate().map(event).collect()
}

/// What the tasks of the program that are left wait for.
fn pending(execution: &Execution<'_>) -> Vec<OrderEvent> {
    let left = execution.live.iter().map(|&id| (id, execution.task(id)));
    let left = left.filter(|(_, task)| task.role == Role::Program && task.phase == Phase::Waiting);
    let event = |(id, task): (TaskId, &unknot_sim::Task)| OrderEvent {
        task: execution.names.task_path(id),
        made: StepSignature::of_pending(&task.pending, execution.names),
        accesses: task.pending.accesses.iter().copied().collect(),
        choices: vec![],
        step: None,
    };
    left.map(event).collect()
}

/// The conditions, those of near pairs first.
fn conditions(events: &[OrderEvent]) -> Vec<OrderCondition> {
    let choices = events.iter().enumerate().flat_map(|(event, one)| {
        let values = one.choices.iter().enumerate();
        values.map(move |(nth, &value)| OrderCondition::Chose { event, nth, value })
    });
    let mut all: Vec<OrderCondition> = choices.collect();
    for distance in 1..events.len() {
        for first in 0..events.len() - distance {
            let second = first + distance;
            let (a, b) = (&events[first], &events[second]);
            if a.step.is_some() && a.task != b.task && dependent(&a.accesses, &b.accesses) {
                all.push(OrderCondition::Before { first, second });
            }
        }
        if all.len() >= MAX_CONDITIONS {
            break;
        }
    }
    all.truncate(MAX_CONDITIONS);
    all
}

/// Finds the events of one execution in the executions of a search.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    /// For each task of the search its path. Numbers mean the same in a whole search.
    paths: BTreeMap<TaskId, TaskPath>,
    digests: BTreeMap<ObjectId, u64>,
}

impl Finder {
    /// In which step each event was made.
    pub(crate) fn places(
        &mut self,
        orders: &Orders,
        execution: &Execution<'_>,
    ) -> Vec<Option<usize>> {
        let mut places = vec![None; orders.events.len()];
        let mut n_made: BTreeMap<TaskId, usize> = BTreeMap::new();
        for (at, step) in execution.trace.steps().iter().enumerate() {
            let nth = n_made.entry(step.task).or_default();
            let path = self.paths.entry(step.task);
            let path = &*path.or_insert_with(|| execution.names.task_path(step.task));
            let event = orders.of_task.get(path).and_then(|events| events.get(*nth));
            *nth += 1;
            let Some(&event) = event else { continue };
            let made = &orders.events[event].made;
            let digest = |object| {
                let digest = || StepSignature::digest(execution.names, object);
                *self.digests.entry(object).or_insert_with(digest)
            };
            if made.verb == step.verb
                && made.site == Site(step.location)
                && made.object == step.asked.map(digest)
            {
                places[event] = Some(at);
            }
        }
        places
    }

    /// What holds in an execution.
    pub(crate) fn holding(&mut self, orders: &Orders, execution: &Execution<'_>) -> Bits {
        let places = self.places(orders, execution);
        let holds = |condition: &OrderCondition| match *condition {
            OrderCondition::Before { first, second } => places[first]
                .is_some_and(|first| places[second].is_none_or(|second| first < second)),
            OrderCondition::Chose { event, nth, value } => places[event]
                .is_some_and(|step| execution.trace.choices(step).get(nth) == Some(&value)),
        };
        orders.conditions.iter().map(holds).collect()
    }
}

/// Runs one explorer and looks at its last execution.
pub(crate) struct Once<E, T> {
    pub(crate) explorer: E,
    pub(crate) seen: Option<T>,
    pub(crate) look: Box<dyn FnMut(&Execution<'_>) -> T>,
}

impl<E: Explorer, T> Explorer for Once<E, T> {
    fn begin(&mut self) -> bool {
        self.explorer.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.explorer.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.explorer.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.seen = Some((self.look)(execution));
        self.explorer.end(execution);
    }
}
