//! A started process, for the task that started it.

use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

use super::pid::Pid;
use crate::act::Act;
use crate::exception::Exception;
use crate::id::{ObjectId, TaskId, TaskPath};
use crate::mode::Mode;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::ready::{Readiness, Ready};
use crate::rt;

/// A started process. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Process {
    /// Its main task; `None` if nothing was started, since primitives were quiet.
    main: Option<TaskId>,
}

/// A started process that may be told to die. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct KillableProcess(Process);

impl Deref for KillableProcess {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.0
    }
}

impl Process {
    pub(super) fn of(main: Option<TaskId>) -> Process {
        Process { main }
    }

    fn end(&self) -> Option<ObjectId> {
        self.main.map(rt::end_of)
    }

    /// Waits until the process has ended. One step.
    ///
    /// # Errors
    /// None of the process: its exception is that of its main task.
    #[track_caller]
    pub fn join(&self) -> Result<(), Exception> {
        if let Some(end) = self.end() {
            let op = Op::local("join", Location::caller()).acting(Act::Join);
            rt::step_or_leave(op.with(end, Mode::Await, 1))?;
        }
        Ok(())
    }

    /// Waits until the process has ended or the time is up. Whether it has ended.
    #[track_caller]
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        let Some(end) = self.end() else { return false };
        let op = Op::local("join", Location::caller()).acting(Act::Join);
        let wait = op.clone().with(end, Mode::Await, 1);
        rt::step_timed(wait, op.with(end, Mode::Look, 1), timeout, |granted| granted)
    }

    /// Whether the process has not ended. One step.
    #[track_caller]
    #[must_use]
    pub fn is_alive(&self) -> bool {
        let is_alive = !self.look("is_alive", Location::caller());
        rt::note(|| Noted::Answer(Text::of(is_alive)));
        is_alive
    }

    /// How the process has ended: 0 if it came to its end, 1 after a failure, −15 and −9
    /// if it was terminated or killed. `None` if it has not ended. One step.
    #[track_caller]
    #[must_use]
    pub fn exit_code(&self) -> Option<i64> {
        let has_ended = self.look("exit_code", Location::caller());
        let code = self.main.filter(|_| has_ended).and_then(rt::exit_code);
        let told = || code.map_or("none".to_owned(), |code| code.to_string());
        rt::note(|| Noted::Answer(Text::of(told())));
        code
    }

    fn look(&self, verb: &'static str, location: &'static Location<'static>) -> bool {
        let op = Op::local(verb, location).acting(Act::LookAtEnds);
        self.end().is_some_and(|end| rt::step(op.with(end, Mode::Look, 1)))
    }

    /// Its name, or the path of its main task if it has none.
    #[must_use]
    pub fn name(&self) -> String {
        self.main.map(rt::task_name).unwrap_or_default()
    }

    /// Its number.
    #[must_use]
    pub fn pid(&self) -> Pid {
        Pid::from(self.main.map_or_else(TaskPath::default, rt::main_of))
    }
}

impl KillableProcess {
    pub(super) fn of(process: Process) -> KillableProcess {
        KillableProcess(process)
    }

    /// Tells the process to die. One step; the death is a step of its own, at any time
    /// after that.
    #[track_caller]
    pub fn terminate(&self) {
        self.signal("terminate", rt::Signal::Terminate, Location::caller());
    }

    /// The same with a signal that shows in the exit code.
    #[track_caller]
    pub fn kill(&self) {
        self.signal("kill", rt::Signal::Kill, Location::caller());
    }

    fn signal(&self, verb: &'static str, signal: rt::Signal, location: &'static Location<'static>) {
        if let Some(main) = self.0.main {
            rt::signal(verb, main, signal, location);
        }
    }
}

impl Ready for Process {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(self.end().map(|end| Readiness::new(end, 1)))
    }
}

impl Ready for KillableProcess {
    fn readiness(
        &self,
        location: &'static Location<'static>,
    ) -> Result<Option<Readiness>, Exception> {
        self.0.readiness(location)
    }
}
