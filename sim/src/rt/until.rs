//! Waiting until a condition holds.
//!
//! To poll is to look, and to look again once something has changed. Where the first
//! To poll is to look, and to look again once something has changed. Where the first
//! thing that a condition looks at is a variable, the task need not look in vain: the
//! step is postponed until it finds a value worth going on with. So the first look is one
//! step that waits. It is possible while the condition does not come out false from
//! this variable alone. What the condition does after it is done as anywhere.
//! Whether the step is possible depends on nothing but the version of the variable:
//! the step is a read of it ([`Mode::Until`]), ordered with every step that writes it, and
//! touches nothing else. That is known for every version that the step could find
//! ([`Until`]). The task is asked when it arrives about each version since it last
//! touched the variable, and later about each version when that is made. To ask is to
//! call the condition, with primitives that only look and the variable as it was then,
//! up to its second operation. The task itself asks: control goes to it for that, between
//! the step that wrote and whatever comes next. A private gauge shows the answer, so
//! whether the task is enabled stays an integer comparison.
//!
//! So a condition has to be pure: it may be called more often than its steps show, and
//! always has to look at the same thing first. A condition that panics counts as not
//! false: its task goes on, and panics itself. A condition that first looks at something
//! else is polled ([`super::watch`]).

use std::panic::{AssertUnwindSafe, Location, catch_unwind};

use super::door::unwind_if_over;
use super::local::with;
use super::machine::Machine;
use super::stage::{self, Stage, is_quiet};
use super::trial::{AsOf, Tried};
use super::tried::GoesOn;
use super::watch::yield_until_changed;
use super::{panic, pool};
use crate::id::ObjectId;
use crate::trace::Until;

/// How a condition came out.
struct Evaluation {
    /// The variable that it looked at first.
    first: Option<ObjectId>,
    /// Whether it did not come out false from that alone.
    holds: bool,
}

/// Calls a condition to see how it comes out from what it looks at first.
fn try_out(condition: &mut dyn FnMut() -> bool, as_of: Option<AsOf>) -> Evaluation {
    with(|world| world.tried = Tried { as_of, ..Tried::default() });
    let before = stage::enter(Stage::Trying);
    let held = catch_unwind(AssertUnwindSafe(condition));
    stage::enter(before);
    let Tried { n_ops, first, .. } = with(|world| std::mem::take(&mut world.tried));
    let is_true = held.unwrap_or_else(|payload| {
        if !payload.is::<GoesOn>() {
            panic::forget(&*payload);
        }
        true
    });
    Evaluation { first, holds: is_true || n_ops != 1 || first.is_none() }
}

/// Has a condition see its first look as made.
struct Looked;

impl Looked {
    fn at(cell: ObjectId) -> Looked {
        with(|world| world.tried = Tried { first: Some(cell), ..Tried::default() });
        stage::enter(Stage::Looked);
        Looked
    }
}

impl Drop for Looked {
    fn drop(&mut self) {
        if stage::stage() == Stage::Looked {
            stage::enter(Stage::Running);
        }
    }
}

/// Makes the first look of a condition, as a step that waits until the condition does
/// not come out false from it. Makes none if the condition looks at no variable first.
fn await_first_look(
    condition: &mut dyn FnMut() -> bool,
    location: &'static Location<'static>,
) -> Option<Looked> {
    if is_quiet() {
        return None;
    }
    let Evaluation { first, holds } = try_out(condition, None);
    let cell = first?;
    let versions = with(|world| world.machine.versions(cell));
    let n_older = versions.len() - 1;
    let mut holds_of = |nth: usize| {
        let as_of = AsOf { cell, back: n_older - nth, amount: versions[nth].amount };
        if nth == n_older { holds } else { try_out(condition, Some(as_of)).holds }
    };
    let first = holds_of(0);
    let then = (1..=n_older).map(|nth| (versions[nth].step.unwrap_or(0), holds_of(nth))).collect();
    let declare = |machine: &mut Machine| {
        let arrived = machine.trace.len() as u32;
        let until = Until { task: machine.current, cell, arrived, first, then };
        machine.declare_until(until, location);
    };
    let made = pool::try_step_until(declare, || try_out(condition, None).holds);
    unwind_if_over(made);
    if is_quiet() {
        return None;
    }
    with(|world| world.machine.end_until());
    Some(Looked::at(cell))
}

pub(crate) fn wait_until(
    condition: &mut dyn FnMut() -> bool,
    location: &'static Location<'static>,
) {
    loop {
        let looked = await_first_look(condition, location);
        let holds = condition();
        drop(looked);
        if holds || is_quiet() {
            return;
        }
        yield_until_changed(location);
    }
}
