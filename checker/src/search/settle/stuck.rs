//! The standstills of a search, made findings when all executions have been observed
//! ([`crate::search::standstill`]).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::Fault;
use crate::model::kind::{Kind, Levels};
use crate::search::observed::{Observed, Seen};
use crate::search::standstill::{Reasons, grouped, reasons};

/// Turns the standstills of a search into findings.
pub(crate) fn settle(observed: &mut Observed, levels: Levels) {
    let mut sets: BTreeMap<Reasons, Seen> = BTreeMap::new();
    for (waits, seen) in std::mem::take(&mut observed.stuck) {
        let reasons = reasons(waits, &observed.handed);
        // Where each wait is certain and each owner waits, some of the tasks form a knot.
        assert!(!reasons.is_empty(), "an execution is stuck for a reason");
        match sets.get_mut(&reasons) {
            Some(known) => known.join(seen),
            None => _ = sets.insert(reasons, seen),
        }
    }
    let mut sets: Vec<(Reasons, Seen)> = sets.into_iter().collect();
    // The smaller ones first, since larger ones may contain them.
    sets.sort_by_key(|(reasons, _)| reasons.len());
    let mut findings: Vec<(Reasons, Seen)> = vec![];
    for (reasons, seen) in sets {
        let mut left = reasons.clone();
        let mut kinds: BTreeSet<Kind> = BTreeSet::new();
        for (parts, known) in findings.iter_mut().filter(|(parts, _)| parts.is_subset(&reasons)) {
            left.retain(|reason| !parts.contains(reason));
            kinds.extend(parts.first().map(|part| part.kind));
            known.join(seen.clone());
        }
        for parts in grouped(&reasons, left, levels) {
            kinds.extend(parts.first().map(|part| part.kind));
            findings.push((parts, seen.clone()));
        }
        for kind in kinds {
            *observed.kinds.entry(kind).or_default() += seen.executions;
        }
    }
    for (parts, seen) in findings {
        observed.findings.insert(Fault::all_of(&parts), seen);
    }
}
