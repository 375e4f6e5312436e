//! Watching executions while they are run, and ending that from outside.
//!
//! Between two executions a search tells its [`Monitor`] how far it is and asks
//! whether to go on. A limit on time, the line that shows progress and the key
//! that interrupts are one closure behind this question, made where the command
//! line meets the process; a search knows of no clock. Several threads of a search
//! may ask the same closure. Another closure hears what they find.
//!
//! What it can miss: an execution that runs is never ended from here. Its steps are
//! bounded, so the next question comes.

use std::fmt;
use std::sync::Arc;

use unknot_sim::Execution;

pub use crate::model::end::Stop;
use crate::search::news::News;
use crate::strategy::Strategy;

/// What executions are run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckPhase {
    /// The search of a check.
    Search,
    /// The samples before it.
    Directed,
    /// Executions that are steered to what was predicted.
    Steering,
    /// The simplest schedules of what it found.
    Simplest,
    /// The plain search beside it.
    CrossCheck,
    /// Which order of steps decides that an execution fails.
    Explanation,
}

/// How far a phase is.
#[derive(Clone, Copy)]
pub struct Pulse<'a> {
    /// The phase.
    pub phase: CheckPhase,
    /// Its executions so far, of every kind.
    pub executions: u64,
    /// Their steps.
    pub steps: u64,
    /// The most executions that there can be, where such a number is known.
    pub most: Option<u64>,
    /// The running strategy, asked how much of its tree is left.
    pub strategy: Option<&'a dyn Strategy>,
}

type Ask = dyn Fn(Pulse<'_>) -> Option<Stop> + Send + Sync;

type Hear = dyn Fn(&News, &Execution<'_>) + Send + Sync;

/// The closures that a search calls. There are none by default.
#[derive(Clone, Default)]
pub struct Monitor {
    ask: Option<Arc<Ask>>,
    hear: Option<Arc<Hear>>,
}

impl Monitor {
    /// Has a closure asked before every execution; of several threads, before those of one
    /// thread. Once it has said stop it has to say so again.
    #[must_use]
    pub fn new(ask: impl Fn(Pulse<'_>) -> Option<Stop> + Send + Sync + 'static) -> Monitor {
        Monitor { ask: Some(Arc::new(ask)), hear: None }
    }

    /// Has another closure hear what is found, with the execution that shows it.
    #[must_use]
    pub fn telling(self, hear: impl Fn(&News, &Execution<'_>) + Send + Sync + 'static) -> Monitor {
        Monitor { hear: Some(Arc::new(hear)), ..self }
    }

    /// The same with another closure that is asked.
    pub(crate) fn asking(
        &self,
        ask: impl Fn(Pulse<'_>) -> Option<Stop> + Send + Sync + 'static,
    ) -> Monitor {
        Monitor { ask: Some(Arc::new(ask)), hear: self.hear.clone() }
    }

    /// Tells what was found.
    pub(crate) fn tell(&self, news: &News, execution: &Execution<'_>) {
        if let Some(hear) = &self.hear {
            hear(news, execution);
        }
    }

    /// Whether to stop.
    pub(crate) fn ask(&self, pulse: Pulse<'_>) -> Option<Stop> {
        self.ask.as_ref().and_then(|ask| ask(pulse))
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.ask.is_some() { "Monitor(asked)" } else { "Monitor(not asked)" })
    }
}
