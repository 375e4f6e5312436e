//! What each task held and where it was blocked, from which step to which: what a diagram
//! of an execution shows beside the steps.
//!
//! A task is blocked after a step if what it does next could not be done there: the gauge
//! that it waits on shows too little, or the condition that it waits for does not hold.
//! The step that ends this lets the task go on. A wait that a timeout ended is no block:
//! the task could have gone on at any time.

use unknot_sim::{
    Access, Effect, Execution, ObjectId, Ownership, Purpose, Role, Task, TaskId, Waits,
};

use crate::analysis::handed::Handed;
use crate::analysis::stuck::{Holding, hold};
use crate::model::labels::label_of;

/// What tasks held and where they were blocked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    /// What was held, in the order of taking.
    pub held: Vec<HeldSpan>,
    /// Where tasks were blocked, in the order in which that began.
    pub blocked: Vec<BlockedSpan>,
}

/// A task holds something from one step to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldSpan {
    /// The task.
    pub task: String,
    /// What it holds, such as `Lock 'bob'`.
    pub object: String,
    /// The step that took it.
    pub from: u32,
    /// The step that gave it back, if one did.
    pub to: Option<u32>,
}

/// A task is blocked from one step to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedSpan {
    /// The task.
    pub task: String,
    /// The step after which it is blocked.
    pub from: u32,
    /// The step that let it go on, if one did.
    pub to: Option<u32>,
    /// The step that it wanted to make, if it came to that.
    pub wanted: Option<u32>,
}

impl Lanes {
    /// What an execution shows, when it is known which gauges are handed on.
    pub(crate) fn of(execution: &Execution<'_>, handed: &Handed<TaskId, ObjectId>) -> Lanes {
        Lanes { held: held(execution, handed), blocked: blocked(execution) }
    }
}

/// Whether units of a gauge are held, and not signals that were received, nor a place
/// before a lock that has owners itself.
pub(crate) fn is_held(
    execution: &Execution<'_>,
    handed: &Handed<TaskId, ObjectId>,
    holding: &Holding,
) -> bool {
    let object = execution.object(holding.gauge);
    let is_signal = object.initial == 0 || handed.givers(&holding.gauge).is_some();
    !is_place(execution, holding.gauge) && (object.ownership == Ownership::Owners || !is_signal)
}

/// Whether a gauge is a place before a lock that has owners itself.
pub(crate) fn is_place(execution: &Execution<'_>, gauge: ObjectId) -> bool {
    let whole = execution.object(gauge).part_of;
    whole.is_some_and(|whole| execution.object(whole).ownership != Ownership::Nobody)
}

fn held(execution: &Execution<'_>, handed: &Handed<TaskId, ObjectId>) -> Vec<HeldSpan> {
    let mut open: Vec<(TaskId, ObjectId, usize)> = vec![];
    let mut spans: Vec<HeldSpan> = vec![];
    let mut holdings: Vec<Holding> = vec![];
    for step in 0..execution.trace.len() {
        hold(&mut holdings, execution, step);
        let number = step as u32;
        open.retain(|&(task, whole, span)| {
            let is_it = |h: &&Holding| h.task == task && execution.whole(h.gauge) == whole;
            let is_open = holdings.iter().any(|h| is_it(&h));
            if !is_open {
                spans[span].to = Some(number);
            }
            is_open
        });
        for holding in holdings.iter().filter(|holding| is_held(execution, handed, holding)) {
            let whole = execution.whole(holding.gauge);
            if open.iter().all(|&(task, gauge, _)| (task, gauge) != (holding.task, whole)) {
                open.push((holding.task, whole, spans.len()));
                spans.push(HeldSpan {
                    task: execution.names.task_path(holding.task).to_string(),
                    object: label_of(execution, whole),
                    from: number,
                    to: None,
                });
            }
        }
    }
    spans
}

