//! How the time of one execution was spent: by cores, and by each task.
//!
//! Where durations count, time passes only in the steps of the clock, while every task
//! waits. So what a task does between two times is what it was blocked at in that step: it
//! computes, and then a core runs it or it is ready for one; or it waits for something else,
//! and is blocked. Between two waits a task takes its turn in no time at all: it becomes
//! ready, runs and is blocked again at one instant.
//!
//! What this does not know: cores that the program has not modelled. A task that computes on
//! no [`Cpu`](unknot_sim::Cpu) runs in no time.

use std::collections::BTreeMap;

use serde::Serialize;
use unknot_sim::{
    Access, Act, CoreSlice, Execution, Mode, Phase, Purpose, Role, Step, Task, TaskId,
};

use crate::model::labels::label_of;

/// How the time of one execution was spent. Times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// What the time was at the end.
    pub end: u64,
    /// What the cores did, in the order in which the slices began.
    pub slices: Vec<CoreTime>,
    /// The tasks, in the order of their creation.
    pub tasks: Vec<TaskTimes>,
}

/// A stretch of time in which a core did one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoreTime {
    /// The processor, such as `Cpu 'cpu'`.
    pub cpu: String,
    /// The core, counted from 0.
    pub core: u32,
    /// The task that had it.
    pub task: String,
    /// When it began.
    pub from: u64,
    /// When it ended.
    pub to: u64,
    /// Whether the time went into the switch to the task.
    pub switch: bool,
}

/// How one task spent its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskTimes {
    /// Its path, such as `T1`.
    pub task: String,
    /// Its name, possibly empty.
    pub name: String,
    /// When it was started.
    pub arrival: u64,
    /// How long a core ran it.
    pub running: u64,
    /// How long it was ready and no core ran it.
    pub ready: u64,
    /// How long it was blocked, by the operation that it was blocked at.
    pub blocked: Vec<BlockedTime>,
    /// From its arrival until a core first ran it; nothing if none did.
    pub response: Option<u64>,
    /// From its arrival to its end; nothing if it did not end by itself.
    pub turnaround: Option<u64>,
    /// What it called.
    pub calls: Vec<Calls>,
    /// The states that it went through, each from when on.
    pub states: Vec<StateSince>,
}

/// How long a task was blocked at one kind of operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockedTime {
    /// The operation, such as `lock`.
    pub op: String,
    /// The time.
    pub time: u64,
}

/// How often a task called one kind of operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// The operation, such as `try get`.
    pub op: String,
    /// The calls that came to their step. The second step of a call that stands in line is
    /// not counted; a wait at an event or a condition for which a task has to park is two.
    pub made: u32,
    /// Those of them that were refused, or found that what they look for does not hold: for
    /// a task that polls, its wasted polls.
    pub refused: u32,
}

/// The state of a task, by the model of operating systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskState {
    /// It was started, and that is all.
    New,
    /// It could run.
    Ready,
    /// It runs.
    Running,
    /// It waits for something that has to happen first.
    Blocked,
    /// It has come to its end.
    Ended,
    /// It was killed, in whatever state it was.
    Killed,
}

/// A state, and when it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StateSince {
    /// The state.
    pub state: TaskState,
    /// When it began.
    pub since: u64,
}

impl TaskState {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TaskState::New => "new",
            TaskState::Ready => "ready",
            TaskState::Running => "running",
            TaskState::Blocked => "blocked",
            TaskState::Ended => "ended",
            TaskState::Killed => "killed",
        }
    }

    /// Whether the model of operating systems has this transition. A task can be killed in
    /// any state.
    #[must_use]
    pub fn may_become(self, next: TaskState) -> bool {
        use TaskState::{Blocked, Ended, Killed, New, Ready, Running};
        match (self, next) {
            (Ended | Killed, _) => false,
            (_, Killed) => true,
            (New, Ready) | (Ready, Running) | (Blocked, Ready) => true,
            (Running, Ready | Blocked | Ended) => true,
            _ => false,
        }
    }
}

