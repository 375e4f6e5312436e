//! Several samplers in turn, by the number of the execution.
//!
//! No sampler finds everything. `directed` finds what lines in a certain order show, however
//! many tasks run them, and hardly what one of many like tasks has to do alone. `surw` orders
//! the steps at one object evenly, and those at two or more by luck. `pct` misses what needs
//! more ordered steps than its depth, `urw` what is rare among all interleavings, and `pos`
//! what takes one task far ahead. So a check that is not told how to sample gives each of
//! them turns, `directed` twice as many: it is the best one most often. So it hardly needs
//! more than six times the executions of the best one. The depths of `pct` take turns as
//! well: a small depth finds faults of few steps more often, and a great depth finds more
//! faults.
//!
//! The turn of a member depends on the number of the execution alone, so that
//! each execution can be run again without the others. The profiles are shared:
//! every second one is drawn by `directed`, which needs no lengths, and the others by
//! `random`; they teach the members that need lengths.

use std::fmt;

use unknot_sim::{Execution, Point, Randomness, TaskId};

use super::directed::Directed;
use super::pct::Pct;
use super::pos::Pos;
use super::surw::Surw;
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
    /// Random priorities of lines.
    Directed,
    /// Every order of the steps at one object is about equally likely.
    Surw,
    /// Random priorities, for faults of `depth` ordered steps.
    Pct {
        /// How many.
        depth: usize,
    },
    /// Every interleaving is about equally likely.
    Urw,
    /// Random priorities of next steps.
    Pos,
}

impl Member {
    /// The member that draws the execution with a number.
    #[must_use]
    pub fn of(number: u64) -> Member {
        let Some(turn) = number.checked_sub(PROFILES) else {
            return if number.is_multiple_of(2) { Member::Directed } else { Member::Random };
        };
        let round = turn / 6;
        match turn % 6 {
            0 | 3 => Member::Directed,
            1 => Member::Surw,
            2 => Member::Pct { depth: DEPTHS[(round % DEPTHS.len() as u64) as usize] },
            4 => Member::Urw,
            _ => Member::Pos,
        }
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Member::Random => f.write_str("random"),
            Member::Directed => f.write_str("directed"),
            Member::Surw => f.write_str("surw"),
            Member::Pct { depth } => write!(f, "pct of depth {depth}"),
            Member::Urw => f.write_str("urw"),
            Member::Pos => f.write_str("pos"),
        }
    }
}

/// The walk.
#[derive(Debug, Default)]
pub struct Portfolio {
    directed: Directed,
    surw: Surw,
    pct: Pct,
    urw: Urw,
    pos: Pos,
    /// The member that draws the present execution.
    member: Member,
}

impl SamplingPolicy for Portfolio {
    const PROFILES: u64 = PROFILES;

    fn begin_profile(&mut self, number: u64, randomness: &mut Randomness) {
        self.begin(number, randomness);
    }

    fn pick_in_profile(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        self.pick(point, randomness)
    }

    fn watch(&mut self, point: &Point<'_>) {
        self.pct.watch(point);
    }

    fn learn(&mut self, profile: &Execution<'_>) {
        self.surw.learn(profile);
        self.pct.learn(profile);
        self.urw.learn(profile);
    }

    fn begin(&mut self, number: u64, randomness: &mut Randomness) {
        self.member = Member::of(number);
        match self.member {
            Member::Random => {}
            Member::Directed => self.directed.begin(number, randomness),
            Member::Surw => self.surw.begin(number, randomness),
            Member::Pct { depth } => {
                self.pct.set_depth(depth);
                self.pct.begin(number, randomness);
            }
            Member::Urw => self.urw.begin(number, randomness),
            Member::Pos => self.pos.begin(number, randomness),
        }
    }

    fn pick(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        match self.member {
            Member::Random => uniform(point, randomness),
            Member::Directed => self.directed.pick(point, randomness),
            Member::Surw => self.surw.pick(point, randomness),
            Member::Pct { .. } => self.pct.pick(point, randomness),
            Member::Urw => self.urw.pick(point, randomness),
            Member::Pos => self.pos.pick(point, randomness),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight profiles, then a third for `directed` and a sixth each, and all depths of `pct`
    /// within four rounds.
    #[test]
    fn members_take_turns() {
        let turns: Vec<String> = (6..32).map(|number| Member::of(number).to_string()).collect();
        let round = |depth: usize| {
            let pct = format!("pct of depth {depth}");
            ["directed", "surw", &pct, "directed", "urw", "pos"].map(str::to_owned)
        };
        let mut expected = vec!["directed".to_owned(), "random".to_owned()];
        expected.extend(DEPTHS.into_iter().flat_map(round));
        assert_eq!(turns, expected);
        let profiles = (0..PROFILES).map(Member::of);
        assert_eq!(profiles.filter(|member| *member == Member::Directed).count(), 4);
        assert_eq!(Member::of(32), Member::of(8));
    }
}
