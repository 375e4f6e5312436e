//! The kinds of trouble: what each is called, how serious it is, and what it may turn out
//! to be.

use std::fmt;

use serde::{Serialize, Serializer};

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
    /// Steps repeated up to the limit that a weakly fair scheduler can repeat for ever,
    /// beside a task that never gets what others get each time.
    Starvation,
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

/// What is known of a kind.
#[derive(Clone, Copy, Debug)]
pub struct KindRow {
    /// The kind.
    pub kind: Kind,
    /// Its name.
    pub name: &'static str,
    /// How serious it is unless a check is told otherwise.
    pub level: Level,
    /// What else a finding of this kind may turn out to be when it is settled
    /// (`settle`).
    pub alternative: Option<Kind>,
    /// Whether only more executions can settle what an analysis says.
    pub is_to_settle: bool,
}

impl KindRow {
    const fn new(kind: Kind, name: &'static str, level: Level) -> KindRow {
        KindRow { kind, name, level, alternative: None, is_to_settle: false }
    }

    const fn or(self, other: Kind) -> KindRow {
        KindRow { alternative: Some(other), is_to_settle: true, ..self }
    }

    const fn to_settle(self) -> KindRow {
        KindRow { is_to_settle: true, ..self }
    }
}

/// All kinds, in their order.
pub const KINDS: &[KindRow] = &[
    KindRow::new(Kind::Deadlock, "deadlock", Level::Error),
    KindRow::new(Kind::Hang, "hang", Level::Error),
    KindRow::new(Kind::AbandonedLock, "abandoned-lock", Level::Error),
    KindRow::new(Kind::LostUpdate, "lost-update", Level::Error).or(Kind::StaleWrite),
    KindRow::new(Kind::InvariantViolation, "invariant-violation", Level::Error),
    KindRow::new(Kind::Exception, "exception", Level::Error),
    KindRow::new(Kind::Livelock, "livelock", Level::Error).or(Kind::BusyWait),
    KindRow::new(Kind::DataRace, "data-race", Level::Note),
    KindRow::new(Kind::Leak, "leak", Level::Note),
    KindRow::new(Kind::StaleWrite, "stale-write", Level::Note),
    KindRow::new(Kind::BusyWait, "busy-wait", Level::Note).or(Kind::Livelock),
    KindRow::new(Kind::Starvation, "starvation", Level::Note).to_settle(),
    KindRow::new(Kind::Nondeterminism, "nondeterminism", Level::Error),
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
    fn row(self) -> &'static KindRow {
        &KINDS[self as usize]
    }

    /// How serious it is unless a check is told otherwise.
    #[must_use]
    pub fn level(self) -> Level {
        self.row().level
    }

    /// What else a finding of this kind may turn out to be when it is settled
    /// (`settle`).
    #[must_use]
    pub fn alternative(self) -> Option<Kind> {
        self.row().alternative
    }

    /// Whether only more executions can settle what an analysis says.
    #[must_use]
    pub fn is_to_settle(self) -> bool {
        self.row().is_to_settle
    }

    /// The kind with a name.
    ///
    /// # Errors
    /// A message that says what exists.
    pub fn named(name: &str) -> Result<Kind, String> {
        let row = KINDS.iter().find(|row| row.name == name);
        row.map(|row| row.kind).ok_or_else(|| {
            let known: Vec<&str> = KINDS.iter().map(|row| row.name).collect();
            format!("no kind of finding is called '{name}'; there are: {}", known.join(", "))
        })
    }

    /// The name of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
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
        Levels(std::array::from_fn(|nth| KINDS[nth].level))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_the_order_of_the_kinds() {
        for (nth, row) in KINDS.iter().enumerate() {
            assert_eq!((row.kind as usize, Kind::named(row.name)), (nth, Ok(row.kind)));
        }
    }

    #[test]
    fn levels() {
        let both = Levels::new(&[Kind::Leak, Kind::Hang], &[Kind::Leak]);
        assert_eq!(both, Err("leak cannot both fail a check and be allowed".to_owned()));
        let levels = Levels::new(&[Kind::Leak], &[Kind::Deadlock]).expect("different kinds");
        let errors = KINDS.iter().map(|row| row.kind).filter(|kind| levels.is_error(*kind));
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
