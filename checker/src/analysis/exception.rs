//! Exceptions and panics that left their task.
//!
//! The identity is the place where the exception was made, or the line of the last
//! step before a panic; the text is not part of it, since it may carry values. So an
//! exception that joins pass on is one finding, which names the first task that it left.
//! An exception that is returned as a value and ignored at the join has left its task.
//! What it can miss: an exception that the task itself drops.

use smallvec::smallvec;
use unknot_sim::{Act, Execution, Failure, Phase, TaskId};

use crate::model::finding::{Evidence, Signature, Site};
use crate::model::kind::Kind;

pub(super) fn find(execution: &Execution<'_>, found: &mut Vec<Evidence>) {
    let before = found.len();
    for &id in execution.live {
        let task = execution.task(id);
        let Some(failure) = &task.failure else { continue };
        // The end of a task is a step too; the line of interest is before it.
        let steps = execution.trace.steps();
        let is_last = |&i: &usize| steps[i].task == id && steps[i].act != Act::End;
        let last = match failure {
            Failure::Panic { after, .. } => after.map(|step| step as usize),
            Failure::Exception(_) => (0..steps.len()).rev().find(is_last),
        };
        let last = last.or(task.started_by.map(|step| step as usize));
        let raised = match failure {
            Failure::Exception(exception) => exception.place(),
            Failure::Panic { .. } => None,
        };
        let place = raised.or(last.map(|step| steps[step].location));
        found.push(Evidence {
            signature: Signature {
                kind: Kind::Exception,
                tasks: smallvec![id],
                objects: smallvec![],
                sites: place.into_iter().map(Site).collect(),
            },
            steps: last.iter().map(|&i| i as u32).collect(),
        });
    }
    // A task that passes an exception on ends after the task that it joined.
    found[before..]
        .sort_by_key(|evidence| end_of(execution, evidence.signature.tasks[0]).unwrap_or(u32::MAX));
}

/// The step that was the end of a task.
fn end_of(execution: &Execution<'_>, task: TaskId) -> Option<u32> {
    let task = execution.task(task);
    task.last_step.filter(|_| task.phase == Phase::Finished)
}
