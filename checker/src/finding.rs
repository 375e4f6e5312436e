//! Findings as data: what kind of trouble, and what proves it.

use std::cmp::Ordering;
use std::fmt;
use std::panic::Location;

use smallvec::SmallVec;
use unknot_sim::{Names, ObjectId, TaskId, TaskPath};

/// The kinds of trouble, in the words of the scenario catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A cycle or knot of certain waits.
    Deadlock,
    /// Stuck without a knot: nobody left can or will end the wait.
    Hang,
    /// Waiting for a lock whose owner ended while it held it.
    AbandonedLock,
    /// A write that replaced an update its task had never seen.
    LostUpdate,
    /// A condition of the program that did not hold.
    InvariantViolation,
    /// An exception or panic that nobody handled.
    Exception,
    /// Steps without end and without effect.
    Livelock,
    /// Two accesses to a variable, one a write, that nothing orders.
    DataRace,
    /// A lock that is still held at the end.
    Leak,
    /// The program did not do the same under the same decisions.
    Nondeterminism,
}

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It makes the verdict a failure.
    Error,
    /// It is told, and makes the verdict a failure only where that is asked for.
    Note,
}

/// All kinds with their names.
pub const KINDS: &[(Kind, &str)] = &[
    (Kind::Deadlock, "deadlock"),
    (Kind::Hang, "hang"),
    (Kind::AbandonedLock, "abandoned-lock"),
    (Kind::LostUpdate, "lost-update"),
    (Kind::InvariantViolation, "invariant-violation"),
    (Kind::Exception, "exception"),
    (Kind::Livelock, "livelock"),
    (Kind::DataRace, "data-race"),
    (Kind::Leak, "leak"),
    (Kind::Nondeterminism, "nondeterminism"),
];

impl Level {
    /// The name of the level.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Note => "note",
        }
    }
}

impl Kind {
    /// How serious it is unless somebody says otherwise.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Kind::DataRace | Kind::Leak => Level::Note,
            _ => Level::Error,
        }
    }

    /// The name of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        let row = KINDS.iter().find(|(kind, _)| *kind == self);
        row.map(|(_, name)| *name).expect("every kind has a name")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What one analysis found in one execution, in the terms of that execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The identity within one search.
    pub signature: Signature,
    /// The executed steps that prove it, in the order the kind defines.
    pub steps: SmallVec<[u32; 4]>,
}

/// What makes two findings the same one: never step numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature {
    /// The kind.
    pub kind: Kind,
    /// The tasks that are part of it.
    pub tasks: SmallVec<[TaskId; 2]>,
    /// The objects that are part of it.
    pub objects: SmallVec<[ObjectId; 2]>,
    /// The source lines that are part of it.
    pub sites: SmallVec<[Site; 3]>,
}

/// A place in the source of the program under test.
#[derive(Clone, Copy, Debug)]
pub struct Site(pub &'static Location<'static>);

impl PartialEq for Site {
    fn eq(&self, other: &Site) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Site {}

impl PartialOrd for Site {
    fn partial_cmp(&self, other: &Site) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Site {
    fn cmp(&self, other: &Site) -> Ordering {
        // One place is nearly always one address; the text is compared only
        // where the compiler made two of it, or for the order in a report.
        if std::ptr::eq(self.0, other.0) { Ordering::Equal } else { self.0.cmp(other.0) }
    }
}

/// The same identity in terms that mean the same in every search.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The kind.
    pub kind: Kind,
    /// The tasks.
    pub tasks: Vec<TaskPath>,
    /// The objects, by creator and number.
    pub objects: Vec<(TaskPath, u32)>,
    /// The source lines.
    pub sites: Vec<Site>,
}

impl Identity {
    /// That of a program that does not do the same again: a fault of the whole
    /// program, and one however often it shows.
    #[must_use]
    pub fn nondeterminism() -> Identity {
        let kind = Kind::Nondeterminism;
        Identity { kind, tasks: vec![], objects: vec![], sites: vec![] }
    }
}

impl Signature {
    /// The identity behind the interned numbers.
    #[must_use]
    pub fn identity(&self, names: &Names) -> Identity {
        Identity {
            kind: self.kind,
            tasks: self.tasks.iter().map(|&t| names.task_path(t)).collect(),
            objects: self.objects.iter().map(|&o| names.object_origin(o)).collect(),
            sites: self.sites.to_vec(),
        }
    }
}
