//! A pair of steps that can be made in the other order, and the later one as it would be there.

use super::variant::StepVariant;
use crate::strategy::order::past::Clock;
use crate::strategy::order::race::LaterStep;

/// Why an execution may be the owner of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OwnerReason {
    /// The later step was made after the earlier one, which did not block it.
    Raced,
    /// The earlier step blocks the later one.
    Kept,
}

/// A pair, and how many steps of the execution are looked at.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) first: usize,
    pub(super) later: &'a LaterStep<'a>,
    pub(super) until: usize,
    pub(super) reason: OwnerReason,
}

/// A later step that is made first, in one way.
pub(super) struct MovedStep<'a, F> {
    pub(super) pair: &'a Pair<'a>,
    /// What it does there.
    pub(super) way: &'a StepVariant,
    /// What happens before it there.
    pub(super) clock: &'a Clock,
    /// Whether a step after the earlier one leads to it.
    pub(super) is_needed: F,
}
