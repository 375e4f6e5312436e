//! Numbered places, each with a gauge of its own.
//!
//! Which of two tasks touches a place first depends on the schedule, so the gauges are
//! derived from an object that is there. A task waits at the place that it knows, and is
//! disturbed by nothing that comes to other places.

use std::cell::RefCell;

use crate::id::ObjectId;
use crate::rt::{self, NewObject};

/// Numbered places.
#[derive(Debug)]
pub(super) struct Places {
    of: ObjectId,
    /// What each gauge is like.
    new: NewObject,
    gauges: RefCell<Vec<Option<ObjectId>>>,
}

impl Places {
    pub(super) fn new(of: ObjectId, new: NewObject) -> Places {
        Places { of, new: new.part_of(of), gauges: RefCell::default() }
    }

    /// The gauge of a place. It shows 1 once something has come there.
    pub(super) fn gauge(&self, number: u32) -> ObjectId {
        let mut gauges = self.gauges.borrow_mut();
        let at = number as usize;
        if gauges.len() <= at {
            gauges.resize(at + 1, None);
        }
        *gauges[at].get_or_insert_with(|| rt::create_derived(self.of, number, self.new.clone()))
    }
}
