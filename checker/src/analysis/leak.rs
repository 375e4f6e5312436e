//! Locks that are still held when everything has ended: a note.
//!
//! Looks only at locks, whose takers own them; a semaphore has no owner in this
//! sense. An execution that is stuck has findings of its own and no leaks. What
//! is given back by another task than its owner is no leak either.

use smallvec::smallvec;
use unknot_sim::{Ended, Execution, Mode, Ownership};

use super::Scratch;
use super::stuck::holdings;
use crate::finding::{Evidence, Kind, Signature, Site};

pub(super) fn find(execution: &Execution<'_>, _: &mut Scratch, found: &mut Vec<Evidence>) {
    if execution.ended != Ended::Complete || !is_anything_held(execution) {
        return;
    }
    for holding in holdings(execution) {
        let (Some(step), Ownership::Owners) =
            (holding.step, execution.object(holding.gauge).ownership)
        else {
            continue;
        };
        let signature = Signature {
            kind: Kind::Leak,
            tasks: smallvec![holding.task],
            objects: smallvec![holding.gauge],
            sites: smallvec![Site(execution.trace.steps()[step as usize].location)],
        };
        found.push(Evidence { signature, steps: smallvec![step] });
    }
}

/// Whether more was taken of locks than given back: one pass that allocates
/// nothing, since nearly always the answer is no.
fn is_anything_held(execution: &Execution<'_>) -> bool {
    let mut held = 0_i64;
    for step in 0..execution.trace.len() {
        for access in execution.trace.accesses(step) {
            match access.mode {
                Mode::Take | Mode::Try | Mode::Give | Mode::GiveBounded if access.granted => {}
                _ => continue,
            }
            if execution.object(access.object).ownership == Ownership::Owners {
                let takes = matches!(access.mode, Mode::Take | Mode::Try);
                held += if takes { access.amount } else { -access.amount };
            }
        }
    }
    held != 0
}
