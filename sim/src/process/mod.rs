//! Processes: tasks that share nothing but what they were given.
//!
//! A process is started with arguments. What is private is copied for it, as a fork does:
//! it finds the state of the moment, and later changes of either side stay there. What is
//! to be shared is put in [`Across`]. The body cannot capture a handle, so nothing is
//! shared by accident: what a forgotten global would be elsewhere does not compile here.
//!
//! Only the task that starts a process goes on in it. A lock that another thread held stays
//! held there for ever, and waiters of a condition are waiters that never come.

mod across;
mod handle;
pub mod manager;
pub(crate) mod message;
mod pid;
mod pipe;
mod queue;
mod start;
mod stream;
mod way;

#[doc(inline)]
pub use crate::fork::Fork;
#[doc(inline)]
pub use crate::pool::{
    AsyncResult, CallbackPool, KillablePool, OrderedResults, Pool, ProcessPoolExecutor,
    ResultsAsTheyCome,
};
pub use across::{
    Across, Array, Atomic, Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore,
    Value,
};
pub use handle::{KillableProcess, Process};
#[doc(inline)]
pub use manager::Manager;
pub use message::Message;
pub use pid::{Pid, pid, ppid};
pub use pipe::{Connection, pipe, pipe_bounded, pipe_simplex};
pub use queue::{JoinableQueue, ProcessQueue, ProcessQueue as Queue, SimpleQueue};
pub use start::{Builder, KillableBuilder, new, start};
