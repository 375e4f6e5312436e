//! The state of one execution and what a step does to it.
//!
//! Plain data and integer arithmetic: nothing here knows of coroutines or of
//! strategies. [`super::pool`] moves control between tasks, [`super`] is the
//! door through which primitives come.

use std::collections::BTreeMap;
use std::panic::Location;

use crate::execution::{Ended, Execution, Failure, Object, Phase, Task};
use crate::explorer::Point;
use crate::id::{Name, Names, ObjectId, TaskId};
use crate::op::{Access, Effect, Mode, Op};
use crate::trace::Trace;
use crate::value::Value;

/// Counters of one task that restart with each execution.
#[derive(Clone, Copy, Debug, Default)]
struct Created {
    children: u32,
    objects: u32,
}

/// What a gauge or cell is like when it is created.
#[derive(Clone, Debug)]
pub(crate) struct NewObject {
    pub(crate) kind: &'static str,
    pub(crate) name: Name,
    pub(crate) location: &'static Location<'static>,
    pub(crate) initial: i64,
    pub(crate) limit: i64,
    pub(crate) owned: bool,
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
    preempting: bool,
    pub(crate) ended: Option<Ended>,
    pub(crate) outcome: Option<Value>,
    pub(crate) recording: bool,
    pub(crate) values: BTreeMap<u32, String>,
    created: Vec<Created>,
}

impl Machine {
    pub(crate) fn new(recording: bool) -> Machine {
        Machine {
            names: Names::new(),
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
            created: vec![],
        }
    }

    /// Forgets the last execution and creates the main task.
    pub(crate) fn reset(&mut self) {
        self.live.clear();
        self.trace.clear();
        self.values.clear();
        self.ended = None;
        self.outcome = None;
        self.unstarted = None;
        self.preempting = false;
        self.current = TaskId::MAIN;
        self.enter_task(TaskId::MAIN, TaskId::MAIN, None, Name::from("main"), Location::caller());
    }

    /// Creates a child of the current task. It belongs to the last step.
    pub(crate) fn create_task(
        &mut self,
        name: Name,
        location: &'static Location<'static>,
    ) -> TaskId {
        let parent = self.current;
        let nth = self.created[parent.index()].children;
        self.created[parent.index()].children += 1;
        let id = self.names.child(parent, nth);
        self.trace.start(id);
        let started_by = u32::try_from(self.trace.len() - 1).expect("fewer than 2^32 steps");
        self.enter_task(id, parent, Some(started_by), name, location);
        id
    }

    fn enter_task(
        &mut self,
        id: TaskId,
        parent: TaskId,
        started_by: Option<u32>,
        name: Name,
        location: &'static Location<'static>,
    ) {
        if self.created.len() <= id.index() {
            self.created.resize(id.index() + 1, Created::default());
        }
        self.created[id.index()] = Created::default();
        let done = self.create_object_of(
            id,
            NewObject {
                kind: "task",
                name: Name::default(),
                location,
                initial: 0,
                limit: i64::MAX,
                owned: false,
            },
        );
        let task = Task {
            id,
            name,
            parent,
            started_by,
            phase: Phase::Unstarted,
            pending: Op::local("start", location),
            last_step: None,
            done,
            failure: None,
        };
        match self.tasks.get_mut(id.index()) {
            Some(old) => *old = task,
            None => {
                // Interning may run ahead of this execution when another one
                // of the search saw more tasks; those entries are filled with
                // placeholders that no `live` list names.
                while self.tasks.len() < id.index() {
                    let placeholder = TaskId(u32::try_from(self.tasks.len()).expect("small"));
                    self.tasks.push(Task {
                        id: placeholder,
                        name: Name::default(),
                        parent: TaskId::MAIN,
                        started_by: None,
                        phase: Phase::Finished,
                        pending: Op::local("start", location),
                        last_step: None,
                        done,
                        failure: None,
                    });
                }
                self.tasks.push(task);
            }
        }
        self.live.push(id);
        self.unstarted = Some(id);
    }

