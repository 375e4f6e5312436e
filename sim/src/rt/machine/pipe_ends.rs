//! What is kept of the ends of pipes in an execution.

use crate::execution::EndCopy;
use crate::id::ObjectId;

/// One end of a pipe, in the order in which an execution made them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndId(pub(super) u32);

impl EndId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// An end of a pipe.
#[derive(Clone, Debug)]
pub(super) struct PipeEnd {
    /// The gauge that is given 1 by each close.
    pub(super) closed: ObjectId,
    /// How many copies are open.
    pub(super) n_open: u32,
}

/// All ends, with their copies.
#[derive(Debug, Default)]
pub(crate) struct PipeEnds {
    pub(super) ends: Vec<PipeEnd>,
    pub(super) copies: Vec<EndCopy>,
}

impl PipeEnds {
    pub(super) fn copies(&self) -> &[EndCopy] {
        &self.copies
    }

    pub(super) fn clear(&mut self) {
        self.ends.clear();
        self.copies.clear();
    }
}
