//! Where a replay and its file part: a pure function of both.
//!
//! A replay follows the tasks of a schedule, so it may succeed although the
//! program does something else by now. Every step that was made is compared
//! with the recorded one. Another operation or object means another program from
//! there on. Another place of the same operation is taken for an edit of the
//! source. What it can miss: a change that no step of this execution shows, and one
//! of the values only.

use unknot_sim::Ended;

use crate::replay::file::format::{ENDINGS, RecordedStep, SchedFile, name_of};
use crate::replay::record::{Record, StepRecord};

/// What is different from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileComparison {
    /// The steps that are the same but for their place in the source.
    pub moved: Option<Moved>,
    /// The first step that is not the same.
    pub difference: Option<Difference>,
}

/// Steps before a difference that have moved in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// How many.
    pub steps: usize,
    /// The first of them.
    pub first: usize,
    /// Where it was.
    pub recorded: String,
    /// Where it is.
    pub now: String,
}

/// The first step that is not as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The step, counted from 0; one past the last step if it is the end that
    /// differs.
    pub step: usize,
    /// What was recorded.
    pub recorded: String,
    /// What is there now.
    pub now: String,
}

/// Compares the recorded steps with the steps made now. Steps that are missing at
/// the end are no difference: the replay knows why it ended there.
#[must_use]
pub fn compare(file: &SchedFile, record: &Record) -> FileComparison {
    let mut moved: Option<Moved> = None;
    for (step, (made, now)) in file.made.iter().zip(&record.steps).enumerate() {
        let task = file.schedule.steps.get(step).map(|decided| decided.task.to_string());
        if task.as_ref() != Some(&now.task)
            || made.op != now.operation.op
            || made.object != now.operation.object
        {
            let recorded = file.told(step).unwrap_or_default();
            let difference = Difference { step, recorded, now: told(now) };
            return FileComparison { moved, difference: Some(difference) };
        }
        if (&made.file, made.line) != (&now.operation.file, now.operation.line) {
            let first = || Moved {
                steps: 0,
                first: step,
                recorded: format!("{}:{}", made.file, made.line),
                now: format!("{}:{}", now.operation.file, now.operation.line),
            };
            moved.get_or_insert_with(first).steps += 1;
        }
    }
    let is_whole = record.steps.len() == file.made.len();
    let difference = (is_whole && record.ended != file.ended).then(|| Difference {
        step: file.made.len(),
        recorded: ending(file.ended).to_owned(),
        now: now_ended(record),
    });
    FileComparison { moved, difference }
}

fn told(step: &StepRecord) -> String {
    format!("{} {}", step.task, RecordedStep::of(step))
}

fn ending(ended: Ended) -> &'static str {
    match ended {
        Ended::Abandoned => "the program could go on",
        ended => name_of(&ended, ENDINGS),
    }
}

/// How an execution ended, with what could go on or what is blocked.
pub(crate) fn now_ended(record: &Record) -> String {
    let word = match record.ended {
        Ended::Abandoned => "enabled",
        Ended::Stuck => "stuck",
        ended => return ending(ended).to_owned(),
    };
    let told = record.tasks.iter().filter_map(|task| {
        let next = task.pending.as_ref()?;
        let object =
            next.operation.object.as_ref().map_or(String::new(), |object| format!(" {object}"));
        let text = format!(
            "{} {}{object} ({}:{})",
            task.task, next.operation.op, next.operation.file, next.operation.line
        );
        (next.enabled == (record.ended == Ended::Abandoned)).then_some(text)
    });
    let told: Vec<String> = told.collect();
    format!("{word}: {}", told.join(", "))
}
