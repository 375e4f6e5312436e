//! What of one execution had to come before what, and which task waited or held something
//! meanwhile: for formats that draw it.
//!
//! The clock of a step says how many steps of each task happen before it, itself counted:
//! those that a search cannot put behind it, because both touch something in ways that do
//! not commute. Executions with the same clocks are one trace class. A task is *blocked*
//! after those steps after which it could not make its own, as the machine says; the
//! machine's own tasks, such as the clock, only wait until they are due.

use std::collections::BTreeMap;

use unknot_sim::{
    Decision, Execution, Explorer, Phase, Point, Program, Role, Task, TaskId, explore,
};

use crate::analysis::stuck::{Holding, hold};
use crate::model::labels::label_of;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::strategy::Replay;
use crate::strategy::order::events::Events;

/// The most numbers of clocks that are kept: steps times tasks.
const MOST_NUMBERS: usize = 50_000_000;

/// The order of one execution. Tasks are counted as in its record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecutionOrder {
    /// For each step how many steps of each task happen before it, in the order of the
    /// tasks and without those of which none does. `None` if that were too many numbers.
    pub clocks: Option<Vec<Vec<(usize, u32)>>>,
    /// When tasks were blocked, in the order in which that began.
    pub blocked: Vec<BlockedSteps>,
    /// When tasks held something, in the order in which they took it.
    pub held: Vec<HeldSteps>,
}

/// A task could not make a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockedSteps {
    /// The task.
    pub task: usize,
    /// After how many steps that began.
    pub from: u32,
    /// After how many steps it could again, if it ever could.
    pub until: Option<u32>,
}

/// A task held something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldSteps {
    /// What, such as `Lock 'bob'`.
    pub object: String,
    /// The task.
    pub task: usize,
    /// The step that took it.
    pub from: u32,
    /// The step that gave it back, if one did.
    pub until: Option<u32>,
}

/// Runs a schedule again, and tells its order.
///
/// # Panics
/// If nothing runs: a bug of unknot.
#[must_use]
pub fn order_of(program: &Program, schedule: &Schedule, semantics: Semantics) -> ExecutionOrder {
    let replay = Replay::new(schedule.clone());
    let explorer = OrderExplorer { replay, blocked: vec![], open: BTreeMap::new(), order: None };
    let done = explore(program, semantics.limits(false), explorer);
    done.order.expect("a replay runs once")
}

/// A task that could not make a step, after how many steps that began and ended.
type OpenSpan = (TaskId, u32, Option<u32>);

/// Follows a schedule, and looks at each point which tasks are blocked.
struct OrderExplorer {
    replay: Replay,
    blocked: Vec<OpenSpan>,
    /// The number of the span of each task that is blocked now.
    open: BTreeMap<TaskId, usize>,
    order: Option<ExecutionOrder>,
}

impl OrderExplorer {
    /// Notes which tasks are blocked after so many steps.
    fn look(&mut self, after: u32, tasks: impl Iterator<Item = (TaskId, bool)>) {
        for (task, is_blocked) in tasks {
            match (self.open.get(&task).copied(), is_blocked) {
                (None, true) => {
                    self.open.insert(task, self.blocked.len());
                    self.blocked.push((task, after, None));
                }
                (Some(at), false) => {
                    self.open.remove(&task);
                    self.blocked[at].2 = Some(after);
                }
                (None, false) | (Some(_), true) => {}
            }
        }
    }
}

impl Explorer for OrderExplorer {
    fn begin(&mut self) -> bool {
        self.replay.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let is_blocked = |&task: &TaskId| {
            let is_waiting = point.pending(task).is_some() && !point.is_enabled(task);
            (task, is_waiting && point.task(task).role == Role::Program)
        };
        self.look(point.step() as u32, point.live().iter().map(is_blocked));
        self.replay.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.replay.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.replay.end(execution);
        let is_blocked = |&task: &TaskId| {
            let Task { phase, role, .. } = execution.task(task);
            let is_waiting = (*phase, *role) == (Phase::Waiting, Role::Program);
            (task, is_waiting && !execution.is_enabled(task))
        };
        let after = execution.trace.len() as u32;
        self.look(after, execution.live.iter().map(is_blocked));
        let number = |task: TaskId| execution.live.iter().position(|&live| live == task);
        let span = |&(task, from, until): &OpenSpan| {
            Some(BlockedSteps { task: number(task)?, from, until })
        };
        self.order = Some(ExecutionOrder {
            clocks: clocks(execution),
            blocked: self.blocked.iter().filter_map(span).collect(),
            held: held(execution),
        });
    }
}

fn clocks(execution: &Execution<'_>) -> Option<Vec<Vec<(usize, u32)>>> {
    let n_steps = execution.trace.len();
    if n_steps.saturating_mul(execution.tasks.len()) > MOST_NUMBERS {
        return None;
    }
    let mut events = Events::default();
    // No race is looked for before the last step, and none after it is of use.
    events.extend(execution, n_steps, &mut vec![]);
    let numbers = |step| {
        let clock: &[u32] = events.clock_of(step);
        let tasks = execution.live.iter().enumerate();
        tasks.map(|(nth, task)| (nth, clock[task.index()])).filter(|(_, n)| *n > 0).collect()
    };
    Some((0..n_steps).map(numbers).collect())
}

fn held(execution: &Execution<'_>) -> Vec<HeldSteps> {
    let (mut now, mut spans): (Vec<Holding>, Vec<(Holding, Option<u32>)>) = (vec![], vec![]);
    let same = |a: &Holding, b: &Holding| (a.task, a.gauge, a.step) == (b.task, b.gauge, b.step);
    for step in 0..execution.trace.len() {
        let before = now.clone();
        hold(&mut now, execution, step);
        let ended = before.iter().filter(|old| !now.iter().any(|held| same(held, old)));
        for old in ended {
            let open = spans.iter_mut().find(|(span, end)| end.is_none() && same(span, old));
            if let Some((_, end)) = open {
                *end = Some(step as u32);
            }
        }
        let begun = now.iter().filter(|held| !before.iter().any(|old| same(held, old)));
        spans.extend(begun.filter(|held| !held.is_ghost).map(|held| (*held, None)));
    }
    let span = |(held, until): (Holding, Option<u32>)| HeldSteps {
        object: label_of(execution, held.gauge),
        task: execution.live.iter().position(|&task| task == held.task).unwrap_or_default(),
        from: held.step,
        until,
    };
    spans.into_iter().map(span).collect()
}
