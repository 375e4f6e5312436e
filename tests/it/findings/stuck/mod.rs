//! What is stuck, on programs from textbooks and bug reports: which kind it is, and
//! that one standstill is one finding.
//!
//! The programs are those of the literature, in right and in broken forms. A row says
//! for each kind in how many classes it appears, and how many findings there are.

mod headlines;
mod labels;
mod little_book;
mod locks;
mod pipelines;
mod polled;
mod programs;

use std::collections::BTreeMap;

use unknot_checker::Kind;
use unknot_checker::search::observed::Observed;
use unknot_checker::sim::Program;

use crate::kit::support::dpor;

/// A program by its name, the kinds that it shows with the number of classes that
/// show each, and how many findings that are.
struct Row {
    name: &'static str,
    program: Program,
    kinds: &'static [(Kind, u64)],
    findings: usize,
}

/// What is stuck, by kind, and the number of findings.
fn stuck(observed: &Observed) -> (BTreeMap<Kind, u64>, usize) {
    let is_stuck = |kind: Kind| matches!(kind, Kind::Deadlock | Kind::Hang | Kind::AbandonedLock);
    let kinds = observed.kinds.iter().filter(|(kind, _)| is_stuck(**kind));
    let findings = observed.findings.keys().filter(|fault| is_stuck(fault.kind));
    (kinds.map(|(kind, n)| (*kind, *n)).collect(), findings.count())
}

fn judge(rows: impl IntoIterator<Item = Row>) {
    let mut wrong = vec![];
    for Row { name, program, kinds, findings } in rows {
        let observed = dpor(&program);
        let said = stuck(&observed);
        let expected: BTreeMap<Kind, u64> = kinds.iter().copied().collect();
        if said != (expected, findings) {
            let (stuck, all) = (observed.stats.stuck, observed.stats.executions);
            wrong.push(format!("{name}: {said:?}; {stuck} of {all} are stuck"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
