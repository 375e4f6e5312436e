//! One execution as owned data with all its texts, for reports.
//!
//! A search keeps small integers; the one execution that a report shows is run
//! again with recording on and turned into this.

use serde::{Serialize, Serializer};
use unknot_sim::{
    Access, Act, Ended, Execution, Failure, Mode, Noted, Object, ObjectId, Purpose, Role, TaskId,
    Violation,
};

use crate::analysis::missing::woken_by;
use crate::model::labels::{label_of, package_path, process_label};
use crate::model::schedule::Schedule;

/// What a task did or wants to do, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationRecord {
    /// The operation, such as `lock`.
    pub op: String,
    /// What that is for.
    #[serde(skip)]
    pub act: Act,
    /// To what, such as `Lock 'bob'`.
    pub object: Option<String>,
    /// The same in parts, if the program named it.
    #[serde(skip)]
    pub named: Option<Named>,
    /// Where in the source.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// One executed step, as a report tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepRecord {
    /// Its number, counted from 0.
    pub step: u32,
    /// The task that made it, such as `T1`.
    pub task: String,
    /// What that is.
    #[serde(skip)]
    pub role: Role,
    /// What was done.
    #[serde(flatten)]
    pub operation: OperationRecord,
    /// What it read, wrote or answered.
    #[serde(serialize_with = "shown")]
    pub value: Option<Noted>,
    /// What was chosen inside the step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<u32>,
    /// The tasks that it woke, for a step that wakes parked tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub woke: Option<Vec<String>>,
    /// Whether the task of the step before could have gone on.
    pub preempts: bool,
}

/// An object that the program named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What it is, such as `Lock`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

impl Named {
    fn of(execution: &Execution<'_>, id: ObjectId) -> Option<Named> {
        let Object { kind, name, .. } = execution.object(execution.whole(id));
        (!name.is_empty()).then(|| Named { kind, name: name.to_string() })
    }
}

/// One task, as a report tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskRecord {
    /// Its path, such as `T1`.
    pub task: String,
    /// What it is.
    #[serde(skip)]
    pub role: Role,
    /// Its name, possibly empty.
    pub name: String,
    /// Its process, such as `p1`, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// Whether it finished.
    pub finished: bool,
    /// The step in which it was killed, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub killed: Option<u32>,
    /// What it waits to do, if it did not finish.
    pub pending: Option<PendingRecord>,
    /// Its last executed step.
    pub since: Option<u32>,
    /// The exception or panic it ended with.
    pub failure: Option<String>,
}

/// What an unfinished task was about to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingRecord {
    /// What it wants to do.
    #[serde(flatten)]
    pub operation: OperationRecord,
    /// Whether it could have gone on.
    pub enabled: bool,
}

/// One execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// How it ended.
    pub ended: Ended,
    /// Whether an assumption excludes it.
    pub is_excluded: bool,
    /// Its decisions.
    pub schedule: Schedule,
    /// Its steps.
    pub steps: Vec<StepRecord>,
    /// Its tasks, in the order of their creation.
    pub tasks: Vec<TaskRecord>,
    /// Conditions that did not hold.
    pub violations: Vec<ViolationRecord>,
    /// What the main task returned.
    pub outcome: Option<String>,
}

/// A condition that did not hold, as a report tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ViolationRecord {
    /// The step after which it did not hold.
    pub step: Option<u32>,
    /// What should have held, with values.
    pub message: String,
    /// Where the program says so.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

fn shown<S: Serializer>(value: &Option<Noted>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(ToString::to_string).serialize(serializer)
}

impl Record {
    /// The data of an execution.
    #[must_use]
    pub fn of(execution: &Execution<'_>) -> Record {
        let steps = (0..execution.trace.len()).map(|step| step_record(execution, step));
        Record {
            ended: execution.ended,
            is_excluded: execution.is_excluded,
            schedule: Schedule::of(execution.trace, execution.names),
            steps: steps.collect(),
            tasks: task_records(execution),
            violations: execution.violations.iter().map(violation_record).collect(),
            outcome: execution.outcome.map(ToString::to_string),
        }
    }
}

/// The tasks of an execution, in the order of their creation.
pub(super) fn task_records(execution: &Execution<'_>) -> Vec<TaskRecord> {
    execution.live.iter().map(|&id| task_record(execution, id)).collect()
}

