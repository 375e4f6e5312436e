//! What two executions of one program have in common, and what of their order differs.
//!
//! The beginning that both share is counted in steps. Behind it, pairs of dependent steps
//! that are in another order are found by their events ([`EventOrders`]), each is flipped
//! alone, and what that comes to is run and recorded. Where one of the two fails and the
//! other one passes, it is the failing one whose pairs are flipped; otherwise the first.
//!
//! Two executions are one trace class if the same steps happen before each step of a task in
//! both, and every choice is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use unknot_sim::{Ended, Program};

use super::nearest::n_common;
use super::orders::{EventOrders, OrderCondition};
use super::pairs::{self, MAX_FLIPS, Reordered};
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Levels;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::replay::order::{Clocks, clocks_of};
use crate::replay::{Replayed, replay};
use crate::strategy::Replay;

/// Something that is otherwise in the other execution.
#[derive(Debug)]
pub(crate) struct OtherOrder {
    /// What holds in the execution whose orders these are.
    pub(crate) condition: OrderCondition,
    /// What the other one chose, for a choice.
    pub(crate) chosen: Option<u32>,
    /// The execution in which this is otherwise, and how many others are otherwise there too;
    /// nothing where that cannot be had.
    pub(crate) flipped: Option<(Replayed, usize)>,
}

/// What two executions have in common and where they differ.
#[derive(Debug)]
pub(crate) struct ExecutionDifference {
    pub(crate) sides: [Replayed; 2],
    /// The side whose steps are told and whose order is flipped.
    pub(crate) base: usize,
    pub(crate) orders: EventOrders,
    /// The steps that both make at their beginning.
    pub(crate) common: usize,
    /// Whether both are one trace class; `None` if they are too long to tell.
    pub(crate) is_one_class: Option<bool>,
    /// What is in another order, the nearest pairs first.
    pub(crate) others: Vec<OtherOrder>,
    /// Of these, the ones that were left out.
    pub(crate) left_out: usize,
    /// The steps that only one side makes.
    pub(crate) unmatched: [usize; 2],
}

/// Compares two executions of a program.
pub(crate) fn difference(
    program: &Program,
    sides: [Replayed; 2],
    semantics: Semantics,
) -> ExecutionDifference {
    let schedules = [0, 1].map(|side| sides[side].record.schedule.clone());
    let common = n_common(&schedules[0], &schedules[1]);
    let is_one_class = is_one_class(program, &sides, semantics);
    let base = usize::from(!fails(&sides[0]) && fails(&sides[1]));
    let (ours, theirs) = (&schedules[base], &schedules[1 - base]);
    let replayed = Replay::new(ours.clone());
    let orders = pairs::look(program, replayed, semantics, EventOrders::of);
    let orders = Arc::new(orders);
    let Reordered { conditions, unmatched } = pairs::reordered(program, &orders, theirs, semantics);
    let left_out = conditions.len().saturating_sub(MAX_FLIPS);
    let flip = |&(condition, chosen): &(OrderCondition, Option<u32>)| {
        let what = (ours, condition, chosen);
        let schedule = pairs::flipped(program, &orders, what, semantics, |execution| {
            Schedule::of(execution.trace, execution.names)
        });
        let flipped =
            schedule.map(|(schedule, others)| (replay(program, &schedule, semantics), others));
        OtherOrder { condition, chosen, flipped }
    };
    let others = conditions.iter().take(MAX_FLIPS).map(flip).collect();
    let [only_ours, only_theirs] = unmatched;
    let unmatched = if base == 0 { [only_ours, only_theirs] } else { [only_theirs, only_ours] };
    let orders = Arc::into_inner(orders).expect("every look at executions is over");
    ExecutionDifference { sides, base, orders, common, is_one_class, others, left_out, unmatched }
}

/// Whether an execution shows an error.
pub(crate) fn fails(replayed: &Replayed) -> bool {
    !errors(replayed).is_empty()
}

/// Whether two executions end in the same way, with the same outcome and errors.
pub(crate) fn end_alike(one: &Replayed, other: &Replayed) -> bool {
    let end = |replayed: &Replayed| {
        let record = &replayed.record;
        let outcome = record.outcome.clone().filter(|_| record.ended != Ended::Stuck);
        (record.ended, record.is_excluded, outcome, errors(replayed))
    };
    end(one) == end(other)
}

fn errors(replayed: &Replayed) -> BTreeSet<Fault<Origin>> {
    let levels = Levels::default();
    let errors = replayed.proofs.iter().filter(|proof| levels.is_error(proof.identity.kind));
    errors.map(|proof| proof.identity.fault()).collect()
}

/// What each step of each task chose, and how many steps of each task happen before it.
type ClassForm<'a> = BTreeMap<(&'a str, usize), (&'a [u32], BTreeMap<&'a str, u32>)>;

fn is_one_class(program: &Program, sides: &[Replayed; 2], semantics: Semantics) -> Option<bool> {
    let [one, other] = sides;
    if one.record.steps.len() != other.record.steps.len() {
        return Some(false);
    }
    let clocks = |side: &Replayed| clocks_of(program, &side.record.schedule, semantics);
    let (ours, theirs) = (clocks(one)?, clocks(other)?);
    Some(form(one, &ours) == form(other, &theirs))
}

fn form<'a>(side: &'a Replayed, clocks: &Clocks) -> ClassForm<'a> {
    let mut n_made: BTreeMap<&str, usize> = BTreeMap::new();
    let steps = side.record.steps.iter().zip(clocks);
    let row = |(step, clock): (&'a crate::replay::record::StepRecord, &Vec<(usize, u32)>)| {
        let nth = n_made.entry(&step.task).or_default();
        *nth += 1;
        let before = clock.iter().map(|&(at, n)| (side.record.tasks[at].task.as_str(), n));
        ((step.task.as_str(), *nth), (step.choices.as_slice(), before.collect()))
    };
    steps.map(row).collect()
}
