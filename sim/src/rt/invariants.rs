//! Conditions that have to hold after every step.
//!
//! A condition looks at objects that steps of different tasks change. Whether
//! it ever fails depends on the order of such steps even where they are
//! otherwise independent, so each of them also updates a cell that belongs to
//! the condition: a search then tells their orders apart. For that, the condition must
//! look at the same objects whenever it is asked. If it does not, or if it panics, it
//! counts as one that does not hold.
//!
//! From when on a condition has to hold depends on the order of steps as well. So once
//! other tasks have been started, declaring a condition is a step, which looks at these
//! objects.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::local::with;
use super::machine::Invariant;
use super::panic;
use super::stage::{self, Stage};
use crate::mode::Mode;
use crate::op::Access;

/// Asks the conditions that the last step may have changed.
#[cold]
pub(super) fn check_invariants() {
    let due: Vec<Invariant> = with(|world| {
        world.machine.invariants_due = false;
        let all = world.machine.invariants.iter_mut();
        let due = all.filter_map(|one| std::mem::take(&mut one.is_due).then(|| one.clone()));
        due.collect()
    });
    for invariant in due {
        let (held, looks) = ask(&invariant.holds);
        let is_same =
            looks.iter().map(|access| access.object).eq(invariant.objects.iter().copied());
        if let Some(why) = why_not(&held, is_same) {
            let message = format!("always {}{why}", invariant.name);
            with(|world| world.machine.violate(message, invariant.location));
        }
    }
}

/// Why a condition does not hold, if it does not.
pub(super) fn why_not(held: &Result<bool, String>, is_same: bool) -> Option<String> {
    match held {
        Err(panic) => Some(format!(" (it panicked: {panic})")),
        Ok(_) if !is_same => {
            Some(" (it has to look at the same objects whenever it is asked)".to_owned())
        }
        Ok(false) => Some(String::new()),
        Ok(true) => None,
    }
}

/// A look at what a condition looks at, ordered with every step that changes it. This
/// holds for a variable too: that a condition reads it makes no data race.
pub(super) fn look(access: &Access) -> Access {
    Access { mode: Mode::Look, ..*access }
}

/// Asks a condition, with primitives that only look. Tells what it looked at, each
/// object once, and the text of its panic.
pub(super) fn ask(holds: &Rc<dyn Fn() -> bool>) -> (Result<bool, String>, Vec<Access>) {
    let before = stage::enter(Stage::Asking);
    let held = catch_unwind(AssertUnwindSafe(|| holds())).map_err(|payload| {
        panic::forget(&*payload);
        panic::text_of(&*payload)
    });
    stage::enter(before);
    let mut accesses = with(|world| std::mem::take(&mut world.looked_at));
    accesses.sort_by_key(|access| access.object);
    accesses.dedup_by_key(|access| access.object);
    (held, accesses)
}
