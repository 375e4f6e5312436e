//! What an execution tells about one of its findings, beyond the steps that prove
//! it: made only for the execution that a report shows.
//!
//! For `always` it is known which cells the condition looked at. For `verify!` it is
//! taken to be what its task read in the steps right before. What it can miss: what
//! the task read earlier and kept.

use serde::Serialize;
use unknot_sim::{Access, Execution, ObjectId, Purpose, TaskId};

use crate::analysis::block::{Block, block};
use crate::analysis::closing::closing;
use crate::analysis::missing::{Missing, missing};
use crate::analysis::starvation::{Starved, Starving, beside};
use crate::analysis::stuck::{WaitFor, holdings_before};
use crate::model::finding::{Evidence, Site};
use crate::model::kind::Kind;
use crate::model::labels::{object_label, package_path};
use crate::replay::graph::Place;

/// More facts about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// How a stuck set came about.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// What never came to the tasks of a hang.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// Where the program says what must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Place>,
    /// What did not hold, with values.
    #[serde(skip)]
    pub violated: String,
    /// Where an exception was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised: Option<Place>,
    /// Where a task was left suspended that is still there at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Place>,
    /// The steps that wrote last what a condition looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub written_by: Vec<u32>,
    /// The locks that each of two accesses was made under.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<Vec<String>>,
    /// How often a block that repeats for ever was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u32>,
    /// The tasks that starve meanwhile.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starved: Vec<StarvedRecord>,
}

/// A task that never gets what others get each time round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StarvedRecord {
    /// Its path.
    pub task: String,
    /// What it does not get.
    pub object: String,
    /// Where it waits or tries.
    #[serde(flatten)]
    pub place: Place,
    /// In which way it does not get it.
    pub how: Starving,
}

/// When a stuck set closed, and which tasks went on without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// Whether other attached tasks finished or ran on.
    pub partial: bool,
    /// The step with which it closed; null if that was before the first one.
    pub closed_at: Option<u32>,
    /// The attached tasks that did.
    pub others: Vec<String>,
}

impl Detail {
    /// What an execution tells about one of its findings.
    #[must_use]
    pub fn of(execution: &Execution<'_>, wait_for: &WaitFor, evidence: &Evidence) -> Detail {
        let kind = evidence.signature.kind;
        let mut detail = Detail::default();
        match kind {
            Kind::Deadlock | Kind::Hang | Kind::AbandonedLock => {
                let closing = closing(execution, wait_for, &evidence.signature.tasks);
                if kind == Kind::Hang {
                    detail.missing = missing(execution, wait_for, &evidence.signature.tasks);
                }
                let path = |&id| execution.names.task_path(id).to_string();
                detail.closed = Some(Closed {
                    partial: closing.is_partial(),
                    closed_at: closing.closed_at,
                    others: closing.others.iter().map(path).collect(),
                });
            }
            Kind::InvariantViolation => {
                let site = evidence.signature.sites.first().copied();
                detail.condition = site.map(place);
                detail.violated = violated(execution, site, evidence.steps.first());
                if let (Some(site), Some(&step)) = (site, evidence.steps.first()) {
                    detail.written_by = written_by(execution, site, step as usize);
                }
            }
            Kind::DataRace => {
                let locks = evidence.steps.iter().map(|&step| locks_at(execution, step as usize));
                detail.locks = locks.collect();
            }
            Kind::Exception => detail.raised = raised(execution, evidence),
            Kind::Livelock | Kind::BusyWait | Kind::Starvation => {
                let rounds = |block: Block| (block.repeated / block.period) as u32;
                let block = block(execution);
                detail.rounds = block.map(rounds);
                if let (Kind::Starvation, Some(block)) = (kind, block) {
                    detail.starved = starved(execution, block);
                }
            }
            Kind::Leak => detail.suspended = suspended(execution, evidence),
            Kind::LostUpdate | Kind::StaleWrite | Kind::Nondeterminism => {}
        }
        detail
    }
}

fn place(Site(location): Site) -> Place {
    Place { file: package_path(location.file()).to_owned(), line: location.line() }
}

/// The tasks that starve beside a block.
fn starved(execution: &Execution<'_>, block: Block) -> Vec<StarvedRecord> {
    let starved = beside(execution, block).into_iter();
    let record = |one: Starved| StarvedRecord {
        task: execution.names.task_path(one.task).to_string(),
        object: object_label(execution.object(one.object), one.object, execution.names),
        place: place(one.site),
        how: one.how,
    };
    starved.map(record).collect()
}

