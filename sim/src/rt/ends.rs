//! What pipes ask of the machine.

use std::panic::Location;

use smallvec::SmallVec;

use super::door::{also, step};
use super::local::with;
use super::machine::{EndId, NewObject};
use super::stage::is_quiet;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::op::{Access, Op};

/// The copy of an end that the process of the current task has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnCopy {
    /// The gauge that shows whether it is open.
    pub(crate) open: ObjectId,
    pub(crate) is_open: bool,
    /// Whether another thread of the process may close it at any time.
    pub(crate) is_shared: bool,
}

/// Creates an end, as a part of what `new` says. `waited_on` are the gauges of the tasks
/// that wait for what comes from it.
pub(crate) fn create_end(
    new: NewObject,
    closed: ObjectId,
    waited_on: SmallVec<[ObjectId; 2]>,
) -> EndId {
    with(|world| world.machine.create_end(new, closed, waited_on))
}

/// Orders the making of an end with the starts of processes by other threads.
pub(crate) fn before_ends_are_made(verb: &'static str, location: &'static Location<'static>) {
    if is_quiet() || !with(|world| world.machine.has_threads()) {
        return;
    }
    let mut op = Op::local(verb, location);
    op.accesses.push(with(|world| world.machine.making_of_end()));
    step(op);
}

/// What the current process has of an end; `None` if it has never had a copy.
pub(crate) fn own_copy(end: EndId) -> Option<OwnCopy> {
    with(|world| {
        let (open, is_open) = world.machine.copy_of_end(end)?;
        Some(OwnCopy { open, is_open, is_shared: world.machine.has_threads() })
    })
}

/// Whether no copy of an end is open in any process.
pub(crate) fn is_closed(end: EndId) -> bool {
    with(|world| world.machine.is_closed(end))
}

/// Closes the copy of an end that the current process has, unless it is closed. One step.
pub(crate) fn close(
    verb: &'static str,
    end: EndId,
    copy: OwnCopy,
    location: &'static Location<'static>,
) {
    let touched = with(|world| world.machine.touched_by_close(end));
    let op = Op::local(verb, location).with(copy.open, Mode::AtLeast, 1);
    let mut op = op.with(copy.open, Mode::Drop, 1);
    op.accesses.extend_from_slice(&touched);
    step(op.deferred());
    if is_quiet() {
        return;
    }
    if !also(copy.open, Mode::AtLeast, 1) {
        super::door::withhold(copy.open, Mode::Drop, 1);
        touched.iter().for_each(|one| super::door::withhold(one.object, one.mode, one.amount));
        return;
    }
    also(copy.open, Mode::Drop, 1);
    touched.iter().for_each(|&Access { object, mode, amount, .. }| {
        also(object, mode, amount);
    });
    with(|world| world.machine.close_copy(end));
}
