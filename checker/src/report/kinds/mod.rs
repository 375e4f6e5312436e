//! How each kind of finding is told: a headline, and what happened. One file a kind, and
//! a row in [`REPORTS`].

mod data_race;
mod exception;
mod invariant_violation;
mod leak;
mod lost_update;
mod nondeterminism;
mod repeated;
mod stale_write;
mod starvation;
mod stuck;
mod tale;

use crate::model::finding::Identity;
use crate::model::kind::{KINDS, Kind};
use crate::replay::detail::Detail;
use crate::replay::graph::Graph;
use crate::replay::record::Record;
use tale::{FindingCase, KindReport};

pub(super) use tale::{Story, Tale};

/// How each kind is told, in the order of the kinds.
const REPORTS: [KindReport; KINDS.len()] = [
    stuck::DEADLOCK,
    stuck::HANG,
    stuck::ABANDONED_LOCK,
    lost_update::REPORT,
    invariant_violation::REPORT,
    exception::REPORT,
    repeated::LIVELOCK,
    data_race::REPORT,
    leak::REPORT,
    stale_write::REPORT,
    repeated::BUSY_WAIT,
    starvation::REPORT,
    nondeterminism::REPORT,
];

/// One sentence that says what a finding is.
#[must_use]
pub(super) fn headline(
    identity: &Identity,
    record: &Record,
    proof: &[u32],
    graph: Option<&Graph>,
    detail: &Detail,
) -> String {
    let case = FindingCase { identity, record, proof, graph, detail };
    (REPORTS[identity.kind as usize].headline)(&case)
}

/// What happened: rows of steps, and sentences of what they mean.
pub(super) fn story(kind: Kind, tale: &Tale<'_>) -> Story {
    (REPORTS[kind as usize].story)(tale)
}

/// Each kind is told by its own row.
const _: () = {
    let mut nth = 0;
    while nth < KINDS.len() {
        assert!(REPORTS[nth].kind as usize == nth, "the rows are in the order of the kinds");
        nth += 1;
    }
};
