//! What a condition that is tried, or was, has done so far.

use std::panic::resume_unwind;

use super::local::with;
use super::stage::{self, Stage};
use super::trial::AsOf;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::op::Op;

/// The payload that unwinds a condition when it goes on to other operations.
pub(super) struct GoesOn;

/// Notes an operation of a condition that is tried. The second operation ends the trial,
/// as the first one does unless it looks at a variable: going on could have consequences.
pub(super) fn try_on(op: &Op) {
    let goes_on = with(|world| {
        let machine = &world.machine;
        let tried = &mut world.tried;
        tried.n_ops += 1;
        match &op.accesses[..] {
            [look] if look.mode == Mode::Read && machine.object(look.object).keeps_versions => {
                if tried.n_ops == 1 {
                    tried.first = Some(look.object);
                }
                tried.n_ops == 2
            }
            _ => tried.n_ops <= 2,
        }
    });
    // While a trial unwinds, its destructors come to their end.
    if goes_on {
        resume_unwind(Box::new(GoesOn));
    }
}

/// How a condition that is tried is to see a variable: as of a number of versions ago, with
/// the number that an atomic integer held then.
pub(crate) fn as_of(cell: ObjectId) -> Option<(usize, i64)> {
    if stage::stage() != Stage::Trying {
        return None;
    }
    let as_of = with(|world| world.tried.as_of).filter(|as_of| as_of.cell == cell);
    as_of.map(|AsOf { back, amount, .. }| (back, amount))
}

/// The first operation of a condition, which the step of the task has made already.
///
/// # Panics
/// If it looks at something else than before.
pub(super) fn look_made(op: &Op) -> bool {
    stage::enter(Stage::Running);
    let first = with(|world| world.tried.first);
    let is_it = matches!(&op.accesses[..], [look] if Some(look.object) == first);
    assert!(is_it, "a condition has to look at the same thing first whenever it is asked");
    true
}
