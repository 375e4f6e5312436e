//! What is kept of the feeders of an execution.

use std::cell::Cell;
use std::rc::Rc;

use smallvec::SmallVec;

use crate::id::ObjectId;
use crate::name::Name;
use crate::noted::Noted;
use crate::op::{Access, Op};

/// What a feeder did in a step.
pub(crate) struct Fed {
    pub(crate) accesses: SmallVec<[Access; 8]>,
    /// The item, if that is recorded.
    pub(crate) noted: Option<Noted>,
}

/// What a feeder is like when it is created.
#[derive(Clone)]
pub(crate) struct NewFeeder {
    pub(crate) name: Name,
    /// What it does, one after the other, from the beginning again.
    pub(crate) ops: Rc<[Op]>,
    /// Moves data for the operation with a number. The flag says whether values are recorded.
    pub(crate) feed: Rc<dyn Fn(usize, bool) -> Fed>,
    /// The gauge that shows minus the number of items that are not written.
    pub(crate) unfed: ObjectId,
    /// Whether an item was ever put.
    pub(crate) is_used: Rc<Cell<bool>>,
}

/// What a feeder does.
pub(crate) struct Feeding {
    pub(super) new: NewFeeder,
    /// The operation that it is about to do.
    pub(super) next: usize,
}

impl std::fmt::Debug for Feeding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feeding").field("next", &self.next).finish_non_exhaustive()
    }
}
