//! What a search found and had not found before, told while it goes on.
//!
//! A check that is interrupted or killed leaves what was found by then. So a search
//! hands each fault, and each standstill, to whatever listens ([`crate::search::watch`]), in
//! the execution that shows it first. Several threads, and several rounds of a check,
//! may tell the same.
//!
//! What it can miss: whether it is an error may be known only at the end of the search.

use crate::model::finding::{Fault, Kind, Levels, Origin};
use crate::search::standstill::{self, Standstill};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// Something that one execution shows.
    Fault(Fault<Origin>),
    /// What an execution is stuck in.
    Standstill(Standstill),
}

/// What is known of a kind while the search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// It is of this kind.
    Yes(Kind),
    /// It may turn out to be of another kind, or nothing.
    No(Kind),
}

impl Sure {
    /// The kind, as far as it is known.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Sure::Yes(kind) | Sure::No(kind) => kind,
        }
    }
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
