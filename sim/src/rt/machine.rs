//! The state of one execution and what a step does to it.
//!
//! Plain data and integer arithmetic: nothing here knows of coroutines or of
//! strategies. [`super::world`] decides who is next, [`super::pool`] moves
//! control between tasks, [`super`] is the door through which primitives come.
//! Pseudo-tasks are in [`super::system`].

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::Arc;

use super::create::Created;
use super::invariant::Invariant;
use super::post::{Control, Post};
use super::repeat::Repeat;
use super::timed::TimeMode;
use super::until::Awaits;
use crate::execution::{Ended, Execution, Failure, Object, Phase, Task, Violation};
use crate::explorer::Point;
use crate::id::{Names, ObjectId, Role, TaskId};
use crate::mode::Mode;
use crate::noted::Noted;
use crate::op::{Access, Op};
use crate::trace::Trace;
use crate::value::Value;

/// Somebody waits for an object to change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch {
    pub(super) object: ObjectId,
    pub(super) slot: u32,
    /// The private gauge of the one who waits.
    pub(super) gauge: ObjectId,
}

/// Timeouts in a row of one task at one place of the program.
#[derive(Clone, Copy, Debug)]
struct InARow {
    task: TaskId,
    location: &'static Location<'static>,
    n: u32,
}

