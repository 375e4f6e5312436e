//! Small generated programs over every operation of the machine.
//!
//! A program is a list of tasks, each a list of operations on a fixed set of
//! objects. What an operation returns goes into the log of its task; the
//! outcome is all logs and the final values. Printed, a program is the Rust
//! literal that makes it again.

mod calls;
mod generate;
mod objects;
mod run;

use unknot_checker::sim::{Program, TimeMode};

pub(crate) use generate::{N_THEMES, Shape, every_op, specs, theme};

/// One operation. Numbers name an object, or are a value where it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// Cell, then value.
    Read(u8),
    Write(u8, u8),
    Update(u8),
    /// Cell; two steps.
    ReadAndWrite(u8),
    /// Atomic operations on one integer; values.
    Load,
    Store(u8),
    FetchAdd,
    CompareExchange(u8, u8),
    Swap(u8),
    FetchSub,
    FetchAnd(u8),
    FetchOr(u8),
    FetchXor(u8),
    FetchMax(u8),
    FetchMin(u8),
    /// Two locks.
    Lock(u8),
    Unlock(u8),
    TryLock(u8),
    LockTimeout(u8),
    Locked(u8),
    /// Updates cell 0 while a guard has the lock.
    WithLock(u8),
    /// One reentrant lock.
    RLock,
    RUnlock,
    RTryLock,
    RLockTimeout,
    /// Updates cell 0 while a guard has the lock.
    WithRLock,
    /// A semaphore of 1.
    Acquire,
    Release,
    TryAcquire,
    AcquireTimeout,
    /// Updates cell 0 with a permit.
    WithPermit,
    Value,
    /// A bounded semaphore of 1.
    BoundedAcquire,
    BoundedRelease,
    BoundedTry,
    BoundedTimeout,
    WithBoundedPermit,
    /// Event 0 parks, event 1 looks again.
    Set(u8),
    Clear(u8),
    Wait(u8),
    WaitTimeout(u8),
    IsSet(u8),
    /// A condition on lock 0; the lock is taken around.
    CondWait,
    CondWaitTimeout,
    /// Until cell 0 is not 0.
    CondWaitFor,
    Notify(u8),
    NotifyAll,
    /// The same on a bare condition, whoever has the lock.
    BareNotify,
    /// Waits at it, whoever has the lock.
    BareWait,
    /// A condition on the reentrant lock that wakes whom came first; the lock is
    /// taken around.
    FirstWait,
    FirstWaitTimeout,
    FirstNotify(u8),
    FirstNotifyAll,
    /// A barrier of two.
    BarrierWait,
    BarrierWaitTimeout,
    BarrierAbort,
    BarrierReset,
    Broken,
    /// A read-write lock; unlocking gives back what was taken last.
    ReadLock,
    WriteLock,
    TryRead,
    TryWrite,
    ReadTimeout,
    WriteTimeout,
    RwUnlock,
    /// Queue 0 is first in first out with room for one, 1 the same with room
    /// without end, 2 last in first out with room for one, 3 smallest first.
    Put(u8, u8),
    Get(u8),
    PutNowait(u8, u8),
    GetNowait(u8),
    PutTimeout(u8, u8),
    GetTimeout(u8),
    Qsize(u8),
    Empty(u8),
    Full(u8),
    TaskDone(u8),
    QueueJoin(u8),
    /// Channel 0 has room for one, 1 room without end. Channel, then value.
    Send(u8, u8),
    Receive(u8),
    Close(u8),
    /// Of so many values.
    Choose(u8),
    /// Of two values: to update a cell or not.
    ChooseUpdate(u8),
    /// Of two values, if a cell is not 0.
    ChooseIf(u8),
    /// From now on a cell has to be 0, or 1: cell, then value.
    Always(u8, u8),
    Yield,
    /// Milliseconds.
    Sleep(u8),
    Now,
    /// Until one of several conditions holds.
    WaitUntil(Until),
    YieldUntilChanged,
    Enumerate,
    ActiveCount,
    /// Panics, the second if a cell is not 0.
    Panic,
    Check(u8),
    /// Something that must hold here: a cell has to be 0.
    Verify(u8),
    /// Starts a task that does what the program has as `extra`. Such a task starts
    /// none.
    Start,
    StartUnnamed,
    /// About a task that this one has started, by its number.
    IsAlive(u8),
    JoinTimeout(u8),
    Join(u8),
}

impl Op {
    /// Whether it starts a task.
    pub(crate) fn is_start(self) -> bool {
        matches!(self, Op::Start | Op::StartUnnamed)
    }
}

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// A cell is not 0, or is this: cell, then value.
    NotZero(u8),
    Is(u8, u8),
    /// The first cell is 1, but where it is 2 the condition panics.
    IsOneOrPanics,
    /// Cell 0 is 1 and cell 1 is 0, or one of these.
    Both,
    Either,
    /// The atomic integer is this, or more than this, or one of two, asked one after
    /// the other.
    AtomicIs(u8),
    AtomicAbove(u8),
    AtomicIsOneOf(u8, u8),
    /// The atomic integer was 0 when it was set to 1: not only a look.
    Swapped,
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaskSpec {
    pub(crate) daemon: bool,
    pub(crate) ops: Vec<Op>,
    /// What a destructor does at its end, be that a panic or not.
    pub(crate) at_drop: Vec<Op>,
}

/// One program: main starts the tasks, then does operations of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) tasks: Vec<TaskSpec>,
    pub(crate) main: Vec<Op>,
    pub(crate) extra: Vec<Op>,
    pub(crate) is_virtual: bool,
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

    /// The program itself.
    pub(crate) fn program(&self) -> Program {
        run::program(self.clone())
    }
}