/// What did not hold. Of several conditions at one step, the one at the place that
/// the finding names.
fn violated(execution: &Execution<'_>, site: Option<Site>, step: Option<&u32>) -> String {
    let mut violations = execution.violations.iter();
    let violated = violations.find(|one| {
        one.step.as_ref() == step && site.is_some_and(|site| site == Site(one.location))
    });
    violated.map(|one| one.message.clone()).unwrap_or_default()
}

/// Where a task waits to be resumed, if that is what is left over.
fn suspended(execution: &Execution<'_>, evidence: &Evidence) -> Option<Place> {
    let task = execution.task(*evidence.signature.tasks.first()?);
    let gauge = task.pending.guard?.gauge;
    let is_suspended = execution.object(gauge).purpose == Purpose::Suspension;
    is_suspended.then(|| place(Site(task.pending.location)))
}

/// Where an exception was made, unless that is the place of the step that proves it.
fn raised(execution: &Execution<'_>, evidence: &Evidence) -> Option<Place> {
    let step = evidence.steps.first().map(|&step| &execution.trace.steps()[step as usize]);
    let site = evidence.signature.sites.first().copied()?;
    step.is_none_or(|step| Site(step.location) != site).then(|| place(site))
}

/// The locks that the task of a step holds when it makes the step.
fn locks_at(execution: &Execution<'_>, step: usize) -> Vec<String> {
    let task = execution.trace.steps()[step].task;
    let held = holdings_before(execution, step).into_iter().filter(|held| held.task == task);
    held.map(|held| object_label(execution.object(held.gauge), held.gauge, execution.names))
        .collect()
}

/// The last writes of what a condition looked at after a step.
fn written_by(execution: &Execution<'_>, site: Site, step: usize) -> Vec<u32> {
    let is_condition = |access: &&Access| {
        let object = execution.object(access.object);
        object.purpose == Purpose::Condition && Site(object.location) == site
    };
    let always = execution.trace.accesses(step).iter().find(is_condition).map(|a| a.object);
    let mut writes: Vec<(ObjectId, u32)> = match always {
        Some(cell) => watched_writes(execution, cell, step),
        None => writes_of_reads(execution, step),
    };
    writes.sort_by_key(|(_, step)| *step);
    let mut steps: Vec<u32> = writes.into_iter().map(|(_, step)| step).collect();
    steps.dedup();
    steps
}

/// The last write of an object up to a step. If the failing task made it, also the last
/// write by another task: together they explain what does not hold.
fn last_writes(
    execution: &Execution<'_>,
    object: ObjectId,
    until: usize,
    task: TaskId,
) -> Vec<(ObjectId, u32)> {
    let steps = execution.trace.steps();
    let writes = |at: &usize| {
        let mut accesses = execution.trace.accesses(*at).iter();
        accesses.any(|access| access.object == object && access.mutates())
    };
    let Some(last) = (0..=until).rev().find(writes) else { return vec![] };
    let is_other = |at: &usize| steps[*at].task != task && writes(at);
    let other = (0..last).rev().find(is_other).filter(|_| steps[last].task == task);
    other.into_iter().chain([last]).map(|step| (object, step as u32)).collect()
}

/// A condition that holds after every step has a cell. Each step that changes
/// something that the condition looks at touches this cell as well.
fn watched_writes(execution: &Execution<'_>, cell: ObjectId, until: usize) -> Vec<(ObjectId, u32)> {
    let mut looked_at: Vec<ObjectId> = vec![];
    for step in 0..=until {
        let accesses = execution.trace.accesses(step);
        if accesses.iter().all(|access| access.object != cell) {
            continue;
        }
        let is_state = |object| execution.object(object).purpose != Purpose::Condition;
        for access in accesses.iter().filter(|a| a.mutates() && is_state(a.object)) {
            if !looked_at.contains(&access.object) {
                looked_at.push(access.object);
            }
        }
    }
    let task = execution.trace.steps()[until].task;
    looked_at.into_iter().flat_map(|object| last_writes(execution, object, until, task)).collect()
}

/// The last writes of the variables that a task read in its last steps.
fn writes_of_reads(execution: &Execution<'_>, until: usize) -> Vec<(ObjectId, u32)> {
    let trace = execution.trace;
    let task = trace.steps()[until].task;
    let mut writes: Vec<(ObjectId, u32)> = vec![];
    for step in (0..=until).rev().filter(|&step| trace.steps()[step].task == task) {
        let is_variable = |a: &&Access| execution.object(a.object).is_variable;
        let mut variables = trace.accesses(step).iter().filter(is_variable).peekable();
        if variables.peek().is_none() {
            break;
        }
        for read in variables {
            if read.writes() && step != until {
                return writes;
            }
            if writes.iter().all(|(object, _)| *object != read.object) {
                writes.extend(last_writes(execution, read.object, step, task));
            }
        }
    }
    writes
}
