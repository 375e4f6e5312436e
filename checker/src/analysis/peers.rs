//! Possible peers: who did earlier what would end a wait.
//!
//! A wait on a gauge without owners could be ended by anybody who raises it.
//! Those that did so earlier in the same execution are the ones worth naming.
//! A gauge knows the operations that raise it; a waiter that is parked on a
//! gauge of its own could be woken by whoever does them to the primitive that
//! the gauge is part of. Who waits for a change could be woken by whoever
//! changes what it looked at.
//!
//! Misses whoever would end the wait in other executions only.

use unknot_sim::{Access, Effect, Execution, Mode, ObjectId, TaskId};

use super::stuck::Wait;

/// A task and the last step in which it did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The task.
    pub task: TaskId,
    /// The step.
    pub step: u32,
}

/// The possible peers of a wait that is not certain, in the order of creation
/// of the tasks. The waiting task may be one of them.
#[must_use]
pub fn peers(execution: &Execution<'_>, wait: &Wait) -> Vec<Peer> {
    if wait.certain {
        return vec![];
    }
    let watched = watched(execution, wait);
    let mut peers: Vec<Peer> = vec![];
    for (step, made) in execution.trace.steps().iter().enumerate() {
        let accesses = execution.trace.accesses(step);
        if !accesses.iter().any(|access| ends(execution, wait, &watched, made.verb, access)) {
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

/// Whether an access is one that would end the wait if it were made now.
fn ends(
    execution: &Execution<'_>,
    wait: &Wait,
    watched: &[ObjectId],
    verb: &str,
    access: &Access,
) -> bool {
    let gauge = execution.object(wait.guard.gauge);
    let raises = match access.effect() {
        Effect::Add(amount) => amount > 0,
        Effect::Become(amount) => amount >= wait.guard.at_least,
        Effect::Nothing => false,
    };
    (access.object == wait.guard.gauge && raises)
        || (Some(access.object) == gauge.part_of
            && access.writes()
            && gauge.raised_by.contains(&verb))
        || (watched.contains(&access.object) && access.mutates())
}

/// What the task looked at before it parked until something changes; nothing
/// for any other wait, since then the gauge names what raises it.
fn watched(execution: &Execution<'_>, wait: &Wait) -> Vec<ObjectId> {
    let task = execution.task(wait.task);
    let gauge = execution.object(wait.guard.gauge);
    let Some(last) = task.last_step.filter(|_| is_private(gauge)) else { return vec![] };
    let looks = execution.trace.accesses(last as usize).iter();
    looks
        .filter(|access| matches!(access.mode, Mode::Read | Mode::Look))
        .map(|access| access.object)
        .filter(|&object| Some(object) != task.alive)
        .collect()
}

/// Whether the gauge is one that nothing but a change of other objects raises.
#[must_use]
pub fn is_private(gauge: &unknot_sim::Object) -> bool {
    gauge.raised_by.is_empty() && gauge.ownership == unknot_sim::Ownership::Nobody
}
