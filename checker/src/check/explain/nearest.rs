//! The execution that passes and has the most steps in common with one that fails.
//!
//! A depth-first search whose first path is the failing schedule goes back from its end, so
//! the first execution found that passes leaves the failing one as late as any can. Sleep
//! sets (P. Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems",
//! 1996) leave out executions that are equal to others but for the order of independent
//! steps. After the step where the two part, everything was tried before: from there on
//! every schedule fails.
//!
//! What it misses: executions beyond its budget; then the search says that it was not
//! through.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use unknot_sim::{
    Access, Decision, Ended, Execution, Explorer, Point, Program, Step, TaskId, dependent, explore,
};

use super::failure::FailureTest;
use crate::model::schedule::{Schedule, ScheduledStep};
use crate::model::terms::Semantics;
use crate::search::monitor::{CheckPhase, Monitor, Pulse, Stop};

/// Executions of the search.
const MAX_EXECUTIONS: u64 = 20_000;

/// A task that need not be picked, with what it is about to touch.
type Sleeping = (TaskId, SmallVec<[Access; 2]>);

/// A point of the path.
#[derive(Debug)]
struct BackPoint {
    task: TaskId,
    /// Tasks that are still to be picked here.
    open: Vec<TaskId>,
    /// Tasks of which every execution from here on is equal to one that was made.
    asleep: Vec<Sleeping>,
    choices: Vec<Turning>,
}

/// A choice inside a step, which goes through all values from some one on.
#[derive(Debug)]
struct Turning {
    first: u32,
    tried: u32,
    n: u32,
}

impl Turning {
    fn value(&self) -> u32 {
        (self.first + self.tried) % self.n
    }
}

/// The nearest execution that passes.
#[derive(Clone, Debug)]
pub(crate) struct Nearest {
    pub(crate) schedule: Schedule,
    /// Steps in common with the failing one.
    pub(crate) common: usize,
    /// Whether every execution that leaves the failing one later was made and fails.
    pub(crate) is_proven: bool,
    /// The executions that were made, leave the failing one later and fail.
    pub(crate) later: u64,
    /// Executions that were made for it.
    pub(crate) executions: u64,
}

/// The search found no execution that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NonePasses {
    /// Whether every execution was made, and fails.
    pub(crate) is_proven: bool,
    /// Executions that were made; of a search that was through, those that fail.
    pub(crate) executions: u64,
}

/// The explorer.
struct Backwards {
    failing: Schedule,
    test: FailureTest,
    monitor: Monitor,
    stop: Option<Stop>,
    path: Vec<BackPoint>,
    executions: u64,
    steps: u64,
    /// For the executions that fail, how many have so many steps in common with the failing
    /// one, which itself is not among them.
    fail: BTreeMap<usize, u64>,
    /// The most steps in common of an execution that neither fails nor passes, or behind which
    /// a bound left something out.
    open_after: Option<usize>,
    found: Option<Schedule>,
}

/// The nearest execution that passes, if there is one within the budget. The search may be
/// told to stop before it knows.
pub(crate) fn nearest(
    program: &Program,
    failing: &Schedule,
    test: FailureTest,
    (semantics, monitor): (Semantics, &Monitor),
) -> Result<Result<Nearest, NonePasses>, Stop> {
    let backwards = Backwards {
        failing: failing.clone(),
        test,
        monitor: monitor.clone(),
        stop: None,
        path: vec![],
        executions: 0,
        steps: 0,
        fail: BTreeMap::new(),
        open_after: None,
        found: None,
    };
    let done = explore(program, semantics.limits(false), backwards);
    if let Some(stop) = done.stop {
        return Err(stop);
    }
    let Backwards { executions, fail, open_after, .. } = done;
    let Some(schedule) = done.found else {
        let is_proven = open_after.is_none();
        let failing = fail.values().sum::<u64>() + 1;
        let executions = if is_proven { failing } else { executions };
        return Ok(Err(NonePasses { is_proven, executions }));
    };
    let common = n_common(&schedule, failing);
    // What leaves at the same point as the one that passes does not leave later.
    let is_proven = open_after.is_none_or(|open| open <= common);
    let later = fail.range(common + 1..).map(|(_, n)| n).sum();
    Ok(Ok(Nearest { schedule, common, is_proven, later, executions }))
}

/// The steps that two schedules have in common at their beginning.
pub(crate) fn n_common(one: &Schedule, other: &Schedule) -> usize {
    let pairs = one.steps.iter().zip(other.steps.iter());
    pairs.take_while(|(a, b)| a.task == b.task && a.choices == b.choices).count()
}