/// The simulated machine.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) names: Names,
    pub(crate) tasks: Vec<Task>,
    pub(crate) live: Vec<TaskId>,
    pub(crate) objects: Vec<Object>,
    pub(crate) trace: Trace,
    /// The task whose local code runs now.
    pub(crate) current: TaskId,
    /// The last created task that has not reached its first operation.
    pub(crate) unstarted: Option<TaskId>,
    /// Whether the step that was decided preempts another task.
    pub(super) preempting: bool,
    pub(crate) ended: Option<Ended>,
    pub(crate) outcome: Option<Value>,
    pub(crate) recording: bool,
    pub(crate) values: BTreeMap<u32, Noted>,
    pub(crate) time: TimeMode,
    pub(crate) violations: Vec<Violation>,
    /// The conditions that have to hold always.
    pub(super) invariants: Vec<Invariant>,
    /// Whether a step touched something that one of them looks at.
    pub(super) invariants_due: bool,
    /// Virtual time in microseconds.
    pub(crate) now: u64,
    /// Timeouts that a task may have in a row at one place.
    max_timeouts: u32,
    timeouts_used_up: bool,
    in_a_row: Vec<InARow>,
    /// For each task, what it tries once its time is up.
    pub(super) trying: Vec<Option<Op>>,
    pub(super) watches: Vec<Watch>,
    pub(super) awaits: Awaits,
    /// Attached tasks that have not ended.
    pub(super) n_attached: usize,
    /// The pseudo-task that ends the process, once there is a daemon.
    pub(super) exit: Option<TaskId>,
    /// The pseudo-task that moves the clock, once there is a deadline.
    pub(super) clock: Option<TaskId>,
    /// The gauge that counts tasks for those who enumerate them.
    pub(super) registry: ObjectId,
    pub(super) created: Vec<Created>,
    pub(super) repeat: Repeat,
    /// Where is written which task has control.
    pub(super) post: Arc<Post>,
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
            in_a_row: vec![],
            trying: vec![],
            watches: vec![],
            awaits: Awaits::default(),
            n_attached: 0,
            exit: None,
            clock: None,
            registry: ObjectId(0),
            created: vec![],
            repeat: Repeat::default(),
            post: Post::new(),
        }
    }

    /// Forgets the last execution but for its first `same` steps, which are
    /// repeated if they can be, and creates the main task.
    pub(crate) fn reset(&mut self, same: usize) {
        self.rewind(same);
        // Who does not come again, because the program is not deterministic,
        // must not look as if it waited.
        for task in &mut self.tasks {
            task.phase = Phase::Finished;
        }
        self.live.clear();
        self.values.clear();
        self.in_a_row.clear();
        self.watches.clear();
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
        self.n_attached = 0;
        self.exit = None;
        self.clock = None;
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

    /// Declares what the current task is about to do. The operation is exchanged
    /// for the last one: to copy what was just written in parts has to wait for
    /// them, so it is done once.
    pub(crate) fn declare(&mut self, op: &mut Op) {
        let task = &mut self.tasks[self.current.index()];
        std::mem::swap(&mut task.pending, op);
        if let Some(alive) = task.alive {
            task.pending.accesses.push(Access::new(alive, Mode::Read, 0));
        }
        task.phase = Phase::Waiting;
    }

    /// Declares a wait that ends after `micros` with a try.
    pub(crate) fn declare_timed(&mut self, mut wait: Op, mut trying: Op, micros: u64) {
        let location = wait.location;
        match self.time {
            TimeMode::Any if self.timeouts_at(location) >= self.max_timeouts => {
                self.timeouts_used_up = true;
                self.declare(&mut wait);
            }
            TimeMode::Any => self.declare(&mut trying),
            TimeMode::Virtual if micros == 0 => self.declare(&mut trying),
            TimeMode::Virtual => {
                self.declare(&mut wait);
                let id = self.current;
                if self.trying.len() <= id.index() {
                    self.trying.resize(id.index() + 1, None);
                }
                self.trying[id.index()] = Some(trying);
                let deadline = self.now.saturating_add(micros);
                self.task_mut(id).deadline = Some(deadline);
                self.enter_clock();
            }
        }
    }

    fn timeouts_at(&self, location: &'static Location<'static>) -> u32 {
        let of = |row: &&InARow| row.task == self.current && row.location == location;
        self.in_a_row.iter().find(of).map_or(0, |row| row.n)
    }

    /// Notes how a timed wait of the current task ended.
    pub(crate) fn count_timeout(&mut self, location: &'static Location<'static>, granted: bool) {
        let current = self.current;
        let row = self.in_a_row.iter_mut().find(|r| r.task == current && r.location == location);
        match row {
            Some(row) if granted => row.n = 0,
            Some(row) => row.n += 1,
            None if granted => {}
            None => self.in_a_row.push(InARow { task: current, location, n: 1 }),
        }
    }

    pub(crate) fn is_enabled(&self, task: TaskId) -> bool {
        let task = self.task(task);
        task.phase == Phase::Waiting
            && task.pending.guard.is_none_or(|g| self.objects[g.gauge.index()].shows >= g.at_least)
    }

    pub(crate) fn any_enabled(&self) -> bool {
        self.live.iter().any(|&task| self.is_enabled(task))
    }

    /// Gives the turn to a task that was picked.
    pub(crate) fn resume(&mut self, task: TaskId) {
        let stays = self.trace.steps().last().is_some_and(|last| last.task == task);
        self.preempting = !stays && self.point().preempts(task);
        self.current = task;
    }

    /// Executes the pending operation of the current task. False if a bounded
    /// or trying access was refused.
    #[inline]
    pub(crate) fn execute(&mut self) -> bool {
        if self.repeat.is_on { self.execute_again() } else { self.execute_anew() }
    }

    fn execute_anew(&mut self) -> bool {
        let id = self.current;
        let step = u32::try_from(self.trace.len()).expect("fewer than 2^32 steps");
        self.mark();
        let preempts = std::mem::take(&mut self.preempting);
        let task = &mut self.tasks[id.index()];
        debug_assert!(task.phase == Phase::Waiting, "a task executes what it declared");
        task.phase = Phase::Running;
        task.last_step = Some(step);
        task.deadline = None;
        self.post.write(id, Control::Goes, task.pending.location);
        self.trace.push(id, &task.pending, preempts);
        // What a killable task always reads is not the primitive's to defer.
        let (alive, is_deferred) = (task.alive, task.pending.is_deferred);
        let mut granted = true;
        for i in 0..task.pending.accesses.len() {
            let access = self.tasks[id.index()].pending.accesses[i];
            if !is_deferred || Some(access.object) == alive {
                granted &= self.touch(access);
            }
        }
        granted
    }

    /// Carries out one more access as part of the last step.
    pub(crate) fn touch(&mut self, asked: Access) -> bool {
        // Made anew and not changed in place: a copy of what was just written in
        // parts would have to wait for them.
        let Access { object, slot, amount, mode, .. } = asked;
        if self.repeat.is_on {
            return self.touch_again(asked);
        }
        let state = &mut self.objects[object.index()];
        let granted = match mode {
            Mode::Try | Mode::Look | Mode::AtLeast => state.shows >= amount,
            Mode::Below => state.shows < amount,
            Mode::GiveBounded => state.shows.saturating_add(amount) <= state.limit,
            _ => true,
        };
        let access = Access { object, slot, amount, mode, granted };
        let (showed, shows) = (state.shows, access.effect().on(state.shows));
        if shows != showed {
            state.shows = shows;
            self.changed(object, showed);
        }
        self.trace.touch(access);
        if !self.watches.is_empty() && access.mutates() {
            self.wake_watchers(&access);
        }
        if !self.awaits.is_empty() && access.writes() {
            self.awaits.written(object);
        }
        if !self.invariants.is_empty() && access.mutates() {
            self.touch_invariants(object);
        }
        granted
    }

    /// Gives to all tasks that ever parked until an object changes. No task leaves
    /// the list: if only the first change gave, two changes of different objects
    /// would not commute though they share nothing.
    fn wake_watchers(&mut self, access: &Access) {
        for i in 0..self.watches.len() {
            let Watch { object, slot, gauge } = self.watches[i];
            if (object, slot) == (access.object, access.slot) {
                self.touch(Access::new(gauge, Mode::Give, 1));
            }
        }
    }

    /// Notes the value that the last step read or wrote, when recording.
    pub(crate) fn note(&mut self, value: impl FnOnce() -> Option<Noted>) {
        if self.recording && !self.trace.is_empty() {
            let step = u32::try_from(self.trace.len() - 1).expect("fewer than 2^32 steps");
            if let Some(value) = value() {
                self.values.insert(step, value);
            }
        }
    }

    pub(crate) fn fail(&mut self, task: TaskId, failure: Failure) {
        self.task_mut(task).failure = Some(failure);
    }

    /// Where a task asked for its last step, or was started. Nobody asks for its
    /// end.
    pub(crate) fn last_place(&self, task: TaskId) -> &'static Location<'static> {
        let task = self.task(task);
        let made = |step: u32| self.trace.steps()[step as usize].location;
        task.last_step.map_or(task.pending.location, made)
    }

    /// Where a task panicked, as far as steps tell; where it made its last step
    /// if it did not.
    pub(crate) fn place_of_failure(&self, task: TaskId) -> &'static Location<'static> {
        let made = |step: u32| self.trace.steps()[step as usize].location;
        let after = match self.task(task).failure {
            Some(Failure::Panic { after, .. }) => after.or(self.task(task).started_by),
            _ => None,
        };
        after.map_or_else(|| self.last_place(self.current), made)
    }

    /// Notes that a task's end was executed.
    pub(crate) fn finish(&mut self, task: TaskId) {
        let task = &mut self.tasks[task.index()];
        task.phase = Phase::Finished;
        if task.role == Role::Program && !task.daemon {
            self.n_attached -= 1;
        }
    }

    /// Whether the program has started tasks.
    pub(super) fn has_others(&self) -> bool {
        self.live.iter().any(|&id| id != TaskId::MAIN && self.task(id).role == Role::Program)
    }

    /// The tasks of the program, each with the gauge of its end.
    pub(crate) fn program_tasks(&self) -> Vec<(TaskId, ObjectId)> {
        let tasks = self.live.iter().map(|&id| self.task(id));
        tasks.filter(|t| t.role == Role::Program).map(|t| (t.id, t.done)).collect()
    }

    /// The state of things as a strategy may see it.
    pub(crate) fn point(&self) -> Point<'_> {
        Point {
            trace: &self.trace,
            tasks: &self.tasks,
            live: &self.live,
            objects: &self.objects,
            names: &self.names,
            last: self.trace.steps().last().map(|step| step.task),
        }
    }

    /// The finished execution.
    pub(crate) fn execution(&self) -> Execution<'_> {
        Execution {
            ended: self.ended.expect("asked only at the end of an execution"),
            trace: &self.trace,
            live: &self.live,
            tasks: &self.tasks,
            objects: &self.objects,
            names: &self.names,
            makespan: self.now,
            timeouts_used_up: self.timeouts_used_up,
            violations: &self.violations,
            outcome: self.outcome.as_ref(),
            values: &self.values,
        }
    }
}
