//! Pools of workers: processes or threads that do the tasks which they are given.
//!
//! [`tickets`] says which worker does which task, and what of that is a step; [`staff`] are
//! the workers, [`desk`] is where they bring results to a helper, and [`places`] is made of
//! gauges that two tasks know by a number. [`engine`] is a pool made of that,
//! [`process_pool`] and [`maps`] are its face, [`result`] and [`each`] what it gives.
//! [`crew`] is an executor made of the same, [`executor`] is its face, and [`future`]
//! is what it gives: [`work`] is that for the executor, [`asked`] for the program, and
//! [`waiter`], [`waits`] and [`completed`] are for several of them.

mod asked;
mod completed;
mod crew;
mod desk;
mod each;
mod engine;
mod executor;
mod future;
mod maps;
mod places;
mod process_pool;
mod result;
mod staff;
mod tickets;
mod waiter;
mod waits;
mod work;

pub use completed::{AsCompleted, AsCompletedUntil, as_completed, as_completed_timeout};
pub use crew::Shutdown;
pub use each::{OrderedResults, ResultsAsTheyCome};
pub use executor::{Mapped, ProcessPoolExecutor, ThreadPoolExecutor};
pub use future::Future;
pub use process_pool::{CallbackPool, KillablePool, Pool};
pub use result::AsyncResult;
pub use waits::{ReturnWhen, Waited, wait, wait_timeout};
