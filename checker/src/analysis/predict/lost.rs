//! Updates that other orders of an execution would lose.
//!
//! A task reads a variable and then writes it. If another task can write it in between, the
//! first one writes over what it has not seen. It cannot if it has to come before the read or
//! behind the write for another reason than this variable, or if one lock is held both from
//! the read to the write and at the other write.
//!
//! The way there keeps the order of locks where that can be had (the closure of what comes
//! before the read and the other write); otherwise the tasks are only steered: the one to
//! its read, the other to its write, the first to its write. What the tasks do then may
//! depend on the values that they read, so it has to be seen whether that shows the loss.
//!
//! What it can miss: of the other writes at one line only those nearest to the read and the
//! write are tried.

use std::collections::BTreeMap;

use unknot_sim::{Act, Execution, ObjectId, TaskId};

use super::closure::Closure;
use super::expected::{Prediction, Predictions, SteeredWay, TaskGoal};
use super::locks::{LockSection, Locks};
use super::order::{Strength, WeakOrder};
use crate::analysis::incremental::own_accesses;
use crate::model::finding::{Fault, Site};
use crate::model::kind::Kind;

/// Writes at one line, before a read or after a write, that are tried.
const MOST_NEAR: usize = 3;

/// Triples of steps at the same lines for which it is asked what the locks allow.
const MOST_TRIED: usize = 32;

/// Ways of these that the locks of the execution do not lead to.
const MOST_ALONE: usize = 3;

/// Variables with updates that are looked at. Each takes an order of its own.
const MOST_VARIABLES: usize = 200;

/// A read of a variable, and the next write by the same task.
#[derive(Clone, Copy, Debug)]
struct ReadAndWrite {
    task: TaskId,
    read: u32,
    write: u32,
}

/// What happens to one part of a variable.
#[derive(Debug, Default)]
struct Uses {
    updates: Vec<ReadAndWrite>,
    /// The writes at each line.
    writes: BTreeMap<Site, Vec<(u32, TaskId)>>,
    /// The last read of each task since its own last write.
    reads: BTreeMap<TaskId, u32>,
}

/// Adds the lost updates that an execution lets expect.
pub(super) fn predict(execution: &Execution<'_>, locks: &Locks, predictions: &mut Predictions) {
    let mut n_variables = 0;
    for (&(object, _), uses) in &uses(execution) {
        let mut writers = uses.writes.values().flatten().map(|(_, task)| task);
        let first = writers.next();
        if uses.updates.is_empty() || writers.all(|task| Some(task) == first) {
            continue;
        }
        n_variables += 1;
        if n_variables > MOST_VARIABLES {
            predictions.is_cut = true;
            return;
        }
        let order = &WeakOrder::of(execution, locks, Strength::Kept, Some(execution.whole(object)));
        let search = LossSearch { execution, locks, order, object };
        if !search.go_through(uses, predictions) {
            return;
        }
    }
}

/// The uses of all variables.
fn uses(execution: &Execution<'_>) -> BTreeMap<(ObjectId, u32), Uses> {
    let trace = execution.trace;
    let mut all: BTreeMap<(ObjectId, u32), Uses> = BTreeMap::new();
    for (step, made) in trace.steps().iter().enumerate().filter(|(_, made)| made.act != Act::Spawn)
    {
        let (step, task) = (step as u32, made.task);
        for access in own_accesses(trace, step as usize) {
            if !execution.object(access.object).is_variable {
                continue;
            }
            let uses = all.entry((access.object, access.slot)).or_default();
            if access.writes() {
                let read = uses.reads.remove(&task).filter(|_| !access.reads());
                let update = read.map(|read| ReadAndWrite { task, read, write: step });
                uses.updates.extend(update);
                uses.writes.entry(Site(made.location)).or_default().push((step, task));
            } else if access.reads() {
                uses.reads.insert(task, step);
            }
        }
    }
    all
}

struct LossSearch<'a, 'e> {
    execution: &'a Execution<'e>,
    locks: &'a Locks,
    /// What is kept behind what, but for the accesses to the variable.
    order: &'a WeakOrder,
    object: ObjectId,
}

/// What is known of one fault.
#[derive(Debug)]
struct ExpectedLoss {
    fault: Fault<ObjectId>,
    ways: Vec<SteeredWay>,
    /// Whether one of them keeps the order of locks.
    has_lead: bool,
    /// How many triples of steps were looked at.
    tried: usize,
}

