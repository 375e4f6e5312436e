//! Whether an execution fails: whether it shows one of the errors that a check found.
//!
//! What a check settled for a fault holds for each execution that shows it. An execution that
//! shows what may be an error, and that a check which was not through did not settle, neither
//! fails nor passes.

use std::sync::Arc;

use unknot_sim::{Ended, Execution};

use crate::analysis;
use crate::analysis::handed::Handed;
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Levels;

/// Tells executions that fail from those that pass.
#[derive(Clone, Debug)]
pub(crate) struct FailureTest {
    handed: Arc<Handed>,
    /// What is an error.
    errors: Arc<Vec<Fault<Origin>>>,
    /// What else would be an error if it were settled; `None` after a check of all executions,
    /// which settled everything.
    unsettled: Option<Levels>,
}

impl FailureTest {
    /// A test for these errors, where gauges are handed on in a known way.
    pub(crate) fn new(handed: Handed, errors: Vec<Fault<Origin>>) -> FailureTest {
        FailureTest { handed: Arc::new(handed), errors: Arc::new(errors), unsettled: None }
    }

    /// The same test after a check that did not see all executions.
    pub(crate) fn of_some(self, levels: Levels) -> FailureTest {
        FailureTest { unsettled: Some(levels), ..self }
    }

    /// Whether an execution shows an error, if that is known: of one that was cut or excluded
    /// it is not known that it shows none.
    pub(crate) fn judge(&self, execution: &Execution<'_>) -> Option<bool> {
        if execution.is_excluded {
            return None;
        }
        let faults = analysis::faults(execution, &self.handed);
        if self.errors.iter().any(|error| error.unsettled().is_shown_by(&faults)) {
            return Some(true);
        }
        let may_fail = |levels: Levels| faults.iter().any(|fault| levels.may_be_error(fault.kind));
        let has_ended = matches!(execution.ended, Ended::Complete | Ended::Stuck);
        (has_ended && !self.unsettled.is_some_and(may_fail)).then_some(false)
    }
}
