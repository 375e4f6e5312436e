//! Conditions of one execution that do not hold in another one, and one of them the other way
//! round, with as few others as can be had.
//!
//! A pair of steps is in another order there if the later step was made, and the earlier one
//! after it or not at all. A choice is another one if the same step was made and chose
//! another value. What it can miss is what [`EventOrders`] misses: steps of other rounds of a
//! loop are compared.

use std::sync::Arc;

use unknot_sim::{Execution, Explorer, Program, explore};

use super::flip;
use super::orders::{EventOrders, Finder, OrderCondition};
use crate::check::simplest::Follower;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::strategy::{Observing, Replay};

/// Conditions that are flipped at most, the nearest first.
pub(super) const MAX_FLIPS: usize = 24;

/// What of one execution's order is otherwise in another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reordered {
    /// The conditions that do not hold there, of pairs the nearest first. Of a choice also
    /// the value that was chosen there.
    pub(super) conditions: Vec<(OrderCondition, Option<u32>)>,
    /// How many steps are made in the one execution only, and in the other one only.
    pub(super) unmatched: [usize; 2],
}

/// What an explorer of one execution leaves to be seen.
pub(super) fn look<E: Explorer + 'static, T: 'static>(
    program: &Program,
    explorer: E,
    semantics: Semantics,
    look: impl FnMut(&Execution<'_>) -> T + 'static,
) -> T {
    let looking = Observing::new(explorer, (look, None), |(look, seen), execution| {
        *seen = Some(look(execution));
    });
    let (_, seen) = explore(program, semantics.limits(false), looking).seen;
    seen.expect("one execution is made")
}

/// What is otherwise in the execution of another schedule.
pub(super) fn reordered(
    program: &Program,
    orders: &Arc<EventOrders>,
    other: &Schedule,
    semantics: Semantics,
) -> Reordered {
    let theirs = Arc::clone(orders);
    look(program, Replay::new(other.clone()), semantics, move |execution| {
        let places = Finder::default().places(&theirs, execution);
        let otherwise = |condition: &OrderCondition| {
            Some((*condition, otherwise(*condition, &places, execution)?))
        };
        let made = |at: &usize| theirs.events[*at].step.is_some();
        let matched = (0..places.len()).filter(|&at| places[at].is_some());
        let (n_matched, n_both) = (matched.clone().count(), matched.filter(made).count());
        let n_made = (0..places.len()).filter(made).count();
        Reordered {
            conditions: theirs.conditions.iter().filter_map(otherwise).collect(),
            unmatched: [n_made - n_both, execution.trace.len() - n_matched],
        }
    })
}

/// If a condition is the other way round in an execution where these are the steps of the
/// events: for a choice, what was chosen.
fn otherwise(
    condition: OrderCondition,
    places: &[Option<usize>],
    execution: &Execution<'_>,
) -> Option<Option<u32>> {
    match condition {
        OrderCondition::Before { first, second } => {
            is_flipped(places, (first, second)).then_some(None)
        }
        OrderCondition::Chose { event, nth, value } => {
            let chosen = *execution.trace.choices(places[event]?).get(nth)?;
            (chosen != value).then_some(Some(chosen))
        }
    }
}

/// Whether a pair of events is the other way round where these are the steps.
fn is_flipped(places: &[Option<usize>], (first, second): (usize, usize)) -> bool {
    places[second].is_some_and(|at| places[first].is_none_or(|first| at < first))
}

/// What is to be told of the execution in which one condition is the other way round, and
/// everything else as far as possible as it was, and how many others are the other way round
/// there too; nothing where that cannot be had.
pub(super) fn flipped<T: 'static>(
    program: &Program,
    orders: &Arc<EventOrders>,
    (schedule, condition, chosen): (&Schedule, OrderCondition, Option<u32>),
    semantics: Semantics,
    tell: impl Fn(&Execution<'_>) -> T + 'static,
) -> Option<(T, usize)> {
    let plan: Follower = match condition {
        OrderCondition::Before { first, second } => {
            let later = &orders.events[second];
            flip::plan(schedule, orders.events[first].step?, (&later.task, later.step))
        }
        OrderCondition::Chose { event, nth, .. } => {
            flip::with_choice(schedule, orders.events[event].step?, (nth, chosen?))
        }
    };
    let theirs = Arc::clone(orders);
    look(program, plan, semantics, move |execution| {
        let places = Finder::default().places(&theirs, execution);
        if otherwise(condition, &places, execution)? != chosen {
            return None;
        }
        let others = theirs
            .conditions
            .iter()
            .filter(|&&other| other != condition && otherwise(other, &places, execution).is_some());
        Some((tell(execution), others.count()))
    })
}
