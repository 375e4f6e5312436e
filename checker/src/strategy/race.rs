//! Races as data: two steps of different tasks that can be made in the other
//! order.

use unknot_sim::{Access, Guard, TaskId};

/// A step that may be executed before an earlier one of another task.
///
/// `clock` is what happens before the later step besides the earlier one, as
/// far as it lies between the two.
#[derive(Clone, Copy, Debug)]
pub struct Race<'a> {
    /// The earlier step.
    pub first: usize,
    /// The task of the later step.
    pub task: TaskId,
    /// What the later step touches, made before the earlier one.
    pub accesses: &'a [Access],
    /// What the later step chooses, if it has the same choice in the other
    /// order; empty if it chooses nothing or that is not known.
    pub choices: &'a [u32],
    /// Of how many values each of these is one.
    pub sizes: &'a [u32],
    pub(super) clock: &'a [u32],
}

/// What a step is, for the purpose of finding its races.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) task: TaskId,
    pub(super) accesses: &'a [Access],
    /// What it waits on without touching it: the time, for one that sleeps.
    pub(super) guard: Option<Guard>,
    /// What was chosen inside it.
    pub(super) choices: &'a [u32],
    /// Of how many values each of these was one.
    pub(super) sizes: &'a [u32],
    /// What it touched before that.
    pub(super) asked: &'a [Access],
}

impl<'a> Candidate<'a> {
    pub(super) fn new(task: TaskId, accesses: &'a [Access]) -> Candidate<'a> {
        Candidate { task, accesses, guard: None, choices: &[], sizes: &[], asked: &[] }
    }
}
