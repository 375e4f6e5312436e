//! What a process gets of what its parent has.
//!
//! Everything that is passed is copied by its own rule: a private primitive is a new one
//! that shows the same, a value is cloned, and a handle across processes
//! ([`Across`](crate::process::Across)) stays the same handle. Two handles to one primitive stay two
//! handles to one.

mod plain;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::collections::BTreeMap;

use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::op::Access;
use crate::rt::{self, NewObject};

/// What can be passed to a process.
pub trait Fork: 'static {
    /// Adds what the step that starts the process has to look at, for the copy to be
    /// that of a moment.
    #[doc(hidden)]
    fn reads(&self, reads: &mut Reads);

    /// What the process gets.
    #[doc(hidden)]
    #[must_use]
    fn fork(&self, to: &mut Forking) -> Self;
}

/// What the step that starts a process looks at.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Reads {
    pub(crate) accesses: Vec<Access>,
}

impl Reads {
    /// A cell whose value is copied.
    pub(crate) fn cell(&mut self, cell: ObjectId) {
        self.add(Access::new(cell, Mode::Read, 0));
    }

    /// A gauge whose count is copied.
    pub(crate) fn gauge(&mut self, gauge: ObjectId) {
        // No count is looked for, so a copy orders nothing for the program itself.
        self.add(Access::new(gauge, Mode::Look, i64::MAX));
    }

    fn add(&mut self, access: Access) {
        if !self.accesses.contains(&access) {
            self.accesses.push(access);
        }
    }
}

/// The making of copies for one process.
#[doc(hidden)]
pub struct Forking {
    /// The task that starts the process, and the main task of that.
    from: TaskId,
    to: TaskId,
    /// What was copied, by the first object of each primitive.
    made: BTreeMap<ObjectId, Box<dyn Any>>,
}

impl std::fmt::Debug for Forking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Forking").field("from", &self.from).field("to", &self.to).finish()
    }
}

impl Forking {
    pub(crate) fn new(from: TaskId, to: TaskId) -> Forking {
        Forking { from, to, made: BTreeMap::new() }
    }

    /// The copy of a primitive with this first object, made at its first handle.
    pub(crate) fn once<P: Clone + 'static>(
        &mut self,
        first: ObjectId,
        make: impl FnOnce(&mut Forking) -> P,
    ) -> P {
        if let Some(made) = self.made.get(&first) {
            return made.downcast_ref::<P>().expect("a primitive has one type").clone();
        }
        let made = make(self);
        self.made.insert(first, Box::new(made.clone()));
        made
    }

    /// The copy of a cell.
    pub(crate) fn cell(&mut self, of: ObjectId) -> ObjectId {
        rt::copy(of, self.to, |new| new)
    }

    /// The copy of a cell that is part of another object.
    pub(crate) fn cell_of(&mut self, of: ObjectId, whole: ObjectId) -> ObjectId {
        rt::copy(of, self.to, |new| new.part_of(whole))
    }

    /// The copy of a cell that held this integer when it was copied.
    pub(crate) fn integer(&mut self, of: ObjectId, value: i64) -> ObjectId {
        rt::copy(of, self.to, |new: NewObject| new.showing(value))
    }

    /// The copy of a gauge that is part of another object and shows this.
    pub(crate) fn part_showing(&mut self, of: ObjectId, whole: ObjectId, shows: i64) -> ObjectId {
        rt::copy(of, self.to, |new: NewObject| new.part_of(whole).showing(shows))
    }

    /// The copy of a gauge, which shows the same.
    pub(crate) fn gauge(&mut self, of: ObjectId) -> ObjectId {
        rt::copy_gauge(of, self.to, |new| new)
    }

    /// The copy of a gauge that is part of another object.
    pub(crate) fn gauge_of(&mut self, of: ObjectId, whole: ObjectId) -> ObjectId {
        rt::copy_gauge(of, self.to, |new| new.part_of(whole))
    }

    /// The main task of the process.
    pub(crate) fn main(&self) -> TaskId {
        self.to
    }

    /// The task that goes on as the task `of`, or `of` itself: a task of another process
    /// that never comes here.
    pub(crate) fn task(&self, of: TaskId) -> TaskId {
        if of == self.from { self.to } else { of }
    }
}
