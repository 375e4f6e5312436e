//! The pseudo-tasks of the machine: the exit of the process and the clock.
//!
//! They make steps like every other task, so that a schedule shows them and a
//! search can postpone them, but they have no coroutine.
//!
//! *Exit* exists once there is a daemon. It is enabled when every attached task
//! has ended, and kills the daemon threads that are left: it writes the `alive` cell that
//! each step of a daemon reads. If main has started daemonic processes it makes a step
//! before that, once the threads of main have ended: it tells these processes to die
//! ([`super::processes`]).
//!
//! The *clock* exists once a task waits with a deadline in virtual time. It
//! is enabled when no other task is, and moves to the next deadline. Its step is
//! ordered with every other one.

use std::panic::Location;

use super::create::NewTask;
use super::state::Machine;
use crate::execution::{Ended, Phase, Task};
use crate::id::{Role, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::{Access, Guard, Op};

/// A step of the exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OfExit {
    /// Daemonic processes are told to die.
    Shutdown,
    /// Daemon threads are killed.
    Exit,
}

impl Machine {
    /// Creates a pseudo-task that belongs to a task of the program.
    pub(super) fn enter_system(&mut self, role: Role, of: TaskId, name: &'static str) -> TaskId {
        let id = self.names.system(role, of);
        self.enter_pseudo_task(id, role, of, Name::from(name));
        id
    }

    /// The same for one that has its number.
    pub(super) fn enter_pseudo_task(&mut self, id: TaskId, role: Role, of: TaskId, name: Name) {
        self.repeat.is_barred = true;
        let location = Location::caller();
        self.enter_task(NewTask {
            id,
            role,
            parent: of,
            started_by: None,
            name,
            process: 0,
            daemon: true,
            attached: false,
            alive: None,
            location,
        });
        self.task_mut(id).phase = Phase::Waiting;
    }

    pub(crate) fn enter_exit(&mut self) {
        if self.exit.is_none() {
            let exit = self.enter_system(Role::Exit, TaskId::MAIN, "exit");
            self.exit = Some(exit);
            self.await_exit(exit);
        }
    }

    /// Has the exit wait for its next step, if there is one. Its own end never comes by
    /// itself: `ready` opens it.
    fn await_exit(&mut self, exit: TaskId) {
        let is_for_processes_alone = self.has_shut_down
            && !self.live.iter().any(|&id| {
                let task = self.task(id);
                task.process == 0 && task.daemon && task.role == Role::Program
            });
        let task = &mut self.tasks[exit.index()];
        task.phase = if is_for_processes_alone { Phase::Finished } else { Phase::Waiting };
        task.pending = Op::local("exit", task.pending.location).guarded(task.done, 1);
    }

    /// Whether the next step of the exit tells daemonic processes to die.
    fn is_to_shut_down(&self) -> bool {
        !self.has_shut_down && self.daemonic_children().next().is_some()
    }

    pub(crate) fn enter_clock(&mut self) {
        if self.clock.is_none() {
            let clock = self.enter_system(Role::Clock, TaskId::MAIN, "clock");
            self.clock = Some(clock);
            let done = self.task(clock).done;
            let task = self.task_mut(clock);
            task.pending.verb = "tick";
            task.pending.guard = Some(Guard { gauge: done, at_least: 1 });
        }
    }

    /// Opens the gauges of the pseudo-tasks that are due.
    #[inline(never)]
    pub(crate) fn ready_system(&mut self) {
        if let Some(exit) = self.exit.filter(|&exit| self.task(exit).phase == Phase::Waiting) {
            let next = self.next_of_exit();
            let done = self.task(exit).done;
            self.objects[done.index()].shows = i64::from(next.is_some());
            if let Some(next) = next {
                self.prepare_exit(exit, next);
            }
        }
        if let Some(clock) = self.clock {
            let done = self.task(clock).done.index();
            self.objects[done].shows = 0;
            let is_due = !self.any_enabled() && self.next_deadline().is_some();
            self.objects[done].shows = i64::from(is_due);
        }
    }

    /// How an execution ends in which no task is enabled.
    #[inline(never)]
    pub(crate) fn come_to_end(&mut self) -> Ended {
        self.declare_exit();
        match self.n_attached == 0 && self.is_all_fed() {
            true => Ended::Complete,
            false => Ended::Stuck,
        }
    }

    /// The step of the exit that is due.
    fn next_of_exit(&self) -> Option<OfExit> {
        if self.is_to_shut_down() {
            let mut threads = self.live.iter().map(|&id| self.task(id));
            let is_left =
                |task: &Task| task.process == 0 && task.attached && task.phase != Phase::Finished;
            return (!threads.any(is_left)).then_some(OfExit::Shutdown);
        }
        (self.is_over_but_for_feeders() && self.is_all_fed()).then_some(OfExit::Exit)
    }

    /// Whether all tasks have ended that the exit waits for, but for what feeders have to
    /// write.
    fn is_over_but_for_feeders(&self) -> bool {
        let is_over =
            |main: TaskId| matches!(self.task(main).phase, Phase::Finished | Phase::Killed);
        self.n_attached == 0 && self.daemonic_children().all(|one| is_over(one.main))
    }