/// The object that a step is about, unless it starts or ends a task.
pub(super) fn subject_of(execution: &Execution<'_>, step: usize) -> Option<ObjectId> {
    let made = &execution.trace.steps()[step];
    if made.child.is_some() || made.act == Act::End {
        return None;
    }
    let steps = &execution.trace.steps()[..step];
    let parked_in = steps.iter().rposition(|before| before.task == made.task);
    let parked_in = parked_in.map(|step| step as u32);
    subject_object(execution, execution.trace.accesses(step), parked_in)
}

fn violation_record(violation: &Violation) -> ViolationRecord {
    ViolationRecord {
        step: violation.step,
        message: violation.message.clone(),
        file: package_path(violation.location.file()).to_owned(),
        line: violation.location.line(),
    }
}

/// The main object of a step: not one that it only requires, nor the life of its task.
fn subject<'a>(execution: &Execution<'_>, accesses: &'a [Access]) -> Option<&'a Access> {
    let is_besides = |access: &&Access| {
        matches!(access.mode, Mode::Below | Mode::AtLeast | Mode::Withheld)
            || execution.object(access.object).purpose == Purpose::Life
    };
    accesses.iter().find(|access| !is_besides(access)).or(accesses.first())
}

/// That object. A wait for a change is about what its task looked at last when it
/// parked, in its step before.
fn subject_object(
    execution: &Execution<'_>,
    accesses: &[Access],
    parked_in: Option<u32>,
) -> Option<ObjectId> {
    let asked = subject(execution, accesses)?;
    let is_for_change = execution.object(asked.object).purpose == Purpose::Change;
    let looks = parked_in.filter(|_| is_for_change);
    let looks = looks.map(|step| execution.trace.accesses(step as usize));
    let about = looks.and_then(|looks| subject(execution, looks)).unwrap_or(asked);
    Some(about.object)
}

impl StepRecord {
    /// A step of an execution.
    pub(crate) fn of(execution: &Execution<'_>, step: usize) -> StepRecord {
        step_record(execution, step)
    }
}

fn step_record(execution: &Execution<'_>, step: usize) -> StepRecord {
    let made = &execution.trace.steps()[step];
    let number = u32::try_from(step).expect("fewer than 2^32 steps");
    let about = subject_of(execution, step);
    let started = made.child.map(|child| execution.names.task_path(child).to_string());
    StepRecord {
        step: number,
        task: execution.names.task_path(made.task).to_string(),
        role: execution.task(made.task).role,
        operation: OperationRecord {
            op: made.verb.to_owned(),
            act: made.act,
            object: started.or_else(|| about.map(|object| label_of(execution, object))),
            named: about.and_then(|object| Named::of(execution, object)),
            file: package_path(made.location.file()).to_owned(),
            line: made.location.line(),
        },
        value: execution.values.get(&number).cloned(),
        choices: execution.trace.choices(step).to_vec(),
        woke: woken_by(execution, step),
        preempts: made.preempts,
    }
}

fn task_record(execution: &Execution<'_>, id: TaskId) -> TaskRecord {
    let task = execution.task(id);
    let finished = task.phase == unknot_sim::Phase::Finished;
    let about = subject_object(execution, &task.pending.accesses, task.last_step);
    let pending = || PendingRecord {
        operation: OperationRecord {
            op: task.pending.verb.to_owned(),
            act: task.pending.act,
            object: about.map(|object| label_of(execution, object)),
            named: about.and_then(|object| Named::of(execution, object)),
            file: package_path(task.pending.location.file()).to_owned(),
            line: task.pending.location.line(),
        },
        enabled: execution.is_enabled(id),
    };
    TaskRecord {
        task: execution.names.task_path(id).to_string(),
        role: task.role,
        name: task.name.to_string(),
        process: process_label(execution, task.process),
        finished,
        killed: execution.killed_at(id),
        pending: (!finished).then(pending),
        since: task.last_step,
        failure: task.failure.as_ref().map(|failure| match failure {
            Failure::Exception(exception) => exception.to_string(),
            Failure::Panic { message, location, .. } => {
                format!("panic: {message} ({})", package_path(location))
            }
        }),
    }
}
