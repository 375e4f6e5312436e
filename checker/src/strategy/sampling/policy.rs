//! How a sampler picks tasks, and the pick that all samplers share.

use unknot_sim::{Execution, Point, Randomness, TaskId};

/// The usual number of profiles: hardly any program gets stuck in all of them.
pub(super) const PROFILES: u64 = 8;

/// How the tasks of one execution are picked.
///
/// Nothing may depend on the order of task ids, since their numbers depend on the
/// executions that came before: only on `point.live()` and on equality.
pub trait SamplingPolicy: Default + Send + 'static {
    /// How many executions are profiles.
    const PROFILES: u64;

    /// Gets ready for a profile.
    fn begin_profile(&mut self, _number: u64, _randomness: &mut Randomness) {}

    /// Picks an enabled task in a profile.
    fn pick_in_profile(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
        uniform(point, randomness)
    }

    /// Sees a point of a profile at which a task is about to be picked.
    fn watch(&mut self, _point: &Point<'_>) {}

    /// Takes the estimates from a finished profile.
    fn learn(&mut self, _profile: &Execution<'_>) {}

    /// Gets ready for the execution of this number, which is no profile.
    fn begin(&mut self, _number: u64, _randomness: &mut Randomness) {}

    /// Picks an enabled task.
    fn pick(&mut self, point: &Point<'_>, randomness: &mut Randomness) -> TaskId;
}

/// Any enabled task.
pub(crate) fn uniform(point: &Point<'_>, randomness: &mut Randomness) -> TaskId {
    let n_enabled = u32::try_from(point.enabled().count()).expect("fewer than 2^32 tasks");
    let nth = randomness.below(n_enabled) as usize;
    point.enabled().nth(nth).expect("fewer than were counted")
}

/// An enabled task, each as likely as its weight.
pub(super) fn weighted(
    point: &Point<'_>,
    randomness: &mut Randomness,
    weight: impl Fn(TaskId) -> u32,
) -> TaskId {
    let total: u32 = point.enabled().map(&weight).sum();
    let mut at = randomness.below(total);
    let picked = point.enabled().find(|&task| match at.checked_sub(weight(task)) {
        Some(rest) => {
            at = rest;
            false
        }
        None => true,
    });
    picked.expect("the weights add up to the total")
}
