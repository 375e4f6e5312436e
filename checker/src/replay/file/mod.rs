//! Schedule files: one execution as text that outlives the program's source.
//!
//! A line of schedule says who made each step. A file says as well on what
//! terms (scenario, parameters, time, limits), what each step did, and how the
//! execution ended, so that a replay against a changed program can say where
//! the two part (`compare.rs`). It is text, a fact a line:
//!
//! ```text
//! unknot-schedule 1
//! scenario ab-ba-noodles/opposite-orders
//! param group=1
//! time any
//! timeouts 2
//! max-steps 10000
//! shows deadlock
//! ended stuck
//! schedule T0*2 T1 ! T2
//! 0  T0  spawn  T1  src/deadlocks/ab_ba_noodles.rs:112
//! …
//! ```
//! Where tasks have a stack of another size than usual, `stack 1M` follows the steps
//! that are allowed. There is a `shows` for each kind of finding that the execution is
//! kept for, and none in files that were written before there was one. The fields of a step are parted by tabs, shown here as spaces: its number, the task, the
//! operation, the object or `-`, and the place. Control characters and `\` in a
//! text are written as in Rust. A file has no values: a step that reads another
//! number than it did is the same step.

mod compare;
mod read;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use unknot_sim::{Ended, TimeMode};

pub(crate) use compare::now_ended;
pub use compare::{Compared, Difference, Moved, compare};
pub use read::SchedFileError;

use crate::model::finding::Kind;
use crate::model::scenario::Params;
use crate::model::schedule::Schedule;
use crate::model::terms::Semantics;
use crate::replay::record::{Record, StepRecord};

/// What the first line begins with, and the one version that there is.
const MAGIC: &str = "unknot-schedule";
const VERSION: u32 = 1;

/// The most bytes of a file that is read: more than an execution of a million
/// steps, the longest schedule, takes.
pub const MAX_BYTES: u64 = 128 << 20;

/// Time modes by their names in a file.
const TIMES: &[(TimeMode, &str)] = &[(TimeMode::Any, "any"), (TimeMode::Virtual, "virtual")];

/// How an execution ended, by the names in a file.
const ENDINGS: &[(Ended, &str)] = &[
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
    /// What an execution means.
    pub semantics: Semantics,
    /// The kinds of finding that it was saved for, sorted.
    pub shows: Vec<Kind>,
    /// How it ended.
    pub ended: Ended,
    /// Its decisions.
    pub schedule: Schedule,
    /// What each step of the schedule did: as many as that has steps.
    pub made: Vec<Made>,
}

/// What one step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
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
    /// If the record does not tell of every step: a bug of ours.
    #[must_use]
    pub fn of(
        scenario: &str,
        params: &Params,
        semantics: Semantics,
        (record, shows): (&Record, impl IntoIterator<Item = Kind>),
    ) -> SchedFile {
        assert_eq!(record.schedule.steps.len(), record.steps.len(), "a step is decided and told");
        SchedFile {
            scenario: scenario.to_owned(),
            params: params.iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            semantics,
            shows: shows.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
            ended: record.ended,
            schedule: record.schedule.clone(),
            made: record.steps.iter().map(Made::of).collect(),
        }
    }

    /// A recorded step as a message tells it.
    #[must_use]
    pub fn told(&self, step: usize) -> Option<String> {
        let (decided, made) = (self.schedule.steps.get(step)?, self.made.get(step)?);
        Some(format!("{} {made}", decided.task))
    }
}

impl Made {
    fn of(step: &StepRecord) -> Made {
        Made {
            op: step.op.clone(),
            object: step.object.clone(),
            file: step.file.clone(),
            line: step.line,
        }
    }
}

/// For messages: `lock Lock 'bob' (src/bank.rs:12)`.
impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.op)?;
        if let Some(object) = &self.object {
            write!(f, " {object}")?;
        }
        write!(f, " ({}:{})", self.file, self.line)
    }
}

/// The name of a value in a table of names.
fn name_of<T: PartialEq>(value: &T, table: &[(T, &'static str)]) -> &'static str {
    let row = table.iter().find(|(one, _)| one == value);
    row.map(|(_, name)| *name).expect("every value has a name")
}
