//! Findings as data: what kind of trouble, and what proves it.

use std::cmp::Ordering;
use std::fmt;
use std::panic::Location;

use serde::{Serialize, Serializer};
use smallvec::SmallVec;
use unknot_sim::{Names, ObjectId, TaskId, TaskPath};

/// The kinds of trouble, in the words of the scenario catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A cycle or knot of certain waits.
    Deadlock,
    /// Stuck without a knot: no task that is left can or will end the wait.
    Hang,
    /// Waiting for a lock with an owner that ended while it held the lock.
    AbandonedLock,
    /// A write that replaced an update its task had never seen, and that would have
    /// been a different write if the task had seen it. Analyses find candidates;
    /// `settle` finds out which candidates are lost updates.
    LostUpdate,
    /// A condition of the program that did not hold.
    InvariantViolation,
    /// An exception or panic that nothing handled.
    Exception,
    /// Steps without end that come back to where they were, with a part in them for
    /// every task that is enabled.
    Livelock,
    /// Two accesses to a variable, one a write, that nothing orders.
    DataRace,
    /// A lock that is still held at the end.
    Leak,
    /// A write that replaced an update its task had never seen, and that does not
    /// depend on what the task had read before.
    StaleWrite,
    /// Steps repeated up to the limit beside a task that was enabled and never
    /// picked.
    BusyWait,
    /// The program behaved differently under the same decisions.
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
    (Kind::StaleWrite, "stale-write"),
    (Kind::BusyWait, "busy-wait"),
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
    /// How serious it is, unless a check says otherwise.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Kind::DataRace | Kind::Leak | Kind::StaleWrite | Kind::BusyWait => Level::Note,
            _ => Level::Error,
        }
    }

    /// What else a finding of this kind may turn out to be when it is settled
    /// (`settle`).
    #[must_use]
    pub fn alternative(self) -> Option<Kind> {
        match self {
            Kind::LostUpdate => Some(Kind::StaleWrite),
            Kind::Livelock => Some(Kind::BusyWait),
            Kind::BusyWait => Some(Kind::Livelock),
            _ => None,
        }
    }

    /// Whether only more executions can settle what an analysis says.
    #[must_use]
    pub fn is_to_settle(self) -> bool {
        self.alternative().is_some()
    }

    /// The kind with a name.
    ///
    /// # Errors
    /// A message that says what exists.
    pub fn named(name: &str) -> Result<Kind, String> {
        let row = KINDS.iter().find(|(_, known)| *known == name);
        row.map(|(kind, _)| *kind).ok_or_else(|| {
            let known: Vec<&str> = KINDS.iter().map(|(_, name)| *name).collect();
            format!("no kind of finding is called '{name}'; there are: {}", known.join(", "))
        })
    }

    /// The name of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        let row = KINDS.iter().find(|(kind, _)| *kind == self);
        row.map(|(_, name)| *name).expect("every kind has a name")
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How serious each kind is in one check: its own level, unless the check says
/// otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels([Level; KINDS.len()]);

impl Default for Levels {
    fn default() -> Levels {
        // The order of the rows is that of the kinds.
        Levels(std::array::from_fn(|nth| KINDS[nth].0.level()))
    }
}

impl Levels {
    /// Some kinds fail the check, and others do not.
    ///
    /// # Errors
    /// A message, if a kind is among both.
    pub fn new(fail_on: &[Kind], allow: &[Kind]) -> Result<Levels, String> {
        if let Some(kind) = fail_on.iter().find(|kind| allow.contains(kind)) {
            return Err(format!("{kind} cannot both fail a check and be allowed"));
        }
        let mut levels = Levels::default();
        for (kinds, level) in [(fail_on, Level::Error), (allow, Level::Note)] {
            kinds.iter().for_each(|kind| levels.0[*kind as usize] = level);
        }
        Ok(levels)
    }

