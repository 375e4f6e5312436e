//! The nouns of the whole checker: what a program declares, what can be wrong with it,
//! which schedule shows it, and under which terms it was explored.
//!
//! Plain data. Nothing here runs a program or searches, and nothing here imports from
//! outside this folder but the machine.

pub mod claim;
pub(crate) mod count;
#[doc(hidden)]
pub mod end;
pub mod finding;
pub mod kind;
#[doc(hidden)]
pub mod labels;
pub mod scenario;
pub mod schedule;
#[doc(hidden)]
pub mod terms;
