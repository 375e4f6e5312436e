//! What is kept of the ends of pipes in an execution.

use std::collections::BTreeMap;

use crate::execution::EndCopy;
use crate::id::ObjectId;

/// One end of a pipe, in the order in which an execution made them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Where the copy is that a process has of an end.
    places: BTreeMap<(u32, EndId), usize>,
}

impl PipeEnds {
    pub(super) fn copies(&self) -> &[EndCopy] {
        &self.copies
    }

    /// The place of the copy that a process has of an end, open or not.
    pub(super) fn place_of(&self, process: u32, end: EndId) -> Option<usize> {
        self.places.get(&(process, end)).copied()
    }

    /// Gives a process an open copy of an end.
    pub(super) fn add(&mut self, copy: EndCopy) {
        self.ends[copy.end as usize].n_open += 1;
        self.places.insert((copy.process, EndId(copy.end)), self.copies.len());
        self.copies.push(copy);
    }

    pub(super) fn clear(&mut self) {
        self.ends.clear();
        self.copies.clear();
        self.places.clear();
    }
}
