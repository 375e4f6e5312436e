//! Conditions that have to hold after every step.
//!
//! A condition looks at objects that steps of different tasks change. Whether
//! it ever fails depends on the order of such steps even where they are
//! otherwise independent, so each of them also updates a cell that belongs to
//! the condition: a search then tells their orders apart. For that, the
//! condition must look at the same objects whenever it is asked; one that does not,
//! or that panics, does not hold.
//!
//! From when on a condition has to hold depends on the order of steps as well. So
//! where others have been started already, to say so is a step, which looks at
//! these objects.

use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::rc::Rc;

use super::machine::Machine;
use super::stage::{self, Stage};
use super::{NewObject, create, is_quiet, panic, step, with};
use crate::execution::{Purpose, Violation};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::{Access, Op};

/// One condition.
#[derive(Clone)]
pub(super) struct Invariant {
    /// What it looks at, sorted.
    objects: Rc<[ObjectId]>,
    cell: ObjectId,
    name: Name,
    holds: Rc<dyn Fn() -> bool>,
    location: &'static Location<'static>,
    /// Whether the last step touched what it looks at.
    is_due: bool,
}

impl std::fmt::Debug for Invariant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invariant").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Machine {
    /// Orders the last step with the others that touch what a condition looks at.
    pub(super) fn touch_invariants(&mut self, object: ObjectId) {
        for i in 0..self.invariants.len() {
            if self.invariants[i].objects.contains(&object) {
                self.invariants_due = true;
                self.invariants[i].is_due = true;
                let cell = self.invariants[i].cell;
                self.trace.touch(Access::new(cell, Mode::Update, 0));
            }
        }
    }

    /// Notes that a condition did not hold after the last step.
    pub(crate) fn violate(&mut self, message: String, location: &'static Location<'static>) {
        let last = self.n_made().checked_sub(1);
        let task = last.map_or(self.current, |step| self.trace.steps()[step].task);
        let step = last.and_then(|step| u32::try_from(step).ok());
        self.violations.push(Violation { task, step, message, location });
    }
}

/// Has a condition checked now and after every step that may change it.
pub(crate) fn always(
    name: Name,
    holds: Rc<dyn Fn() -> bool>,
    location: &'static Location<'static>,
) {
    if is_quiet() {
        return;
    }
    with(|world| world.machine.repeat.is_barred = true);
    let cell = NewObject::new("always", name.clone(), location).serving(Purpose::Condition);
    let cell = create(cell);
    if with(|world| world.machine.has_others()) {
        let mut op = Op::local("always", location).with(cell, Mode::Update, 0);
        op.accesses.extend(ask(&holds).1.iter().map(look));
        step(op);
        if is_quiet() {
            return;
        }
    }
    let (held, looks) = ask(&holds);
    let objects: Rc<[ObjectId]> = looks.iter().map(|access| access.object).collect();
    with(|world| {
        if let Some(why) = why_not(&held, true) {
            world.machine.violate(format!("always {name}{why}"), location);
        }
        let invariant = Invariant { objects, cell, name, holds, location, is_due: false };
        world.machine.invariants.push(invariant);
    });
}

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
fn why_not(held: &Result<bool, String>, is_same: bool) -> Option<String> {
    match held {
        Err(panic) => Some(format!(" (it panicked: {panic})")),
        Ok(_) if !is_same => {
            Some(" (it has to look at the same objects whenever it is asked)".to_owned())
        }
        Ok(false) => Some(String::new()),
        Ok(true) => None,
    }
}

/// A look at what a condition looks at, which is ordered with all that changes it.
/// Of a variable too: that a condition reads it makes no data race.
fn look(access: &Access) -> Access {
    Access { mode: Mode::Look, ..*access }
}

/// Asks a condition, with primitives that only look. Tells what it looked at, each
/// object once, and the text of its panic.
fn ask(holds: &Rc<dyn Fn() -> bool>) -> (Result<bool, String>, Vec<Access>) {
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
