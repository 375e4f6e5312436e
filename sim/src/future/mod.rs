//! Futures: tasks that poll `async` code.
//!
//! [`block_on`] and [`spawn`] run any future, of this crate or of the program, with real
//! wakers. Each task that polls is a task of the machine, and control moves at every step, as
//! under a runtime with several threads; so what is checked includes what a runtime with
//! one thread does. An `await` of a primitive of [`sync`] is the one step that the same
//! primitive takes for a thread.
//!
//! ```
//! use unknot_sim::future::{self, sync::Lock};
//! use unknot_sim::{Shared, done, run_once};
//!
//! let sum = run_once(|| {
//!     let (lock, sum) = (Lock::named("lock"), Shared::named("sum", 0));
//!     let add = |lock: Lock, sum: Shared<i32>| async move {
//!         let _guard = lock.lock().await;
//!         sum.write(sum.read() + 1);
//!     };
//!     let both = [(); 2].map(|()| future::spawn(add(lock.clone(), sum.clone())));
//!     future::block_on(future::gather(both));
//!     done(sum.read())
//! });
//! assert_eq!(sum.to_string(), "2");
//! ```
//!
//! A future of this crate waits for what the task that polls it makes a step of; it
//! has to be polled inside [`block_on`] or by a task of [`spawn`].

mod combine;
mod deadline;
mod in_turn;
mod leaf;
mod lines;
mod looped;
mod place;
mod run;
pub mod sync;
mod task;
mod timer;
mod turns;
mod waker;

pub use combine::{
    DoneAndPending, Either, Gather, Select, Timeout, YieldNow, gather, select, timeout, wait,
    yield_now,
};
pub use looped::Loop;
pub use task::{
    AbortableHandle, Handle, Joined, block_on, spawn, spawn_abortable, spawn_daemon, spawn_named,
};
pub use timer::{Sleep, sleep};
