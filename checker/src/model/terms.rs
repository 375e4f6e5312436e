//! Under which terms a check explores: what one execution means, and when to end.
//!
//! A schedule has to be run again under the same semantics, so the semantics travel
//! with reports and schedule files.

use unknot_sim::{Limits, StackSize, TimeMode};

use crate::model::kind::Levels;

/// What one execution means: a schedule has to be run again under the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Semantics {
    /// Whether durations count.
    pub time: TimeMode,
    /// Timeouts that a task may have in a row at one place when they do not.
    pub max_timeouts: u32,
    /// Steps of one execution, after which it is cut.
    pub max_steps: usize,
    /// Bytes of stack of each task.
    pub stack: StackSize,
}

impl Default for Semantics {
    fn default() -> Semantics {
        Semantics::DEFAULT
    }
}

impl Semantics {
    /// The semantics, unless a check says otherwise.
    pub const DEFAULT: Semantics = {
        let Limits { time, max_timeouts, max_steps, stack, .. } = Limits::DEFAULT;
        Semantics { time, max_timeouts, max_steps, stack }
    };

    pub(crate) fn limits(self, recording: bool) -> Limits {
        let Semantics { time, max_timeouts, max_steps, stack } = self;
        Limits { time, max_timeouts, max_steps, stack, recording }
    }
}

/// Which bounds on an execution a check was asked to keep to, by an option, a
/// setting or the scenario. A bound on preemptions is always asked for. A cut by a
/// bound that was not asked for leaves the verdict open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AskedBounds {
    /// The bound on steps.
    pub steps: bool,
    /// The bound on timeouts in a row.
    pub timeouts: bool,
    /// The scenario says that no execution ends: all are cut.
    pub no_end: bool,
}

/// What bounds a check.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Executions, after which the check is inconclusive.
    pub max_executions: u64,
    /// Work, measured as `Stats::effort`, after which the check is inconclusive.
    pub max_effort: u64,
    /// Whether the check ends at the first finding that is an error.
    pub fail_fast: bool,
    /// Which kinds are errors.
    pub levels: Levels,
    /// What one execution means.
    pub semantics: Semantics,
    /// Which of its bounds were asked for.
    pub asked: AskedBounds,
}

impl Default for Budget {
    fn default() -> Budget {
        let (levels, semantics) = (Levels::default(), Semantics::default());
        let (max_effort, asked) = (u64::MAX, AskedBounds::default());
        Budget { max_executions: 1_000_000, max_effort, fail_fast: false, levels, semantics, asked }
    }
}

/// The name of a time mode on the command line.
#[must_use]
pub fn time_name(time: TimeMode) -> &'static str {
    match time {
        TimeMode::Any => "any",
        TimeMode::Virtual => "virtual",
    }
}
