//! Pools of workers: processes or threads that do the tasks which they are given.
//!
//! [`tickets`] says which worker does which task, and what of that is a step. [`engine`] is
//! the pool of processes behind it, [`process_pool`] and [`maps`] are its face.

mod desk;
mod each;
mod engine;
mod maps;
mod places;
mod process_pool;
mod result;
mod staff;
mod tickets;

pub use each::{Results, ResultsAsTheyCome};
pub use process_pool::{CallbackPool, KillablePool, Pool};
pub use result::AsyncResult;
