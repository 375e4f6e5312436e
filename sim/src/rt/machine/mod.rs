//! The state of one execution and what a step does to it.
//!
//! Plain data and integer arithmetic: nothing here knows of coroutines or of
//! strategies. [`super::world`] decides which task is next, [`super::pool`] moves
//! control between tasks, [`super::door`] is where primitives come in.

mod awaits;
mod batons;
mod changes;
mod conditions;
mod cores;
mod cpu;
mod create;
mod derived;
mod endings;
mod ends;
mod feeders;
mod feeding;
mod idle;
mod invariants;
mod line;
mod new_object;
mod pipe_ends;
mod processes;
mod records;
mod repeat;
mod state;
mod steps;
mod system;
mod timers;

pub(crate) use cores::{Cores, Stay};
pub(crate) use endings::Signal;
pub(crate) use feeding::{Fed, Feeding, NewFeeder};
pub(crate) use line::BatonId;
pub use new_object::NewObject;
pub(crate) use pipe_ends::EndId;
pub(crate) use processes::{NewProcess, ProcessKind};
pub(super) use records::Repetition;
pub(crate) use state::{Invariant, Machine, Subscription};