    /// Creates an object of the current task.
    pub(crate) fn create_object(&mut self, new: NewObject) -> ObjectId {
        self.create_object_of(self.current, new)
    }

    fn create_object_of(&mut self, creator: TaskId, new: NewObject) -> ObjectId {
        let nth = self.created[creator.index()].objects;
        self.created[creator.index()].objects += 1;
        let id = self.names.object(creator, nth);
        let object = Object {
            kind: new.kind,
            name: new.name,
            location: new.location,
            initial: new.initial,
            shows: new.initial,
            limit: new.limit,
            owned: new.owned,
        };
        while self.objects.len() < id.index() {
            self.objects.push(object.clone());
        }
        match self.objects.get_mut(id.index()) {
            Some(old) => *old = object,
            None => self.objects.push(object),
        }
        id
    }

    pub(crate) fn task(&self, id: TaskId) -> &Task {
        &self.tasks[id.index()]
    }

    pub(crate) fn task_mut(&mut self, id: TaskId) -> &mut Task {
        &mut self.tasks[id.index()]
    }

    /// Declares what the current task is about to do.
    pub(crate) fn declare(&mut self, op: Op) {
        let task = &mut self.tasks[self.current.index()];
        task.pending = op;
        task.phase = Phase::Waiting;
    }

    pub(crate) fn is_enabled(&self, task: TaskId) -> bool {
        let task = self.task(task);
        task.phase == Phase::Waiting
            && task.pending.guard.is_none_or(|g| self.objects[g.gauge.index()].shows >= g.at_least)
    }

    /// Gives the turn to a task that was picked.
    pub(crate) fn resume(&mut self, task: TaskId) {
        let last = self.trace.steps().last().map_or(task, |step| step.task);
        if task != last && self.is_enabled(last) {
            // A task that yields or sleeps offers to be left.
            self.preempting = !matches!(self.task(last).pending.verb, "yield" | "sleep");
        }
        self.current = task;
    }

    pub(crate) fn any_enabled(&self) -> bool {
        self.live.iter().any(|&task| self.is_enabled(task))
    }

    /// Executes the pending operation of the current task. False if a bounded
    /// or trying access was refused.
    pub(crate) fn execute(&mut self) -> bool {
        let id = self.current;
        let step = u32::try_from(self.trace.len()).expect("fewer than 2^32 steps");
        let task = &mut self.tasks[id.index()];
        debug_assert!(task.phase == Phase::Waiting, "a task executes what it declared");
        task.phase = Phase::Running;
        task.last_step = Some(step);
        let preempts = std::mem::take(&mut self.preempting);
        self.trace.push(id, task.pending.verb, task.pending.location, preempts);
        let mut granted = true;
        for i in 0..task.pending.accesses.len() {
            let access = self.tasks[id.index()].pending.accesses[i];
            granted &= self.touch(access);
        }
        granted
    }

    /// Carries out one more access as part of the last step.
    pub(crate) fn touch(&mut self, mut access: Access) -> bool {
        let object = &mut self.objects[access.object.index()];
        access.granted = match access.mode {
            Mode::Try => object.shows >= access.amount,
            Mode::GiveBounded => object.shows.saturating_add(access.amount) <= object.limit,
            _ => true,
        };
        match access.effect() {
            Effect::Nothing => {}
            // A gauge opened for ever shows the greatest number and stays there.
            Effect::Add(amount) => object.shows = object.shows.saturating_add(amount),
            Effect::Become(amount) => object.shows = amount,
        }
        self.trace.touch(access);
        access.granted
    }

    /// Notes the value that the last step read or wrote, when recording.
    pub(crate) fn note(&mut self, value: impl FnOnce() -> String) {
        if self.recording && !self.trace.is_empty() {
            let step = u32::try_from(self.trace.len() - 1).expect("fewer than 2^32 steps");
            self.values.insert(step, value());
        }
    }

    pub(crate) fn fail(&mut self, task: TaskId, failure: Failure) {
        self.task_mut(task).failure = Some(failure);
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
            outcome: self.outcome.as_ref(),
            values: &self.values,
        }
    }
}
