//! How far a process is with its end.

use crate::id::{ObjectId, TaskId};

/// A signal that ends a process. Of several the last counts, whichever came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Signal {
    Terminate,
    Kill,
}

impl Signal {
    /// The exit code of a process that it ends.
    pub(super) fn exit_code(self) -> i64 {
        match self {
            Signal::Terminate => -15,
            Signal::Kill => -9,
        }
    }
}

/// What the main task of a process has done since its body came to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum After {
    /// Nothing.
    #[default]
    Body,
    /// It has waited for the threads.
    Threads,
    /// It has told daemonic children to die, and waited for so many children.
    Children(usize),
    /// It has waited for all children, and for so many feeders.
    Feeders(usize),
}

/// How far a process is with its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ending {
    pub(super) after: After,
    /// Whether it has started attached threads.
    pub(super) has_threads: bool,
    /// The main tasks of the processes to wait for.
    pub(super) children: Vec<TaskId>,
    /// The gauges of the feeders to wait for.
    pub(super) unfed: Vec<ObjectId>,
    /// The signal that it was sent.
    pub(super) signal: Option<Signal>,
}
