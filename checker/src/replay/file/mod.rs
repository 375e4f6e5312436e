//! Schedule files: one execution as text that outlives the program's source.
//!
//! A line of schedule tells the task of each step. A file tells as well on what
//! terms (scenario, parameters, time, limits), what each step did, and how the
//! execution ended, so that a replay against a changed program can say where
//! the two part (`compare.rs`). It is text, with one fact on a line:
//!
//! ```text
//! unknot-schedule 1
//! scenario ab-ba-noodles/opposite-orders
//! param group=1
//! time any
//! timeouts 2
//! max-steps 10000
//! shows deadlock
//! ended stuck
//! schedule T0*2 T1 ! T2
//! 0  T0  spawn  T1  src/deadlocks/ab_ba_noodles.rs:112
//! …
//! ```
//! Where tasks have a stack of another size than usual, `stack 1M` follows `max-steps`.
//! There is one `shows` for each kind of finding that the execution is kept for; files
//! that were written before `shows` existed have none. The fields of a step are parted by
//! tabs, shown here as spaces: its number, the task, the
//! operation, the object or `-`, and the place. Control characters and `\` in a
//! text are written as in Rust. A file has no values: a step that reads another
//! number than before is the same step.

mod compare;
mod format;
mod read;
mod write;

pub(crate) use compare::now_ended;
pub use compare::{Difference, FileComparison, Moved, compare};
pub use format::{MAX_BYTES, RecordedStep, SchedFile};
pub use read::SchedFileError;
