//! As tokio, on the futures of this crate: what tasks share, and what they wait for.
//!
//! Each task is a thread of the execution, and control moves at every step, as under a runtime
//! with several threads; what a runtime with one thread does is among that.
//!
//! | tokio | here |
//! |---|---|
//! | `spawn`, `task` | `spawn`, `spawn_blocking`, `block_in_place`, `yield_now`, `JoinHandle`, `AbortHandle`, `JoinError`, `JoinSet` |
//! | `sync` | `Mutex`, `RwLock`, `Semaphore` (all fair), `Notify`, `Barrier`, `mpsc`, `oneshot`, `watch`, `broadcast` |
//! | `time` | `sleep`, `sleep_until`, `timeout`, `timeout_at`, `interval`, `Instant`, on the clock of the execution |
//! | `runtime` | `Runtime`, `Handle`, `Builder`: names for what is there anyway |
//! | macros | `select!` of at most 16 branches, `join!` and `try_join!` of at most 8, `pin!`; `#[unknot_std::test]` on an `async fn` |
//! | not there | `io`, `net`, `fs`, `process`, `signal`; `task_local!`, `LocalSet`, `spawn_local`, task ids, `OnceCell`, guards that are mapped, owned guards of `RwLock`, weak senders, `recv_many`, `MissedTickBehavior`, `pause` and `advance` |
//!
//! What differs: a task that panics is a finding, also where its handle is asked. Tasks that are
//! left when the main future is ready are waited for, and not dropped with the runtime. There is
//! no budget for polls. Methods of `Arc<Self>` (`lock_owned`, `acquire_owned`) are those of
//! [`sync::Arc`](crate::sync::Arc). Where durations do not count, a timer fires when its task
//! waits or polls it again, and not in the poll that begins it.

mod line;
mod macros;
pub mod runtime;
pub mod sync;
pub mod task;
pub mod time;

pub use task::spawn;

pub use crate::{
    __tokio_join as join, __tokio_pin as pin, __tokio_select as select,
    __tokio_try_join as try_join,
};

#[doc(hidden)]
pub use macros::{MaybeDone, Part, Trying, boxed, first, poll_all};
