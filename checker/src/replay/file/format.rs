//! What a schedule file says, and the words and numbers that its text is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use unknot_sim::{Ended, TimeMode};

use crate::model::kind::Kind;
use crate::model::scenario::Params;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::replay::record::{Record, StepRecord};

/// What the first line begins with, and the one version that there is.
pub(super) const MAGIC: &str = "unknot-schedule";
pub(super) const VERSION: u32 = 1;

/// The most bytes of a file that is read: more than the longest schedule takes, an
/// execution of a million steps.
pub const MAX_BYTES: u64 = 128 << 20;

/// Time modes by their names in a file.
pub(super) const TIMES: &[(TimeMode, &str)] =
    &[(TimeMode::Any, "any"), (TimeMode::Virtual, "virtual")];

/// How an execution ended, by the names in a file.
pub(super) const ENDINGS: &[(Ended, &str)] = &[
    (Ended::Complete, "complete"),
    (Ended::Stuck, "stuck"),
    (Ended::Cut, "cut"),
    (Ended::Abandoned, "stopped"),
];

/// One execution, and the terms on which it was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchedFile {
    /// `name/variant`.
    pub scenario: String,
    /// Every parameter with its value.
    pub params: BTreeMap<String, i64>,
    /// What one execution means.
    pub semantics: Semantics,
    /// The kinds of finding that it was saved for, sorted.
    pub shows: Vec<Kind>,
    /// How it ended.
    pub ended: Ended,
    /// Its decisions.
    pub schedule: Schedule,
    /// What each step of the schedule did: one entry for each step.
    pub made: Vec<RecordedStep>,
}

/// What one step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedStep {
    /// What was done, such as `lock`.
    pub op: String,
    /// To what, such as `Lock 'bob'`.
    pub object: Option<String>,
    /// Where in the source, relative to the package.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

impl SchedFile {
    /// The file of an execution.
    ///
    /// # Panics
    /// If the record does not tell of every step: a bug of unknot.
    #[must_use]
    pub fn of(
        scenario: &str,
        params: &Params,
        semantics: Semantics,
        (record, shows): (&Record, impl IntoIterator<Item = Kind>),
    ) -> SchedFile {
        let params = params.iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let made = (&record.schedule, &record.steps[..], record.ended);
        SchedFile::of_steps((scenario, params, semantics), made, shows)
    }

    /// The same of the parts of a record.
    ///
    /// # Panics
    /// If the steps are not those of the schedule: a bug of unknot.
    #[must_use]
    pub fn of_steps(
        (scenario, params, semantics): (&str, BTreeMap<String, i64>, Semantics),
        (schedule, steps, ended): (&Schedule, &[StepRecord], Ended),
        shows: impl IntoIterator<Item = Kind>,
    ) -> SchedFile {
        assert_eq!(schedule.steps.len(), steps.len(), "a step is decided and told");
        SchedFile {
            scenario: scenario.to_owned(),
            params,
            semantics,
            shows: shows.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
            ended,
            schedule: schedule.clone(),
            made: steps.iter().map(RecordedStep::of).collect(),
        }
    }

    /// A recorded step as a message tells it.
    #[must_use]
    pub fn told(&self, step: usize) -> Option<String> {
        let (decided, made) = (self.schedule.steps.get(step)?, self.made.get(step)?);
        Some(format!("{} {made}", decided.task))
    }
}

impl RecordedStep {
    pub(super) fn of(step: &StepRecord) -> RecordedStep {
        RecordedStep {
            op: step.operation.op.clone(),
            object: step.operation.object.clone(),
            file: step.operation.file.clone(),
            line: step.operation.line,
        }
    }
}

/// For messages: `lock Lock 'bob' (src/bank.rs:12)`.
impl fmt::Display for RecordedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.op)?;
        if let Some(object) = &self.object {
            write!(f, " {object}")?;
        }
        write!(f, " ({}:{})", self.file, self.line)
    }
}

/// The name of a value in a table of names.
pub(super) fn name_of<T: PartialEq>(value: &T, table: &[(T, &'static str)]) -> &'static str {
    let row = table.iter().find(|(one, _)| one == value);
    row.map(|(_, name)| *name).expect("every value has a name")
}
