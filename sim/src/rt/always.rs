//! How a program says that a condition has to hold from now on.

use std::panic::Location;
use std::rc::Rc;

use super::door::{create, step};
use super::invariants::{ask, look, why_not};
use super::local::with;
use super::machine::{Invariant, NewObject};
use super::stage::is_quiet;
use crate::execution::Purpose;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;

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
        world.machine.add_invariant(invariant);
    });
}