impl TaskTimes {
    /// How often it went from one state to another, in the order of the states.
    #[must_use]
    pub fn transitions(&self) -> BTreeMap<(TaskState, TaskState), u32> {
        let mut transitions = BTreeMap::new();
        for pair in self.states.windows(2) {
            *transitions.entry((pair[0].state, pair[1].state)).or_default() += 1;
        }
        transitions
    }
}

impl Timeline {
    /// How the time of an execution was spent; `None` if there was no clock.
    #[must_use]
    pub fn of(execution: &Execution<'_>) -> Option<Timeline> {
        if execution.trace.ticks().is_empty() {
            return None;
        }
        let path = |task| execution.names.task_path(task).to_string();
        let slices = execution.slices.iter().map(|slice| CoreTime {
            cpu: label_of(execution, slice.cpu),
            core: slice.core,
            task: path(slice.task),
            from: slice.from,
            to: slice.to,
            switch: slice.is_switch,
        });
        let program = |&&id: &&TaskId| execution.task(id).role == Role::Program;
        let tasks = execution.live.iter().filter(program);
        Some(Timeline {
            end: execution.makespan,
            slices: slices.collect(),
            tasks: tasks.map(|&id| TaskTimes::of(execution, id)).collect(),
        })
    }
}

/// What the time is at a step.
fn time_at(execution: &Execution<'_>, step: u32) -> u64 {
    let ticks = execution.trace.ticks();
    let next = ticks.partition_point(|&(tick, _)| tick < step);
    ticks.get(next).map_or(execution.makespan, |&(_, time)| time)
}

/// One task, followed through the execution.
struct Followed<'a> {
    execution: &'a Execution<'a>,
    task: &'a Task,
    /// The steps that it made, and how many of them came before the state that it is in.
    made: Vec<u32>,
    n_before: usize,
    computing: u64,
    running: u64,
    first_ran: Option<u64>,
    blocked: BTreeMap<&'static str, u64>,
    states: Vec<StateSince>,
}

impl TaskTimes {
    fn of(execution: &Execution<'_>, id: TaskId) -> TaskTimes {
        let task = execution.task(id);
        let arrival = task.started_by.map_or(0, |step| time_at(execution, step));
        let steps = execution.trace.steps().iter().zip(0_u32..);
        let mut followed = Followed {
            execution,
            task,
            made: steps.filter(|(step, _)| step.task == id).map(|(_, number)| number).collect(),
            n_before: 0,
            computing: 0,
            running: 0,
            first_ran: None,
            blocked: BTreeMap::new(),
            states: vec![StateSince { state: TaskState::New, since: arrival }],
        };
        followed.enter(TaskState::Ready, arrival);
        followed.follow();
        let Followed { computing, running, first_ran, blocked, states, made, .. } = followed;
        let end = states.last().filter(|last| last.state == TaskState::Ended);
        let blocked = blocked.into_iter().map(|(op, time)| BlockedTime { op: op.to_owned(), time });
        TaskTimes {
            task: execution.names.task_path(id).to_string(),
            name: task.name.to_string(),
            arrival,
            running,
            ready: computing - running,
            blocked: blocked.collect(),
            response: first_ran.map(|first| first - arrival),
            turnaround: end.map(|end| end.since - arrival),
            calls: calls(execution, &made),
            states,
        }
    }
}

