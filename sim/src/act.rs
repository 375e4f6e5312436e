//! What a step is for, apart from the objects that it touches.
//!
//! Searches, analyses and reports decide by this and by accesses, never by the
//! verb, which is a word for people: a primitive may call its steps what it likes.

use crate::order::Order;

/// What a step is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Act {
    /// It touches objects, and that is all.
    #[default]
    Access,
    /// It offers the turn to other tasks.
    Yield,
    /// It lets time pass, and offers the turn meanwhile.
    Sleep,
    /// It has a core work for its task.
    Compute,
    /// It starts a task.
    Spawn,
    /// It ends its task.
    End,
    /// It waits for the end of a task, or looks at it once its time is up.
    Join,
    /// It looks at which tasks have ended.
    LookAtEnds,
    /// It waits until something changes that its task has read.
    AwaitChange,
    /// It is a fence: it makes something of the relaxed accesses of its task.
    Fence(Order),
}

impl Act {
    /// Whether to leave a task before this step is no preemption: the task offers
    /// to be left.
    #[must_use]
    pub fn gives_way(self) -> bool {
        matches!(self, Act::Yield | Act::Sleep)
    }
}
