//! Strategies decide what runs next, execution after execution.
//!
//! A strategy sees choices and executions, never the state of a program. A new
//! strategy is a file here and a row in [`STRATEGIES`].

mod api;
mod asked;
mod bounded;
mod dfs;
mod divergence;
mod dpor;
#[doc(hidden)]
pub mod estimate;
mod frontier;
mod observing;
pub(crate) mod order;
mod orders;
mod reads_from;
mod replay;
mod sampling;

pub use api::{
    Config, Divisible, PreemptionBound, Resumable, Samples, Strategy, WayTurn, WayValues,
};
pub use bounded::Bounded;
pub use dfs::{Dfs, Visibility};
pub use divergence::Divergence;
pub use dpor::Dpor;
pub use frontier::Frontier;
#[doc(hidden)]
pub use observing::Observing;
pub(crate) use orders::Orders;
pub use reads_from::ReadsFrom;
pub use replay::Replay;
pub use sampling::directed::Directed;
pub use sampling::pct::{DEPTH, Pct};
pub use sampling::policy::SamplingPolicy;
pub use sampling::portfolio::{Member, Portfolio};
pub use sampling::pos::Pos;
pub use sampling::random::Random;
pub use sampling::surw::Surw;
pub use sampling::urw::Urw;
pub use sampling::{Sampler, execution_seed};

use crate::model::count::grouped;

/// A strategy by name.
pub struct StrategyRow {
    /// What it is called on the command line.
    pub name: &'static str,
    /// One line for `--help`.
    pub about: &'static str,
    /// What one complete execution stands for: `class` or `schedule`.
    pub unit: Unit,
    /// Whether it goes through all executions or draws some.
    pub way: Way,
    /// Whether it can keep to a bound on preemptions.
    pub bounds_preemptions: bool,
    /// Which sampler draws the execution with a number, for a strategy of several samplers.
    pub member: fn(u64) -> Option<String>,
    /// Makes one.
    pub create: fn(Config) -> Box<dyn Strategy>,
}

impl StrategyRow {
    /// The strategy with a name.
    ///
    /// # Errors
    /// A message that says what exists.
    pub fn named(name: &str) -> Result<&'static StrategyRow, String> {
        STRATEGIES.iter().find(|row| row.name == name).ok_or_else(|| {
            let known: Vec<&str> = STRATEGIES.iter().map(|row| row.name).collect();
            format!("no strategy is called '{name}'; there are: {}", known.join(", "))
        })
    }

    /// What an execution stands for. Under a bound a class may be run more than once. Where
    /// tasks are alike, classes that differ only in which of them is which are one.
    #[must_use]
    pub fn unit_under(&self, bound: Option<PreemptionBound>, are_alike: bool) -> Unit {
        match self.unit {
            _ if bound.is_some() => Unit::Schedules,
            Unit::Classes if are_alike => Unit::ClassesUpToRenaming,
            unit => unit,
        }
    }

    /// The seed of a check, given or not; `None` for a search, which has none.
    ///
    /// # Errors
    /// A message, if a seed was given to a search.
    pub fn seed(&self, given: Option<u64>) -> Result<Option<u64>, String> {
        match (self.way, given) {
            (Way::Sampler | Way::Guided, given) => Ok(Some(given.unwrap_or_default())),
            (Way::Search, None) => Ok(None),
            (Way::Search, Some(_)) => Err(self.has_no_seed()),
        }
    }

    /// The bound on preemptions of a check, given or not.
    ///
    /// # Errors
    /// A message, if one was given to a strategy that cannot keep to it.
    pub fn bound<T>(&self, given: Option<T>) -> Result<Option<T>, String> {
        if self.bounds_preemptions || given.is_none() {
            return Ok(given);
        }
        let rows = STRATEGIES.iter().filter(|row| row.bounds_preemptions);
        let names: Vec<&str> = rows.map(|row| row.name).collect();
        let (name, others) = (self.name, names.join(", "));
        Err(format!("{name} takes no bound on preemptions; those that do: {others}"))
    }

    /// What to say to a seed for a strategy that takes none.
    #[must_use]
    pub fn has_no_seed(&self) -> String {
        let samplers = STRATEGIES.iter().filter(|row| row.way.is_drawn());
        let samplers: Vec<&str> = samplers.map(|row| row.name).collect();
        format!(
            "{} is a search and takes no seed; those that do: {}",
            self.name,
            samplers.join(", ")
        )
    }
}

/// How a strategy gets its executions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// One after another, until all are covered. It has no seed.
    Search,
    /// At random, from a seed, each by its number. It never covers everything.
    Sampler,
    /// At random, from a seed and from what the executions before came to. It never covers
    /// everything, and what was not seen cannot be estimated from what was seen once.
    Guided,
}

