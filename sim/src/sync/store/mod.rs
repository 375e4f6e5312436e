//! What all queues have in common: room, items, and the books of both.
//!
//! Two gauges, items and holes, decide which tasks are enabled, and nothing else. Puts are
//! ordered by a cell at the tail, gets by a cell at the head. In a first-in
//! first-out queue these are two cells. There the k-th get depends on the k-th put, and
//! the put that needs the hole of a get depends on that get, through *slots* by ordinal;
//! otherwise gets and puts do not depend on one another. In the other queues they are
//! one cell. A try looks at both ends, whether it succeeds or not: which of the two it
//! will do in another order is not known before.
//!
//! A third gauge shows minus the number of items that have not been reported as
//! done; joining waits until it shows 0.

mod base;
mod book;
mod copy;
mod fed;
mod fifo;

pub(crate) use base::{Bag, Discipline, NewStore, Patience, Store, note_item};
pub(crate) use fed::{FedStore, NewFedStore};
pub(crate) use fifo::Fifo;