    /// Whether nothing keeps the exit but what feeders have to write.
    fn is_kept_by_feeder(&self) -> bool {
        !self.is_to_shut_down() && self.is_over_but_for_feeders() && !self.is_all_fed()
    }

    /// Declares what the exit would touch where only a feeder keeps it. The feeder may
    /// never write: then this is all that a search knows of a step that could have come
    /// before the put. Whether it does.
    pub(crate) fn declare_exit(&mut self) -> bool {
        let waits = |&exit: &TaskId| self.task(exit).phase == Phase::Waiting;
        let kept = self.exit.filter(waits).filter(|_| self.is_kept_by_feeder());
        kept.inspect(|&exit| self.prepare_exit(exit, OfExit::Exit)).is_some()
    }

    /// What the exit touches, for the tasks that exist now: a daemon may start others.
    fn prepare_exit(&mut self, exit: TaskId, next: OfExit) {
        let (done, location) = (self.task(exit).done, self.task(exit).pending.location);
        let verb = if next == OfExit::Exit { "exit" } else { "shut down" };
        let mut op = Op::local(verb, location).guarded(done, 1);
        for &id in &self.live {
            let task = self.task(id);
            if task.role != Role::Program {
                continue;
            }
            let process = &self.processes[task.process as usize];
            // A daemonic process that another process has started may outlive the first one.
            let is_awaited = process.main == id && (task.attached || process.parent == 0);
            let access = match (next, task.alive) {
                (OfExit::Shutdown, _) if task.process == 0 && task.attached => {
                    Access::new(task.done, Mode::Await, 1)
                }
                (OfExit::Exit, Some(alive)) if task.process == 0 => {
                    Access::new(alive, Mode::Write, 0)
                }
                (OfExit::Exit, _) if task.process == 0 || is_awaited => {
                    Access::new(task.done, Mode::Await, 1)
                }
                _ => continue,
            };
            op.accesses.push(access);
        }
        if next == OfExit::Exit {
            let unfed = self.feeders.iter().filter(|feeder| feeder.process == 0);
            op.accesses.extend(unfed.map(|feeder| Access::new(feeder.unfed, Mode::Await, 0)));
        }
        if next == OfExit::Shutdown {
            let doomed = self.daemonic_children().filter_map(|one| one.life?.death);
            op.accesses.extend(doomed.map(|death| Access::new(death.doomed, Mode::Give, 1)));
        }
        self.task_mut(exit).pending = op;
    }

    fn next_deadline(&self) -> Option<u64> {
        let waiting = self.live.iter().filter(|&&id| self.task(id).phase == Phase::Waiting);
        let of_tasks = waiting.filter_map(|&id| self.task(id).deadline);
        of_tasks.chain(self.next_timer()).min()
    }

    /// Makes the step of a pseudo-task that was picked.
    pub(crate) fn execute_system(&mut self, id: TaskId) {
        self.execute();
        match self.task(id).role {
            Role::Program | Role::Place => {
                unreachable!("a task of the program has a coroutine, and a place is no task")
            }
            Role::Exit if Some(id) != self.exit => self.die(id),
            Role::Exit if self.is_to_shut_down() => {
                self.has_shut_down = true;
                self.await_exit(id);
            }
            Role::Exit => {
                self.task_mut(id).phase = Phase::Finished;
                self.kill(0, 0);
            }
            Role::Feeder => self.feed(id),
            Role::Clock => {
                self.task_mut(id).phase = Phase::Waiting;
                self.trace.fence(self.now);
                self.note_waiting();
                let deadline = self.next_deadline().expect("the clock was picked for a deadline");
                self.now = self.run_cores(deadline);
                let now = self.now;
                self.note(|| Some(Noted::Answer(Text::of(format_args!("{now} us")))));
                self.expire();
                self.run_timers();
            }
        }
    }

    /// Notes what each task is blocked at, killed or not, and each death that may still
    /// come. For a search, a moving clock is the end of everything that could have been
    /// done before.
    fn note_waiting(&mut self) {
        let is_exit_kept = self.declare_exit();
        for &id in &self.live {
            let task = &self.tasks[id.index()];
            let is_there = matches!(task.phase, Phase::Waiting | Phase::Killed);
            let is_death = task.role == Role::Exit && task.process != 0;
            let is_exit = is_exit_kept && self.exit == Some(id);
            let is_of_program = matches!(task.role, Role::Program | Role::Feeder);
            if is_there && (is_of_program || is_death || is_exit) {
                self.trace.wait(id, &task.pending);
            }
        }
    }

    /// Turns the waits that have timed out into tries.
    fn expire(&mut self) {
        for i in 0..self.live.len() {
            let id = self.live[i];
            let is_up = self.task(id).deadline.is_some_and(|deadline| deadline <= self.now);
            if self.task(id).phase == Phase::Waiting && is_up {
                let mut op = self.trying[id.index()].take().expect("a deadline ends with a try");
                if let Some(alive) = self.task(id).alive {
                    op.accesses.push(Access::new(alive, Mode::Read, 0));
                }
                let task = self.task_mut(id);
                task.pending = op;
                task.deadline = None;
            }
        }
    }
}
