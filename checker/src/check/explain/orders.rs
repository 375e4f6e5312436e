//! What came before what in one execution, as conditions on other executions.
//!
//! An *event* is what a task does at some place to some object, the first time, the second
//! time and so on. Another execution has the same event if the same task did the same there
//! as often. What tasks wait for at the end are events that were never made: they come after
//! everything.
//!
//! A *condition* is that one event comes before another one which touches the same in a
//! way that does not commute, or that a step chose a certain value. All of them hold in the
//! execution that they were taken from. In another one the first event must have been made,
//! and the second one later or not at all.
//!
//! What it misses: in a loop that goes round more often in one execution than in another,
//! the steps of one round are compared with those of another one.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use unknot_sim::{Access, Execution, ObjectId, Phase, Role, Step, TaskId, TaskPath, dependent};

use super::cover::Bits;
use crate::model::finding::Site;
use crate::search::observed::StepSignature;

/// Conditions that are looked at, the nearest pairs first.
pub(crate) const MAX_CONDITIONS: usize = 4_096;

/// One step of a task, made or waited for.
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
pub(crate) struct EventOrders {
    pub(crate) events: Vec<OrderEvent>,
    /// The events of one task that do the same, in their order.
    alike: Vec<Vec<usize>>,
    /// Where these stand.
    groups: BTreeMap<(TaskPath, StepSignature), usize>,
    pub(crate) conditions: Vec<OrderCondition>,
    /// Whether there are more conditions than are looked at.
    pub(crate) is_cut: bool,
}

impl EventOrders {
    /// Those of an execution.
    pub(crate) fn of(execution: &Execution<'_>) -> EventOrders {
        let mut events = made(execution);
        events.extend(pending(execution));
        let mut alike: Vec<Vec<usize>> = vec![];
        let mut groups = BTreeMap::new();
        for (at, event) in events.iter().enumerate() {
            let group = *groups.entry((event.task.clone(), event.made)).or_insert(alike.len());
            if group == alike.len() {
                alike.push(vec![]);
            }
            alike[group].push(at);
        }
        let (conditions, is_cut) = conditions(&events);
        EventOrders { events, alike, groups, conditions, is_cut }
    }
}

fn made(execution: &Execution<'_>) -> Vec<OrderEvent> {
    let trace = execution.trace;
    let event = |(at, step): (usize, &Step)| OrderEvent {
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

/// The conditions, those of near pairs first, and whether there are more.
fn conditions(events: &[OrderEvent]) -> (Vec<OrderCondition>, bool) {
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
        if all.len() > MAX_CONDITIONS {
            break;
        }
    }
    let is_cut = all.len() > MAX_CONDITIONS;
    all.truncate(MAX_CONDITIONS);
    (all, is_cut)
}

/// Finds the events of one execution in the executions of a search.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    /// For what a task does somewhere, the events that are like it. Numbers of tasks and
    /// objects mean the same in a whole search.
    known: BTreeMap<(TaskId, Site, &'static str, Option<ObjectId>), Option<usize>>,
}

impl Finder {
    /// The events that are like a step.
    fn like(
        &mut self,
        orders: &EventOrders,
        step: &Step,
        execution: &Execution<'_>,
    ) -> Option<usize> {
        let key = (step.task, Site(step.location), step.verb, step.asked);
        *self.known.entry(key).or_insert_with(|| {
            let made = StepSignature::of(step, execution.names);
            orders.groups.get(&(execution.names.task_path(step.task), made)).copied()
        })
    }

    /// In which step each event was made.
    pub(crate) fn places(
        &mut self,
        orders: &EventOrders,
        execution: &Execution<'_>,
    ) -> Vec<Option<usize>> {
        let mut places = vec![None; orders.events.len()];
        let mut n_made = vec![0; orders.alike.len()];
        for (at, step) in execution.trace.steps().iter().enumerate() {
            let Some(group) = self.like(orders, step, execution) else { continue };
            if let Some(&event) = orders.alike[group].get(n_made[group]) {
                places[event] = Some(at);
            }
            n_made[group] += 1;
        }
        places
    }

    /// What holds in an execution, and which events are made in it.
    pub(crate) fn holding(
        &mut self,
        orders: &EventOrders,
        execution: &Execution<'_>,
    ) -> (Bits, Bits) {
        let places = self.places(orders, execution);
        let holds = |condition: &OrderCondition| match *condition {
            OrderCondition::Before { first, second } => places[first]
                .is_some_and(|first| places[second].is_none_or(|second| first < second)),
            OrderCondition::Chose { event, nth, value } => places[event]
                .is_some_and(|step| execution.trace.choices(step).get(nth) == Some(&value)),
        };
        let made = places.iter().map(Option::is_some).collect();
        (orders.conditions.iter().map(holds).collect(), made)
    }
}
