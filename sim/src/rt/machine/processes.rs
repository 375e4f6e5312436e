//! How processes start, end and die.
//!
//! A process is a main task with its threads, and it is known by that task. It shares
//! with others only what it was given, and has private copies of the rest. What its main
//! task does after its body are steps like others: it waits for the attached threads,
//! tells daemonic children to die, waits for all children in the order of their paths, and
//! ends. Which children there are is read off only when the threads have ended: before
//! that it would depend on how far they are, and no step would say so.
//!
//! A process that can be killed has a pseudo-task, its *death*. It waits until the process
//! is told to die, writes the cell that each step of the process reads, and gives to the
//! gauge of its end. What the process held stays held.

use std::panic::Location;

use super::create::NewTask;
use super::endings::{After, Ending, Signal};
use super::new_object::NewObject;
use super::state::Machine;
use crate::act::Act;
use crate::execution::{Death, Life, Phase, ProcessState, Purpose, Task};
use crate::id::{ObjectId, Role, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::op::{Access, Op};

/// What a process is like when it starts.
#[derive(Debug)]
pub(crate) struct NewProcess {
    pub(crate) name: Name,
    pub(crate) kind: ProcessKind,
    pub(crate) location: &'static Location<'static>,
}

/// Whether a process can be told to die, and when it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ProcessKind {
    /// It ends by itself.
    #[default]
    Plain,
    /// The program may tell it to die.
    Killable,
    /// The same, and the end of its parent tells it to.
    Daemonic,
}

impl Machine {
    /// The process of a task.
    pub(crate) fn process_of(&self, task: TaskId) -> &ProcessState {
        &self.processes[self.task(task).process as usize]
    }

    /// Whether the current task may start processes: neither daemon threads nor daemonic
    /// processes may. Otherwise the exit, once it is possible, could become impossible
    /// again.
    pub(crate) fn may_start_processes(&self) -> bool {
        !self.task(self.current).daemon && !self.process_of(self.current).is_daemonic
    }

    /// Creates the main task of a process that the current task starts. It belongs to the
    /// last step.
    pub(crate) fn create_process(&mut self, new: NewProcess) -> TaskId {
        let NewProcess { name, kind, location } = new;
        let parent = self.current;
        let id = self.next_child(parent);
        let number = u32::try_from(self.processes.len()).expect("fewer than 2^32 processes");
        let is_daemonic = kind == ProcessKind::Daemonic;
        self.enter_task(NewTask {
            id,
            role: Role::Program,
            parent,
            started_by: Some(self.last_made()),
            name,
            process: number,
            daemon: false,
            attached: !is_daemonic,
            alive: None,
            location,
        });
        let part = |purpose, kind| NewObject::new(kind, Name::default(), location).serving(purpose);
        let alive = self.create_object_of(id, part(Purpose::Life, "alive"));
        let threads = self.create_object_of(id, part(Purpose::Threads, "threads"));
        let registry = self.create_registry(id, location);
        let death = (kind != ProcessKind::Plain).then(|| {
            let doomed = self.create_object_of(id, part(Purpose::Doom, "doom"));
            Death { task: self.enter_death(id, number, alive, doomed), doomed }
        });
        self.task_mut(id).alive = death.map(|_| alive);
        let parent = self.task(parent).process;
        self.processes.push(ProcessState {
            main: id,
            parent,
            is_daemonic,
            registry,
            life: Some(Life { threads, alive, death }),
            exit_code: None,
        });
        self.endings.push(Ending::default());
        self.pass_on_ends(parent, id);
        if is_daemonic && parent == 0 {
            self.enter_exit();
        }
        id
    }

    /// Creates the pseudo-task that ends a process which is told to die.
    fn enter_death(
        &mut self,
        main: TaskId,
        process: u32,
        alive: ObjectId,
        doomed: ObjectId,
    ) -> TaskId {
        let (location, done) = (self.task(main).pending.location, self.task(main).done);
        self.has_deaths = true;
        let id = self.enter_system(Role::Exit, main, "death");
        let die = Op::local("die", location).with(doomed, Mode::Await, 1);
        let die = die.with(alive, Mode::Write, 0).with(done, Mode::Give, 1);
        let death = self.task_mut(id);
        death.process = process;
        // A process that has ended cannot die.
        death.alive = Some(alive);
        death.pending = die;
        id
    }

    /// Notes that a process was told to die, as part of the step that did so.
    pub(crate) fn signal(&mut self, main: TaskId, signal: Signal) {
        let process = self.task(main).process as usize;
        let ending = &mut self.endings[process];
        ending.signal = ending.signal.max(Some(signal));
    }

    /// The cell that is written when a thread of a child process is killed, if it can be.
    pub(super) fn alive_for(&self, process: u32, daemon: bool) -> Option<ObjectId> {
        let life = self.processes[process as usize].life?;
        (daemon || life.death.is_some()).then_some(life.alive)
    }

    /// Counts a thread that a child process has just started, for its end.
    pub(super) fn count_thread(&mut self, process: u32, daemon: bool) {
        if let Some(life) = self.processes[process as usize].life.filter(|_| !daemon) {
            self.touch(Access::new(life.threads, Mode::Give, -1));
            self.endings[process as usize].has_threads = true;
        }
    }

    /// Whether a task is the main task of a process that another one started.
    pub(crate) fn is_main_of_child(&self, task: TaskId) -> bool {
        let process = self.task(task).process;
        process != 0 && self.processes[process as usize].main == task
    }

