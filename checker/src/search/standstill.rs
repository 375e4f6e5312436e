//! Executions that are stuck, judged when a search is over.
//!
//! A search keeps each distinct *standstill*: what every unfinished task waits for in
//! an execution that is stuck. Only after all executions is it known which
//! gauges are handed on ([`Handed`]), and so which waits are certain. Then each
//! standstill has its reasons: knots, abandoned locks, waits that no task ends.
//!
//! One standstill is one finding, not one for each task that waits in it. A standstill
//! that contains a smaller one is counted for the smaller one, and only what is left of
//! it is a finding of its own. A knot is always a finding of its own, since it is
//! certain. A hang beside a knot or an abandoned lock may follow from that. Then it is
//! shown only in the graph of that finding, unless another execution shows it alone.

use std::collections::BTreeSet;

use unknot_sim::{Execution, Names, TaskPath};

use crate::analysis::handed::Handed;
use crate::analysis::stuck::{Reason, Wait, WaitFor, is_stuck};
use crate::model::finding::{Evidence, Fault, Origin, Site};
use crate::model::kind::{Kind, Levels};

/// What every unfinished task waits for in an execution that is stuck, sorted by task.
pub type Standstill = Vec<Wait<TaskPath, Origin>>;

/// What a search knows and one execution does not show.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The gauges that are handed on.
    pub handed: Handed,
    /// Which kinds are errors.
    pub levels: Levels,
    /// The findings among executions that are stuck.
    pub findings: Vec<Fault<Origin>>,
}

impl Fault<Origin> {
    /// The fault of which these are parts, all of one kind.
    pub(crate) fn all_of(parts: &BTreeSet<Fault<Origin>>) -> Fault<Origin> {
        let kind = parts.first().expect("a finding has a reason").kind;
        let objects = parts.iter().flat_map(|part| part.objects.iter().cloned());
        let sites: Vec<Site> = parts.iter().flat_map(|part| part.sites.iter().copied()).collect();
        Fault::of(kind, objects, &sites)
    }

    /// Whether another fault is this one or a part of it. A standstill has several
    /// reasons and is one finding, unless it is certain which task waits for which.
    #[must_use]
    pub fn includes(&self, part: &Fault<Origin>) -> bool {
        self == part
            || matches!(self.kind, Kind::Hang | Kind::AbandonedLock)
                && self.kind == part.kind
                && part.objects.iter().all(|object| self.objects.contains(object))
                && part.sites.iter().all(|site| self.sites.contains(site))
    }

    /// Whether an execution that shows the faults in `shown` shows this one.
    #[must_use]
    pub fn is_shown_by(&self, shown: &[Fault<Origin>]) -> bool {
        let parts: BTreeSet<Fault<Origin>> =
            shown.iter().filter(|part| self.includes(part)).cloned().collect();
        !parts.is_empty() && *self == Fault::all_of(&parts)
    }
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

/// The reasons of a standstill, each with neither tasks nor steps.
pub(super) type Reasons = BTreeSet<Fault<Origin>>;

/// The reasons of a standstill.
pub(crate) fn reasons(waits: Standstill, handed: &Handed) -> Reasons {
    WaitFor::new(waits, handed).reasons().iter().map(fault).collect()
}

/// Whether a standstill is an error, whether permits are signals or not.
pub(crate) fn is_error<Task: Ord + Clone, Object: Ord + Clone>(
    waits: &[Wait<Task, Object>],
    levels: Levels,
) -> bool {
    let is_error = |waits: Vec<Wait<Task, Object>>| {
        let wait_for = WaitFor::new(waits, &Handed::default());
        wait_for.reasons().iter().any(|reason| levels.is_error(reason.kind))
    };
    is_error(waits.to_vec()) && is_error(waits.iter().map(Wait::as_signal).collect())
}

/// The most serious kind that a standstill has by itself, and whether that stays the
/// same if permits are signals.
pub(crate) fn kind(waits: &Standstill) -> Sure {
    let gravest = |waits: Standstill| {
        let reasons = reasons(waits, &Handed::default());
        reasons.iter().map(|reason| reason.kind).min()
    };
    let (owned, signal) =
        (gravest(waits.clone()), gravest(waits.iter().map(Wait::as_signal).collect()));
    match (owned, signal) {
        (Some(kind), other) if other == Some(kind) => Sure::Yes(kind),
        (owned, signal) => Sure::No(owned.or(signal).unwrap_or(Kind::Hang)),
    }
}

fn fault(reason: &Reason<'_, TaskPath, Origin>) -> Fault<Origin> {
    let objects = reason.waits.iter().flat_map(|wait| wait.about.iter().cloned());
    let sites: Vec<_> = reason.waits.iter().map(|wait| wait.site).collect();
    Fault::of(reason.kind, objects, &sites)
}

/// The findings of a standstill with these reasons, made of those reasons that are not
/// part of other findings.
pub(super) fn grouped(all: &Reasons, left: Reasons, levels: Levels) -> Vec<Reasons> {
    let of = |kind: Kind| left.iter().filter(move |reason| reason.kind == kind).cloned();
    let mut groups: Vec<Reasons> = of(Kind::Deadlock).map(|knot| BTreeSet::from([knot])).collect();
    groups.push(of(Kind::AbandonedLock).collect());
    let is_graver =
        |reason: &Fault<Origin>| reason.kind != Kind::Hang && levels.is_error(reason.kind);
    if !all.iter().any(is_graver) {
        groups.push(of(Kind::Hang).collect());
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Joins the reasons why an execution is stuck into findings as a search does it. Reasons
/// stay together where they would be one finding if this were the only execution.
pub(crate) fn group(evidence: Vec<Evidence>, names: &Names, known: &Known) -> Vec<Evidence> {
    let (stuck, mut all): (Vec<Evidence>, Vec<Evidence>) =
        evidence.into_iter().partition(|one| is_stuck(one.signature.kind));
    let faults: Vec<Fault<Origin>> =
        stuck.iter().map(|one| one.signature.fault().named(names)).collect();
    let reasons: Reasons = faults.iter().cloned().collect();
    let mut left = reasons.clone();
    let mut groups: Vec<Reasons> = vec![];
    for finding in known.findings.iter().filter(|finding| finding.is_shown_by(&faults)) {
        let parts = reasons.iter().filter(|reason| finding.includes(reason)).cloned();
        groups.push(parts.collect());
    }
    left.retain(|reason| !groups.iter().any(|group| group.contains(reason)));
    groups.extend(grouped(&reasons, left, known.levels));
    let merged = groups.iter().filter_map(|group| {
        let parts = stuck.iter().zip(&faults).filter(|(_, fault)| group.contains(fault));
        parts.map(|(one, _)| one.clone()).reduce(Evidence::and)
    });
    let mut merged: Vec<Evidence> = merged.collect();
    merged.append(&mut all);
    merged
}

/// Everything that is wrong with an execution, each as one finding.
pub(crate) fn analyse(execution: &Execution<'_>, known: &Known) -> Vec<Evidence> {
    let mut handed = known.handed.interned(execution.names);
    handed.absorb(Handed::of(execution));
    let mut found = vec![];
    crate::analysis::analyse(execution, &handed, &mut Default::default(), &mut found);
    group(found, execution.names, known)
}
