//! The objects of a primitive that a `const fn` makes.
//!
//! Nothing can be registered where a constant expression is evaluated, so a primitive knows
//! its place alone until its first operation is declared. It is claimed then for the execution
//! that uses it, and all of it is reached after that. One that was made outside, and kept what
//! an earlier execution left in it, is refused by name; and always if that was an execution of
//! another thread of the system, which may still be going on.

use std::cell::Cell;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};

use unknot_sim::Name;
use unknot_sim::raw::{self, NewObject, ObjectId};

use crate::{run, statics};

/// One object, from when it is first used.
pub(crate) struct Object {
    place: &'static Location<'static>,
    /// The execution that it belongs to; 0 for none yet.
    run: AtomicU64,
    /// Reached by the thread alone whose execution that is.
    id: Cell<ObjectId>,
}

#[expect(unsafe_code, reason = "the number of the execution says which thread may look")]
// SAFETY: `id` is read and written by the thread alone that has put the number of an execution
// of its own into `run`, and no other thread replaces that number.
unsafe impl Sync for Object {}

impl Object {
    #[track_caller]
    pub(crate) const fn new() -> Object {
        Object::at(Location::caller())
    }

    /// One that is known by a place that was noted before.
    pub(crate) const fn at(place: &'static Location<'static>) -> Object {
        Object { place, run: AtomicU64::new(0), id: Cell::new(ObjectId(0)) }
    }

    /// Where the primitive was made.
    pub(crate) fn place(&self) -> &'static Location<'static> {
        self.place
    }

    /// The object, if it is known in the present execution.
    #[inline]
    pub(crate) fn known(&self) -> Option<ObjectId> {
        let is_known = raw::execution_number() == Some(self.run.load(Ordering::Relaxed));
        is_known.then(|| self.id.get())
    }

    /// Forgets it: what was known of its value no longer holds.
    pub(crate) fn forget(&mut self) {
        *self.run.get_mut() = 0;
    }

    /// The object, which is made now if it is new. What `make` looks at is reached by no other
    /// thread of the system.
    #[inline]
    pub(crate) fn id(
        &self,
        kind: &'static str,
        make: impl FnOnce(NewObject) -> NewObject,
    ) -> ObjectId {
        self.known().unwrap_or_else(|| self.first_used(kind, make))
    }

    #[cold]
    fn first_used(
        &self,
        kind: &'static str,
        make: impl FnOnce(NewObject) -> NewObject,
    ) -> ObjectId {
        self.claim(kind);
        let new = NewObject::new(kind, Name::default(), self.place).called_by_place();
        let id = raw::create_placed(make(new));
        self.id.set(id);
        id
    }

    /// Has it belong to the present execution.
    fn claim(&self, kind: &'static str) {
        let number = run::with(|run| run.number());
        let before = self.run.load(Ordering::Relaxed);
        let may = before == 0
            || run::are_of_one_thread(before, number)
                && (raw::is_quiet() || run::with(|run| run.options.outside));
        let claims = || {
            let order = (Ordering::Acquire, Ordering::Relaxed);
            self.run.compare_exchange(before, number, order.0, order.1).is_ok()
        };
        if !may || !claims() {
            self.refuse(kind);
        }
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

/// A primitive that a `const fn` may have made. It may be in a static.
pub(crate) trait Primitive {
    /// What it is called.
    const KIND: &'static str;

    /// What stands for it.
    fn object(&self) -> &Object;

    /// What its object is like.
    fn describe(&self, new: NewObject) -> NewObject {
        new
    }

    /// What else is made where it is first used.
    fn begin(&self, _whole: ObjectId) {}

    /// What stands for the primitive in the present execution (the copy of a static, or
    /// itself), and its object.
    #[inline]
    fn reach(&self) -> (&Self, ObjectId) {
        match self.object().known() {
            Some(id) => (self, id),
            None => reach_first(self),
        }
    }
}

#[cold]
fn reach_first<P: Primitive + ?Sized>(primitive: &P) -> (&P, ObjectId) {
    let this = statics::local(primitive);
    let id = this.object().known().unwrap_or_else(|| {
        let id = this.object().first_used(P::KIND, |new| this.describe(new));
        this.begin(id);
        id
    });
    (this, id)
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
