//! Sets of steps that can be made in the order of the execution while other steps are not.
//!
//! A set is closed if it has, with each step, all that the step is kept behind
//! ([`super::order`]), and if of two sections of one lock that exclude each other, both of
//! which it has begun, the one that began first has ended. Its steps can then be made in
//! their order, with the results that they had: a *sync-preserving* reordering of the
//! execution. What its tasks do next can be made in any order after that.
//!
//! Sets grow only, and each section is passed once, so all closures of one search take time
//! that is linear in the execution for each pair of a task and a lock.
//!
//! H. C. Tunç, U. Mathur, A. Pavlogiannis, M. Viswanathan, "Sound Dynamic Deadlock Prediction
//! in Linear Time", PLDI 2023; for races U. Mathur, A. Pavlogiannis, M. Viswanathan, "Optimal
//! Prediction of Synchronization-Preserving Races", POPL 2021.

use std::collections::BTreeMap;

use unknot_sim::ObjectId;

use super::locks::Locks;
use super::order::WeakOrder;

/// The sections of one task at one lock.
#[derive(Clone, Debug)]
struct Use {
    sections: Vec<usize>,
    /// Those before this one have ended within the set.
    passed: usize,
}

/// A set of steps.
#[derive(Clone, Debug)]
pub(super) struct Closure<'a> {
    order: &'a WeakOrder,
    locks: &'a Locks,
    /// How many steps of each task it has.
    clock: Vec<u32>,
    uses: BTreeMap<ObjectId, Vec<Use>>,
}

impl<'a> Closure<'a> {
    /// No step, to be closed under the order of `locks` too where there are any.
    pub(super) fn new(order: &'a WeakOrder, locks: &'a Locks) -> Closure<'a> {
        let mut uses: BTreeMap<ObjectId, Vec<Use>> = BTreeMap::new();
        for ((lock, _), sections) in locks.uses() {
            uses.entry(*lock).or_default().push(Use { sections: sections.clone(), passed: 0 });
        }
        // A lock that one task uses keeps no task behind another.
        uses.retain(|_, uses| uses.len() > 1);
        Closure { order, locks, clock: vec![0; order.width()], uses }
    }

    /// Adds a step.
    pub(super) fn add(&mut self, step: u32) {
        join(&mut self.clock, self.order.clock(step));
    }

    /// Adds all that comes before the task of a step reaches it.
    pub(super) fn add_before(&mut self, step: u32) {
        if let Some(before) = self.order.before(step) {
            self.add(before);
        }
    }

    /// Whether it has a step.
    pub(super) fn has(&self, step: u32) -> bool {
        self.order.is_in(step, &self.clock)
    }

    /// Its steps, in their order.
    pub(super) fn steps(&self) -> Vec<u32> {
        self.order.steps(&self.clock)
    }

    /// Adds what it takes to be closed. False if the execution ends before a section does
    /// that would have to end.
    pub(super) fn close(&mut self) -> bool {
        let Closure { order, locks, clock, uses } = self;
        loop {
            let mut has_grown = false;
            for uses in uses.values_mut() {
                let Some(grown) = close_lock(order, locks, clock, uses) else { return false };
                has_grown |= grown;
            }
            if !has_grown {
                return true;
            }
        }
    }
}

fn join(clock: &mut [u32], other: &[u32]) {
    for (mine, theirs) in clock.iter_mut().zip(other) {
        *mine = (*mine).max(*theirs);
    }
}

/// Ends all sections of a lock that have to end. Says whether the set has grown; `None` if
/// one of them does not end.
fn close_lock(
    order: &WeakOrder,
    locks: &Locks,
    clock: &mut [u32],
    uses: &mut [Use],
) -> Option<bool> {
    let begun = |clock: &[u32], one: &Use| {
        let is_begun = |&nth: &usize| order.is_in(locks.sections[nth].begin, clock);
        one.passed + one.sections[one.passed..].partition_point(is_begun)
    };
    // Behind which every section has ended, and every section that excludes all others.
    let (mut last, mut last_exclusive) = (None, None);
    for one in uses.iter_mut() {
        let has = begun(clock, one);
        for &nth in one.sections[..has].iter().rev() {
            let section = &locks.sections[nth];
            last = last.max(Some(section.begin));
            if locks.is_exclusive(section) {
                last_exclusive = last_exclusive.max(Some(section.begin));
                break;
            }
        }
    }
    let mut has_grown = false;
    for one in uses.iter_mut() {
        let has = begun(clock, one);
        for &nth in &one.sections[one.passed..has] {
            let section = &locks.sections[nth];
            let until = if locks.is_exclusive(section) { last } else { last_exclusive };
            let is_ended = section.end.is_some_and(|end| order.is_in(end, clock));
            if Some(section.begin) < until && !is_ended {
                let end = section.end?;
                join(clock, order.clock(end));
                has_grown = true;
            }
        }
        let is_passed = |&&nth: &&usize| {
            let end = locks.sections[nth].end;
            end.is_some_and(|end| order.is_in(end, clock))
        };
        one.passed += one.sections[one.passed..has].iter().take_while(is_passed).count();
    }
    Some(has_grown)
}
