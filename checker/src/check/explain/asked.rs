//! What the executions that were asked have said, and what it is in them where a condition
//! does not hold.
//!
//! That a condition on the order of two steps does not hold may be so for three reasons: the
//! first step is never made, or the second one comes before it, or neither of them is made.
//! Where one of these is so in each failing execution that a set of conditions explains, the
//! set may say it instead: it is the stronger claim, and explains the same executions.

use std::collections::{BTreeMap, BTreeSet};

use super::cover::{Bits, Cover, Rows, Term};
use super::orders::{EventOrders, OrderCondition};

/// How many executions were asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Surveyed {
    pub(crate) failing: u64,
    pub(crate) passing: u64,
    /// Cut by a bound, excluded or not settled.
    pub(crate) neither: u64,
    /// Whether there are no others.
    pub(crate) is_exhaustive: bool,
}

/// What a condition of a set asks of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConditionForm {
    /// It holds.
    Holds,
    /// The second step comes before the first one, which may be never made; or the step chose
    /// something else.
    Reversed,
    /// The first step is never made.
    Never,
    /// It does not hold, for whatever reason.
    Not,
}

/// The executions that were asked.
#[derive(Debug, Default)]
pub(super) struct AskedOrders {
    /// Which conditions hold in those that fail.
    pub(super) failing: Rows,
    /// The same of those that pass.
    pub(super) passing: Rows,
    /// Which events are made in those that fail, for the conditions that hold.
    made: BTreeMap<Bits, BTreeSet<Bits>>,
    pub(super) neither: u64,
    pub(super) is_exhaustive: bool,
}

impl AskedOrders {
    /// None yet.
    pub(super) fn new(is_exhaustive: bool) -> AskedOrders {
        AskedOrders { is_exhaustive, ..AskedOrders::default() }
    }

    /// One more execution.
    pub(super) fn add(&mut self, fails: bool, row: Bits, made: Bits) {
        if fails {
            self.made.entry(row.clone()).or_default().insert(made);
        }
        let rows = if fails { &mut self.failing } else { &mut self.passing };
        *rows.entry(row).or_default() += 1;
    }

    /// An execution that is known besides: it counts unless one like it was asked.
    pub(super) fn know(&mut self, fails: bool, row: Bits, made: Bits) {
        let rows = if fails { &self.failing } else { &self.passing };
        if !rows.contains_key(&row) {
            self.add(fails, row, made);
        }
    }

    /// The numbers.
    pub(super) fn surveyed(&self) -> Surveyed {
        Surveyed {
            failing: self.failing.values().sum(),
            passing: self.passing.values().sum(),
            neither: self.neither,
            is_exhaustive: self.is_exhaustive,
        }
    }
}

/// What each term of each set asks, in the failing executions that meet the set.
pub(super) fn negated(
    orders: &EventOrders,
    cover: &Cover,
    asked: &AskedOrders,
) -> Vec<Vec<ConditionForm>> {
    let forms = |set: &Vec<Term>| {
        let meeting = asked.made.iter().filter(|(row, _)| set.iter().all(|term| term.is_met(row)));
        let made: Vec<&Bits> = meeting.flat_map(|(_, made)| made).collect();
        set.iter().map(|term| form(*term, &orders.conditions, &made)).collect()
    };
    cover.alternatives.iter().map(forms).collect()
}

/// What a term asks, where these events are made in the executions that meet it.
fn form(term: Term, conditions: &[OrderCondition], made: &[&Bits]) -> ConditionForm {
    if term.holds {
        return ConditionForm::Holds;
    }
    let (first, second) = match conditions[term.condition] {
        OrderCondition::Before { first, second } => (first, second),
        OrderCondition::Chose { event, .. } => (event, event),
    };
    match () {
        () if made.iter().all(|made| !made.has(first)) => ConditionForm::Never,
        () if made.iter().all(|made| made.has(first) || made.has(second)) => {
            ConditionForm::Reversed
        }
        () => ConditionForm::Not,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `1` stands for an event that is made: the first one and the second one.
    #[test]
    fn what_is_negated() {
        let conditions = [OrderCondition::Before { first: 0, second: 1 }];
        let cases: [(&[&str], ConditionForm); 5] = [
            (&["11"], ConditionForm::Reversed),
            // The first one may be missing where the second one is made.
            (&["11", "01"], ConditionForm::Reversed),
            (&["01", "00"], ConditionForm::Never),
            // Neither is made: that is not the other order.
            (&["00"], ConditionForm::Never),
            (&["11", "00"], ConditionForm::Not),
        ];
        for (made, expected) in cases {
            let made: Vec<Bits> =
                made.iter().map(|row| row.chars().map(|bit| bit == '1').collect()).collect();
            let made: Vec<&Bits> = made.iter().collect();
            let term = Term { condition: 0, holds: false };
            assert_eq!(form(term, &conditions, &made), expected, "{made:?}");
        }
    }
}
