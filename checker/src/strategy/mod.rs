//! Strategies: who decides what runs next, execution after execution.
//!
//! A strategy sees choices and executions, never the state of a program. A new
//! one is a file here and a row in [`STRATEGIES`].

mod asked;
mod backtrack;
mod bounded;
mod choice;
mod dfs;
mod dpor;
mod events;
mod frame;
mod kept;
mod node;
mod orders;
mod past;
mod pct;
mod planner;
mod points;
mod portfolio;
mod race;
mod random;
mod replay;
mod reversal;
mod sampler;
mod urw;
mod variant;
mod walk;

use unknot_sim::Explorer;

use crate::estimate::Fork;

pub use bounded::Bounded;
pub use dfs::{Dfs, Visibility};
pub use dpor::Dpor;
pub(crate) use orders::Orders;
pub use pct::{DEPTH, Pct};
pub use portfolio::{Member, Portfolio};
pub use random::Random;
pub use replay::{Divergence, Replay};
pub use sampler::{Sampler, Walk, execution_seed};
pub use urw::Urw;

/// A way to explore, together with what may be claimed afterwards.
pub trait Strategy: Explorer + Send + 'static {
    /// Whether every behaviour has been covered, up to what was cut.
    fn is_exhausted(&self) -> bool;

    /// Where the program did not do the same under the same decisions. The
    /// strategy cannot go on then.
    fn divergence(&self) -> Option<&Divergence> {
        None
    }

    /// How many steps an execution has in common with the one before, at least.
    /// Asked when it has ended, before the strategy is told of that.
    fn steps_in_common(&self) -> usize {
        0
    }

    /// What was looked at to plan on behind the last execution, where that may be
    /// more than its steps and what they touched.
    fn effort(&self) -> u64 {
        0
    }

    /// The bound on preemptions, for a search under one.
    fn preemption_bound(&self) -> Option<PreemptionBound> {
        None
    }

    /// How many executions a sampler learns from: the first ones of a check.
    fn profiles(&self) -> u64 {
        0
    }

    /// Has the next execution be the one of a number, for samplers. The
    /// profiles have to be made before others.
    fn seek(&mut self, _number: u64) {
        panic!("a search goes through its executions in order");
    }

    /// A search that begins where this one is between two executions, and has
    /// counted nothing. `None` for who cannot be divided.
    fn copy(&self) -> Option<Box<dyn Strategy>> {
        None
    }

    /// Between two executions, gives away a search of what comes last. What is
    /// kept should take about so many executions, and something is, as far as
    /// anybody knows. `None` if there is too little left.
    fn divide(&mut self, _keep: u64) -> Option<Box<dyn Strategy>> {
        None
    }

    /// The path of the last execution through the tree of decisions, as far as
    /// the tree is known, for who goes through one. It is only asked for now
    /// and then.
    fn path(&self) -> Option<Vec<Fork>> {
        None
    }
}

/// A bound on the preemptions of an execution, and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreemptionBound {
    /// The most that an execution may have.
    pub preemptions: u32,
    /// Options that were left out since they would have been one too many,
    /// over all decisions.
    pub left_out: u64,
}

impl Explorer for Box<dyn Strategy> {
    fn begin(&mut self) -> bool {
        (**self).begin()
    }

    fn n_repeated(&self) -> usize {
        (**self).n_repeated()
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
    fn steps_in_common(&self) -> usize {
        (**self).steps_in_common()
    }

    fn is_exhausted(&self) -> bool {
        (**self).is_exhausted()
    }

    fn divergence(&self) -> Option<&Divergence> {
        (**self).divergence()
    }

    fn effort(&self) -> u64 {
        (**self).effort()
    }

    fn preemption_bound(&self) -> Option<PreemptionBound> {
        (**self).preemption_bound()
    }

    fn profiles(&self) -> u64 {
        (**self).profiles()
    }

    fn seek(&mut self, number: u64) {
        (**self).seek(number);
    }

    fn path(&self) -> Option<Vec<Fork>> {
        (**self).path()
    }

    fn copy(&self) -> Option<Box<dyn Strategy>> {
        (**self).copy()
    }

    fn divide(&mut self, keep: u64) -> Option<Box<dyn Strategy>> {
        (**self).divide(keep)
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
    /// Whether it goes through all executions or draws some.
    pub way: Way,
    /// Whether it can keep to a bound on preemptions.
    pub bounds_preemptions: bool,
    /// By what it draws the execution of a number, for one of several samplers.
    pub member: fn(u64) -> Option<Member>,
    /// Makes one.
    pub create: fn(Config) -> Box<dyn Strategy>,
}

impl StrategyRow {
    /// The strategy of a name.
    ///
    /// # Errors
    /// A message that says what exists.
    pub fn named(name: &str) -> Result<&'static StrategyRow, String> {
        STRATEGIES.iter().find(|row| row.name == name).ok_or_else(|| {
            let known: Vec<&str> = STRATEGIES.iter().map(|row| row.name).collect();
            format!("no strategy is called '{name}'; there are: {}", known.join(", "))
        })
    }

    /// What an execution stands for. Under a bound no class is run once only.
    #[must_use]
    pub fn unit_under(&self, bound: Option<PreemptionBound>) -> Unit {
        if bound.is_some() { Unit::Schedules } else { self.unit }
    }

    /// The seed of a check, given or not; `None` for a search, which has none.
    ///
    /// # Errors
    /// A message, if a seed was given to a search.
    pub fn seed(&self, given: Option<u64>) -> Result<Option<u64>, String> {
        match (self.way, given) {
            (Way::Sampler, given) => Ok(Some(given.unwrap_or_default())),
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
        let samplers = STRATEGIES.iter().filter(|row| row.way == Way::Sampler);
        let samplers: Vec<&str> = samplers.map(|row| row.name).collect();
        format!(
            "{} is a search and takes no seed; those that do: {}",
            self.name,
            samplers.join(", ")
        )
    }
}

/// How a strategy comes by its executions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// One after another, until all are covered. It has no seed.
    Search,
    /// At random, from a seed. It never covers everything.
    Sampler,
}

impl Way {
    /// Executions, after which a check ends unless it is told otherwise.
    #[must_use]
    pub fn default_executions(self) -> u64 {
        match self {
            Way::Search => 1_000_000,
            Way::Sampler => 10_000,
        }
    }
}

/// What strategies are made from. Each takes what its row says and has no use
/// for the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The seed of the check.
    pub seed: u64,
    /// The only execution that is wanted. It is the last one that is run:
    /// profiles may come before it.
    pub only: Option<u64>,
    /// The most preemptions that an execution may have.
    pub preemptions: Option<u32>,
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
        name: "portfolio",
        about: "samples: random, pct at depths 2 to 5 and urw take turns",
        unit: Unit::Schedules,
        way: Way::Sampler,
        bounds_preemptions: false,
        member: |number| Some(Member::of(number)),
        create: |config| Box::new(Sampler::<Portfolio>::new(config)),
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
];
