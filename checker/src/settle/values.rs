//! What a step saw of a variable, and what it left in it, as text.
//!
//! Recorded executions note a value for each step; which part of that is the
//! value is known by how the step touched the variable.

use unknot_sim::{Execution, Mode, ObjectId};

fn noted<'a>(execution: &Execution<'a>, step: usize) -> Option<&'a str> {
    execution.values.get(&(step as u32)).map(String::as_str)
}

/// How a step touched a variable last.
fn mode(execution: &Execution<'_>, step: usize, cell: ObjectId) -> Option<Mode> {
    let accesses = execution.trace.accesses(step).iter().rev();
    let mut touches = accesses.filter(|a| a.object == cell && (a.reads() || a.writes()));
    touches.next().map(|access| access.mode)
}

/// The value that a step saw.
pub(super) fn saw(execution: &Execution<'_>, step: usize, cell: ObjectId) -> Option<String> {
    let text = noted(execution, step)?;
    let seen = match mode(execution, step, cell)? {
        Mode::Read | Mode::Until => text,
        Mode::Compare => text.split_once(", not ").map_or(text, |(seen, _)| seen),
        Mode::Update => text.split_once(" -> ").map_or(text, |(seen, _)| seen),
        _ => return None,
    };
    Some(seen.to_owned())
}

/// Whether a step makes a new version of a variable.
pub(super) fn writes(execution: &Execution<'_>, step: usize, cell: ObjectId) -> bool {
    execution.trace.accesses(step).iter().any(|a| a.object == cell && a.writes())
}

/// The value that a step left.
pub(super) fn left(execution: &Execution<'_>, step: usize, cell: ObjectId) -> Option<String> {
    let text = noted(execution, step)?;
    let left = match mode(execution, step, cell)? {
        Mode::Write => text,
        Mode::Update => text.rsplit_once(" -> ").map_or(text, |(_, left)| left),
        _ => return None,
    };
    Some(left.to_owned())
}
