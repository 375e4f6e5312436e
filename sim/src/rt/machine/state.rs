//! The state of an execution: tasks, objects, the trace, and what is kept beside them.
//!
//! The parts of the machine that change it are files of this folder, an `impl` each.

use std::collections::BTreeMap;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use smallvec::SmallVec;

use super::awaits::Awaits;
use super::cores::Cores;
use super::endings::Ending;
use super::feeding::Feeding;
use super::line::BatonLine;
use super::pipe_ends::PipeEnds;
use super::records::Repeat;
use crate::execution::{
    Ended, Execution, Failure, Feeder, Object, Phase, ProcessState, Task, Violation, Want,
};
use crate::id::{ObjectId, Role, TaskId};
use crate::name::Name;
use crate::names::Names;
use crate::noted::Noted;
use crate::op::{Access, Op};
use crate::rt::limits::TimeMode;
use crate::rt::post::{Control, Post};
use crate::slice::CoreSlice;
use crate::trace::Trace;
use crate::value::Value;

/// A task waits for an object to change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subscription {
    pub(crate) object: ObjectId,
    pub(crate) slot: u32,
    /// The private gauge of the task that waits.
    pub(crate) gauge: ObjectId,
}

/// Timeouts in a row of one task at one place of the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InARow {
    pub(crate) task: TaskId,
    pub(crate) location: &'static Location<'static>,
    pub(crate) n: u32,
}

/// Counters of one task that restart with each execution.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Created {
    pub(crate) children: u32,
    pub(crate) objects: u32,
    pub(crate) feeders: u32,
}

/// One condition.
#[derive(Clone)]
pub(crate) struct Invariant {
    /// What it looks at, sorted.
    pub(crate) objects: Rc<[ObjectId]>,
    pub(crate) cell: ObjectId,
    pub(crate) name: Name,
    pub(crate) holds: Rc<dyn Fn() -> bool>,
    pub(crate) location: &'static Location<'static>,
    /// Whether the last step touched what it looks at.
    pub(crate) is_due: bool,
}

impl std::fmt::Debug for Invariant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invariant").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The simulated machine.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) names: Names,
    pub(crate) tasks: Vec<Task>,
    pub(crate) live: Vec<TaskId>,
    pub(crate) objects: Vec<Object>,
    pub(crate) trace: Trace,
    /// The task that runs its local code now.
    pub(crate) current: TaskId,
    /// The last created task that has not reached its first operation.
    pub(crate) unstarted: Option<TaskId>,
    /// Whether the step that was decided preempts another task.
    pub(crate) preempting: bool,
    pub(crate) ended: Option<Ended>,
    pub(crate) outcome: Option<Value>,
    pub(crate) recording: bool,
    pub(crate) values: BTreeMap<u32, Noted>,
    pub(crate) time: TimeMode,
    pub(crate) violations: Vec<Violation>,
    /// The conditions that have to hold always.
    pub(crate) invariants: Vec<Invariant>,
    /// Whether a step touched something that one of them looks at.
    pub(crate) invariants_due: bool,
    /// Virtual time in microseconds.
    pub(crate) now: u64,
    /// Timeouts that a task may have in a row at one place.
    pub(crate) max_timeouts: u32,
    pub(crate) timeouts_used_up: bool,
    /// Whether the outcome is made from the final state.
    pub(crate) has_exit_outcome: bool,
    /// Whether a task has assumed what does not hold.
    pub(crate) is_excluded: bool,
    pub(crate) in_a_row: Vec<InARow>,
    /// For each task, what it tries once its time is up.
    pub(crate) trying: Vec<Option<Op>>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) awaits: Awaits,
    /// Attached tasks that have not ended.
    pub(crate) n_attached: usize,
    /// The pseudo-task that ends the process, once there is a daemon.
    pub(crate) exit: Option<TaskId>,
    /// Whether a process can be killed.
    pub(crate) has_deaths: bool,
    /// Whether it has told daemonic processes to die.
    pub(crate) has_shut_down: bool,
    /// The pseudo-task that moves the clock, once there is a deadline.
    pub(crate) clock: Option<TaskId>,
    /// The processors of the program, and what their cores did.
    pub(crate) cpus: Vec<Cores>,
    pub(crate) slices: Vec<CoreSlice>,
    /// The processes, in the order of their starts; that of the main task first.
    pub(crate) processes: Vec<ProcessState>,
    /// For each, how far it is with its end.
    pub(crate) endings: Vec<Ending>,
    pub(crate) pipe_ends: PipeEnds,
    pub(super) batons: Vec<BatonLine>,
    /// What tasks that are about to end touch with that, besides.
    pub(super) last_words: Vec<(TaskId, SmallVec<[Access; 2]>)>,
    pub(crate) feeders: Vec<Feeder>,
    /// For each feeder what it does.
    pub(crate) feeding: Vec<Feeding>,
    /// Whether a task has enumerated others, or is about to.
    pub(crate) is_enumerated: bool,
    /// Whether some tasks are alike.
    pub(crate) has_crowds: bool,
    pub(crate) created: Vec<Created>,
    /// For each place that makes objects which no task made, how many there are so far.
    pub(crate) placed: Vec<u32>,
    pub(crate) repeat: Repeat,
    /// Where it is written which task has control.
    pub(crate) post: Arc<Post>,
}

