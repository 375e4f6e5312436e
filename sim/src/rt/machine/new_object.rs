//! What a primitive says of an object that it creates.

use std::panic::Location;

use crate::execution::{Object, Ownership, Purpose, Want};
use crate::id::ObjectId;
use crate::name::Name;

/// What a gauge or cell is like when it is created.
#[derive(Clone, Debug)]
pub struct NewObject {
    pub(crate) purpose: Purpose,
    /// The primitive that it belongs to.
    pub(crate) kind: &'static str,
    pub(crate) name: Name,
    pub(crate) location: &'static Location<'static>,
    /// What a gauge shows at first.
    pub(crate) initial: i64,
    /// What a bounded gauge may show at most.
    pub(crate) limit: i64,
    pub(crate) ownership: Ownership,
    /// Whether it is a cell that holds data of the program.
    pub(crate) is_variable: bool,
    /// Whether it can tell what it held earlier.
    pub(crate) keeps_versions: bool,
    /// Whether its accesses order what tasks do before and after.
    pub(crate) is_atomic: bool,
    /// The object that stands for the whole primitive.
    pub(crate) part_of: Option<ObjectId>,
    /// The verbs of the operations that end a wait for it.
    pub(crate) raised_by: &'static [&'static str],
    /// What a task that waits for it wants.
    pub(crate) want: Want,
    /// Whether several tasks have units at once, and take and give back so that this commutes.
    pub(crate) has_crowd: bool,
    /// Whether an object without a name is called by the place that made it.
    pub(crate) is_called_by_place: bool,
    /// The object of which it is a copy for another process.
    pub(crate) copy_of: Option<ObjectId>,
}

impl NewObject {
    /// A cell, or a gauge that shows 0 and has no owner.
    #[must_use]
    pub fn new(kind: &'static str, name: Name, location: &'static Location<'static>) -> NewObject {
        NewObject {
            purpose: Purpose::Primitive,
            kind,
            name,
            location,
            initial: 0,
            limit: i64::MAX,
            ownership: Ownership::Nobody,
            is_variable: false,
            keeps_versions: false,
            is_atomic: true,
            part_of: None,
            raised_by: &[],
            want: Want::Units,
            has_crowd: false,
            is_called_by_place: false,
            copy_of: None,
        }
    }

    /// The same, called by its place if it has no name.
    #[must_use]
    pub fn called_by_place(mut self) -> NewObject {
        self.is_called_by_place = true;
        self
    }

    /// The same, as a gauge of which several tasks have units at once, and take them and give
    /// them back in steps that commute ([`Mode::Draw`](crate::Mode::Draw) and
    /// [`Mode::Tally`](crate::Mode::Tally)).
    #[must_use]
    pub fn with_crowd(mut self) -> NewObject {
        self.has_crowd = true;
        self
    }

    /// The same, but not as a primitive: for this purpose.
    #[must_use]
    pub fn serving(mut self, purpose: Purpose) -> NewObject {
        self.purpose = purpose;
        self
    }

    /// The same, as a part of a primitive that another object stands for.
    #[must_use]
    pub fn part_of(mut self, whole: ObjectId) -> NewObject {
        self.part_of = Some(whole);
        self
    }

    /// The same, as a gauge with waiters that these operations wake.
    #[must_use]
    pub fn raised_by(mut self, verbs: &'static [&'static str]) -> NewObject {
        self.raised_by = verbs;
        self
    }

    /// The same, as a gauge with waiters that want this.
    #[must_use]
    pub fn wanted_for(mut self, want: Want) -> NewObject {
        self.want = want;
        self
    }

    /// The same, as a cell that holds data of the program.
    #[must_use]
    pub fn variable(mut self) -> NewObject {
        self.is_variable = true;
        self
    }

    /// The same, as a variable that may be able to tell what it held earlier.
    #[must_use]
    pub fn keeping_versions(mut self, keeps_versions: bool) -> NewObject {
        self.keeps_versions = keeps_versions;
        self
    }

    /// The same, with accesses that order nothing.
    #[must_use]
    pub fn plain(mut self) -> NewObject {
        self.is_atomic = false;
        self
    }

    /// The same, showing `initial` at first.
    #[must_use]
    pub fn showing(mut self, initial: i64) -> NewObject {
        self.initial = initial;
        self
    }

    /// The same, showing at most `limit`.
    #[must_use]
    pub fn at_most(mut self, limit: i64) -> NewObject {
        self.limit = limit;
        self
    }

    /// The same, with takers that own what they take.
    #[must_use]
    pub fn owned(mut self, ownership: Ownership) -> NewObject {
        self.ownership = ownership;
        self
    }
}

impl From<NewObject> for Object {
    #[inline(always)]
    fn from(new: NewObject) -> Object {
        Object {
            purpose: new.purpose,
            kind: new.kind,
            name: new.name,
            location: new.location,
            initial: new.initial,
            shows: new.initial,
            limit: new.limit,
            ownership: new.ownership,
            is_variable: new.is_variable,
            keeps_versions: new.keeps_versions,
            is_atomic: new.is_atomic,
            part_of: new.part_of,
            raised_by: new.raised_by,
            want: new.want,
            has_crowd: new.has_crowd,
            is_called_by_place: new.is_called_by_place,
            copy_of: new.copy_of,
        }
    }
}
