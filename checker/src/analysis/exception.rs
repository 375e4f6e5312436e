//! Exceptions and panics that left their task.
//!
//! The identity is the task and the line of its last step, of a panic the last one
//! before it; the text of the exception is not part of it, since it may carry
//! values. Two faults of one task behind the same last step are therefore one
//! finding. An exception that is returned as a value and ignored by whoever joins
//! has left its task; one that the task itself drops is missed.

use smallvec::smallvec;
use unknot_sim::{Execution, Failure};

use crate::finding::{Evidence, Kind, Signature, Site};

pub(super) fn find(execution: &Execution<'_>, found: &mut Vec<Evidence>) {
    for &id in execution.live {
        let task = execution.task(id);
        // The end of a task is a step too; the line of interest is before it.
        let steps = execution.trace.steps();
        let is_last = |&i: &usize| steps[i].task == id && steps[i].verb != "end";
        let last = match &task.failure {
            None => continue,
            Some(Failure::Panic { after, .. }) => after.map(|step| step as usize),
            Some(Failure::Exception(_)) => (0..steps.len()).rev().find(is_last),
        };
        let last = last.or(task.started_by.map(|step| step as usize));
        found.push(Evidence {
            signature: Signature {
                kind: Kind::Exception,
                tasks: smallvec![id],
                objects: smallvec![],
                sites: last.iter().map(|&i| Site(steps[i].location)).collect(),
            },
            steps: last.iter().map(|&i| i as u32).collect(),
        });
    }
}