impl Backwards {
    /// How many steps of the failing execution another one begins with.
    fn n_followed(&self, execution: &Execution<'_>) -> usize {
        let (trace, names) = (execution.trace, execution.names);
        let steps = trace.steps().iter().zip(self.failing.steps.iter()).enumerate();
        let follows = |(at, (made, wanted)): &(usize, (&Step, &ScheduledStep))| {
            names.task_path(made.task) == wanted.task && trace.choices(*at) == wanted.choices
        };
        steps.take_while(follows).count()
    }

    /// Turns to the last point that has something left.
    fn turn(&mut self) -> bool {
        while let Some(point) = self.path.last_mut() {
            while let Some(choice) = point.choices.last_mut() {
                choice.tried += 1;
                if choice.tried < choice.n {
                    return true;
                }
                point.choices.pop();
            }
            if let Some(next) = point.open.pop() {
                point.task = next;
                return true;
            }
            self.path.pop();
        }
        false
    }

    /// What sleeps after the last step, which the point before it made.
    fn still_asleep(&self, point: &Point<'_>) -> Vec<Sleeping> {
        let (Some(last), Some(step)) = (self.path.last(), point.step().checked_sub(1)) else {
            return vec![];
        };
        let made = &point.trace().steps()[step];
        let accesses = point.trace().accesses(step);
        let sleeps = |(task, asks): &&Sleeping| {
            *task != made.task && !made.is_fence && !dependent(asks, accesses)
        };
        last.asleep.iter().filter(sleeps).cloned().collect()
    }

    /// Opens a new point; `None` if nothing but sleeping tasks is left.
    fn open(&mut self, point: &Point<'_>) -> Option<TaskId> {
        let asleep = self.still_asleep(point);
        let awake = |task: &TaskId| asleep.iter().all(|(sleeping, _)| sleeping != task);
        let mut open: Vec<TaskId> = point.enabled().filter(awake).collect();
        let wanted = self.failing.steps.get(point.step()).filter(|_| self.executions == 0);
        let wanted = wanted.and_then(|step| point.names().task_at(&step.task));
        let wanted = wanted.or_else(|| point.last()).filter(|task| open.contains(task));
        let task = wanted.or(open.first().copied())?;
        open.retain(|&other| other != task);
        open.reverse();
        self.path.push(BackPoint { task, open, asleep, choices: vec![] });
        Some(task)
    }
}

impl Explorer for Backwards {
    fn begin(&mut self) -> bool {
        if self.found.is_some() {
            return false;
        }
        if self.executions >= MAX_EXECUTIONS {
            self.open_after = self.open_after.max(Some(0));
            return false;
        }
        self.stop = self.monitor.ask(Pulse {
            phase: CheckPhase::Explanation,
            executions: self.executions,
            steps: self.steps,
            most: Some(MAX_EXECUTIONS),
            strategy: None,
        });
        if self.stop.is_some() {
            return false;
        }
        self.executions == 0 || self.turn()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        let step = point.step();
        let task = match self.path.get(step) {
            Some(known) => Some(known.task),
            None => self.open(point),
        };
        let Some(task) = task else { return Decision::Stop(Ended::Abandoned) };
        // From here on, a task that was picked sleeps for those that are picked after it.
        let asks = point.pending(task).map(|op| op.accesses.iter().copied().collect());
        let here = &mut self.path[step];
        if !here.asleep.iter().any(|(sleeping, _)| *sleeping == task) {
            here.asleep.push((task, asks.unwrap_or_default()));
        }
        Decision::Run(task)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        let step = point.step() - 1;
        let nth = point.trace().choices(step).len();
        let of_failing = self.failing.steps.get(step).and_then(|s| s.choices.get(nth).copied());
        let choices = &mut self.path[step].choices;
        if nth == choices.len() {
            let first = of_failing.filter(|&value| self.executions == 0 && value < n);
            choices.push(Turning { first: first.unwrap_or(0), tried: 0, n });
        }
        choices[nth].value()
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.executions += 1;
        self.steps += execution.trace.len() as u64;
        self.path.truncate(execution.trace.len());
        // An abandoned execution is equal to one that was made.
        if execution.ended == Ended::Abandoned {
            return;
        }
        let common = self.n_followed(execution);
        let fails = self.test.judge(execution);
        let is_cut = execution.ended == Ended::Cut || execution.timeouts_used_up;
        if is_cut || fails.is_none() {
            self.open_after = self.open_after.max(Some(common));
        }
        match fails {
            Some(true) if self.executions > 1 => *self.fail.entry(common).or_default() += 1,
            Some(false) => self.found = Some(Schedule::of(execution.trace, execution.names)),
            _ => {}
        }
    }
}
