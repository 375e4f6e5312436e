//! Conditions of the program that did not hold: `verify!` and `always`.
//!
//! The identity is the task that made the step and the line that states the condition;
//! the text may carry values and is not part of it. What it can miss: conditions that
//! the program does not state, or states only where no execution passes.

use smallvec::smallvec;
use unknot_sim::Execution;

use crate::model::finding::{Evidence, Signature, Site};
use crate::model::kind::Kind;

pub(super) fn find(execution: &Execution<'_>, found: &mut Vec<Evidence>) {
    for violation in execution.violations {
        let signature = Signature {
            kind: Kind::InvariantViolation,
            tasks: smallvec![violation.task],
            objects: smallvec![],
            sites: smallvec![Site(violation.location)],
        };
        found.push(Evidence { signature, steps: violation.step.into_iter().collect() });
    }
}
