//! The simulated machine of unknot: tasks, cells, gauges and the primitives
//! made of them.
//!
//! A program under test is ordinary Rust that uses the primitives of this
//! crate. It runs under an `Explorer`, which decides at each step which task makes
//! the next one. `explore` runs the program as often as the explorer likes and
//! hands it each finished execution as data; [`run_once`] does so once, and
//! `unknot-checker` goes through all of them.
//!
//! ```
//! use unknot_sim::{Lock, Shared, done, run_once, spawn};
//!
//! let outcome = run_once(|| {
//!     let (lock, x) = (Lock::named("lock"), Shared::named("x", 0));
//!     let (theirs, their_x) = (lock.clone(), x.clone());
//!     let task = spawn(move || {
//!         let _guard = theirs.lock()?;
//!         their_x.write(their_x.read() + 1);
//!         done(())
//!     });
//!     task.join()??;
//!     done(x.read())
//! });
//! assert_eq!(outcome.to_string(), "1");
//! ```
//!
//! The memory model is sequential consistency. Objects are not `Send`: all
//! tasks of a search share one thread of the operating system.

mod act;
mod condition;
mod coro;
mod cpu;
mod crowd;
mod derived;
mod digest;
mod ending;
mod exception;
mod execution;
mod file;
mod fork;
pub mod future;
mod id;
mod known;
mod mode;
mod name;
mod names;
pub mod net;
mod noted;
mod object;
mod once;
mod op;
mod order;
mod parts;
mod place;
mod policy;
mod pool;
pub mod process;
pub mod raw;
mod ready;
mod relation;
mod rt;
mod shown;
mod slice;
mod stack;
#[doc(hidden)]
pub mod sync;
mod task;
mod trace;
mod value;

#[doc(hidden)]
pub use act::Act;
pub use condition::{always, assume, verify_that};
pub use coro::green;
pub use coro::{Generator, GeneratorStop, Greenlet, Yielder, generator, generator_named};
pub use cpu::{Cpu, JobTimes, Slice};
pub use crowd::{Crowd, spawn_many, spawn_many_named};
pub use digest::Digest;
pub use exception::{Exception, done};
#[doc(hidden)]
pub use execution::{
    Death, EndCopy, Ended, Execution, Failure, Feeder, Life, Object, Ownership, Phase,
    ProcessState, Purpose, Task, Violation, Want,
};
#[doc(hidden)]
pub use file::File;
#[doc(hidden)]
pub use fork::{Fork, Forking, Reads};
#[doc(hidden)]
pub use id::{ObjectId, Role, TaskId, TaskPath};
#[doc(hidden)]
pub use mode::{Mode, Owning, Waits, When};
pub use name::Name;
pub use names::Names;
#[doc(hidden)]
pub use noted::{Noted, Text};
pub use once::run_once;
#[doc(hidden)]
pub use op::{Access, Effect, Guard, Op};
#[doc(hidden)]
pub use order::Order;
pub use parts::Parts;
pub use policy::Policy;
pub use pool::{
    AsCompleted, AsCompletedUntil, Future, Mapped, ReturnWhen, Shutdown, ThreadPoolExecutor,
    Waited, as_completed, as_completed_timeout, wait, wait_timeout,
};
#[doc(hidden)]
pub use ready::Readiness;
pub use ready::{Ready, Room, wait_any, wait_any_timeout};
#[doc(hidden)]
pub use relation::{Relation, dependent};
pub use rt::TimeMode;
#[doc(hidden)]
pub use rt::{
    Control, Decision, Explorer, Limits, Point, Posted, Program, ProgramName, Randomness, Refusal,
    explore, explore_on, program_name, with_program_name,
};
#[doc(hidden)]
pub use slice::CoreSlice;
pub use stack::StackSize;
pub use sync::*;
pub use task::{
    JoinHandle, active_count, choose, current_name, enumerate, now, outcome_at_exit, sleep, spawn,
    spawn_daemon, spawn_named, wait_until, yield_now, yield_until_changed,
};
#[doc(hidden)]
pub use trace::{Step, Trace, Until, Waiting};
pub use value::{Outcome, Value};
