//! Deadlocks that other orders of the locks of an execution would show.
//!
//! For each circle of requests ([`super::cycles`]), tasks with such requests are chosen, and
//! the first requests of theirs are looked for that can all be reached and none made: the
//! closure of what comes before them has none of them. Each has then what another one waits
//! for, so the deadlock is real. Where the closure has some of them, these tasks go on to
//! their next such requests; sets only grow, so this is linear in the execution.
//!
//! A circle without such requests is a prediction too, though a weaker one, if neither starts
//! nor joins keep its tasks apart: to reach it may take another order of locks than the
//! execution had, or other values. Nothing of that can be said from one execution.
//!
//! What it can miss: a deadlock whose locks were taken in no such order here, as on a branch
//! that was not gone; one through something else than locks, as through a join or a queue; and
//! one of a lock that is waited for by a task which has none.

use std::collections::BTreeSet;

use unknot_sim::{Execution, TaskId};

use super::closure::Closure;
use super::cycles::{Circles, RequestClass};
use super::expected::{Prediction, Predictions, SteeredWay, TaskGoal};
use super::locks::Locks;
use super::order::{Strength, WeakOrder};
use crate::model::finding::Fault;
use crate::model::kind::Kind;

/// TaskChoices of tasks that are tried for one circle. Where many tasks run the same lines there
/// are very many, and one that fails is mostly like another.
const MOST_CHOICES: usize = 64;

/// Adds the deadlocks that an execution lets expect.
pub(super) fn predict(
    execution: &Execution<'_>,
    locks: &Locks,
    kept: &WeakOrder,
    predictions: &mut Predictions,
) {
    let circles = Circles::of(execution, locks);
    predictions.is_cut |= circles.is_cut;
    if circles.circles.is_empty() {
        return;
    }
    let firm = WeakOrder::of(execution, locks, Strength::Firm, None);
    let none = Locks::default();
    let mut known = BTreeSet::new();
    for circle in &circles.circles {
        let classes: Vec<&RequestClass> = circle.iter().map(|&nth| &circles.classes[nth]).collect();
        let sites: Vec<_> = classes.iter().map(|class| class.site).collect();
        let locked = classes.iter().map(|class| execution.whole(class.lock));
        let fault = Fault::new(Kind::Deadlock, locked, &sites);
        if known.contains(&fault) {
            continue;
        }
        let mut choices = TaskChoices { classes: &classes, found: vec![], is_cut: false };
        choices.extend(&mut vec![]);
        predictions.is_cut |= choices.is_cut;
        let sound = first(&choices, &Closure::new(kept, locks));
        let keeps_locks = sound.is_some();
        let reached = sound.or_else(|| {
            let (requests, _) = first(&choices, &Closure::new(&firm, &none))?;
            Some((requests, vec![]))
        });
        let Some((steps, lead)) = reached else { continue };
        known.insert(fault.clone());
        let ways = vec![SteeredWay { goals: goals(&steps, kept), steps, lead }];
        if !predictions.add(Prediction { fault, keeps_locks, ways }) {
            return;
        }
    }
}

/// The first tasks of which requests can be reached together, these, and the steps that come
/// before.
fn first(choices: &TaskChoices<'_>, empty: &Closure<'_>) -> Option<(Vec<u32>, Vec<u32>)> {
    choices.found.iter().find_map(|tasks| {
        let mut closure = empty.clone();
        let requests = meet(choices.classes, tasks, &mut closure)?;
        Some((requests, closure.steps()))
    })
}

/// Each task comes to its request, and no further.
fn goals(requests: &[u32], order: &WeakOrder) -> Vec<TaskGoal> {
    let goal = |&step: &u32| TaskGoal { step, is_made: false, n_before: order.nth(step) };
    requests.iter().map(goal).collect()
}

/// TaskChoices of one task for each class.
struct TaskChoices<'a> {
    classes: &'a [&'a RequestClass],
    found: Vec<Vec<TaskId>>,
    is_cut: bool,
}

impl TaskChoices<'_> {
    fn extend(&mut self, chosen: &mut Vec<TaskId>) {
        let Some(class) = self.classes.get(chosen.len()) else {
            self.is_cut |= self.found.len() == MOST_CHOICES;
            if !self.is_cut {
                self.found.push(chosen.clone());
            }
            return;
        };
        for &task in class.by_task.keys() {
            if !chosen.contains(&task) && !self.is_cut {
                chosen.push(task);
                self.extend(chosen);
                chosen.pop();
            }
        }
    }
}

/// The first requests of these tasks that can all be reached and none made.
fn meet(
    classes: &[&RequestClass],
    tasks: &[TaskId],
    closure: &mut Closure<'_>,
) -> Option<Vec<u32>> {
    let all: Vec<&[u32]> =
        classes.iter().zip(tasks).map(|(class, task)| &*class.by_task[task]).collect();
    let mut at = vec![0; all.len()];
    loop {
        let requests: Vec<u32> = all
            .iter()
            .zip(&at)
            .map(|(steps, &at)| steps.get(at).copied())
            .collect::<Option<_>>()?;
        requests.iter().for_each(|&request| closure.add_before(request));
        if !closure.close() {
            return None;
        }
        let mut is_moved = false;
        for (steps, at) in all.iter().zip(&mut at) {
            let made = steps[*at..].iter().take_while(|&&step| closure.has(step)).count();
            *at += made;
            is_moved |= made > 0;
        }
        if !is_moved {
            return Some(requests);
        }
    }
}