impl Machine {
    pub(crate) fn new(recording: bool, time: TimeMode, max_timeouts: u32, names: Names) -> Machine {
        Machine {
            names,
            tasks: vec![],
            live: vec![],
            objects: vec![],
            trace: Trace::default(),
            current: TaskId::MAIN,
            unstarted: None,
            preempting: false,
            ended: None,
            outcome: None,
            recording,
            values: BTreeMap::new(),
            violations: vec![],
            invariants: vec![],
            invariants_due: false,
            time,
            now: 0,
            max_timeouts,
            timeouts_used_up: false,
            has_exit_outcome: false,
            is_excluded: false,
            in_a_row: vec![],
            trying: vec![],
            subscriptions: vec![],
            awaits: Awaits::default(),
            n_attached: 0,
            exit: None,
            has_deaths: false,
            has_shut_down: false,
            clock: None,
            cpus: vec![],
            slices: vec![],
            processes: vec![],
            endings: vec![],
            pipe_ends: PipeEnds::default(),
            batons: vec![],
            last_words: vec![],
            feeders: vec![],
            feeding: vec![],
            is_enumerated: false,
            has_crowds: false,
            created: vec![],
            placed: vec![],
            repeat: Repeat::default(),
            post: Post::new(),
        }
    }

    /// Forgets the last execution but for its first `same` steps, which are
    /// repeated if they can be, and creates the main task.
    pub(crate) fn reset(&mut self, same: usize) {
        self.rewind(same);
        // A task that is not created again, because the program is not deterministic,
        // must not look as if it waited.
        for task in &mut self.tasks {
            task.phase = Phase::Finished;
        }
        self.live.clear();
        self.processes.clear();
        self.endings.clear();
        self.pipe_ends.clear();
        self.batons.clear();
        self.last_words.clear();
        self.feeders.clear();
        self.feeding.clear();
        self.values.clear();
        self.in_a_row.clear();
        self.subscriptions.clear();
        self.awaits.clear();
        self.violations.clear();
        self.invariants.clear();
        self.invariants_due = false;
        self.ended = None;
        self.outcome = None;
        self.unstarted = None;
        self.preempting = false;
        self.now = 0;
        self.timeouts_used_up = false;
        self.has_exit_outcome = false;
        self.is_excluded = false;
        self.n_attached = 0;
        self.is_enumerated = false;
        self.has_crowds = false;
        self.placed.clear();
        self.exit = None;
        self.has_deaths = false;
        self.has_shut_down = false;
        self.clock = None;
        self.cpus.clear();
        self.slices.clear();
        self.current = TaskId::MAIN;
        self.create_main();
    }

    pub(crate) fn task(&self, id: TaskId) -> &Task {
        &self.tasks[id.index()]
    }

    pub(crate) fn task_mut(&mut self, id: TaskId) -> &mut Task {
        &mut self.tasks[id.index()]
    }

