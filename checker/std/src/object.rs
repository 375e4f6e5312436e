//! The objects of a primitive that a `const fn` makes.
//!
//! Nothing can be registered where a constant expression is evaluated, so a primitive knows
//! its place alone until its first operation is declared. It is asked then in which execution
//! it is used: one that was made outside, and kept what an earlier execution left in it, is
//! refused by name.

use std::cell::Cell;
use std::panic::Location;

use unknot_sim::Name;
use unknot_sim::raw::{self, NewObject, ObjectId};

use crate::run;

/// One object, from when it is first used.
#[derive(Debug)]
pub(crate) struct Object {
    place: &'static Location<'static>,
    /// The execution that it belongs to; 0 for none yet.
    run: Cell<u64>,
    id: Cell<ObjectId>,
}

impl Object {
    #[track_caller]
    pub(crate) const fn new() -> Object {
        Object { place: Location::caller(), run: Cell::new(0), id: Cell::new(ObjectId(0)) }
    }

    /// One that is known by a place that was noted before.
    pub(crate) const fn at(place: &'static Location<'static>) -> Object {
        Object { place, run: Cell::new(0), id: Cell::new(ObjectId(0)) }
    }

    /// Where the primitive was made.
    pub(crate) fn place(&self) -> &'static Location<'static> {
        self.place
    }

    /// Whether it is known in the present execution.
    pub(crate) fn is_known(&self) -> bool {
        self.run.get() == run::serial()
    }

    /// Forgets it: what was known of its value no longer holds.
    pub(crate) fn forget(&mut self) {
        self.run.set(0);
    }

    /// The object, which is made now if it is new.
    pub(crate) fn id(
        &self,
        kind: &'static str,
        make: impl FnOnce(NewObject) -> NewObject,
    ) -> ObjectId {
        let serial = run::serial();
        if self.run.get() == serial {
            return self.id.get();
        }
        if self.run.get() != 0 && !raw::is_quiet() && !run::with(|run| run.options.outside) {
            self.refuse(kind);
        }
        let new = NewObject::new(kind, Name::default(), self.place).called_by_place();
        self.id.set(raw::create_placed(make(new)));
        self.run.set(serial);
        self.id.get()
    }

    #[cold]
    fn refuse(&self, kind: &'static str) {
        let why = format!(
            "the {kind} that was made at {} was used in an execution before this one: what it \
             holds would depend on that; make it inside of the closure that is checked, or in \
             a static",
            self.place
        );
        run::with(|run| run.refuse(&why));
        panic!("{why}");
    }
}

/// An object that is known by the place, for a part of a primitive that is.
pub(crate) fn create_placed(
    kind: &'static str,
    place: &'static Location<'static>,
    make: impl FnOnce(NewObject) -> NewObject,
) -> ObjectId {
    raw::create_placed(make(NewObject::new(kind, Name::default(), place).called_by_place()))
}

/// An object of the running task, called by the place.
pub(crate) fn create(
    kind: &'static str,
    place: &'static Location<'static>,
    make: impl FnOnce(NewObject) -> NewObject,
) -> ObjectId {
    raw::create(make(NewObject::new(kind, Name::default(), place).called_by_place()))
}
