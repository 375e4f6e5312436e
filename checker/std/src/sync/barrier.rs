//! A barrier: tasks wait for one another until enough have come.
//!
//! A wait is two steps: arrive, and pass. Arrivals are ordered, so it is known which is the
//! last one, the leader, which opens the gauge of its generation and waits for nothing.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;

use unknot_sim::raw::{self, Mode, ObjectId, Op, Want};

use crate::object::{self, Object, Primitive};

/// A barrier, as [`std::sync::Barrier`].
pub struct Barrier {
    object: Object,
    n: usize,
    arrived: Cell<usize>,
    /// The gauge that opens when all have come.
    open: RefCell<Option<ObjectId>>,
}

// Tasks share a thread, and the parts are reached inside of steps alone.
super::shared!(Barrier);

/// Whether a task was the last to arrive.
#[derive(Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Whether it was.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl Primitive for Barrier {
    const KIND: &'static str = "Barrier";

    fn object(&self) -> &Object {
        &self.object
    }
}

impl Barrier {
    /// A barrier for so many tasks.
    #[must_use]
    #[track_caller]
    pub const fn new(n: usize) -> Barrier {
        Barrier { object: Object::new(), n, arrived: Cell::new(0), open: RefCell::new(None) }
    }

    /// Waits until so many tasks have come.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let (this, cell) = self.reach();
        this.wait_at(cell, Location::caller())
    }

    fn wait_at(&self, cell: ObjectId, place: &'static Location<'static>) -> BarrierWaitResult {
        raw::step(Op::local("arrive", place).with(cell, Mode::Update, 0));
        if raw::is_quiet() {
            return BarrierWaitResult(false);
        }
        let arrived = self.arrived.get() + 1;
        // The first of a generation makes its gauge.
        let parties = u32::try_from(self.n.max(1)).unwrap_or(u32::MAX);
        let open = *self.open.borrow_mut().get_or_insert_with(|| {
            object::create(Barrier::KIND, self.object.place(), |new| {
                new.part_of(cell).wanted_for(Want::Parties(parties)).raised_by(&["arrive"])
            })
        });
        let is_last = arrived >= self.n;
        self.arrived.set(if is_last { 0 } else { arrived });
        if is_last {
            self.open.take();
            raw::also(open, Mode::Give, 1);
        } else {
            raw::step(Op::local("pass", place).with(open, Mode::Await, 1));
        }
        BarrierWaitResult(is_last)
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").finish_non_exhaustive()
    }
}
