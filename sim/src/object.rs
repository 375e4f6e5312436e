//! The cells and gauges of an execution: what each is, shows and is there for.
//!
//! Everything that a step touches is a cell, which holds data or a version, or a gauge, which
//! shows a number that tasks can wait for. A primitive is one of these or several.

use std::panic::Location;

use crate::id::ObjectId;
use crate::name::Name;

/// A cell or gauge of one execution.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it is there for.
    pub purpose: Purpose,
    /// The primitive that it belongs to, for people: `Lock`, `Shared`.
    pub kind: &'static str,
    /// Its name, possibly empty.
    pub name: Name,
    /// Where it was created.
    pub location: &'static Location<'static>,
    /// What the gauge showed at first, or the atomic integer held; 0 for other
    /// cells.
    pub initial: i64,
    /// What the gauge shows now. For cells it says nothing.
    pub shows: i64,
    /// What a bounded gauge may show at most.
    pub limit: i64,
    /// Whether takers own their units until they are given back.
    pub ownership: Ownership,
    /// Whether this is a cell that holds data of the program, so that a write
    /// may rest on what was read before. The cells inside other primitives
    /// hold their state.
    pub is_variable: bool,
    /// Whether what the variable held earlier can still be told.
    pub keeps_versions: bool,
    /// Whether its accesses order what tasks do before and after.
    pub is_atomic: bool,
    /// The object that stands for the whole primitive, where a primitive has
    /// several: a waiter at an event is parked on a gauge of its own.
    pub part_of: Option<ObjectId>,
    /// The verbs of the operations that end a wait for this gauge, where a wait
    /// is ended by others than its owners.
    pub raised_by: &'static [&'static str],
    /// What a task that waits for this gauge wants.
    pub want: Want,
    /// Whether several tasks have units of the gauge at once, and take them and give them back
    /// in steps that commute: [`Mode::Draw`](crate::Mode::Draw) and
    /// [`Mode::Tally`](crate::Mode::Tally).
    pub has_crowd: bool,
    /// Whether it is called by the place that made it, if it has no name.
    pub is_called_by_place: bool,
    /// The object of another process of which this is a private copy.
    pub copy_of: Option<ObjectId>,
}

/// What a task that waits for a gauge wants: reports tell what never came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Want {
    /// Units: of a lock, or permits.
    #[default]
    Units,
    /// That a flag is set.
    Flag,
    /// To be notified. One task is parked on the gauge: the one that created it.
    Notification,
    /// That this many tasks come.
    Parties(u32),
    /// An item.
    Item,
    /// Room for an item.
    Room,
    /// That every item has been reported as done.
    Reports,
    /// A message, or the end.
    Message,
    /// Room for a message, where there is room for so many, or that no task can read it.
    Space(u32),
    /// A task to do, of a pool.
    Task,
    /// What a task of a pool returns.
    Result,
    /// That a counter is zero.
    Zero,
    /// A task that sends.
    Sender,
    /// A task that receives.
    Receiver,
    /// To be woken, by a waker that is kept somewhere or was dropped everywhere.
    Waking {
        /// Whether no clone of the waker is left.
        is_lost: bool,
    },
}

/// What a cell or gauge is there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// It is a primitive of the program, or a part of one.
    #[default]
    Primitive,
    /// It shows 1 once its task has ended.
    End,
    /// It counts the threads of a process for its end.
    Threads,
    /// It is given to when a process is told to die.
    Doom,
    /// It is written when its task is killed.
    Life,
    /// It shows whether the copy of an end of a pipe is open that a process has.
    Copy,
    /// It stands for an end of a connection. What other tasks wait for at the parts of it comes
    /// from the tasks that use this end.
    Peer,
    /// It shows whether a handle of an end of a connection is closed, which ends each wait that
    /// is made with the handle. Each use of the end touches the handle.
    Handle,
    /// It counts tasks for the tasks that enumerate them.
    Registry,
    /// It is owned by the task of a group that has its turn.
    Baton,
    /// A generator or a greenlet waits there while it is suspended.
    Suspension,
    /// It orders the steps that change what a condition looks at.
    Condition,
    /// It wakes one task that waits for a change.
    Change,
    /// It shows whether what one task waits for holds of a variable.
    Awaited,
    /// It shows that another task has woken the task that polls futures.
    Waker,
    /// It shows that a task that polls a future was told to drop it.
    Abort,
}

/// Which tasks can end a wait for a gauge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// Any task: takers own nothing.
    Nobody,
    /// The owners, so that a wait for it is certain to be a wait for them.
    Owners,
    /// The last takers while every unit is taken; otherwise any task.
    Takers,
}
