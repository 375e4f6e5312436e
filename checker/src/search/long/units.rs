//! One search divided among processes that know nothing of each other.
//!
//! Each process divides the search in the same way, which takes some executions, and then
//! works on the pieces that are dealt to it. A piece is a subtree of the tree of executions,
//! or the one execution with which a subtree begins. The largest subtree is divided again
//! and again, until each is a small part of what one process has to do: how much there
//! is in one is estimated as in [`crate::strategy::estimate`], by the ways at the forks above it. The
//! pieces stand in the order of their executions, so what they observed can be merged in
//! order. A sampler is divided by the numbers of its executions.
//!
//! What it can miss: an estimate may be far off, so some processes may have much more to do
//! than others. More units than machines make up for that.

use std::collections::BTreeSet;
use std::hash::Hasher;

use unknot_sim::Digest;

use super::data::{Long, LongState, SearchPlace, WayProblem};
use super::stretch::rest_of;
use super::way::{go, make_one};
use crate::model::end::End;
use crate::search::observed::Observed;
use crate::strategy::{WayTurn, WayValues};

/// A subtree is divided if it may be more than this part of what one unit has to do.
const PARTS_EACH: f64 = 8.0;

/// Subtrees that are divided, for each unit, at most: each takes some executions.
const MOST_DIVIDED: u64 = 64;

/// Executions of a sampler that stay together; the first ones hold all profiles.
const BLOCK: u64 = 16;

/// Some of the executions of a search, all in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct LongPiece {
    /// Where it begins.
    pub place: SearchPlace,
    /// How many executions it has, if not all from there on.
    pub executions: Option<u64>,
    /// The unit to which it is dealt, from 1.
    pub unit: u64,
    /// Which part of the search it may be.
    share: f64,
}

impl LongPiece {
    fn new(place: SearchPlace, executions: Option<u64>, share: f64) -> LongPiece {
        LongPiece { place, executions, unit: 1, share }
    }

    /// Where it begins and ends, as one number.
    fn digest(&self, digest: Digest) -> Digest {
        let digest = digest.with(self.executions.map_or(u64::MAX, |n| n)).with(self.unit);
        match &self.place {
            SearchPlace::Start => digest,
            SearchPlace::Number(number) => digest.with(*number),
            SearchPlace::Turns(turns) => turns.iter().fold(digest, |digest, turn| {
                let WayTurn { taken, values, ahead, given } = *turn;
                digest.with(taken).with(values as u64).with(ahead).with(given)
            }),
        }
    }
}

/// A number that is the same for the same pieces, and hardly ever for others.
#[must_use]
pub fn digest(pieces: &[LongPiece]) -> u64 {
    pieces.iter().fold(Digest::default(), |digest, piece| piece.digest(digest)).finish()
}

/// The pieces of the whole search in order, dealt to so many units.
///
/// # Errors
/// What is in the way, if the program cannot be divided.
pub fn divide(long: &Long<'_>, of: u64) -> Result<Vec<LongPiece>, WayProblem> {
    if of == 1 {
        return Ok(vec![LongPiece::new(SearchPlace::Start, None, 1.0)]);
    }
    if (long.create)().as_sampler().is_some() {
        return Ok(ranges(long.budget.max_executions, of));
    }
    let mut pieces = vec![LongPiece::new(SearchPlace::Start, None, 1.0)];
    for _ in 0..MOST_DIVIDED.saturating_mul(of) {
        let open = pieces.iter().enumerate().filter(|(_, piece)| piece.executions.is_none());
        // Of equal ones the first.
        let largest = open.rev().max_by(|(_, a), (_, b)| a.share.total_cmp(&b.share));
        let Some((at, piece)) = largest else { break };
        if piece.share * of as f64 * PARTS_EACH <= 1.0 {
            break;
        }
        let parts = parts(long, piece)?;
        pieces.splice(at..=at, parts);
    }
    deal(&mut pieces, of);
    Ok(pieces)
}

/// Deals the pieces round, the largest first.
fn deal(pieces: &mut [LongPiece], of: u64) {
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by(|&a, &b| pieces[b].share.total_cmp(&pieces[a].share).then(a.cmp(&b)));
    for (nth, at) in (0..).zip(order) {
        pieces[at].unit = nth % of + 1;
    }
}

