//! Small generated programs over every operation of the machine.
//!
//! A program is a list of tasks, each a list of operations on a fixed set of
//! objects. What an operation returns goes into the log of its task; the
//! outcome is all logs and the final values. Printed, a program is the Rust
//! literal that makes it again.
//!
//! Operations come in families, mostly one for each primitive. All that is to be said
//! about a family stands in its file; a new one is a file and a row of the table below.

mod assumptions;
mod atomic;
mod barrier;
mod bounded;
mod cells;
mod channels;
mod choices;
mod claims;
mod conditions;
mod coroutines;
mod counters;
mod cpus;
mod events;
mod executors;
mod family;
mod faults;
mod feeds;
mod files;
mod futures;
mod generate;
mod gils;
mod lines;
mod literal;
mod locks;
mod loops;
mod managers;
mod meetings;
mod messages;
mod pipes;
mod pools;
mod processes;
mod queues;
mod rlock;
mod run;
mod rwlock;
mod selects;
mod semaphore;
mod shared_selects;
mod sockets;
mod tasks;
mod time;
mod until;
mod wait_groups;
mod writers_first;

use unknot_checker::sim::{Program, TimeMode};

use family::{Family, families};
pub(crate) use generate::{FIRST_OF_PROCESSES, Shape, every_op, specs, specs_below};
pub(crate) use literal::{ops, spec};

// Objects are created in this order, and told in it at the end.
families! {
    cells::CellOp,
    atomic::AtomicOp,
    locks::LockOp,
    rlock::RLockOp,
    semaphore::SemaphoreOp,
    bounded::BoundedOp,
    events::EventOp,
    conditions::ConditionOp,
    barrier::BarrierOp,
    rwlock::RwLockOp,
    queues::QueueOp,
    channels::ChannelOp,
    choices::ChoiceOp,
    claims::ClaimOp,
    time::TimeOp,
    until::UntilOp,
    tasks::TaskOp,
    faults::FaultOp,
    processes::ProcessOp,
    pipes::PipeOp,
    feeds::FeedOp,
    managers::ManagerOp,
    files::FileOp,
    pools::PoolOp,
    executors::ExecutorOp,
    selects::SelectOp,
    shared_selects::SharedSelectOp,
    futures::FutureOp,
    messages::MessageOp,
    loops::LoopOp,
    cpus::CpuOp,
    meetings::MeetingOp,
    wait_groups::WaitGroupOp,
    lines::LineOp,
    writers_first::WritersFirstOp,
    assumptions::AssumptionOp,
    sockets::SocketOp,
    gils::GilOp,
    coroutines::CoroutineOp,
    counters::CounterOp,
}

impl Op {
    /// Whether it is about a pool or an executor.
    pub(crate) fn has_workers(self) -> bool {
        matches!(self, Op::PoolOp(_) | Op::ExecutorOp(_))
    }
}

/// How a task is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaskKind {
    /// As a thread with a name.
    Thread,
    /// As a thread without one.
    Unnamed,
    /// As a daemon thread.
    Daemon,
    /// As the main task of a process.
    Process,
    /// The same, and operations may tell it to die.
    Killable,
    /// The same, and the end of its parent tells it to.
    Daemonic,
}

impl TaskKind {
    /// Whether it is started as a process.
    pub(crate) fn is_process(self) -> bool {
        matches!(self, TaskKind::Process | TaskKind::Killable | TaskKind::Daemonic)
    }
}

/// One task.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TaskSpec {
    pub(crate) kind: TaskKind,
    pub(crate) ops: Vec<Op>,
    /// What a destructor does at its end, be that a panic or not.
    pub(crate) at_drop: Vec<Op>,
}

/// One program: main starts the tasks, then does operations of its own.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) tasks: Vec<TaskSpec>,
    pub(crate) main: Vec<Op>,
    /// What tasks do that operations start. Such a task starts none.
    pub(crate) extra: Vec<Op>,
    pub(crate) is_virtual: bool,
    /// The families, one bit each in the order of the table, whose objects a process has
    /// private copies of. It shares the others.
    pub(crate) private: u64,
}

impl Spec {
    /// The time mode in which it runs.
    pub(crate) fn time(&self) -> TimeMode {
        if self.is_virtual { TimeMode::Virtual } else { TimeMode::Any }
    }

    /// Every operation in it, wherever it stands.
    pub(crate) fn ops(&self) -> impl Iterator<Item = Op> {
        let of_tasks = self.tasks.iter().flat_map(|task| task.ops.iter().chain(&task.at_drop));
        of_tasks.chain(&self.main).chain(&self.extra).copied()
    }

    /// The public operations that its operations are about, and those that start its
    /// tasks.
    pub(crate) fn calls(&self) -> impl Iterator<Item = String> {
        let started = self.tasks.iter().map(|task| tasks::call_of(task.kind).to_owned());
        started.chain(self.ops().filter_map(Op::calls))
    }

    /// Whether a process in it may be killed.
    pub(crate) fn has_killable(&self) -> bool {
        let is_killable = |kind| matches!(kind, TaskKind::Killable | TaskKind::Daemonic);
        self.tasks.iter().any(|task| is_killable(task.kind))
            || self.ops().any(|op| processes::starts_killable(op) || pools::starts_killable(op))
    }

    /// How many schedules the plain search may go through. Programs with workers, or with
    /// feeders and ends of pipes, mostly have too many, which only shows when so many were
    /// made.
    pub(crate) fn most_schedules(&self, most: u64) -> u64 {
        let has_more_steps =
            |op| matches!(op, Op::FeedOp(_) | Op::PipeOp(_) | Op::SharedSelectOp(_));
        let has_many_steps = |op| {
            use Op::{CoroutineOp, FutureOp, GilOp, LoopOp, MessageOp, SocketOp};
            matches!(
                op,
                CoroutineOp(_) | FutureOp(_) | GilOp(_) | LoopOp(_) | MessageOp(_) | SocketOp(_)
            )
        };
        match () {
            () if self.ops().any(Op::has_workers) => most / 10,
            () if self.ops().any(has_many_steps) => most / 40,
            () if self.ops().any(has_more_steps) => most / 4,
            () => most,
        }
    }

    /// The program itself.
    pub(crate) fn program(&self) -> Program {
        run::program(self.clone())
    }

    /// The program with so many tasks that are alike in the place of its first one.
    pub(crate) fn program_with_crowd(&self, n: usize) -> Program {
        run::program_with_crowd(self.clone(), n)
    }
}
