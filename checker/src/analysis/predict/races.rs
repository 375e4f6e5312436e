//! Data races that other orders of the locks of an execution would show.
//!
//! Two accesses to a plain variable, one of them a write, race if both can be reached with
//! neither made: the closure of what comes before them has none of them. They can then be
//! made one right after the other, so nothing orders them.
//!
//! What it can miss: of the earlier accesses of a task at one line only the last one is
//! paired with a later one.

use std::collections::{BTreeMap, BTreeSet};

use unknot_sim::{Execution, Mode, ObjectId, TaskId};

use super::closure::Closure;
use super::expected::{Prediction, Predictions, SteeredWay, TaskGoal};
use super::locks::Locks;
use super::order::WeakOrder;
use crate::analysis::incremental::own_accesses;
use crate::model::finding::{Fault, Site};
use crate::model::kind::Kind;

/// Pairs of accesses at the same two lines that are tried.
const MOST_PAIRS: usize = 32;

/// Adds the data races that an execution lets expect.
pub(super) fn predict(
    execution: &Execution<'_>,
    locks: &Locks,
    order: &WeakOrder,
    predictions: &mut Predictions,
) {
    let mut search = RaceSearch { locks, order, tried: BTreeMap::new(), known: BTreeSet::new() };
    let mut earlier: BTreeMap<ObjectId, BTreeMap<(TaskId, Site, bool), u32>> = BTreeMap::new();
    let trace = execution.trace;
    for (step, made) in trace.steps().iter().enumerate() {
        for access in own_accesses(trace, step) {
            let touches = access.reads() || access.writes();
            if execution.object(access.object).is_atomic || access.mode == Mode::Look || !touches {
                continue;
            }
            let known = earlier.entry(access.object).or_default();
            let site = Site(made.location);
            for (&(task, other, writes), &first) in known.iter() {
                let is_conflict = task != made.task && (writes || access.writes());
                if !is_conflict || order.is_before(first, step as u32) {
                    continue;
                }
                let pair = [(task, first), (made.task, step as u32)];
                let fault = Fault::new(Kind::DataRace, [access.object], &[other, site]);
                if !search.see(fault, pair, predictions) {
                    return;
                }
            }
            known.insert((made.task, site, access.writes()), step as u32);
        }
    }
}

struct RaceSearch<'a> {
    locks: &'a Locks,
    order: &'a WeakOrder,
    /// How many pairs were tried for each fault.
    tried: BTreeMap<Fault<ObjectId>, usize>,
    known: BTreeSet<Fault<ObjectId>>,
}

impl RaceSearch<'_> {
    /// Looks at two accesses. False if there are enough predictions.
    fn see(
        &mut self,
        fault: Fault<ObjectId>,
        [(one, first), (other, second)]: [(TaskId, u32); 2],
        predictions: &mut Predictions,
    ) -> bool {
        let (order, locks) = (self.order, self.locks);
        let are_kept_apart = || {
            let mut ours = locks.around(one, first);
            ours.any(|a| locks.around(other, second).any(|b| locks.exclude_each_other(a, b)))
        };
        if self.known.contains(&fault) || are_kept_apart() {
            return true;
        }
        let tried = self.tried.entry(fault.clone()).or_default();
        if *tried == MOST_PAIRS {
            predictions.is_cut = true;
            return true;
        }
        *tried += 1;
        let mut closure = Closure::new(order, locks);
        closure.add_before(first);
        closure.add_before(second);
        if !closure.close() || closure.has(first) || closure.has(second) {
            return true;
        }
        self.known.insert(fault.clone());
        let goal = |step| TaskGoal { step, is_made: true, n_before: order.nth(step) };
        let goals = vec![goal(first), goal(second)];
        let way = SteeredWay { steps: vec![first, second], lead: closure.steps(), goals };
        predictions.add(Prediction { fault, keeps_locks: true, ways: vec![way] })
    }
}