    /// How serious a kind is.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Level {
        self.0[kind as usize]
    }

    /// Whether a kind makes the verdict a failure, or may turn out to do so.
    #[must_use]
    pub fn may_be_error(&self, kind: Kind) -> bool {
        self.is_error(kind) || kind.alternative().is_some_and(|other| self.is_error(other))
    }

    /// Whether a kind makes the verdict a failure.
    #[must_use]
    pub fn is_error(&self, kind: Kind) -> bool {
        self.of(kind) == Level::Error
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

impl Evidence {
    /// Both pieces of evidence as one.
    pub(crate) fn and(mut self, other: Evidence) -> Evidence {
        self.signature.tasks.extend(other.signature.tasks);
        self.signature.objects.extend(other.signature.objects);
        self.signature.sites.extend(other.signature.sites);
        self.steps.extend(other.steps);
        self.steps.sort_unstable();
        self.steps.dedup();
        self
    }
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
    pub objects: Vec<Origin>,
    /// The source lines.
    pub sites: Vec<Site>,
}

/// What is wrong with a program, rather than with one execution of it: the
/// finding without its tasks. A hundred tasks that run the same lines can get
/// in each other's way in 9,900 pairs, and that is one fault. Objects and
/// sites are sorted sets, since in a finding their order follows its tasks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault<Object> {
    /// The kind.
    pub kind: Kind,
    /// The objects that are part of it.
    pub objects: SmallVec<[Object; 2]>,
    /// The source lines that are part of it.
    pub sites: SmallVec<[Site; 3]>,
}

/// An object by creator and number, which mean the same in every search.
pub type Origin = (TaskPath, u32);

impl<Object: Ord> Fault<Object> {
    pub(crate) fn new(
        kind: Kind,
        objects: impl IntoIterator<Item = Object>,
        sites: &[Site],
    ) -> Fault<Object> {
        let mut objects: SmallVec<[Object; 2]> = objects.into_iter().collect();
        objects.sort_unstable();
        objects.dedup();
        let mut sites: SmallVec<[Site; 3]> = sites.into();
        sites.sort_unstable();
        sites.dedup();
        Fault { kind, objects, sites }
    }
}

impl<Object: Clone> Fault<Object> {
    /// The same, as another kind.
    #[must_use]
    pub fn of_kind(&self, kind: Kind) -> Fault<Object> {
        Fault { kind, ..self.clone() }
    }

    /// The same, as analyses find it: they do not tell stale writes from lost updates.
    #[must_use]
    pub fn unsettled(&self) -> Fault<Object> {
        match self.kind {
            Kind::StaleWrite => self.of_kind(Kind::LostUpdate),
            _ => self.clone(),
        }
    }
}

impl Fault<ObjectId> {
    /// The same fault in terms that mean the same in every search.
    #[must_use]
    pub fn named(&self, names: &Names) -> Fault<Origin> {
        let objects = self.objects.iter().map(|&object| names.object_origin(object));
        Fault::new(self.kind, objects, &self.sites)
    }
}

impl<Object: Ord> Fault<Object> {
    /// The fault of a program that behaves differently under the same decisions. It is a
    /// fault of the whole program, and counts once however often it shows.
    #[must_use]
    pub fn nondeterminism() -> Fault<Object> {
        Fault::new(Kind::Nondeterminism, [], &[])
    }
}

impl Identity {
    /// The fault that it is one case of.
    #[must_use]
    pub fn fault(&self) -> Fault<Origin> {
        Fault::new(self.kind, self.objects.iter().cloned(), &self.sites)
    }
}

impl Signature {
    /// The fault that it is one case of.
    #[must_use]
    pub fn fault(&self) -> Fault<ObjectId> {
        Fault::new(self.kind, self.objects.iter().copied(), &self.sites)
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_the_order_of_the_kinds() {
        for (nth, (kind, name)) in KINDS.iter().enumerate() {
            assert_eq!((*kind as usize, Kind::named(name)), (nth, Ok(*kind)));
        }
    }

    #[test]
    fn levels() {
        let both = Levels::new(&[Kind::Leak, Kind::Hang], &[Kind::Leak]);
        assert_eq!(both, Err("leak cannot both fail a check and be allowed".to_owned()));
        let levels = Levels::new(&[Kind::Leak], &[Kind::Deadlock]).expect("different kinds");
        let errors = KINDS.iter().map(|(kind, _)| *kind).filter(|kind| levels.is_error(*kind));
        // All errors but deadlock, and the leak.
        assert_eq!(
            errors.collect::<Vec<_>>(),
            [
                Kind::Hang,
                Kind::AbandonedLock,
                Kind::LostUpdate,
                Kind::InvariantViolation,
                Kind::Exception,
                Kind::Livelock,
                Kind::Leak,
                Kind::Nondeterminism
            ]
        );
    }
}
