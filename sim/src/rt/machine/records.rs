//! What is known of the execution before this one, and how much of it was repeated.

use crate::id::{ObjectId, TaskId};
use crate::trace::Trace;

/// How far the records went when a step was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordLengths {
    /// Changes of gauges, answers, and created objects until then.
    pub(crate) changes: u32,
    pub(crate) told: u32,
    pub(crate) created: u32,
}

/// What is known of the execution before this one, and how much of it was repeated.
#[derive(Debug, Default)]
pub(crate) struct Repeat {
    /// Whether the present steps are repeated.
    pub(crate) is_on: bool,
    /// Whether something happened that cannot be repeated.
    pub(crate) is_barred: bool,
    /// Whether the program did not do the same again.
    pub(crate) is_lost: bool,
    /// Objects that were created in the present execution.
    pub(crate) created: u32,
    /// Steps, accesses, choices and answers that were repeated.
    pub(crate) steps: usize,
    pub(crate) accesses: usize,
    pub(crate) choices: usize,
    pub(crate) answers: usize,
    /// How far the records went, for each step of the trace.
    pub(crate) marks: Vec<RecordLengths>,
    /// Gauges that changed, with what they showed before.
    pub(crate) changes: Vec<(ObjectId, i64)>,
    /// What primitives were told that gauges show.
    pub(crate) told: Vec<i64>,
}

/// What comes next in an execution that is repeated.
pub(crate) enum Repetition {
    /// This task makes its step again.
    Again(TaskId),
    /// What comes is new.
    New,
    /// It is not the same execution.
    Lost,
}

/// Whether two places or texts of the program are the same. Nearly always they
/// have the same address.
pub(super) fn is_same<T: PartialEq + ?Sized>(a: &T, b: &T) -> bool {
    std::ptr::eq(a, b) || a == b
}

impl Repeat {
    /// Whether the next access was granted the last time, if it is to the same object.
    pub(super) fn touch(&mut self, trace: &Trace, asked: ObjectId) -> bool {
        match trace.nth_access(self.accesses) {
            Some(made) if made.object == asked => {
                self.accesses += 1;
                made.granted
            }
            _ => {
                self.is_lost = true;
                false
            }
        }
    }
}
