//! New findings of a search, told while it goes on.
//!
//! A check that is interrupted or killed leaves behind what was found by then. So a search
//! hands each fault, and each standstill, to a listener ([`crate::search::monitor`]), in
//! the execution that shows it first. Several threads, and several rounds of a check,
//! may tell the same.
//!
//! What it can miss: whether a finding is an error may be known only when the search ends.

use crate::model::finding::{Fault, Origin};
use crate::model::kind::Levels;
use crate::search::standstill::{self, Standstill, Sure};

/// One new finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// Something that one execution shows.
    Fault(Fault<Origin>),
    /// What an execution is stuck in.
    Standstill(Standstill),
}

impl News {
    /// The kind, if it may be an error.
    #[must_use]
    pub fn error(&self, levels: Levels) -> Option<Sure> {
        let sure = match self {
            News::Fault(fault) if fault.kind.is_to_settle() => Sure::No(fault.kind),
            News::Fault(fault) => Sure::Yes(fault.kind),
            News::Standstill(waits) => standstill::kind(waits),
        };
        levels.may_be_error(sure.kind()).then_some(sure)
    }
}
