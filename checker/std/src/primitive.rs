//! What the primitives are made of: a state that is reached inside of steps alone, and gauges
//! at which futures wait.
//!
//! Each operation is one step that updates the cell of its primitive, so all of them are
//! ordered, and what it does to the state belongs to that step. A future that has to wait
//! enters a gauge of its own there, which the operation opens that ends its wait.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::sync::Arc;

use smallvec::smallvec;
use unknot_sim::raw::{self, Act, Mode, ObjectId, Op, Want};

use crate::object::{self, Object};
use crate::seat::{Parked, Wait};

pub(crate) type Place = &'static Location<'static>;

/// The state of a primitive.
pub(crate) struct Core<S> {
    object: Object,
    kind: &'static str,
    state: RefCell<S>,
}

#[expect(unsafe_code, reason = "tasks share a thread")]
// SAFETY: tasks share a thread, and what is in the state goes from one task to another.
unsafe impl<S: Send> Send for Core<S> {}
#[expect(unsafe_code, reason = "tasks share a thread")]
// SAFETY: as above; the state is reached inside of steps alone, one at a time.
unsafe impl<S: Send> Sync for Core<S> {}

impl<S> Core<S> {
    #[track_caller]
    pub(crate) const fn new(kind: &'static str, state: S) -> Core<S> {
        Core { object: Object::new(), kind, state: RefCell::new(state) }
    }

    pub(crate) fn object(&self) -> &Object {
        &self.object
    }

    pub(crate) fn cell(&self) -> ObjectId {
        self.object.id(self.kind, |new| new)
    }

    /// A step that reaches the state; nothing where primitives are quiet. The closure makes no
    /// step, and drops nothing of the program.
    pub(crate) fn change<R>(
        &self,
        verb: &'static str,
        place: Place,
        f: impl FnOnce(&mut S) -> R,
    ) -> Option<R> {
        raw::step(Op::local(verb, place).with(self.cell(), Mode::Update, 0));
        self.reach(f)
    }

    /// The same of one that changes nothing: such steps commute.
    pub(crate) fn look<R>(
        &self,
        verb: &'static str,
        place: Place,
        f: impl FnOnce(&S) -> R,
    ) -> Option<R> {
        raw::step(Op::local(verb, place).with(self.cell(), Mode::Read, 0));
        self.reach(|state| f(state))
    }

    /// Says that the step just made has changed nothing: a task that polls by such steps waits.
    pub(crate) fn nothing_changed(&self) {
        raw::nothing_changed(self.cell());
    }

    /// The state, inside of a step that was just made.
    pub(crate) fn reach<R>(&self, f: impl FnOnce(&mut S) -> R) -> Option<R> {
        (!raw::is_quiet()).then(|| f(&mut self.state.borrow_mut()))
    }

    /// What a future waits for that the named operations tell.
    pub(crate) fn waiter(&self, want: Want, verbs: &'static [&'static str]) -> Arc<Waiter> {
        Waiter::new(self.kind, self.cell(), self.object.place(), (want, verbs))
    }
}

/// A future that waits at a gauge of its own.
pub(crate) struct Waiter {
    gauge: ObjectId,
    is_told: Cell<bool>,
}

crate::sync::shared!(Waiter);

impl Waiter {
    pub(crate) fn new(
        kind: &'static str,
        whole: ObjectId,
        made_at: Place,
        (want, verbs): (Want, &'static [&'static str]),
    ) -> Arc<Waiter> {
        let gauge = object::create(kind, made_at, |new| {
            new.part_of(whole).wanted_for(want).raised_by(verbs)
        });
        Arc::new(Waiter { gauge, is_told: Cell::new(false) })
    }

    /// Has the future go on, as part of a step.
    pub(crate) fn tell(&self) {
        self.is_told.set(true);
        raw::also(self.gauge, Mode::Give, 1);
    }

    /// Whether it was told, inside of a step of the primitive.
    pub(crate) fn is_told(&self) -> bool {
        self.is_told.get()
    }

    /// The wait for that.
    pub(crate) fn wait(&self, verb: &'static str, place: Place) -> Wait {
        Wait { gauges: smallvec![self.gauge], units: None, verb, place, act: Act::Access }
    }

    pub(crate) fn gauge(&self) -> ObjectId {
        self.gauge
    }

    pub(crate) fn park(&self, verb: &'static str, place: Place) -> Parked {
        Parked::wait(self.wait(verb, place))
    }
}

/// Shows a type without what is in it: to look at that would be a step.
macro_rules! opaque {
    ($($name:ident $(<$t:tt>)?),* $(,)?) => {$(
        impl $(<$t>)? std::fmt::Debug for $name $(<$t>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

/// An error that has one thing to say.
macro_rules! says {
    ($($(#[$doc:meta])* $name:ident => $text:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub(crate) ());

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($text)
            }
        }

        impl std::error::Error for $name {}
    )*};
}

pub(crate) use {opaque, says};
