//! Why a search made no further execution, from the explorer to the verdict.

use std::fmt;

use unknot_sim::Refusal;

use crate::model::count::grouped;

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every behaviour was covered, but for what a bound cut.
    Exhausted,
    /// The budget of executions was spent.
    Executions,
    /// The budget of work was spent.
    Effort,
    /// The check ends at its first error, and there was one.
    FirstError,
    /// The search was told to stop from outside.
    Stopped(Stop),
    /// The program behaved differently under the same decisions.
    Nondeterminism,
    /// The machine runs no further execution.
    Refused(Refusal),
    /// The strategy does not take this program.
    NotTaken,
    /// One execution was asked for, and it was made.
    OneExecution,
    /// Some of the units in which the search was made are not finished.
    Units {
        /// How many.
        unfinished: u64,
        /// How many there are.
        of: u64,
    },
    /// What one execution lets expect was made, and no more than that.
    Predicted(PredictionCounts),
}

/// What became of predictions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PredictionCounts {
    /// An execution shows it.
    pub confirmed: u64,
    /// No execution at all shows it.
    pub refuted: u64,
    /// No execution that was made shows it.
    pub unconfirmed: u64,
}

impl fmt::Display for PredictionCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PredictionCounts { confirmed, refuted, unconfirmed } = *self;
        let all = [(confirmed, "confirmed"), (refuted, "refuted"), (unconfirmed, "unconfirmed")];
        let told = all.iter().filter(|(n, _)| *n > 0);
        let told: Vec<String> = told.map(|(n, word)| format!("{} {word}", grouped(*n))).collect();
        match told.is_empty() {
            true => f.write_str("nothing predicted from one execution"),
            false => write!(f, "predicted from one execution: {}", told.join(", ")),
        }
    }
}

/// What told a search to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The limit on time, in seconds.
    TimeLimit {
        /// The limit.
        seconds: u64,
    },
    /// The key that interrupts, or a signal.
    Interrupted,
    /// The results cannot be handed over any more.
    Abandoned,
}

impl End {
    /// Whether the search was told to stop, so that on another computer or at another
    /// time it would have seen more or less.
    #[must_use]
    pub fn is_from_outside(self) -> bool {
        matches!(self, End::Stopped(_))
    }

    /// The end of two searches that are parts of one, the earlier part first.
    #[must_use]
    pub(crate) fn then(self, later: End) -> End {
        match self {
            End::Stopped(_) | End::Nondeterminism | End::Refused(_) | End::NotTaken => self,
            _ => later,
        }
    }

    /// Why a search that made `made` executions is not exhaustive, in words. `budget` is
    /// the number of executions that it may make.
    #[must_use]
    pub fn reason(self, made: u64, budget: u64) -> String {
        let made = match made {
            1 => "1 execution".to_owned(),
            n => format!("{} executions", grouped(n)),
        };
        match self {
            End::Exhausted => format!("every behaviour was covered; {made}"),
            End::Executions => format!("budget: {} executions", grouped(budget)),
            End::Effort => format!("budget of work; {made}"),
            End::FirstError => format!("ended at the first error; {made}"),
            End::Stopped(stop) => format!("{stop}; {made}"),
            End::Nondeterminism => format!("the program is not deterministic; {made}"),
            End::Refused(Refusal::GivenUp { tasks }) => {
                format!("{tasks} tasks did not let themselves be ended; {made}")
            }
            End::Refused(Refusal::TooManyTasks { most }) => {
                format!("an execution has more than {} tasks; {made}", grouped(most as u64))
            }
            End::NotTaken => format!("the strategy does not take this program; {made}"),
            End::OneExecution => "one execution was asked for".to_owned(),
            End::Units { unfinished, of } => {
                let verb = if unfinished == 1 { "is" } else { "are" };
                format!("{unfinished} of {of} units {verb} not finished; {made}")
            }
            End::Predicted(counts) => counts.to_string(),
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::TimeLimit { seconds } => write!(f, "time limit: {seconds} s"),
            Stop::Interrupted => f.write_str("interrupted"),
            Stop::Abandoned => f.write_str("abandoned"),
        }
    }
}
