//! The schedule file of a finding, made from its report alone.

use super::data::{FindingReport, Report};
use crate::replay::file::SchedFile;

impl Report {
    /// The schedule file that shows a finding again.
    #[must_use]
    pub fn sched_file(&self, finding: &FindingReport) -> SchedFile {
        SchedFile::of_steps(
            (&self.scenario, self.params.clone(), self.semantics),
            (&finding.schedule, &finding.steps, finding.ended),
            [finding.kind],
        )
    }
}
