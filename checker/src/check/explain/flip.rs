//! One pair of steps the other way round, and everything else as it was.
//!
//! The task of the earlier step is held before it until the later step is made; the other
//! tasks go on in the order of the schedule as far as they can ([`Follower`]). Then the
//! rest follows. A step that was never made is made as soon as it can be. Where the later
//! step cannot be made before the earlier one, the pair cannot be flipped.

use std::sync::Arc;

use unknot_sim::TaskPath;

use crate::check::simplest::Follower;
use crate::model::schedule::{Schedule, ScheduledStep};

/// A plan in which a step of `task` comes before the step `first` of a schedule: the step
/// `second`, or one that was never made.
pub(crate) fn plan(
    schedule: &Schedule,
    first: usize,
    (task, second): (&TaskPath, Option<usize>),
) -> Follower {
    let steps = &schedule.steps;
    let held = &steps[first].task;
    let until = second.map_or(steps.len(), |second| second + 1);
    let (kept, between): (Vec<&ScheduledStep>, Vec<&ScheduledStep>) =
        steps[first..until].iter().partition(|step| step.task == *held);
    let wanted = ScheduledStep { task: task.clone(), choices: vec![], preempts: true };
    let wanted = second.is_none().then_some(&wanted);
    let order = steps[..first].iter().chain(between).chain(wanted).chain(kept);
    let order = order.chain(&steps[until..]);
    // The follower leaves a task that could go on only where the plan asks for that.
    let order = order.map(|step| ScheduledStep { preempts: true, ..step.clone() });
    Follower::new(&Schedule { steps: Arc::new(order.collect()) })
}

/// A plan in which one choice inside a step of a schedule is another one.
pub(crate) fn with_choice(
    schedule: &Schedule,
    step: usize,
    (nth, value): (usize, u32),
) -> Follower {
    let mut steps: Vec<ScheduledStep> = schedule.steps.to_vec();
    steps.iter_mut().for_each(|step| step.preempts = true);
    steps[step].choices[nth] = value;
    Follower::new(&Schedule { steps: Arc::new(steps) })
}