    /// What the main task of a process does after its body and before its end.
    pub(crate) fn before_end(&mut self, task: TaskId) -> Option<Op> {
        let number = self.task(task).process;
        let life = self.processes[number as usize].life?;
        let location = self.last_place(task);
        let join = |verb| Op::local(verb, location).acting(Act::Join);
        let ending = &mut self.endings[number as usize];
        if ending.after == After::Body {
            ending.after = After::Threads;
            if ending.has_threads {
                return Some(join("join threads").with(life.threads, Mode::Await, 0));
            }
        }
        if ending.after == After::Threads {
            let children = self.children_of(number);
            let doomed = children.iter().filter_map(|&child| self.doom_of_daemonic(child));
            let op = doomed.fold(Op::local("tell children to die", location), |op, doomed| {
                op.with(doomed, Mode::Give, 1)
            });
            let ending = &mut self.endings[number as usize];
            (ending.after, ending.children) = (After::Children(0), children);
            if !op.accesses.is_empty() {
                return Some(op);
            }
        }
        if let After::Children(nth) = self.endings[number as usize].after {
            let ending = &mut self.endings[number as usize];
            if let Some(&child) = ending.children.get(nth) {
                ending.after = After::Children(nth + 1);
                return Some(join("join child").with(self.task(child).done, Mode::Await, 1));
            }
            let unfed = self.unfed_of(number);
            let ending = &mut self.endings[number as usize];
            (ending.after, ending.unfed) = (After::Feeders(0), unfed);
        }
        let ending = &mut self.endings[number as usize];
        let After::Feeders(nth) = ending.after else { unreachable!("feeders come last") };
        let unfed = *ending.unfed.get(nth)?;
        ending.after = After::Feeders(nth + 1);
        Some(join("join feeder").with(unfed, Mode::Await, 0))
    }

    /// The main tasks of the processes that a process has started, by their paths.
    fn children_of(&self, process: u32) -> Vec<TaskId> {
        let started = self.processes[1..].iter().filter(|child| child.parent == process);
        let mut children: Vec<TaskId> = started.map(|child| child.main).collect();
        children.sort_by(|&a, &b| self.names.order(a, b));
        children
    }

    /// The gauge that tells a process to die, if it is daemonic.
    fn doom_of_daemonic(&self, main: TaskId) -> Option<ObjectId> {
        let ProcessState { is_daemonic, life, .. } =
            &self.processes[self.task(main).process as usize];
        life.filter(|_| *is_daemonic)?.death.map(|death| death.doomed)
    }

    /// The last step of a task.
    pub(crate) fn end_of(&self, task: TaskId) -> Op {
        let Task { done, process, daemon, .. } = *self.task(task);
        let op = Op::local("end", self.last_place(task)).acting(Act::End).with(done, Mode::Give, 1);
        if process == 0 {
            return op;
        }
        let ProcessState { main, life, .. } = self.processes[process as usize];
        match life {
            Some(life) if main == task => op.with(life.alive, Mode::Write, 0),
            Some(life) if !daemon => op.with(life.threads, Mode::Give, 1),
            _ => op,
        }
    }

    /// Declares the last step of the current task.
    #[inline]
    pub(crate) fn declare_end(&mut self, end: &mut Op, is_process: bool) {
        self.declare(end);
        if is_process {
            self.declare_closings(self.task(self.current).process);
        }
    }

    /// Notes that a task's end was executed. What is left of the process of a main task
    /// dies with it.
    pub(crate) fn finish(&mut self, task: TaskId) {
        let Task { process, attached, role, ref failure, .. } = self.tasks[task.index()];
        let code = i64::from(failure.is_some());
        self.task_mut(task).phase = Phase::Finished;
        self.n_attached -= usize::from(attached && role == Role::Program);
        if process != 0 && self.processes[process as usize].main == task {
            self.kill(process, code);
        }
    }

    /// Ends a process that was told to die.
    pub(super) fn die(&mut self, death: TaskId) {
        let process = self.task(death).process;
        self.task_mut(death).phase = Phase::Finished;
        let signal = self.endings[process as usize].signal;
        self.kill(process, signal.unwrap_or(Signal::Terminate).exit_code());
    }

    /// Kills what is left of a process.
    pub(super) fn kill(&mut self, process: u32, exit_code: i64) {
        self.processes[process as usize].exit_code = Some(exit_code);
        self.close_all(process);
        for i in 0..self.live.len() {
            let task = &mut self.tasks[self.live[i].index()];
            if task.process == process && task.phase != Phase::Finished && task.role != Role::Clock
            {
                task.phase = Phase::Killed;
                self.n_attached -= usize::from(task.attached && task.role == Role::Program);
                self.declare_conditions(self.live[i], 0);
            }
        }
    }

    /// The main tasks of the daemonic processes that the first process has started.
    pub(super) fn daemonic_children(&self) -> impl Iterator<Item = &ProcessState> {
        self.processes[1..].iter().filter(|child| child.is_daemonic && child.parent == 0)
    }

    /// Copies an object for a task that is about to run in another process. `shows` says
    /// whether it is a gauge, which the copy has to show the same.
    pub(crate) fn copy_object(
        &mut self,
        of: ObjectId,
        creator: TaskId,
        change: impl FnOnce(NewObject) -> NewObject,
    ) -> ObjectId {
        let original = self.object(of);
        let new = NewObject {
            purpose: original.purpose,
            initial: original.initial,
            limit: original.limit,
            ownership: original.ownership,
            is_variable: original.is_variable,
            keeps_versions: original.keeps_versions,
            is_atomic: original.is_atomic,
            raised_by: original.raised_by,
            want: original.want,
            copy_of: Some(of),
            ..NewObject::new(original.kind, original.name.clone(), original.location)
        };
        self.create_object_of(creator, change(new))
    }
}
