//! Strategies: who decides what runs next, execution after execution.
//!
//! A strategy sees choices and executions, never the state of a program. A new
//! one is a file here and a row in [`STRATEGIES`].

mod dfs;
mod dpor;
mod events;
mod replay;

use unknot_sim::Explorer;

pub use dfs::{Dfs, Visibility};
pub use dpor::Dpor;
pub use events::Events;
pub use replay::{Divergence, Replay};

/// A way to explore, together with what may be claimed afterwards.
pub trait Strategy: Explorer + 'static {
    /// Whether every behaviour has been covered, up to what was cut.
    fn is_exhausted(&self) -> bool;
}

impl Explorer for Box<dyn Strategy> {
    fn begin(&mut self) -> bool {
        (**self).begin()
    }

    fn pick(&mut self, point: &unknot_sim::Point<'_>) -> unknot_sim::Decision {
        (**self).pick(point)
    }

    fn choose(&mut self, point: &unknot_sim::Point<'_>, n: u32) -> u32 {
        (**self).choose(point, n)
    }

    fn end(&mut self, execution: &unknot_sim::Execution<'_>) {
        (**self).end(execution);
    }
}

impl Strategy for Box<dyn Strategy> {
    fn is_exhausted(&self) -> bool {
        (**self).is_exhausted()
    }
}

/// A strategy by name.
pub struct StrategyRow {
    /// What it is called on the command line.
    pub name: &'static str,
    /// One line for `--help`.
    pub about: &'static str,
    /// What one complete execution stands for: `class` or `schedule`.
    pub unit: Unit,
    /// Makes one.
    pub create: fn() -> Box<dyn Strategy>,
}

/// What a strategy counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Mazurkiewicz trace classes.
    Classes,
    /// Schedules.
    Schedules,
}

impl Unit {
    /// `1 class`, `2 classes`.
    #[must_use]
    pub fn count(self, n: u64) -> String {
        let word = match (self, n) {
            (Unit::Classes, 1) => "class",
            (Unit::Classes, _) => "classes",
            (Unit::Schedules, 1) => "schedule",
            (Unit::Schedules, _) => "schedules",
        };
        format!("{} {word}", crate::report::grouped(n))
    }
}

/// All strategies, the default first.
pub const STRATEGIES: &[StrategyRow] = &[
    StrategyRow {
        name: "dpor",
        about: "each trace class at least once, by dynamic partial order reduction",
        unit: Unit::Classes,
        create: || Box::new(Dpor::new()),
    },
    StrategyRow {
        name: "dfs",
        about: "every schedule, without any reduction",
        unit: Unit::Schedules,
        create: || Box::new(Dfs::new(Visibility::All)),
    },
];
