//! Conditions that have to hold after every step.
//!
//! A condition looks at objects that steps of different tasks change. Whether
//! it ever fails depends on the order of such steps even where they are
//! otherwise independent, so each of them also updates a cell that belongs to
//! the condition: a search then tells their orders apart. For that, the
//! condition must look at the same objects whenever it is asked.

use std::panic::Location;
use std::rc::Rc;

use super::machine::Machine;
use super::{RT, create_cell, is_quiet, with};
use crate::execution::Violation;
use crate::id::{Name, ObjectId};
use crate::mode::Mode;
use crate::op::Access;

/// One condition.
#[derive(Clone)]
pub(super) struct Invariant {
    /// What it looks at, sorted.
    objects: Rc<[ObjectId]>,
    cell: ObjectId,
    name: Name,
    holds: Rc<dyn Fn() -> bool>,
    location: &'static Location<'static>,
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
    let (held, objects) = ask(&holds);
    let cell = create_cell("always", name.clone(), location);
    with(|world| {
        if !held {
            world.machine.violate(format!("always {name}"), location);
        }
        let invariant = Invariant { objects: objects.into(), cell, name, holds, location };
        world.machine.invariants.push(invariant);
    });
}

/// Asks all conditions, since the last step may have changed one.
#[cold]
pub(super) fn check_invariants() {
    with(|world| world.machine.invariants_due = false);
    for invariant in with(|world| world.machine.invariants.clone()) {
        let (held, objects) = ask(&invariant.holds);
        assert!(
            objects[..] == invariant.objects[..],
            "the condition 'always {}' must look at the same objects whenever it is asked",
            invariant.name
        );
        if !held {
            let message = format!("always {}", invariant.name);
            with(|world| world.machine.violate(message, invariant.location));
        }
    }
}

/// Asks a condition, with primitives that only look. Tells what it looked at.
fn ask(holds: &Rc<dyn Fn() -> bool>) -> (bool, Vec<ObjectId>) {
    with(|world| world.looked_at = Some(vec![]));
    RT.with(|rt| rt.quiet.set(true));
    let held = holds();
    RT.with(|rt| rt.quiet.set(false));
    let mut objects = with(|world| world.looked_at.take()).unwrap_or_default();
    objects.sort_unstable();
    objects.dedup();
    (held, objects)
}
