//! What a step read from a variable, and what it left in it.
//!
//! Recorded executions note a value for each step. How the step touched the variable
//! tells which part of that value is the variable's.

use unknot_sim::{Access, Execution, Mode, Noted, ObjectId, Text};

use crate::model::finding::Evidence;

/// A variable, or the slot of one: the key of a dict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    object: ObjectId,
    slot: u32,
}

impl Cell {
    /// The one that a task read and wrote, and another task wrote in between.
    pub(super) fn of(execution: &Execution<'_>, evidence: &Evidence) -> Cell {
        let object = evidence.signature.objects[0];
        let [read, write, lost] = [0, 1, 2].map(|nth| {
            let accesses = execution.trace.accesses(evidence.steps[nth] as usize);
            accesses.iter().filter(move |access| access.object == object)
        });
        let is_read = |slot| read.clone().any(|access| access.reads() && access.slot == slot);
        let is_lost = |slot| lost.clone().any(|access| access.writes() && access.slot == slot);
        let mut slots = write.filter(|access| access.writes()).map(|access| access.slot);
        let slot = slots.find(|&slot| is_read(slot) && is_lost(slot));
        Cell { object, slot: slot.expect("one slot was read, written and written") }
    }

    /// The one that an access is to.
    pub(super) fn touched(access: &Access) -> Cell {
        Cell { object: access.object, slot: access.slot }
    }

    /// Whether an access is to it.
    pub(super) fn is_at(self, access: &Access) -> bool {
        (access.object, access.slot) == (self.object, self.slot)
    }
}

fn noted<'a>(execution: &Execution<'a>, step: usize) -> Option<&'a Noted> {
    execution.values.get(&(step as u32))
}

/// How a step touched a variable last.
fn mode(execution: &Execution<'_>, step: usize, cell: Cell) -> Option<Mode> {
    let accesses = execution.trace.accesses(step).iter().rev();
    let mut touches = accesses.filter(|a| cell.is_at(a) && (a.reads() || a.writes()));
    touches.next().map(|access| access.mode)
}

/// The value that a step saw.
pub(super) fn saw(execution: &Execution<'_>, step: usize, cell: Cell) -> Option<Text> {
    match mode(execution, step, cell)? {
        Mode::Read | Mode::Until | Mode::Compare | Mode::Update => {
            noted(execution, step)?.seen().cloned()
        }
        _ => None,
    }
}

/// Whether a step makes a new version of a variable.
pub(super) fn writes(execution: &Execution<'_>, step: usize, cell: Cell) -> bool {
    execution.trace.accesses(step).iter().any(|a| cell.is_at(a) && a.writes())
}

/// The value that a step left.
pub(super) fn left(execution: &Execution<'_>, step: usize, cell: Cell) -> Option<Text> {
    match mode(execution, step, cell)? {
        Mode::Write | Mode::Update => noted(execution, step)?.written().cloned(),
        _ => None,
    }
}
