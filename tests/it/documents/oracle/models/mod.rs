//! The hand-written models, one file for each family, and the notation they are written in.
//!
//! Each model is one function of its sizes that returns the number of schedules for each outcome.
//! An outcome is a list of facts, separated by "; "; where tasks can be stuck, the first fact is
//! "complete", or "stuck" with the number of stuck tasks. The tests assert published numbers.
//!
//! What they miss: the numbers that are named, with the reason, in a comment beside the tests.

pub(crate) mod marked;
mod streams;
pub(crate) mod world;

pub(crate) mod cores;
pub(crate) mod counters;
pub(crate) mod events;
pub(crate) mod feeders;
pub(crate) mod interpreter;
pub(crate) mod joins;
pub(crate) mod locks;
pub(crate) mod loops;
pub(crate) mod orders;
pub(crate) mod pipes;
pub(crate) mod pools;
pub(crate) mod processes;
pub(crate) mod queues;
pub(crate) mod sentinels;
pub(crate) mod sockets;
pub(crate) mod tickets;
pub(crate) mod timeouts;
pub(crate) mod transfers;

#[cfg(test)]
mod check;