impl Way {
    /// Executions, after which a check ends unless an option says otherwise.
    #[must_use]
    pub fn default_executions(self) -> u64 {
        match self {
            Way::Search => 1_000_000,
            Way::Sampler | Way::Guided => 10_000,
        }
    }

    /// Whether executions are drawn at random.
    #[must_use]
    pub fn is_drawn(self) -> bool {
        self != Way::Search
    }
}

/// What a strategy counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Mazurkiewicz trace classes.
    Classes,
    /// The same, where those that differ only in which of some like tasks is which are one.
    ClassesUpToRenaming,
    /// Executions in which each read takes from the same write.
    ReadsFrom,
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
            (Unit::ClassesUpToRenaming, 1) => "class up to renaming",
            (Unit::ClassesUpToRenaming, _) => "classes up to renaming",
            (Unit::ReadsFrom, 1) => "reads-from class",
            (Unit::ReadsFrom, _) => "reads-from classes",
            (Unit::Schedules, 1) => "schedule",
            (Unit::Schedules, _) => "schedules",
        };
        format!("{} {word}", grouped(n))
    }
}

/// All strategies, the default first.
pub const STRATEGIES: &[StrategyRow] = &[
    StrategyRow {
        name: "dpor",
        about: "each trace class exactly once, by dynamic partial order reduction",
        unit: Unit::Classes,
        way: Way::Search,
        bounds_preemptions: true,
        member: |_| None,
        create: |config| match config.preemptions {
            Some(preemptions) => Box::new(Bounded::new(preemptions)),
            None => Box::new(Dpor::new()),
        },
    },
    StrategyRow {
        name: "dfs",
        about: "every schedule, without any reduction",
        unit: Unit::Schedules,
        way: Way::Search,
        bounds_preemptions: true,
        member: |_| None,
        create: |config| match config.preemptions {
            Some(preemptions) => Box::new(Dfs::bounded(preemptions)),
            None => Box::new(Dfs::new(Visibility::All)),
        },
    },
    StrategyRow {
        name: "dpor-rf",
        about: "each reads-from class exactly once, for programs of variables, locks and joins",
        unit: Unit::ReadsFrom,
        way: Way::Search,
        bounds_preemptions: false,
        member: |_| None,
        create: |_| Box::new(ReadsFrom::new()),
    },
    StrategyRow {
        name: "portfolio",
        about: "samples: directed, surw, pct at depths 2 to 5, urw and pos take turns",
        unit: Unit::Schedules,
        way: Way::Sampler,
        bounds_preemptions: false,
        member: |number| Some(Member::of(number).to_string()),
        create: |config| Box::new(Sampler::<Portfolio>::new(config)),
    },
    StrategyRow {
        name: "frontier",
        about: "samples: every second one of portfolio, the others from points that few came to",
        unit: Unit::Schedules,
        way: Way::Guided,
        bounds_preemptions: false,
        member: |number| Some(Frontier::told(number)),
        create: |config| Box::new(Frontier::new(config)),
    },
    StrategyRow {
        name: "random",
        about: "samples: every enabled task is equally likely at every step",
        unit: Unit::Schedules,
        way: Way::Sampler,
        bounds_preemptions: false,
        member: |_| None,
        create: |config| Box::new(Sampler::<Random>::new(config)),
    },
    StrategyRow {
        name: "pct",
        about: "samples: random priorities that change at two random steps",
        unit: Unit::Schedules,
        way: Way::Sampler,
        bounds_preemptions: false,
        member: |_| None,
        create: |config| Box::new(Sampler::<Pct>::new(config)),
    },
    StrategyRow {
        name: "urw",
        about: "samples: every interleaving is about equally likely",
        unit: Unit::Schedules,
        way: Way::Sampler,
        bounds_preemptions: false,
        member: |_| None,
        create: |config| Box::new(Sampler::<Urw>::new(config)),
    },
    StrategyRow {
        name: "surw",
        about: "samples: every order of the steps at one object is about equally likely",
        unit: Unit::Schedules,
        way: Way::Sampler,
        bounds_preemptions: false,
        member: |_| None,
        create: |config| Box::new(Sampler::<Surw>::new(config)),
    },
    StrategyRow {
        name: "pos",
        about: "samples: random priorities of next steps, drawn anew where they race",
        unit: Unit::Schedules,
        way: Way::Sampler,
        bounds_preemptions: false,
        member: |_| None,
        create: |config| Box::new(Sampler::<Pos>::new(config)),
    },
    StrategyRow {
        name: "directed",
        about: "samples: random priorities of source lines, so that like tasks are one",
        unit: Unit::Schedules,
        way: Way::Sampler,
        bounds_preemptions: false,
        member: |_| None,
        create: |config| Box::new(Sampler::<Directed>::new(config)),
    },
];
