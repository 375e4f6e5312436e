//! The report of `explain`: why an execution fails.
//!
//! The reason comes first, as a sentence that says within how many executions it was
//! checked. Then the nearest execution that passes, beside the failing one, and the pairs of
//! steps that are made in another order there.

mod data;
mod text;

pub(crate) use data::ExplainReport;
pub(super) use data::{EventReport, ExplainedFinding, event, findings};
pub(super) use text::{FLIPPED_WITH, only_nearest, with_others, write_text};
