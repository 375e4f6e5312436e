//! What relaxed accesses leave for fences to make something of.
//!
//! What an acquire fence takes is what relaxed loads before it saw; what a relaxed store
//! brings is what the last release fence put by. The rules are those of [`super::stated`].

use super::incremental::RewindTable;

/// For each task what it has seen at relaxed loads, and what its last release fence has
/// put by.
#[derive(Debug, Default)]
pub(super) struct Fences {
    pub(super) seen: RewindTable<u32>,
    pub(super) put_by: RewindTable<u32>,
    n: usize,
}

impl Fences {
    pub(super) fn reset(&mut self) {
        self.n = 0;
        self.seen.reset(0, 0);
        self.put_by.reset(0, 0);
    }

    pub(super) fn rewind(&mut self, same: usize) {
        self.seen.rewind(same);
        self.put_by.rewind(same);
    }

    /// Most programs state no order, and need no room.
    pub(super) fn grow(&mut self, n: usize) {
        if self.n < n {
            self.n = n;
            self.seen.grow(n * n, 0);
            self.put_by.grow(n * n, 0);
        }
    }
}
