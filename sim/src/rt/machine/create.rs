//! How tasks and objects come into being: by (creator, n-th created).

use std::panic::Location;

use smallvec::SmallVec;

use super::endings::Ending;
use super::new_object::NewObject;
use super::state::{Created, Machine};
use crate::act::Act;
use crate::execution::{Object, Phase, ProcessState, Purpose, Task};
use crate::id::{ObjectId, Role, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::op::{Access, Op};

/// What a task is like when it is created.
pub(crate) struct NewTask {
    pub(crate) id: TaskId,
    pub(crate) role: Role,
    pub(crate) parent: TaskId,
    pub(crate) started_by: Option<u32>,
    pub(crate) name: Name,
    /// The number of its process.
    pub(crate) process: u32,
    pub(crate) daemon: bool,
    pub(crate) attached: bool,
    /// The cell that is written when it is killed, if it is that of its process.
    pub(crate) alive: Option<ObjectId>,
    pub(crate) location: &'static Location<'static>,
}

impl Machine {
    pub(crate) fn create_main(&mut self) {
        let location = Location::caller();
        self.enter_task(NewTask {
            id: TaskId::MAIN,
            role: Role::Program,
            parent: TaskId::MAIN,
            started_by: None,
            name: Name::from("main"),
            process: 0,
            daemon: false,
            attached: true,
            alive: None,
            location,
        });
        let registry = self.create_registry(TaskId::MAIN, location);
        self.processes.push(ProcessState {
            main: TaskId::MAIN,
            parent: 0,
            is_daemonic: false,
            registry,
            life: None,
            exit_code: None,
        });
        self.endings.push(Ending::default());
    }

    /// The gauge that counts the threads of the process of a main task.
    pub(super) fn create_registry(
        &mut self,
        main: TaskId,
        location: &'static Location<'static>,
    ) -> ObjectId {
        let registry = NewObject::new("tasks", Name::default(), location);
        self.create_object_of(main, registry.serving(Purpose::Registry))
    }

    /// Creates a child of the current task. It belongs to the last step. The child
    /// of a daemon is one too: otherwise the exit, once it is possible, could
    /// become impossible again.
    pub(crate) fn create_task(
        &mut self,
        name: Name,
        daemon: bool,
        location: &'static Location<'static>,
    ) -> TaskId {
        let parent = self.current;
        let process = self.task(parent).process;
        let daemon = daemon || self.task(parent).daemon;
        let id = self.next_child(parent);
        let role = Role::Program;
        let ProcessState { is_daemonic, registry, .. } = self.processes[process as usize];
        let started_by = Some(self.last_made());
        let attached = !daemon && !is_daemonic;
        let alive = if process == 0 { None } else { self.alive_for(process, daemon) };
        self.enter_task(NewTask {
            id,
            role,
            parent,
            started_by,
            name,
            process,
            daemon,
            attached,
            alive,
            location,
        });
        // A start must not change places with a step that enumerates tasks.
        self.touch(Access::new(registry, Mode::Tally, 1));
        if self.is_enumerated {
            self.declare_to_enumerating(id);
        }
        if process != 0 {
            self.count_thread(process, daemon);
        } else if daemon {
            self.enter_exit();
        }
        id
    }

    /// Declares that the current task is about to start another one. What that touches is
    /// declared if the task may be killed before, for the same reason as the ends that are
    /// enumerated.
    #[inline]
    pub(crate) fn declare_start(&mut self, op: &mut Op, daemon: bool) {
        if self.task(self.current).alive.is_some() {
            op.is_deferred = true;
            op.accesses.extend(self.touched_by_start(daemon));
        }
        self.declare(op);
    }

    #[cold]
    fn touched_by_start(&self, daemon: bool) -> SmallVec<[Access; 2]> {
        let parent = self.task(self.current);
        let ProcessState { registry, life, .. } = self.processes[parent.process as usize];
        let counts = life.filter(|_| !daemon && !parent.daemon);
        let counts = counts.map(|life| Access::new(life.threads, Mode::Give, -1));
        [Access::new(registry, Mode::Tally, 1)].into_iter().chain(counts).collect()
    }

    /// The next child of a task, which the last step starts.
    #[inline(always)]
    pub(super) fn next_child(&mut self, parent: TaskId) -> TaskId {
        let nth = self.created[parent.index()].children;
        self.created[parent.index()].children += 1;
        let id = self.names.child(parent, nth);
        if !self.repeat.is_on {
            self.trace.start(id);
        }
        id
    }

    /// The number of the last step.
    #[inline]
    pub(super) fn last_made(&self) -> u32 {
        u32::try_from(self.n_made() - 1).expect("fewer than 2^32 steps")
    }

    /// The objects that a task is about to look at when it enumerates the others: the gauge
    /// that counts them, and the end of each.
    pub(crate) fn begin_to_enumerate(&mut self) -> (ObjectId, Vec<(TaskId, ObjectId)>) {
        self.is_enumerated = true;
        let process = self.task(self.current).process;
        (self.processes[process as usize].registry, self.threads_of_current())
    }

    /// Adds the end of a task that has just been started to what the enumerating tasks are
    /// about to look at.
    fn declare_to_enumerating(&mut self, started: TaskId) {
        let Task { done, process, .. } = *self.task(started);
        for &id in &self.live {
            let task = &mut self.tasks[id.index()];
            if task.process == process
                && matches!(task.phase, Phase::Waiting | Phase::Killed)
                && task.pending.is_deferred
                && task.pending.act == Act::LookAtEnds
            {
                task.pending.accesses.push(Access::new(done, Mode::Look, 1));
            }
        }
    }

    pub(crate) fn enter_task(&mut self, new: NewTask) {
        let index = new.id.index();
        if self.created.len() <= index {
            self.created.resize(index + 1, Created::default());
            self.post.call(new.id, self.names.origin(new.id), &new.name);
        }
        self.created[index] = Created::default();
        let (id, role, daemon, attached) = (new.id, new.role, new.daemon, new.attached);
        let unnamed =
            |purpose, kind| NewObject::new(kind, Name::default(), new.location).serving(purpose);
        let done = self.next_again_of(id, "task", new.location);
        let done = done.unwrap_or_else(|| self.create_object_of(id, unnamed(Purpose::End, "task")));
        if !self.enter_again(&new) {
            let is_own = daemon && new.alive.is_none() && role == Role::Program;
            let own = is_own.then(|| self.create_object_of(id, unnamed(Purpose::Life, "alive")));
            let alive = new.alive.or(own);
            self.enter_new(new, done, alive);
        }
        self.live.push(id);
        if role == Role::Program {
            self.unstarted = Some(id);
            self.n_attached += usize::from(attached);
        }
    }

    fn enter_new(&mut self, new: NewTask, done: ObjectId, alive: Option<ObjectId>) {
        let index = new.id.index();
        let task = Task {
            id: new.id,
            role: new.role,
            name: new.name,
            process: new.process,
            daemon: new.daemon,
            attached: new.attached,
            alive,
            deadline: None,
            parent: new.parent,
            crowd: None,
            started_by: new.started_by,
            phase: Phase::Unstarted,
            pending: Op::local("start", new.location),
            last_step: None,
            done,
            failure: None,
        };
        // Interning may run ahead of this execution when another one of the
        // search saw more tasks. The numbers in between go to tasks that no
        // `live` list names.
        while self.tasks.len() < index {
            let id = TaskId(u32::try_from(self.tasks.len()).expect("small"));
            self.tasks.push(Task {
                id,
                name: Name::default(),
                phase: Phase::Finished,
                pending: Op::local("start", new.location),
                failure: None,
                ..task
            });
        }
        match self.tasks.get_mut(index) {
            Some(old) => *old = task,
            None => self.tasks.push(task),
        }
    }

    /// Creates an object of the current task.
    pub(crate) fn create_object(&mut self, new: NewObject) -> ObjectId {
        self.create_object_of(self.current, new)
    }

    /// Creates an object that is known by its place: some task has come to use it first.
    pub(crate) fn create_placed(&mut self, new: NewObject) -> ObjectId {
        let number = self.names.place_number(new.location);
        if self.placed.len() <= number {
            self.placed.resize(number + 1, 0);
        }
        let nth = self.placed[number];
        self.placed[number] += 1;
        let id = self.names.placed(number, nth);
        self.enter_object(id, new)
    }

    pub(crate) fn create_object_of(&mut self, creator: TaskId, new: NewObject) -> ObjectId {
        let nth = self.created[creator.index()].objects;
        self.created[creator.index()].objects += 1;
        let id = self.names.object(creator, nth);
        self.enter_object(id, new)
    }

    /// Makes an object what it is at first.
    #[inline(always)]
    pub(super) fn enter_object(&mut self, id: ObjectId, new: NewObject) -> ObjectId {
        if self.is_created_again(id, &new) {
            return id;
        }
        match self.objects.get_mut(id.index()) {
            Some(old) => *old = Object::from(new),
            None => self.add_object(id, Object::from(new)),
        }
        id
    }

    /// Adds an object whose number was not used before. Interning may have run ahead, as
    /// with tasks.
    #[cold]
    fn add_object(&mut self, id: ObjectId, object: Object) {
        self.objects.resize(id.index(), object.clone());
        self.objects.push(object);
    }
}
