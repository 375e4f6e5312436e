//! Whether a task writes the same whatever it has read.
//!
//! Where a read cannot be moved behind the write of another task, no experiment tells what the
//! reading task would have written. Then all executions are evidence together: if every read at
//! the lines of a fault is followed by a write of its task there, reads found several values,
//! and all writes wrote one, then the write does not depend on the read.
//!
//! What it can miss: a write that would be another one for a value that no execution reads.

use std::collections::BTreeSet;

use unknot_sim::{Access, Execution, TaskId, Text};

use super::values::{Cell, left, saw};
use crate::analysis::incremental::own_accesses;
use crate::model::finding::{Fault, Origin, Site};

/// What was read and written at the lines of one fault.
#[derive(Debug, Default)]
pub(super) struct ReadsAndWrites {
    read: BTreeSet<Text>,
    wrote: BTreeSet<Text>,
    /// Whether a read was seen after which its task did not write, or a value is not known.
    is_open: bool,
}

impl ReadsAndWrites {
    /// Whether the write is known not to depend on the read.
    pub(super) fn is_constant(&self) -> bool {
        !self.is_open && self.read.len() > 1 && self.wrote.len() == 1
    }

    /// Whether no further execution changes the answer.
    fn is_settled(&self) -> bool {
        self.is_open || self.wrote.len() > 1
    }

    /// Adds an execution.
    pub(super) fn see(&mut self, execution: &Execution<'_>, fault: &Fault<Origin>) {
        if self.is_settled() {
            return;
        }
        // Reads that no write of their task has followed so far.
        let mut unanswered: Vec<(TaskId, Cell)> = vec![];
        for (step, made) in execution.trace.steps().iter().enumerate() {
            if !fault.sites.contains(&Site(made.location)) {
                continue;
            }
            for access in own_accesses(execution.trace, step) {
                if is_of(execution, fault, access) {
                    let at = (made.task, Cell::touched(access));
                    self.touch(execution, (step, access), at, &mut unanswered);
                }
            }
        }
        self.is_open |= !unanswered.is_empty();
    }

    fn touch(
        &mut self,
        execution: &Execution<'_>,
        (step, access): (usize, &Access),
        at: (TaskId, Cell),
        unanswered: &mut Vec<(TaskId, Cell)>,
    ) {
        let before = unanswered.iter().position(|known| *known == at);
        match (access.reads(), access.writes(), before) {
            (true, false, None) => {
                self.take_value(saw(execution, step, at.1), |all| &mut all.read);
                unanswered.push(at);
            }
            (false, true, Some(before)) => {
                self.take_value(left(execution, step, at.1), |all| &mut all.wrote);
                unanswered.swap_remove(before);
            }
            // A write that follows no read is nothing that could depend on one.
            (false, _, None) => {}
            _ => self.is_open = true,
        }
    }

    fn take_value(
        &mut self,
        value: Option<Text>,
        of: impl FnOnce(&mut Self) -> &mut BTreeSet<Text>,
    ) {
        match value {
            Some(value) => _ = of(self).insert(value),
            None => self.is_open = true,
        }
    }
}

/// Whether an access is to the object of a fault.
fn is_of(execution: &Execution<'_>, fault: &Fault<Origin>, access: &Access) -> bool {
    let origin = execution.names.object_origin(access.object);
    Fault::of(fault.kind, [origin], &[]).objects == fault.objects
}
