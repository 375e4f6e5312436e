//! Several samplers in turn, by the number of the execution.
//!
//! No sampler finds everything. `random` hardly ever draws one task far ahead of
//! another, `pct` misses what needs more ordered steps than its depth, and
//! `urw` misses what is rare among all interleavings. So a check that is not told how
//! to sample gives each of them a third of its executions. It hardly needs
//! more than three times the executions of the best one. The depths of `pct` take
//! turns as well: a small depth finds faults of few steps more often, and
//! a great depth finds more faults.
//!
//! The turn of a member depends on the number of the execution alone, so that
//! each execution can be run again without the others. The profiles are shared:
//! they pick uniformly and teach both members that need lengths, so they are
//! executions of `random`.

use std::fmt;

use unknot_sim::{Execution, Point, Randomness, TaskId};

use super::pct::Pct;
use super::urw::Urw;
use crate::strategy::sampling::policy::{PROFILES, SamplingPolicy, uniform};

/// The depths of `pct` that take turns.
const DEPTHS: [usize; 4] = [2, 3, 4, 5];

/// Which sampler draws an execution of the portfolio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// Every enabled task is equally likely at every step.
    #[default]
    Random,
    /// Random priorities, for faults of `depth` ordered steps.
    Pct {
        /// How many.
        depth: usize,
    },
    /// Every interleaving is about equally likely.
    Urw,
}

impl Member {
    /// The member that draws the execution with a number.
    #[must_use]
    pub fn of(number: u64) -> Member {
        let Some(turn) = number.checked_sub(PROFILES) else { return Member::Random };
        let round = turn / 3;
        match turn % 3 {
            0 => Member::Pct { depth: DEPTHS[(round % DEPTHS.len() as u64) as usize] },
            1 => Member::Urw,
            _ => Member::Random,
        }
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Member::Random => f.write_str("random"),
            Member::Pct { depth } => write!(f, "pct of depth {depth}"),
            Member::Urw => f.write_str("urw"),
        }
    }
}

/// The walk.
#[derive(Debug, Default)]
pub struct Portfolio {
    pct: Pct,
    urw: Urw,
    /// The member that draws the present execution.
    member: Member,
}

impl SamplingPolicy for Portfolio {
    const PROFILES: u64 = PROFILES;

    fn watch(&mut self, point: &Point<'_>) {
        self.pct.watch(point);
    }

    fn learn(&mut self, profile: &Execution<'_>) {
        self.pct.learn(profile);
        self.urw.learn(profile);
    }

    fn begin(&mut self, number: u64, randomness: &mut Randomness) {
        self.member = Member::of(number);
        match self.member {
            Member::Random => {}
            Member::Pct { depth } => {
                self.pct.set_depth(depth);
                self.pct.begin(number, randomness);
            }
            Member::Urw => self.urw.begin(number, randomness),
        }
    }

    fn pick(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        match self.member {
            Member::Random => uniform(point, randomness),
            Member::Pct { .. } => self.pct.pick(point, randomness),
            Member::Urw => self.urw.pick(point, randomness),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight profiles, then a third each, and all depths within twelve.
    #[test]
    fn members_take_turns() {
        let turns: Vec<String> = (7..20).map(|number| Member::of(number).to_string()).collect();
        let round = |depth: usize| [format!("pct of depth {depth}"), "urw".into(), "random".into()];
        let mut expected = vec!["random".to_owned()];
        expected.extend(DEPTHS.into_iter().flat_map(round));
        assert_eq!(turns, expected);
        assert!((0..PROFILES).all(|number| Member::of(number) == Member::Random));
        assert_eq!(Member::of(20), Member::of(8));
    }
}
