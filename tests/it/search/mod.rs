//! What is explored: that a search goes through everything that it says, once and in
//! the same order each time, that samples are drawn as they should be, and that the
//! simplest schedule is one.

// The reduced search and what it rests on, on generated programs.
pub(crate) mod proof;
mod reads_from;

mod bounded;
mod combinators;
mod commutation;
mod operations;
mod repeats;

// How much there is to explore, as numbers.
mod class_counts;
mod cores;
mod coroutines;
mod counts;
mod crowds;

// Threads, samples, time.
mod determinism;
mod drawn;
pub(crate) mod feeders;
mod first_bugs;
mod futures;
mod jobs;
mod long;
pub(crate) mod loops;
mod managers;
mod meetings;
pub(crate) mod pipes;
mod play;
mod pool_futures;
mod pool_misuses;
mod pool_operations;
mod pools;
mod predict;
pub(crate) mod processes;
mod runtimes;
mod samplers;
mod selects;
mod stage;
mod time;

// The simplest schedules.
mod simplest;
mod simplest_large;
