//! Executions that are steered to what was predicted.
//!
//! The first steps are given: they are made as in the execution from which the prediction
//! comes, and each is compared with the one there. Then tasks are brought to their goals one
//! after the other: the task of the goal makes its steps as long as it can, and other tasks
//! make theirs, in the order that they had, where it is blocked. A task that has come to its
//! goal stays there until all have, unless no other one can go on. After that all tasks go on
//! in the order that they had. So each way leads to an end of the program, and the execution
//! shows what it shows.

use std::sync::Arc;

use unknot_sim::{
    Decision, Ended, Execution, Explorer, Names, Op, Point, Program, TaskId, explore_on,
};

use crate::analysis;
use crate::analysis::handed::Handed;
use crate::analysis::predict::expected::{SteeredWay, TaskGoal};
use crate::model::end::Stop;
use crate::model::finding::{Fault, Origin, Site};
use crate::model::labels::{object_label, package_path};
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::search::monitor::{CheckPhase, Monitor, Pulse};

/// A step of the execution from which predictions come.
#[derive(Clone, Debug)]
pub(super) struct PlannedStep {
    task: TaskId,
    verb: &'static str,
    site: Site,
    choices: Vec<u32>,
}

/// All its steps.
#[derive(Clone, Debug, Default)]
pub(super) struct StepPlan {
    steps: Vec<PlannedStep>,
    /// The steps of each task.
    of_task: Vec<Vec<usize>>,
}

impl StepPlan {
    pub(super) fn of(execution: &Execution<'_>) -> StepPlan {
        let mut plan = StepPlan { steps: vec![], of_task: vec![vec![]; execution.tasks.len()] };
        for (nth, step) in execution.trace.steps().iter().enumerate() {
            plan.of_task[step.task.index()].push(nth);
            plan.steps.push(PlannedStep {
                task: step.task,
                verb: step.verb,
                site: Site(step.location),
                choices: execution.trace.choices(nth).to_vec(),
            });
        }
        plan
    }

    /// A step as text.
    fn told(&self, step: u32) -> String {
        let PlannedStep { verb, site, .. } = &self.steps[step as usize];
        format!("'{verb}' ({}:{})", package_path(site.0.file()), site.0.line())
    }
}

/// A steered execution.
#[derive(Clone, Debug)]
pub(super) struct Steered {
    pub(super) schedule: Schedule,
    /// What it shows, in terms that mean the same in every search, and not settled.
    pub(super) faults: Vec<Fault<Origin>>,
    /// Where it left the way, and how.
    pub(super) left_at: Option<(usize, String)>,
}

/// What steered executions of a program are made with.
pub(super) struct Steering<'a> {
    pub(super) program: &'a Program,
    pub(super) names: &'a Names,
    pub(super) plan: &'a Arc<StepPlan>,
    pub(super) handed: &'a Handed,
    pub(super) semantics: Semantics,
    pub(super) monitor: &'a Monitor,
}

impl Steering<'_> {
    /// Goes one way.
    pub(super) fn go(&self, way: &SteeredWay, n_made: u64) -> Result<Steered, Stop> {
        let pulse = Pulse {
            phase: CheckPhase::Steering,
            executions: n_made,
            steps: 0,
            most: None,
            strategy: None,
        };
        if let Some(stop) = self.monitor.ask(pulse) {
            return Err(stop);
        }
        let n_tasks = self.plan.of_task.len();
        let steer = Steer {
            plan: Arc::clone(self.plan),
            handed: self.handed.clone(),
            way: way.clone(),
            n_led: 0,
            n_reached: 0,
            left_at: None,
            made: vec![0; n_tasks],
            current: None,
            seen: None,
            is_started: false,
        };
        let limits = self.semantics.limits(false);
        let seen = explore_on(self.program, limits, self.names.clone(), steer).seen;
        Ok(seen.expect("an execution was made"))
    }
}

struct Steer {
    plan: Arc<StepPlan>,
    handed: Handed,
    way: SteeredWay,
    /// How many of the first steps are made.
    n_led: usize,
    /// How many goals are reached.
    n_reached: usize,
    left_at: Option<(usize, String)>,
    /// How many steps each task has made.
    made: Vec<u32>,
    /// The step of the plan that is being made.
    current: Option<usize>,
    seen: Option<Steered>,
    is_started: bool,
}

impl Steer {
    fn n_made(&self, task: TaskId) -> u32 {
        self.made.get(task.index()).copied().unwrap_or_default()
    }

    fn task(&self, goal: TaskGoal) -> TaskId {
        self.plan.steps[goal.step as usize].task
    }

    /// The next of the first steps, if the program offers the same as it did.
    fn led(&mut self, point: &Point<'_>) -> Option<TaskId> {
        let &step = self.way.lead.get(self.n_led).filter(|_| self.left_at.is_none())?;
        let planned = &self.plan.steps[step as usize];
        let op = point.pending(planned.task);
        let is_it = |op: &&Op| (op.verb, Site(op.location)) == (planned.verb, planned.site);
        if op.filter(is_it).is_some() && point.is_enabled(planned.task) {
            self.n_led += 1;
            return Some(planned.task);
        }
        let path = point.names().task_path(planned.task);
        let now = match op {
            Some(op) if point.is_enabled(planned.task) => format!("is at {}", told(op, point)),
            Some(op) => format!("is blocked at {}", told(op, point)),
            None => "is not there".to_owned(),
        };
        let why = format!("{path} was to make {} and {now}", self.plan.told(step));
        self.left_at = Some((point.step(), why));
        None
    }