/// A task, and the step that it makes next.
struct LaneTask<'a> {
    task: &'a Task,
    next: Option<u32>,
    /// The span of the present block, while there is one.
    open: Option<usize>,
}

fn blocked(execution: &Execution<'_>) -> Vec<BlockedSpan> {
    let steps = execution.trace.steps();
    let next = next_steps(execution);
    let mut shown: Vec<i64> = execution.objects.iter().map(|object| object.initial).collect();
    let mut spans: Vec<BlockedSpan> = vec![];
    let mut all: Vec<LaneTask<'_>> = vec![];
    for (step, made) in steps.iter().enumerate() {
        for access in execution.trace.accesses(step) {
            let shows = &mut shown[access.object.index()];
            match access.effect() {
                Effect::Nothing => {}
                Effect::Add(amount) => *shows = shows.saturating_add(amount),
                Effect::Become(amount) => *shows = amount,
            }
        }
        if all.iter().all(|one| one.task.id != made.task) {
            all.push(LaneTask { task: execution.task(made.task), next: None, open: None });
        }
        for one in all.iter_mut().filter(|one| one.task.id == made.task) {
            one.next = next[step];
        }
        if let Some(child) = made.child {
            let first = (step..steps.len()).find(|&at| steps[at].task == child);
            let first = first.map(|at| at as u32);
            all.push(LaneTask { task: execution.task(child), next: first, open: None });
        }
        for one in all.iter_mut().filter(|one| one.task.role == Role::Program) {
            let is_over = one.next.is_none() && !execution.left().any(|t| t.id == one.task.id);
            let is_blocked = !is_over && !is_possible(execution, one, step, &shown);
            match (one.open, is_blocked) {
                (None, true) => {
                    one.open = Some(spans.len());
                    spans.push(BlockedSpan {
                        task: execution.names.task_path(one.task.id).to_string(),
                        from: step as u32,
                        to: None,
                        wanted: one.next,
                    });
                }
                (Some(span), false) => {
                    spans[span].to = Some(step as u32);
                    one.open = None;
                }
                (None, false) | (Some(_), true) => {}
            }
        }
    }
    spans
}

/// For each step, the next one of its task.
fn next_steps(execution: &Execution<'_>) -> Vec<Option<u32>> {
    let mut next_of: Vec<Option<u32>> = vec![None; execution.tasks.len()];
    let steps = execution.trace.steps().iter().enumerate().rev();
    let mut next: Vec<Option<u32>> =
        steps.map(|(at, step)| next_of[step.task.index()].replace(at as u32)).collect();
    next.reverse();
    next
}

/// Whether a task could make its next step after a step.
fn is_possible(execution: &Execution<'_>, one: &LaneTask<'_>, after: usize, shown: &[i64]) -> bool {
    let accesses: &[Access] = match one.next {
        Some(next) => execution.trace.accesses(next as usize),
        None => &one.task.pending.accesses,
    };
    let is_open = |access: &Access| shown[access.object.index()] >= access.amount;
    let mut alternatives = accesses.iter().filter(|access| access.is_alternative()).peekable();
    if alternatives.peek().is_some() && !alternatives.any(is_open) {
        return false;
    }
    accesses.iter().all(|access| {
        let is_awaited = execution.object(access.object).purpose == Purpose::Awaited;
        match access.waits() {
            Waits::ForValue => holds(execution, one, after),
            Waits::ForUnits if is_awaited => holds(execution, one, after),
            Waits::ForUnits => is_open(access),
            Waits::Never | Waits::ForAny => true,
        }
    })
}

/// Whether what a task waits for holds of its variable after a step.
fn holds(execution: &Execution<'_>, one: &LaneTask<'_>, after: usize) -> bool {
    let place = one.next.map_or(execution.trace.len(), |next| next as usize);
    let Some(until) = execution.trace.until(one.task.id, place) else { return true };
    let seen = until.then.partition_point(|&(write, _)| write as usize <= after);
    seen.checked_sub(1).map_or(until.first, |at| until.then[at].1)
}
