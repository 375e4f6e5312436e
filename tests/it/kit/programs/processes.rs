//! Processes: how they are started, told to die, and looked at.
//!
//! Of some families a process has private copies, as the program says; the objects of the
//! others it shares.

use unknot_checker::sim::process::{self, KillableProcess, Process};
use unknot_checker::sim::{Fork, Forking, Reads, Ready};

use super::TaskKind;
use super::family::*;
use super::tasks::start_extra;

operations! {
    /// Numbers name a process that this task has started.
    ProcessOp, |task| {
        /// Starts a process that does what the program has as `extra`.
        StartProcess, "start" => start_extra(task, TaskKind::Process),
        StartKillable, "KillableBuilder::start" => start_extra(task, TaskKind::Killable),
        StartDaemonic, "Builder::start" => start_extra(task, TaskKind::Daemonic),
        Terminate(i: u8), "KillableProcess::terminate" => {
            killable(task, i).map(KillableProcess::terminate)
        },
        Kill(i: u8), "KillableProcess::kill" => killable(task, i).map(KillableProcess::kill),
        ExitCode(i: u8), "Process::exit_code" => process(task, i).and_then(Process::exit_code),
        IsAliveProcess(i: u8), "Process::is_alive" => process(task, i).map(Process::is_alive),
        JoinProcess(i: u8), "Process::join" => process(task, i).map(Process::join),
        JoinProcessTimeout(i: u8), "Process::join_timeout" => {
            process(task, i).map(|process| process.join_timeout(TIMEOUT))
        },
        Ppid, "ppid" => process::ppid().to_string().len(),
    }
}

/// A process that was started, unless that was refused.
pub(crate) enum Started {
    Plain(Process),
    Killable(KillableProcess),
    Refused,
}

fn process(task: &Running, i: u8) -> Option<&Process> {
    match task.kept.processes.get(usize::from(i))? {
        Started::Plain(process) => Some(process),
        Started::Killable(process) => Some(process),
        Started::Refused => None,
    }
}

fn killable(task: &Running, i: u8) -> Option<&KillableProcess> {
    match task.kept.processes.get(usize::from(i))? {
        Started::Killable(process) => Some(process),
        _ => None,
    }
}

/// The end of the first process that a task has started.
pub(super) fn first_end(task: &Running) -> Option<&dyn Ready> {
    process(task, 0).map(|process| process as &dyn Ready)
}

/// A task that is to run in a process, with what it does.
struct Child {
    task: Running,
    ops: Vec<Op>,
    at_drop: Vec<Op>,
}

impl Fork for Child {
    fn reads(&self, reads: &mut Reads) {
        self.task.objects.reads(self.task.private, reads);
    }

    fn fork(&self, to: &mut Forking) -> Child {
        let objects = self.task.objects.fork(self.task.private, to);
        let at_drop = self.at_drop.clone();
        let task = self.task.in_process(objects, at_drop);
        Child { task, ops: self.ops.clone(), at_drop: vec![] }
    }
}

/// Starts a process with operations, and others that a destructor of its main task does.
pub(super) fn start(task: &mut Running, kind: TaskKind, ops: Vec<Op>, at_drop: Vec<Op>) {
    // The parent's half of it does nothing when it is dropped.
    let (nth, child) = task.child(vec![]);
    let child = Child { task: child, ops, at_drop };
    let body = |mut child: Child| {
        let ops = std::mem::take(&mut child.ops);
        child.task.run(&ops);
    };
    let builder = process::new(child, body).named(("process", nth));
    let started = match kind {
        TaskKind::Killable => builder.killable().start().map(Started::Killable),
        TaskKind::Daemonic => builder.daemonic().start().map(Started::Plain),
        _ => builder.start().map(Started::Plain),
    };
    task.kept.processes.push(started.unwrap_or(Started::Refused));
}

/// Whether an operation starts a process that may be killed.
pub(super) fn starts_killable(op: Op) -> bool {
    matches!(op, Op::ProcessOp(ProcessOp::StartKillable | ProcessOp::StartDaemonic))
}

impl Family for ProcessOp {
    type Objects = ();
    /// The processes that the task has started.
    type Kept = Vec<Started>;

    const THEMES: &'static [Theme] = &[
        Theme::new(35, || {
            let starts = ops![StartProcess, StartKillable, StartKillable, StartDaemonic];
            let asks = ops![ExitCode(0), IsAliveProcess(0), JoinProcess(0), JoinProcessTimeout(0)];
            [starts, asks, ops![Terminate(0), Terminate(0), Kill(0), Update(0)]].concat()
        }),
        Theme::new(36, || {
            ops![StartProcess, StartKillable, Lock(0), Unlock(0), Terminate(0), Ppid, Write(0, 1)]
        }),
    ];

    fn create(_: &Objects) {}

    fn is_start(self) -> bool {
        matches!(
            self,
            ProcessOp::StartProcess | ProcessOp::StartKillable | ProcessOp::StartDaemonic
        )
    }

    fn with_processes() -> Vec<Op> {
        let ends = ops![Terminate(0), Terminate(0), Terminate(1), Kill(0), Kill(1)];
        [ends, ops![ExitCode(0), ExitCode(1), JoinProcess(0), IsAliveProcess(1)]].concat()
    }
}
