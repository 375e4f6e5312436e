//! Possible peers: the tasks that did earlier what would end a wait.
//!
//! A wait on a gauge without owners could be ended by any task that raises it.
//! Tasks that did so earlier in the same execution are the ones worth naming.
//! A gauge knows the operations that raise it. A waiter that is parked on a
//! gauge of its own could be woken by any task that does these operations to the
//! primitive that the gauge is part of. A task that waits for a change could be woken
//! by any task that changes what it looked at.
//!
//! Looks at one execution. What ends a wait can be told in terms that mean the
//! same in other executions ([`Wanted::elsewhere`]), so that these can be asked too.

use unknot_sim::{Access, Effect, Execution, ObjectId, TaskId};

use super::stuck::{SettledWait, Wait};
use super::watched::watched;
use crate::model::finding::Origin;

/// A task and the last step in which it did what would end the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The task.
    pub task: TaskId,
    /// The step.
    pub step: u32,
}

/// The possible peers of a wait that is not certain, at one of the gauges that would do, in
/// the order of creation of the tasks. The waiting task may be one of them.
#[must_use]
pub fn peers(
    execution: &Execution<'_>,
    wait: &SettledWait,
    alternative: (ObjectId, i64),
) -> Vec<Peer> {
    if wait.certain {
        return vec![];
    }
    let wanted = Wanted::of(execution, wait, alternative);
    let mut peers: Vec<Peer> = vec![];
    for (step, made) in execution.trace.steps().iter().enumerate() {
        let accesses = execution.trace.accesses(step);
        if !accesses.iter().any(|access| wanted.is_done_by(made.verb, access, &access.object)) {
            continue;
        }
        let step = u32::try_from(step).expect("fewer than 2^32 steps");
        match peers.iter_mut().find(|peer| peer.task == made.task) {
            Some(peer) => peer.step = step,
            None => peers.push(Peer { task: made.task, step }),
        }
    }
    let place = |peer: &Peer| execution.live.iter().position(|&task| task == peer.task);
    peers.sort_by_key(place);
    peers
}

/// What would end a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted<Id> {
    gauge: Id,
    at_least: i64,
    /// What the gauge is part of, with the operations on it that raise the gauge.
    whole: Option<Id>,
    raised_by: &'static [&'static str],
    /// What the task looked at, if it waits for that to change.
    watched: Vec<Id>,
}

impl Wanted<ObjectId> {
    /// What would end a wait of this execution, at one of the gauges that would do.
    #[must_use]
    pub fn of(
        execution: &Execution<'_>,
        wait: &Wait,
        (gauge, at_least): (ObjectId, i64),
    ) -> Wanted<ObjectId> {
        let object = execution.object(gauge);
        Wanted {
            gauge,
            at_least,
            whole: object.part_of,
            raised_by: object.raised_by,
            watched: watched(execution, execution.task(wait.task), gauge).collect(),
        }
    }

    /// The same, for other executions.
    #[must_use]
    pub fn elsewhere(&self, execution: &Execution<'_>) -> Wanted<Origin> {
        let origin = |&id: &ObjectId| execution.names.object_origin(id);
        Wanted {
            gauge: origin(&self.gauge),
            at_least: self.at_least,
            whole: self.whole.as_ref().map(origin),
            raised_by: self.raised_by,
            watched: self.watched.iter().map(origin).collect(),
        }
    }
}

impl<Id: PartialEq> Wanted<Id> {
    /// Whether an access of a step would end the wait if it were made now.
    #[must_use]
    pub fn is_done_by(&self, verb: &str, access: &Access, object: &Id) -> bool {
        let raises = match access.effect() {
            Effect::Add(amount) => amount > 0,
            Effect::Become(amount) => amount >= self.at_least,
            Effect::Nothing => false,
        };
        (*object == self.gauge && raises)
            || (self.whole.as_ref() == Some(object)
                && access.writes()
                && self.raised_by.contains(&verb))
            || (self.watched.contains(object) && access.changes())
    }
}
