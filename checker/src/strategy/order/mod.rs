//! Which steps of an execution happen before which, which of them race, and what would
//! have happened without some steps.

pub(crate) mod choice;
pub(crate) mod events;
pub(super) mod past;
pub(super) mod race;
mod races;
