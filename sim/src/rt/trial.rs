//! A trial of a condition, as data.

use crate::id::ObjectId;

/// A variable as it was some versions ago.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AsOf {
    pub(crate) cell: ObjectId,
    pub(crate) back: usize,
    pub(crate) amount: i64,
}

/// What a condition that is tried did so far.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    pub(crate) as_of: Option<AsOf>,
    pub(crate) n_ops: u32,
    /// The variable that it looked at first.
    pub(crate) first: Option<ObjectId>,
}