    fn is_reached(&self, goal: TaskGoal) -> bool {
        self.n_made(self.task(goal)) >= goal.n_before + u32::from(goal.is_made)
    }

    /// Whether a task has come to a goal and waits for the others.
    fn is_kept(&self, task: TaskId) -> bool {
        let (reached, open) = self.way.goals.split_at(self.n_reached);
        let is_of_task = |goal: &TaskGoal| self.task(*goal) == task;
        // A task may have a goal behind another one.
        open.first().is_some_and(|next| !is_of_task(next)) && reached.iter().any(is_of_task)
    }

    /// Of the next steps of tasks that are not kept and can go on, the first one of the plan.
    fn planned(&self, point: &Point<'_>) -> Option<TaskId> {
        let next = self.plan.of_task.iter().enumerate().filter_map(|(task, steps)| {
            let &step = steps.get(self.made[task] as usize)?;
            Some((step, TaskId(task as u32)))
        });
        let can_go_on =
            |&(_, task): &(usize, TaskId)| point.is_enabled(task) && !self.is_kept(task);
        next.filter(can_go_on).min().map(|(_, task)| task)
    }

    fn next(&mut self, point: &Point<'_>) -> TaskId {
        if let Some(task) = self.led(point) {
            return task;
        }
        while let Some(&goal) = self.way.goals.get(self.n_reached)
            && self.is_reached(goal)
        {
            self.n_reached += 1;
        }
        let aimed = self.way.goals.get(self.n_reached).map(|&goal| self.task(goal));
        let aimed = aimed.filter(|&task| point.is_enabled(task));
        if let Some(task) = aimed.or_else(|| self.planned(point)) {
            return task;
        }
        let free = point.enabled().find(|&task| !self.is_kept(task));
        free.unwrap_or_else(|| {
            self.give_up(point);
            point.enabled().next().expect("an explorer is asked where a task is enabled")
        })
    }

    /// No task can go on but those that were to stay where they are.
    fn give_up(&mut self, point: &Point<'_>) {
        let Some(&goal) = self.way.goals.get(self.n_reached) else { return };
        let task = self.task(goal);
        let path = point.names().task_path(task);
        let stands = match point.pending(task) {
            Some(op) => format!("is blocked at {}", told(op, point)),
            None => "is not there".to_owned(),
        };
        let why = format!("{path} {stands} before it comes to {}", self.plan.told(goal.step));
        self.left_at.get_or_insert((point.step(), why));
    }

    /// Why a goal was not reached, from where its task stands at the end.
    fn missed(&self, execution: &Execution<'_>) -> Option<(usize, String)> {
        let &goal = self.way.goals.iter().find(|&&goal| !self.is_reached(goal))?;
        let task = self.task(goal);
        let path = execution.names.task_path(task);
        let (known, step) = match execution.live.contains(&task) {
            true => (Some(execution.task(task)), execution.task(task).last_step),
            false => (None, None),
        };
        let step = step.map_or(execution.trace.len(), |step| step as usize);
        let stands = match known.map(|known| known.phase) {
            None => "was never started",
            Some(unknot_sim::Phase::Finished | unknot_sim::Phase::Killed) => "ended before",
            Some(_) => "was blocked before",
        };
        Some((step, format!("{path} {stands} it came to {}", self.plan.told(goal.step))))
    }
}

fn told(op: &Op, point: &Point<'_>) -> String {
    let place = format!("{}:{}", package_path(op.location.file()), op.location.line());
    match op.asked() {
        Some(object) => {
            let label = object_label(point.object(object), object, point.names());
            format!("'{} {label}' ({place})", op.verb)
        }
        None => format!("'{}' ({place})", op.verb),
    }
}

impl Explorer for Steer {
    fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.is_started, true)
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let task = self.next(point);
        if self.made.len() <= task.index() {
            self.made.resize(task.index() + 1, 0);
        }
        let nth = self.made[task.index()] as usize;
        self.made[task.index()] += 1;
        self.current = self.plan.of_task.get(task.index()).and_then(|of| of.get(nth)).copied();
        Decision::Run(task)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let nth = point.trace().choices(point.step() - 1).len();
        let planned = self.current.and_then(|step| self.plan.steps[step].choices.get(nth));
        planned.copied().filter(|&value| value < n).unwrap_or(0)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        let mut faults = analysis::faults(execution, &self.handed);
        if execution.is_excluded || execution.ended == Ended::Abandoned {
            faults.clear();
        }
        let left_at = self.left_at.take().or_else(|| self.missed(execution));
        let schedule = Schedule::of(execution.trace, execution.names);
        self.seen = Some(Steered { schedule, faults, left_at });
    }
}
