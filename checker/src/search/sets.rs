//! Numbers of small sets of numbers, which grow by one member at a time.
//!
//! Most executions show a set that an earlier one showed too, so the next set is
//! looked up by the last one and the member that joins it.

use std::collections::BTreeMap;

/// The sets that were observed, each with a number.
#[derive(Debug)]
pub(crate) struct Sets {
    /// The members of each set, sorted.
    members: Vec<Vec<u32>>,
    numbers: BTreeMap<Vec<u32>, u32>,
    /// The set that results from a set and a new member.
    grown: BTreeMap<(u32, u32), u32>,
}

impl Default for Sets {
    fn default() -> Sets {
        let numbers = BTreeMap::from([(vec![], Sets::EMPTY)]);
        Sets { members: vec![vec![]], numbers, grown: BTreeMap::new() }
    }
}

impl Sets {
    /// The number of the set without a member.
    pub(crate) const EMPTY: u32 = 0;

    /// The set with one more member.
    pub(crate) fn with(&mut self, set: u32, member: u32) -> u32 {
        let Err(place) = self.members[set as usize].binary_search(&member) else { return set };
        if let Some(&grown) = self.grown.get(&(set, member)) {
            return grown;
        }
        let mut members = self.members[set as usize].clone();
        members.insert(place, member);
        let next = self.members.len() as u32;
        let number = *self.numbers.entry(members.clone()).or_insert(next);
        if number == next {
            self.members.push(members);
        }
        self.grown.insert((set, member), number);
        number
    }

    /// How many sets there are.
    pub(crate) fn len(&self) -> u32 {
        self.members.len() as u32
    }

    /// The members of a set, sorted.
    pub(crate) fn members(&self, set: u32) -> &[u32] {
        &self.members[set as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_the_same_in_whichever_order_it_grows() {
        let mut sets = Sets::default();
        let grow = |sets: &mut Sets, members: &[u32]| {
            members.iter().fold(Sets::EMPTY, |set, &member| sets.with(set, member))
        };
        let one = grow(&mut sets, &[7, 3, 7, 5]);
        assert_eq!(one, grow(&mut sets, &[3, 5, 3, 7]));
        assert_eq!(sets.members(one), [3, 5, 7]);
        assert_ne!(one, grow(&mut sets, &[3, 5]));
        assert_eq!(grow(&mut sets, &[]), Sets::EMPTY);
    }
}
