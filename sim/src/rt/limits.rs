//! What is run, and what bounds it.

use std::sync::Arc;

use crate::exception::Exception;
use crate::stack::StackSize;
use crate::value::Value;

/// A program under test. It is called once an execution, as the main task.
pub type Program = Arc<dyn Fn() -> Result<Value, Exception> + Send + Sync>;

/// What bounds an execution.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps of one execution, after which it is cut.
    pub max_steps: usize,
    /// Bytes of stack for each task.
    pub stack: StackSize,
    /// Whether values are recorded with their steps.
    pub recording: bool,
    /// Whether durations count.
    pub time: TimeMode,
    /// Timeouts that a task may have in a row at one place when durations do
    /// not count; then it waits as if there were no timeout.
    pub max_timeouts: u32,
}

impl Limits {
    /// The limits, unless a check says otherwise.
    pub const DEFAULT: Limits = Limits {
        max_steps: 10_000,
        stack: StackSize::DEFAULT,
        recording: false,
        time: TimeMode::Any,
        max_timeouts: 2,
    };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}

/// Whether durations count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeMode {
    /// They do not: a sleep is a scheduling point, and a timed wait may end
    /// whenever the scheduler likes.
    #[default]
    Any,
    /// They do: the clock moves only when nothing else can run, to the next
    /// deadline.
    Virtual,
}
