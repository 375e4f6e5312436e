//! A schedule with some of its preemptions left out.
//!
//! The steps of a plan are made in their order as far as possible. Where one
//! would be a preemption that the plan does not ask for, the task that made the
//! last step goes on instead, with its own next step of the plan. Steps that cannot
//! be made yet wait. When nothing is left of the plan the tasks run to
//! their ends one after another. So any plan is some execution of the program.

use std::sync::Arc;

use unknot_sim::{Decision, Execution, Explorer, Point, Program, TaskId, explore};

use crate::model::schedule::{Schedule, ScheduledStep};
use crate::model::terms::Semantics;
use crate::strategy::Observing;

/// A step of the plan.
#[derive(Debug)]
struct FollowedStep {
    step: ScheduledStep,
    /// The task, once it exists.
    task: Option<TaskId>,
    is_made: bool,
}

/// The explorer.
#[derive(Debug)]
pub(crate) struct Follower {
    plan: Vec<FollowedStep>,
    /// All steps of the plan before this one are made.
    front: usize,
    /// The step of the plan that is being made.
    at: Option<usize>,
    is_started: bool,
}

impl Follower {
    /// Follows a schedule. Its marks say where a task that could go on may be left.
    pub(crate) fn new(schedule: &Schedule) -> Follower {
        let plan = schedule.steps.iter().cloned();
        let plan = plan.map(|step| FollowedStep { step, task: None, is_made: false });
        Follower { plan: plan.collect(), front: 0, at: None, is_started: false }
    }

    /// The first step left of the plan for which `is_meant` holds of the task.
    fn first(&mut self, point: &Point<'_>, is_meant: impl Fn(TaskId) -> bool) -> Option<usize> {
        while self.plan.get(self.front).is_some_and(|planned| planned.is_made) {
            self.front += 1;
        }
        let mut rest = self.plan.iter_mut().enumerate().skip(self.front);
        rest.find_map(|(at, planned)| {
            let FollowedStep { step, task, is_made } = planned;
            if !*is_made && task.is_none() {
                *task = point.names().task_at(&step.task);
            }
            (!*is_made && task.is_some_and(&is_meant)).then_some(at)
        })
    }

    /// The task that runs next, and its step of the plan.
    fn next(&mut self, point: &Point<'_>) -> (TaskId, Option<usize>) {
        let planned = self.first(point, |task| point.is_enabled(task));
        if let Some(at) = planned {
            let FollowedStep { step, task, .. } = &self.plan[at];
            let task = task.expect("it was just found");
            if step.preempts || !point.preempts(task) {
                return (task, planned);
            }
        }
        let mut free = point.enabled().filter(|&task| !point.preempts(task));
        let stays = point.last().filter(|&last| point.is_enabled(last));
        let task = match (planned, stays) {
            (Some(_), Some(last)) => last,
            // A task that gives way is left once the plan has been followed to its end.
            (_, last) => free.find(|&task| Some(task) != last).or(last).expect("one is enabled"),
        };
        (task, self.first(point, |one| one == task))
    }
}

/// The execution that stays closest to a schedule which the program may not be able to
/// follow any more: its schedule, up to an end of the program.
pub(crate) fn followed(program: &Program, schedule: &Schedule, semantics: Semantics) -> Schedule {
    let mut plan = schedule.clone();
    // Every step may be a preemption: a text does not tell which were.
    Arc::make_mut(&mut plan.steps).iter_mut().for_each(|step| step.preempts = true);
    let keep = |seen: &mut Schedule, execution: &Execution<'_>| {
        *seen = Schedule::of(execution.trace, execution.names);
    };
    let observing = Observing::new(Follower::new(&plan), Schedule::default(), keep);
    explore(program, semantics.limits(false), observing).seen
}

impl Explorer for Follower {
    fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.is_started, true)
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let (task, at) = self.next(point);
        if let Some(at) = at {
            self.plan[at].is_made = true;
        }
        self.at = at;
        Decision::Run(task)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let nth = point.trace().choices(point.step() - 1).len();
        let planned = self.at.and_then(|at| self.plan[at].step.choices.get(nth).copied());
        planned.filter(|&value| value < n).unwrap_or(0)
    }

    fn end(&mut self, _execution: &Execution<'_>) {}
}
