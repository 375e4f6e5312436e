//! Starvation: steps that repeat, and beside them a task that never gets what others get.
//!
//! An execution ends with a block of steps that comes again and again ([`block`]). A
//! weakly fair scheduler may go on like this for ever if no task outside the block is
//! enabled before every step of it. A task is *starved* in such a block
//! - if it waits through the whole block for what others take in it: now and then it is
//!   enabled, and overtaken, or it never is, as a writer while readers take turns;
//! - if it makes steps in the block, and what it tries to take is refused each time, while
//!   others take it.
//!
//! Tasks that starve each other and no other task are a livelock and no more: what a
//! starved task does not get must go to a task that is not starved itself.
//!
//! What it can miss: blocks longer than a third of the execution; steps that count, as the
//! places of a queue do, and so are never the same again; and comparisons of variables that
//! fail each time, which a trace does not tell from others. A task that waits with a
//! deadline is not starved: its time would come.
//!
//! [`block`]: super::block

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Serialize;
use unknot_sim::{Effect, Execution, Mode, ObjectId, Phase, Role, Task, TaskId};

use super::block::Block;
use crate::model::finding::{Evidence, Signature, Site};
use crate::model::kind::Kind;

/// A task that does not get something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Starved {
    pub(crate) task: TaskId,
    pub(crate) object: ObjectId,
    /// Where it waits or tries.
    pub(crate) site: Site,
    pub(crate) how: Starving,
}

/// In which way a task does not get something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Starving {
    /// It waits, and is enabled nowhere in the block.
    NeverEnabled,
    /// It waits, and is enabled in the block now and then.
    Overtaken,
    /// It tries, and is refused.
    Refused,
}

/// What starves beside a block.
pub(crate) fn beside(execution: &Execution<'_>, block: Block) -> Vec<Starved> {
    let n = execution.trace.len();
    let steps = n - block.period..n;
    let Some(waiting) = waiting(execution, steps.clone()) else { return vec![] };
    let served = served(execution, steps.clone());
    let mut starved: Vec<Starved> =
        waiting.into_iter().chain(refused(execution, steps, &served)).collect();
    let tasks: BTreeSet<TaskId> = starved.iter().map(|one| one.task).collect();
    let goes_elsewhere = |one: &Starved| {
        let by = served.get(&one.object);
        by.is_some_and(|by| by.iter().any(|task| !tasks.contains(task)))
    };
    starved.retain(goes_elsewhere);
    starved
}

pub(super) fn find(execution: &Execution<'_>, block: Block, found: &mut Vec<Evidence>) {
    let starved = beside(execution, block);
    if starved.is_empty() {
        return;
    }
    let tasks: BTreeSet<TaskId> = starved.iter().map(|one| one.task).collect();
    let objects: BTreeSet<ObjectId> = starved.iter().map(|one| one.object).collect();
    let sites: BTreeSet<Site> = starved.iter().map(|one| one.site).collect();
    let signature = Signature {
        kind: Kind::Starvation,
        tasks: tasks.into_iter().collect(),
        objects: objects.into_iter().collect(),
        sites: sites.into_iter().collect(),
    };
    let n = execution.trace.len() as u32;
    let steps = (n - block.period as u32..n).collect();
    found.push(Evidence { signature, steps });
}

/// Which tasks took what in a block. What a task waits for with a gauge of its own it takes
/// there as well ([`Mode::On`]).
fn served(execution: &Execution<'_>, steps: Range<usize>) -> BTreeMap<ObjectId, BTreeSet<TaskId>> {
    let mut served: BTreeMap<ObjectId, BTreeSet<TaskId>> = BTreeMap::new();
    for step in steps {
        let task = execution.trace.steps()[step].task;
        for access in execution.trace.accesses(step) {
            let takes = matches!(access.effect(), Effect::Add(amount) if amount < 0);
            if takes || access.mode == Mode::On {
                served.entry(access.object).or_default().insert(task);
            }
        }
    }
    served
}

/// The tasks that wait through a block, and what for. `None` if a task that makes no step
/// in it is enabled all the time, or waits for the clock: then no fair scheduler repeats
/// the block for ever.
fn waiting(execution: &Execution<'_>, steps: Range<usize>) -> Option<Vec<Starved>> {
    let takes_part =
        |id: TaskId| execution.trace.steps()[steps.clone()].iter().any(|s| s.task == id);
    let is_there = |task: &&Task| !matches!(task.phase, Phase::Finished | Phase::Killed);
    let outside = execution.live.iter().filter(|&&id| !takes_part(id));
    let outside: Vec<&Task> = outside.map(|&id| execution.task(id)).filter(is_there).collect();
    if outside.iter().any(|task| task.deadline.is_some()) {
        return None;
    }
    // The gauges show before the block what they show after it.
    let mut shows: BTreeMap<ObjectId, i64> = BTreeMap::new();
    let mut n_enabled = vec![0; outside.len()];
    for step in steps.clone() {
        let shown = |gauge: ObjectId| {
            shows.get(&gauge).copied().unwrap_or_else(|| execution.object(gauge).shows)
        };
        for (task, n_enabled) in outside.iter().zip(&mut n_enabled) {
            *n_enabled += usize::from(task.pending.is_possible(shown));
        }
        for access in execution.trace.accesses(step) {
            let now = execution.object(access.object).shows;
            let shows = shows.entry(access.object).or_insert(now);
            *shows = access.effect().on(*shows);
        }
    }
    if n_enabled.contains(&steps.len()) {
        return None;
    }
    let of_program = outside.iter().zip(n_enabled).filter(|(task, _)| task.role == Role::Program);
    let sought = |(task, n_enabled): (&&Task, usize)| {
        let how = if n_enabled == 0 { Starving::NeverEnabled } else { Starving::Overtaken };
        let (task, site, sought) = (task.id, Site(task.pending.location), task.pending.sought());
        let starved = |object| Starved { task, object, site, how };
        sought.map(|guard| starved(guard.gauge)).collect::<Vec<_>>()
    };
    Some(of_program.flat_map(sought).collect())
}

/// The tasks that make steps in a block but are refused each time what they try to take.
fn refused(
    execution: &Execution<'_>,
    steps: Range<usize>,
    served: &BTreeMap<ObjectId, BTreeSet<TaskId>>,
) -> Vec<Starved> {
    let mut refused: BTreeMap<(TaskId, ObjectId), Site> = BTreeMap::new();
    for step in steps {
        let made = &execution.trace.steps()[step];
        let vain = execution.trace.accesses(step).iter().filter(|access| !access.granted);
        for access in vain {
            refused.entry((made.task, access.object)).or_insert(Site(made.location));
        }
    }
    let gets = |task: TaskId, object: ObjectId| {
        served.get(&object).is_some_and(|served| served.contains(&task))
    };
    let never = refused.into_iter().filter(|&((task, object), _)| !gets(task, object));
    let how = Starving::Refused;
    never.map(|((task, object), site)| Starved { task, object, site, how }).collect()
}
