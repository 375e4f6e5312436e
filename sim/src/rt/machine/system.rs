//! The pseudo-tasks of the machine: the exit of the process and the clock.
//!
//! They make steps like every other task, so that a schedule shows them and a
//! search can postpone them, but they have no coroutine.
//!
//! *Exit* exists once there is a daemon. It is enabled when every attached task
//! has ended, and kills the tasks that are left: it writes the `alive` cell that each step
//! of a daemon reads. Nothing can happen after it.
//!
//! The *clock* exists once a task waits with a deadline in virtual time. It
//! is enabled when no other task is, and moves to the next deadline. Its step is
//! ordered with every other one.

use std::panic::Location;

use super::create::NewTask;
use super::state::Machine;
use crate::execution::{Ended, Phase};
use crate::id::{Role, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::{Access, Guard, Op};

impl Machine {
    fn enter_system(&mut self, role: Role, name: &'static str) -> TaskId {
        self.repeat.is_barred = true;
        let id = self.names.system(role, TaskId::MAIN);
        let location = Location::caller();
        self.enter_task(NewTask {
            id,
            role,
            parent: TaskId::MAIN,
            started_by: None,
            name: Name::from(name),
            daemon: true,
            location,
        });
        // A pseudo-task reads no cell of its own life.
        let task = self.task_mut(id);
        task.alive = None;
        task.phase = Phase::Waiting;
        id
    }

    pub(crate) fn enter_exit(&mut self) {
        if self.exit.is_none() {
            let exit = self.enter_system(Role::Exit, "exit");
            self.exit = Some(exit);
            // Its own end never comes by itself: `ready` opens it.
            let done = self.task(exit).done;
            self.task_mut(exit).pending.guard = Some(Guard { gauge: done, at_least: 1 });
        }
    }

    pub(crate) fn enter_clock(&mut self) {
        if self.clock.is_none() {
            let clock = self.enter_system(Role::Clock, "clock");
            self.clock = Some(clock);
            let done = self.task(clock).done;
            let task = self.task_mut(clock);
            task.pending.verb = "tick";
            task.pending.guard = Some(Guard { gauge: done, at_least: 1 });
        }
    }

    /// Opens the gauges of the pseudo-tasks that are due.
    pub(crate) fn ready_system(&mut self) {
        if let Some(exit) = self.exit {
            let done = self.task(exit).done;
            let is_due = self.n_attached == 0 && self.task(exit).phase == Phase::Waiting;
            self.objects[done.index()].shows = i64::from(is_due);
            if is_due {
                self.prepare_exit(exit);
            }
        }
        if let Some(clock) = self.clock {
            let done = self.task(clock).done.index();
            self.objects[done].shows = 0;
            let is_due = !self.any_enabled() && self.next_deadline().is_some();
            self.objects[done].shows = i64::from(is_due);
        }
    }

    /// What the exit touches, for the tasks that exist now: a daemon may start others.
    fn prepare_exit(&mut self, exit: TaskId) {
        let done = self.task(exit).done;
        let mut op = Op::local("exit", self.task(exit).pending.location).guarded(done, 1);
        for &id in &self.live {
            let task = self.task(id);
            match (task.role, task.alive) {
                (Role::Program, Some(alive)) => {
                    op.accesses.push(Access::new(alive, Mode::Write, 0));
                }
                (Role::Program, None) => op.accesses.push(Access::new(task.done, Mode::Await, 1)),
                _ => {}
            }
        }
        self.task_mut(exit).pending = op;
    }

    fn next_deadline(&self) -> Option<u64> {
        let waiting = self.live.iter().filter(|&&id| self.task(id).phase == Phase::Waiting);
        waiting.filter_map(|&id| self.task(id).deadline).min()
    }

    /// Makes the step of a pseudo-task that was picked.
    pub(crate) fn execute_system(&mut self, id: TaskId) {
        self.execute();
        match self.task(id).role {
            Role::Program => unreachable!("a task of the program has a coroutine"),
            Role::Exit => {
                self.task_mut(id).phase = Phase::Finished;
                self.ended = Some(Ended::Complete);
            }
            Role::Clock => {
                self.task_mut(id).phase = Phase::Waiting;
                self.trace.fence();
                self.note_waiting();
                self.now = self.next_deadline().expect("the clock was picked for a deadline");
                let now = self.now;
                self.note(|| Some(Noted::Answer(Text::of(format_args!("{now} us")))));
                self.expire();
            }
        }
    }

    /// Notes what each task is blocked at. For a search, a moving clock is the end of
    /// everything that could have been done before.
    fn note_waiting(&mut self) {
        for &id in &self.live {
            let task = &self.tasks[id.index()];
            if task.phase == Phase::Waiting && task.role == Role::Program {
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
