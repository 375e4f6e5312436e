//! Steps that repeat: an execution that was cut at the limit of steps and ends with a
//! block of steps made three times or more, with the same objects, after which every
//! counter shows what it showed before.
//!
//! What it can miss: blocks longer than a third of the execution. Such executions are
//! only counted as cut.

use std::collections::BTreeMap;

use unknot_sim::{Effect, Ended, Execution, ObjectId, Trace};

use crate::model::finding::Site;

const ROUNDS: usize = 3;

/// A block of steps with which a trace ends several times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Its length.
    pub(crate) period: usize,
    /// How many steps there are from the first copy of the block on.
    pub(crate) repeated: usize,
}

/// The block that the end of an execution repeats, if the execution was cut.
pub(crate) fn block(execution: &Execution<'_>) -> Option<Block> {
    let block = (execution.ended == Ended::Cut).then(|| period(execution.trace)).flatten()?;
    let shows = shown(execution, block, |_, _| {});
    let is_back = shows.iter().all(|(&gauge, &shows)| shows == execution.object(gauge).shows);
    is_back.then_some(block)
}

/// The shortest block with which a trace ends several times.
pub(crate) fn period(trace: &Trace) -> Option<Block> {
    let common = common(trace);
    let is_repeated = |&period: &usize| common[period] >= (ROUNDS - 1) * period;
    let period = (1..=trace.len() / ROUNDS).find(is_repeated)?;
    Some(Block { period, repeated: common[period] + period })
}

/// For each distance, how many steps at the end are equal to the steps that many steps
/// earlier, by the Z algorithm, which looks at each step about twice.
fn common(trace: &Trace) -> Vec<usize> {
    let n = trace.len();
    let same = |i: usize, j: usize| is_same(trace, n - 1 - i, n - 1 - j);
    let mut common = vec![0; n];
    let (mut left, mut right) = (0, 0);
    for i in 1..n {
        if i < right {
            common[i] = common[i - left].min(right - i);
        }
        while i + common[i] < n && same(common[i], i + common[i]) {
            common[i] += 1;
        }
        if i + common[i] > right {
            (left, right) = (i, i + common[i]);
        }
    }
    common
}

/// Whether two steps are the same, as far as a trace tells.
fn is_same(trace: &Trace, i: usize, j: usize) -> bool {
    let (one, other) = (&trace.steps()[i], &trace.steps()[j]);
    one.task == other.task
        && Site(one.location) == Site(other.location)
        && one.child.is_none()
        && other.child.is_none()
        && trace.accesses(i) == trace.accesses(j)
        && trace.choices(i) == trace.choices(j)
}

/// What the gauges of a block show after it, if before it they show what they show
/// at the end of the execution. `each` is told of every value on the way.
pub(super) fn shown(
    execution: &Execution<'_>,
    block: Block,
    mut each: impl FnMut(ObjectId, i64),
) -> BTreeMap<ObjectId, i64> {
    let mut shows = BTreeMap::new();
    let n = execution.trace.len();
    for access in (n - block.period..n).flat_map(|step| execution.trace.accesses(step)) {
        if access.effect() != Effect::Nothing {
            let now = execution.object(access.object).shows;
            let shown = shows.entry(access.object).or_insert(now);
            *shown = access.effect().on(*shown);
            each(access.object, *shown);
        }
    }
    shows
}
