//! The simulated machine of unknot: tasks, cells, gauges and the primitives
//! made of them.
//!
//! A program under test is ordinary Rust that uses the primitives of this
//! crate. It runs under an [`Explorer`], which decides at each step who makes
//! the next one. [`explore`] runs the program as often as the explorer likes
//! and hands it each finished [`Execution`] as data.
//!
//! ```
//! use std::sync::Arc;
//! use unknot_sim::{Decision, Execution, Explorer, Limits, Point, Program, Shared, explore, spawn};
//!
//! /// Runs one execution and always picks the first enabled task.
//! struct Once(u32, usize);
//!
//! impl Explorer for Once {
//!     fn begin(&mut self) -> bool {
//!         self.0 += 1;
//!         self.0 == 1
//!     }
//!     fn pick(&mut self, point: &Point<'_>) -> Decision {
//!         Decision::Run(point.enabled().next().unwrap())
//!     }
//!     fn choose(&mut self, _: &Point<'_>, _: u32) -> u32 {
//!         0
//!     }
//!     fn end(&mut self, execution: &Execution<'_>) {
//!         self.1 = execution.trace.len();
//!     }
//! }
//!
//! let program: Program = Arc::new(|| {
//!     let x = Shared::new(0);
//!     let theirs = x.clone();
//!     let task = spawn(move || theirs.write(1));
//!     task.join()?;
//!     Ok(x.read().into())
//! });
//! // spawn, write, end of the task, join, read, end of main.
//! assert_eq!(explore(&program, Limits::default(), Once(0, 0)).1, 6);
//! ```
//!
//! The memory model is sequential consistency. Objects are not `Send`: all
//! tasks of a search share one thread of the operating system.

mod act;
mod condition;
mod ending;
mod exception;
mod execution;
mod explorer;
mod id;
mod mode;
mod op;
mod rt;
mod stack;
pub mod sync;
mod task;
mod trace;
mod value;

pub use act::Act;
pub use condition::{always, verify_that};
pub use exception::Exception;
pub use execution::{
    Ended, Execution, Failure, Object, Ownership, Phase, Purpose, Task, Violation,
};
pub use explorer::{Decision, Explorer, Point};
pub use id::{Name, Names, ObjectId, Role, TaskId, TaskPath};
pub use mode::Mode;
pub use op::{Access, Effect, Guard, Op, dependent};
pub use rt::{
    Limits, Program, Randomness, TimeMode, explore, explore_on, program_name, with_program_name,
};
pub use stack::StackSize;
pub use sync::*;
pub use task::{
    JoinHandle, active_count, choose, current_name, enumerate, now, outcome_at_exit, sleep, spawn,
    spawn_daemon, spawn_named, wait_until, yield_now, yield_until_changed,
};
pub use trace::{Step, Trace, Waiting};
pub use value::{Outcome, Value};
