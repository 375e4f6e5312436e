//! Whether an execution fails: whether it shows one of the errors that a check found.
//!
//! What a check settled for a fault holds for each execution that shows it.

use std::sync::Arc;

use unknot_sim::{Ended, Execution};

use crate::analysis::handed::Handed;
use crate::analysis::{self, Scratch};
use crate::model::finding::{Fault, Origin};

/// Tells executions that fail from those that pass.
#[derive(Clone, Debug)]
pub(crate) struct FailureTest {
    handed: Arc<Handed>,
    /// What is an error.
    errors: Arc<Vec<Fault<Origin>>>,
}

impl FailureTest {
    /// A test for these errors, where gauges are handed on in a known way.
    pub(crate) fn new(handed: Handed, errors: Vec<Fault<Origin>>) -> FailureTest {
        FailureTest { handed: Arc::new(handed), errors: Arc::new(errors) }
    }

    /// Whether an execution shows an error.
    pub(crate) fn fails(&self, execution: &Execution<'_>) -> bool {
        let mut found = vec![];
        let handed = self.handed.interned(execution.names);
        analysis::analyse(execution, &handed, &mut Scratch::default(), &mut found);
        let faults = found.iter().map(|one| one.signature.fault().named(execution.names));
        let faults: Vec<Fault<Origin>> = faults.collect();
        !execution.is_excluded && self.errors.iter().any(|error| error.is_shown_by(&faults))
    }

    /// The same, if it is an answer that none is shown: not of an execution that was cut or
    /// excluded.
    pub(crate) fn judge(&self, execution: &Execution<'_>) -> Option<bool> {
        let fails = self.fails(execution);
        let has_ended = matches!(execution.ended, Ended::Complete | Ended::Stuck);
        (fails || has_ended && !execution.is_excluded).then_some(fails)
    }
}