/// The executions of a sampler, in as many rows as there are units.
fn ranges(executions: u64, of: u64) -> Vec<LongPiece> {
    let blocks = executions.div_ceil(BLOCK);
    let begin = |unit: u64| {
        let block = u128::from(blocks) * u128::from(unit) / u128::from(of);
        (block as u64).saturating_mul(BLOCK).min(executions)
    };
    let range = |unit: u64| {
        let place =
            if begin(unit) == 0 { SearchPlace::Start } else { SearchPlace::Number(begin(unit)) };
        let executions = Some(begin(unit + 1) - begin(unit));
        LongPiece { unit: unit + 1, ..LongPiece::new(place, executions, 1.0) }
    };
    (0..of).map(range).filter(|piece| piece.executions != Some(0)).collect()
}

/// The first execution of a subtree, and the subtrees that come after it.
fn parts(long: &Long<'_>, whole: &LongPiece) -> Result<Vec<LongPiece>, WayProblem> {
    let begin = go(long, &whole.place)?;
    let mut search = make_one(long.program, begin, long.budget.semantics)?;
    let Some(resumable) = search.as_resumable() else {
        let problem = "the strategy is no search that can be divided";
        return Err(WayProblem::Nowhere(problem.to_owned()));
    };
    let turns = resumable.place();
    let share: f64 = turns.iter().map(|turn| 1.0 / ways(turn)).product();
    let mut parts = vec![LongPiece::new(whole.place.clone(), Some(1), share)];
    if rest_of(search).is_some() {
        parts.extend(subtrees(&turns));
    }
    Ok(parts)
}

/// How many ways are known at a turn.
fn ways(turn: &WayTurn) -> f64 {
    let values = u64::from(turn.values == WayValues::Mine);
    (turn.taken + 1 + values + turn.ahead + turn.given) as f64
}

/// The subtrees after the execution at the end of these turns, in order.
fn subtrees(turns: &[WayTurn]) -> Vec<LongPiece> {
    let mut all = vec![];
    for nth in (0..turns.len()).rev() {
        let turn = turns[nth];
        let share: f64 = turns[..=nth].iter().map(|turn| 1.0 / ways(turn)).product();
        let mut add = |last: WayTurn| {
            let above = turns[..nth].iter().map(given_away);
            let place = SearchPlace::Turns(above.chain([last]).collect());
            all.push(LongPiece::new(place, None, share));
        };
        if turn.values == WayValues::Mine {
            add(WayTurn { ahead: 0, given: turn.given + turn.ahead, ..turn });
        }
        for way in 0..turn.ahead {
            let given = turn.given + turn.ahead - 1 - way;
            let (taken, values) = (turn.taken + way, WayValues::Behind);
            add(WayTurn { taken, values, ahead: 1, given });
        }
    }
    all
}

/// The same turn, of a search to which nothing is left there.
fn given_away(turn: &WayTurn) -> WayTurn {
    let values = match turn.values {
        WayValues::Mine => WayValues::Given,
        values => values,
    };
    WayTurn { values, ahead: 0, given: turn.given + turn.ahead, ..*turn }
}

impl LongPiece {
    /// Whether all of its executions were made.
    #[must_use]
    pub fn is_done(&self, standing: &LongState) -> bool {
        standing.next.is_none() || self.executions == Some(standing.spent())
    }
}

/// What all pieces observed, in their order, as one search. It is exhausted if they are
/// done and none is of a sampler.
#[must_use]
pub fn merge<'a>(pieces: impl IntoIterator<Item = (&'a LongPiece, LongState)>) -> Merged {
    let mut all = LongState::before(SearchPlace::Start);
    let mut unfinished = BTreeSet::new();
    let mut samples = false;
    for (piece, standing) in pieces {
        if !piece.is_done(&standing) {
            unfinished.insert(piece.unit);
        }
        samples |= matches!(standing.next, Some(SearchPlace::Number(_)));
        standing.seen.into_iter().for_each(|seen| all.absorb(seen));
    }
    let mut seen = all.seen.unwrap_or_else(|| Observed::nothing(End::Executions));
    seen.end = match seen.end {
        end @ (End::FirstError | End::Nondeterminism | End::Refused(_)) => end,
        _ if samples || !unfinished.is_empty() => End::Executions,
        _ => End::Exhausted,
    };
    Merged { seen, unfinished }
}

/// A search that was made in pieces.
#[derive(Clone, Debug)]
pub struct Merged {
    /// What it observed.
    pub seen: Observed,
    /// The units that have not made all of their executions.
    pub unfinished: BTreeSet<u64>,
}
