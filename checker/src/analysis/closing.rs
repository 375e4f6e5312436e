//! When a stuck set closed, and which tasks went on without it.
//!
//! What is stuck is computed on the final state. The set *closed* with the step
//! after which none of its tasks could move again: each had arrived where it
//! waits, and what it waits for was never there from then on. An abandoned lock
//! closes with the end of its owner. The set is *partial* if another attached
//! task finished, or made steps after that and does not end up waiting behind the set.
//!
//! A hang is taken to close when the wait began for the last time, and not when the
//! last task that could have ended it went away: which tasks could is not certain.

use smallvec::SmallVec;
use unknot_sim::{Access, Effect, Execution, ObjectId, Phase, Purpose, Role, TaskId, Until};

use super::stuck::{SettledWait, WaitFor};

/// How a stuck set came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The step that closed it; `None` if it was closed before the first one.
    pub closed_at: Option<u32>,
    /// The attached tasks that are no part of it, in the order of creation.
    pub others: Vec<TaskId>,
}

impl Closing {
    /// Whether other tasks went on.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.others.is_empty()
    }
}

/// When these tasks of a stuck execution closed, and which tasks are not behind them.
#[must_use]
pub fn closing(execution: &Execution<'_>, wait_for: &WaitFor, tasks: &[TaskId]) -> Closing {
    let waits = wait_for.waits.iter().filter(|wait| tasks.contains(&wait.task));
    // `None`, before the first step, is the least.
    let closed_at = waits.map(|wait| closed(execution, wait)).max().flatten();
    let behind = behind(wait_for, tasks);
    let ran_on = |id: TaskId| {
        let task = execution.task(id);
        task.phase == Phase::Finished || task.last_step > closed_at
    };
    let attached = execution.live.iter().copied().filter(|&id| {
        let task = execution.task(id);
        task.role == Role::Program && task.attached
    });
    let others = attached.filter(|id| !behind.contains(id) && ran_on(*id)).collect();
    Closing { closed_at, others }
}

/// The step from which a wait was blocked until the end.
fn closed(execution: &Execution<'_>, wait: &SettledWait) -> Option<u32> {
    let task = execution.task(wait.task);
    let arrived = task.last_step.or(task.started_by);
    let alternatives = wait.alternatives();
    let mut shown: SmallVec<[(ObjectId, i64, i64); 2]> =
        alternatives.map(|(gauge, n)| (gauge, n, execution.object(gauge).initial)).collect();
    let is_open = |shown: &[(ObjectId, i64, i64)]| shown.iter().any(|&(_, n, shows)| shows >= n);
    let mut since = arrived;
    for step in 0..execution.trace.len() {
        let was_open = is_open(&shown);
        for access in execution.trace.accesses(step) {
            for (gauge, _, shows) in &mut shown {
                if access.object == *gauge {
                    *shows = after(*shows, access);
                }
            }
        }
        if was_open && !is_open(&shown) {
            since = since.max(Some(step as u32));
        }
    }
    let gauge = execution.object(wait.gauge);
    if gauge.purpose == Purpose::Awaited {
        let until = execution.trace.until(wait.task, execution.trace.len());
        since = since.max(until.and_then(Until::ended_at));
    }
    let dead = wait.owners.iter().filter(|owner| owner.ended);
    let ends =
        dead.map(|owner| execution.killed_at(owner.task).or(execution.task(owner.task).last_step));
    ends.fold(since, Option::max)
}

fn after(shows: i64, access: &Access) -> i64 {
    match access.effect() {
        Effect::Nothing => shows,
        Effect::Add(amount) => shows.saturating_add(amount),
        Effect::Become(amount) => amount,
    }
}

/// These tasks and every task that certainly waits for one of them.
fn behind(wait_for: &WaitFor, tasks: &[TaskId]) -> Vec<TaskId> {
    let mut behind = tasks.to_vec();
    loop {
        let before = behind.len();
        for wait in wait_for.waits.iter().filter(|wait| wait.certain) {
            let waits = wait.owners.iter().any(|owner| behind.contains(&owner.task));
            if waits && !behind.contains(&wait.task) {
                behind.push(wait.task);
            }
        }
        if behind.len() == before {
            return behind;
        }
    }
}