impl Followed<'_> {
    fn follow(&mut self) {
        let Followed { execution, task, .. } = *self;
        let killed = execution.killed_at(task.id);
        let ticks = execution.trace.ticks();
        let ends = ticks.iter().skip(1).map(|&(_, time)| time).chain([execution.makespan]);
        for (&(step, from), to) in ticks.iter().zip(ends) {
            if killed.is_none_or(|killed| step < killed) {
                self.pass(step, from, to);
            }
        }
        let now = execution.makespan;
        match task.phase {
            Phase::Finished => {
                let ended = self.made.last().map_or(now, |&step| time_at(execution, step));
                self.run(ended);
                self.enter(TaskState::Ended, ended);
            }
            Phase::Killed => {
                let since = killed.map_or(now, |step| time_at(execution, step));
                self.enter(TaskState::Killed, since);
            }
            Phase::Unstarted => {}
            _ if execution.is_enabled(task.id) || task.pending.act == Act::Compute => {
                self.enter(TaskState::Ready, now);
            }
            _ => self.block(u32::MAX, now),
        }
    }

    /// What it did while a step of the clock moved the time.
    fn pass(&mut self, tick: u32, from: u64, to: u64) {
        let mut waiting = self.execution.trace.waiting_at(tick as usize);
        let Some(waiting) = waiting.find(|waiting| waiting.task == self.task.id) else { return };
        if waiting.act == Act::Compute {
            self.compute(from, to);
        } else {
            self.block(tick, from);
            *self.blocked.entry(waiting.verb).or_default() += to - from;
        }
    }

    fn enter(&mut self, state: TaskState, since: u64) {
        if self.states.last().is_none_or(|last| last.state != state) {
            self.states.push(StateSince { state, since });
        }
    }

    fn is(&self, state: TaskState) -> bool {
        self.states.last().is_some_and(|last| last.state == state)
    }

    /// Has it run its steps, which takes no time.
    fn run(&mut self, now: u64) {
        if !self.is(TaskState::Running) {
            self.enter(TaskState::Ready, now);
            self.enter(TaskState::Running, now);
        }
    }

    /// Has it be blocked after the steps that it made before number `until`. If there are
    /// none since the last time, it has been blocked all the while.
    fn block(&mut self, until: u32, now: u64) {
        let n_before = self.made.partition_point(|&step| step < until);
        if n_before > self.n_before || !self.is(TaskState::Blocked) {
            self.run(now);
        }
        self.n_before = n_before;
        self.enter(TaskState::Blocked, now);
    }

    /// Has it compute: it has a core, or is ready for one.
    fn compute(&mut self, from: u64, to: u64) {
        let is_own = |slice: &&CoreSlice| {
            let overlaps = slice.from < to && slice.to > from;
            slice.task == self.task.id && !slice.is_switch && overlaps
        };
        let mut at = from;
        for slice in self.execution.slices.iter().filter(is_own) {
            let (begin, end) = (slice.from.max(from), slice.to.min(to));
            if begin > at || !self.is(TaskState::Running) {
                self.enter(TaskState::Ready, at);
            }
            self.enter(TaskState::Running, begin);
            self.first_ran.get_or_insert(begin);
            self.running += end - begin;
            at = end;
        }
        if at < to {
            self.enter(TaskState::Ready, at);
        }
        self.computing += to - from;
    }
}

/// What the steps of a task called, but for its end.
fn calls(execution: &Execution<'_>, made: &[u32]) -> Vec<Calls> {
    let mut calls: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for &step in made {
        let Step { verb, act, .. } = &execution.trace.steps()[step as usize];
        let accesses = execution.trace.accesses(step as usize);
        // A task that has asked before waits here until it is told.
        let goes_on = accesses.iter().any(|access| access.mode == Mode::On);
        if *act != Act::End && !goes_on {
            let (made, refused) = calls.entry(*verb).or_default();
            *made += 1;
            *refused += u32::from(is_refused(execution, accesses));
        }
    }
    let call =
        |(op, (made, refused)): (&str, (u32, u32))| Calls { op: op.to_owned(), made, refused };
    calls.into_iter().map(call).collect()
}

/// Whether a step did not do what it was asked for. To write to a variable what it holds
/// already is not that, nor is an update that changed nothing. Of several things that a step
/// looks at one is enough. That a handle is open, and that the task was not told to drop its
/// future, is what every such step wants.
fn is_refused(execution: &Execution<'_>, accesses: &[Access]) -> bool {
    let is_asked = |access: &&Access| {
        let object = execution.object(access.object);
        !matches!(object.purpose, Purpose::Handle | Purpose::Abort) && !object.is_variable
    };
    let looks = || accesses.iter().filter(is_asked).filter(|access| access.mode == Mode::Look);
    let finds_nothing = looks().next().is_some() && !looks().any(|access| access.granted);
    let is_denied = |access: &Access| match access.mode {
        Mode::Withheld => true,
        Mode::Compare => !accesses.iter().any(Access::writes),
        Mode::AnyOf | Mode::Look | Mode::Update => false,
        _ => !access.granted && is_asked(&access),
    };
    finds_nothing || accesses.iter().any(is_denied)
}