impl LossSearch<'_, '_> {
    /// Looks at all updates of a variable. False if there are enough predictions.
    fn go_through(&self, uses: &Uses, predictions: &mut Predictions) -> bool {
        let mut numbers: BTreeMap<Fault<ObjectId>, usize> = BTreeMap::new();
        let mut all: Vec<ExpectedLoss> = vec![];
        let site = |step: u32| Site(self.execution.trace.steps()[step as usize].location);
        for update in &uses.updates {
            for (&at, writes) in &uses.writes {
                let sites = [site(update.read), site(update.write), at];
                let fault = Fault::new(Kind::LostUpdate, [self.object], &sites);
                let number = *numbers.entry(fault.clone()).or_insert(all.len());
                if number == all.len() {
                    all.push(ExpectedLoss { fault, ways: vec![], has_lead: false, tried: 0 });
                }
                self.extend(&mut all[number], *update, near(writes, *update));
            }
        }
        all.into_iter().filter(|one| !one.ways.is_empty()).all(|one| {
            let ExpectedLoss { fault, ways, has_lead: keeps_locks, tried } = one;
            predictions.is_cut |= tried == MOST_TRIED && !keeps_locks;
            predictions.add(Prediction { fault, keeps_locks, ways })
        })
    }

    /// Adds ways to lose an update to other writes, unless enough are known.
    fn extend(
        &self,
        expected: &mut ExpectedLoss,
        update: ReadAndWrite,
        others: Vec<(u32, TaskId)>,
    ) {
        for other in others {
            let is_enough = expected.has_lead || expected.tried == MOST_TRIED;
            if is_enough || !self.can_come_between(update, other) {
                continue;
            }
            expected.tried += 1;
            let (ReadAndWrite { read, write, .. }, other) = (update, other.0);
            let goal = |step| TaskGoal { step, is_made: true, n_before: self.order.nth(step) };
            let goals = vec![goal(read), goal(other), goal(write)];
            let alone = SteeredWay { steps: vec![read, write, other], lead: vec![], goals };
            if let Some(lead) = self.lead(update, other) {
                expected.has_lead = true;
                expected.ways.splice(0..0, [SteeredWay { lead, ..alone.clone() }, alone]);
            } else if expected.ways.len() < MOST_ALONE {
                expected.ways.push(alone);
            }
        }
    }

    /// Whether nothing but this variable keeps a write of another task from coming between the
    /// read and the write of an update.
    fn can_come_between(&self, update: ReadAndWrite, (other, by): (u32, TaskId)) -> bool {
        let ReadAndWrite { task, read, write } = update;
        let (order, locks) = (self.order, self.locks);
        if order.is_in(other, order.clock(read)) || order.is_before(write, other) {
            return false;
        }
        let covers = |ours: &&LockSection| ours.end.is_none_or(|end| end > write);
        let mut covering = locks.around(task, read).filter(covers);
        let keeps_out = |ours: &LockSection| {
            locks.around(by, other).any(|theirs| locks.exclude_each_other(ours, theirs))
        };
        !covering.any(keeps_out)
    }

    /// Steps after which the read, the other write and the write can come in this order, as
    /// far as the order of locks tells. The read may be among them.
    fn lead(&self, ReadAndWrite { read, write, .. }: ReadAndWrite, other: u32) -> Option<Vec<u32>> {
        let mut closure = Closure::new(self.order, self.locks);
        closure.add_before(read);
        closure.add_before(other);
        let is_open = |closure: &mut Closure<'_>| {
            closure.close() && !closure.has(write) && !closure.has(other)
        };
        is_open(&mut closure).then(|| closure.steps())
    }
}

/// The writes of other tasks at one line that are nearest to an update.
fn near(writes: &[(u32, TaskId)], update: ReadAndWrite) -> Vec<(u32, TaskId)> {
    let ReadAndWrite { task, read, write } = update;
    let is_other = |(_, by): &&(u32, TaskId)| *by != task;
    let at = writes.partition_point(|&(step, _)| step < write);
    let behind = writes[at..].iter().filter(is_other).take(MOST_NEAR);
    let to = writes.partition_point(|&(step, _)| step < read);
    let before = writes[..to].iter().rev().filter(is_other).take(MOST_NEAR);
    behind.chain(before).copied().collect()
}
