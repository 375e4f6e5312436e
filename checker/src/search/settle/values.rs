//! What a step read from a variable, and what it left in it.
//!
//! Recorded executions note a value for each step. How the step touched the variable
//! tells which part of that value is the variable's.

use unknot_sim::{Execution, Mode, Noted, ObjectId, Text};

fn noted<'a>(execution: &Execution<'a>, step: usize) -> Option<&'a Noted> {
    execution.values.get(&(step as u32))
}

/// How a step touched a variable last.
fn mode(execution: &Execution<'_>, step: usize, cell: ObjectId) -> Option<Mode> {
    let accesses = execution.trace.accesses(step).iter().rev();
    let mut touches = accesses.filter(|a| a.object == cell && (a.reads() || a.writes()));
    touches.next().map(|access| access.mode)
}

/// The value that a step saw.
pub(super) fn saw(execution: &Execution<'_>, step: usize, cell: ObjectId) -> Option<Text> {
    match mode(execution, step, cell)? {
        Mode::Read | Mode::Until | Mode::Compare | Mode::Update => {
            noted(execution, step)?.seen().cloned()
        }
        _ => None,
    }
}

/// Whether a step makes a new version of a variable.
pub(super) fn writes(execution: &Execution<'_>, step: usize, cell: ObjectId) -> bool {
    execution.trace.accesses(step).iter().any(|a| a.object == cell && a.writes())
}

/// The value that a step left.
pub(super) fn left(execution: &Execution<'_>, step: usize, cell: ObjectId) -> Option<Text> {
    match mode(execution, step, cell)? {
        Mode::Write | Mode::Update => noted(execution, step)?.written().cloned(),
        _ => None,
    }
}
