//! Rows that are compared by outcome: contract, oracle and tool must count the same.
//!
//! A row holds a program, what the oracle counts for the hand-written model of it, and the
//! classes of the contract by outcome. The reduced search has to run each of them once. Where the
//! plain search gets through, it has to have the same classes.

use std::collections::BTreeSet;

use unknot_checker::Kind;
use unknot_checker::sim::{Program, Relation, TimeMode};
use unknot_checker::strategy::{Dfs, Dpor, Visibility};

use super::total;
use crate::documents::oracle::classes::Counted;
use crate::documents::oracle::counter::Outcomes;
use crate::kit::classes::{Classes, classes, classes_made_anew};

/// More than any of the programs has.
const MAX_CLASSES: u64 = 3_000;
const MAX_SCHEDULES: u64 = 50_000;

pub(super) struct Row {
    pub(super) name: String,
    pub(super) program: Program,
    pub(super) oracle: Counted,
    /// The classes of the contract, by outcome.
    pub(super) classes: Vec<(&'static str, u128)>,
    pub(super) kinds: &'static [Kind],
    /// Whether the plain search gets through.
    pub(super) is_small: bool,
}

/// The classes that a search has seen, by outcome.
fn by_outcome(seen: &Classes) -> Outcomes {
    let mut outcomes = Outcomes::new();
    for (is_stuck, outcome) in seen.classes.values().flat_map(|class| &class.turnouts) {
        let outcome = outcome.as_ref().map_or_else(String::new, ToString::to_string);
        let label = if *is_stuck { "stuck".to_owned() } else { outcome };
        *outcomes.entry(label).or_default() += 1;
    }
    outcomes
}

impl Row {
    pub(super) fn confirm(&self) {
        let Row { name, program, oracle, kinds, .. } = self;
        let contract = self.classes.iter().map(|&(label, n)| (label.to_owned(), n));
        let contract: Outcomes = contract.collect();
        assert_eq!(oracle.classes, contract, "{name}: oracle (left) and contract");
        let reduced = classes(program, TimeMode::Any, Dpor::new(), MAX_CLASSES);
        assert_eq!(
            by_outcome(&reduced),
            oracle.classes,
            "{name}: reduced search (left) and oracle"
        );
        assert_eq!(u128::from(reduced.executions), total(&oracle.classes), "{name}: a class twice");
        assert_eq!((reduced.blocked, reduced.too_many), (0, false), "{name}");
        let found: BTreeSet<Kind> = reduced.findings.iter().map(|found| found.kind).collect();
        assert_eq!(found, kinds.iter().copied().collect(), "{name}: findings");
        if self.is_small {
            let plain =
                classes_made_anew(program, TimeMode::Any, Dfs::new(Visibility::All), MAX_SCHEDULES);
            assert!(!plain.too_many, "{name}: too many schedules");
            assert_eq!(
                by_outcome(&plain),
                oracle.classes,
                "{name}: plain search (left) and oracle"
            );
        }
    }

    /// Whether a search with this relation does not run as many classes as the oracle has.
    pub(super) fn differs_under(&self, relation: &'static Relation) -> bool {
        let reduced = classes(&self.program, TimeMode::Any, Dpor::under(relation), MAX_CLASSES);
        u128::from(reduced.executions) != total(&self.oracle.classes)
    }
}