    pub(crate) fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id.index()]
    }

    /// Says what a task that waits for a gauge wants from now on.
    pub(crate) fn set_want(&mut self, gauge: ObjectId, want: Want) {
        self.objects[gauge.index()].want = want;
    }

    /// The finished execution.
    pub(crate) fn execution(&self) -> Execution<'_> {
        self.execution_until(self.ended.expect("asked only at the end of an execution"))
    }

    /// What there is of the execution, with the end that it has or would have here.
    pub(crate) fn execution_until(&self, ended: Ended) -> Execution<'_> {
        Execution {
            ended,
            trace: &self.trace,
            live: &self.live,
            tasks: &self.tasks,
            processes: &self.processes,
            copies: self.pipe_ends.copies(),
            feeders: &self.feeders,
            objects: &self.objects,
            names: &self.names,
            makespan: self.now,
            slices: &self.slices,
            timeouts_used_up: self.timeouts_used_up,
            has_exit_outcome: self.has_exit_outcome,
            is_excluded: self.is_excluded,
            has_crowds: self.has_crowds,
            violations: &self.violations,
            outcome: self.outcome.as_ref(),
            values: &self.values,
        }
    }

    pub(crate) fn is_enabled(&self, task: TaskId) -> bool {
        let task = self.task(task);
        let shows = |gauge: ObjectId| self.objects[gauge.index()].shows;
        task.phase == Phase::Waiting && task.pending.is_possible(shows)
    }

    pub(crate) fn any_enabled(&self) -> bool {
        // The last ones have mostly had fewer turns.
        self.live.iter().rev().any(|&task| self.is_enabled(task))
    }

    /// The task of the program that made the last step of one ([`Point::running`]).
    ///
    /// [`Point::running`]: crate::Point::running
    #[inline]
    pub(crate) fn running(&self) -> Option<TaskId> {
        let last = self.trace.steps().last()?.task;
        if self.task(last).role == Role::Program { Some(last) } else { self.left_running() }
    }

    /// The same after a step of one of the machine's own tasks.
    #[cold]
    fn left_running(&self) -> Option<TaskId> {
        let role = |task: &TaskId| self.task(*task).role;
        let made = self.trace.steps().iter().rev().map(|step| step.task);
        made.take_while(|task| role(task) != Role::Clock).find(|task| role(task) == Role::Program)
    }

    /// Whether a step of this enabled task is a preemption ([`Point::preempts`]).
    ///
    /// [`Point::preempts`]: crate::Point::preempts
    #[inline]
    pub(crate) fn preempts(&self, task: TaskId) -> bool {
        if self.task(task).role != Role::Program {
            return false;
        }
        let Some(running) = self.running().filter(|&running| running != task) else { return false };
        self.is_enabled(running) && !self.task(running).pending.act.gives_way()
    }

    /// Where a task asked for its last step, or was started. The program does not ask for
    /// the end of a task.
    pub(crate) fn last_place(&self, task: TaskId) -> &'static Location<'static> {
        let task = self.task(task);
        let made = |step: u32| self.trace.steps()[step as usize].location;
        task.last_step.map_or(task.pending.location, made)
    }

    /// Where a task panicked, as far as steps tell. If it did not panic, where it made its
    /// last step.
    pub(crate) fn place_of_failure(&self, task: TaskId) -> &'static Location<'static> {
        let made = |step: u32| self.trace.steps()[step as usize].location;
        let after = match self.task(task).failure {
            Some(Failure::Panic { after, .. }) => after.or(self.task(task).started_by),
            _ => None,
        };
        after.map_or_else(|| self.last_place(self.current), made)
    }

    /// Whether the program has started tasks.
    pub(crate) fn has_others(&self) -> bool {
        self.live.iter().any(|&id| id != TaskId::MAIN && self.task(id).role == Role::Program)
    }

    /// The threads of the process of the current task, each with the gauge of its end.
    pub(crate) fn threads_of_current(&self) -> Vec<(TaskId, ObjectId)> {
        let process = self.task(self.current).process;
        let tasks = self.live.iter().map(|&id| self.task(id));
        let threads = tasks.filter(|t| t.role == Role::Program && t.process == process);
        threads.map(|t| (t.id, t.done)).collect()
    }

    /// Writes that the current task has control for something else than a step.
    pub(crate) fn post(&self, control: Control) {
        let place = match control {
            Control::Answers => self.task(self.current).pending.location,
            _ => self.last_place(self.current),
        };
        self.post.write(self.current, control, place);
    }
}
