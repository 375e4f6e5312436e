//! Checks inside Rust tests: a closure in, an assertion out.
//!
//! [`check()`] explores a closure as the command line explores a scenario, and
//! [`Checked`] turns the findings into a panic that reads the same. Three things come
//! from outside, and are read in `Checker::check` and `Checker::replay` alone: the name of
//! the test, which is that of its thread; the variable `UNKNOT_REPLAY`, with which one
//! schedule is replayed instead of a search; and the variable `UNKNOT_REPORTS`, which names
//! the folder for what a failing check writes.
//!
//! What it can miss: a closure that is not deterministic apart from the
//! primitives of unknot is explored as if it were. A test that the harness
//! runs on its main thread has no name to be called by.

mod checked;
pub(crate) mod page;
mod predicted;
pub(crate) mod promoted;
mod replayed;
mod saved;

use std::panic::{AssertUnwindSafe, Location};
use std::sync::Arc;

use unknot_sim::{Outcome, Program, StackSize, TimeMode, with_program_name};

use checked::AnswerSource;
pub use checked::Checked;
use saved::ReportsFolder;

use crate::check::{self, Preemptions, Request};
use crate::environment;
use crate::model::kind::{Kind, Levels};
use crate::model::labels::package_path;
use crate::model::scenario::Params;
use crate::model::schedule::Schedule;
use crate::model::terms::{AskedBounds, Budget, Semantics};
use crate::report::look::Look;
use crate::report::{Provenance, Report};
use crate::search::jobs::{self, Jobs};
use crate::search::monitor::Monitor;
use crate::strategy::{Replay, STRATEGIES, StrategyRow, Unit, Way};

/// Explores a program with the default strategy and budget: every behaviour,
/// except for what the bounds cut. The closure is the main task, and is called once
/// for each execution.
///
/// ```
/// use unknot_checker::sim::{Exception, Shared, spawn};
///
/// unknot_checker::check(|| -> Result<i64, Exception> {
///     let x = Shared::new(1);
///     let theirs = x.clone();
///     spawn(move || theirs.write(2)).join()?;
///     Ok(x.read())
/// })
/// .assert_pass();
/// ```
///
/// # Panics
/// As [`Checker::check`] does.
#[track_caller]
pub fn check<O: Outcome>(program: impl Fn() -> O + Send + Sync + 'static) -> Checked {
    Checker::new().check(program)
}

/// A check with settings.
///
/// ```
/// use unknot_checker::sim::{Shared, TimeMode, spawn};
/// use unknot_checker::{Checker, Kind};
///
/// Checker::new()
///     .name("two writers")
///     .strategy("pct")
///     .seed(7)
///     .max_executions(500)
///     .time(TimeMode::Virtual)
///     .check(|| {
///         let x = Shared::new(0);
///         let theirs = x.clone();
///         let task = spawn(move || theirs.write(theirs.read() + 1));
///         x.write(x.read() + 1);
///         task.join()
///     })
///     .assert_finds(Kind::LostUpdate);
/// ```
#[derive(Clone, Debug)]
pub struct Checker {
    name: Option<String>,
    strategy: String,
    seed: Option<u64>,
    max_executions: Option<u64>,
    preemptions: Option<u32>,
    fail_fast: bool,
    jobs: usize,
    semantics: Semantics,
    /// Which bounds of the semantics were set.
    asked: AskedBounds,
    fail_on: Vec<Kind>,
    allowed: Vec<Kind>,
    is_verbose: bool,
    /// Whether some samples come before the search: no strategy was named.
    directs: bool,
    /// Whether one execution is made in place of a search, and what it lets expect.
    predicts: bool,
}

impl Default for Checker {
    fn default() -> Checker {
        Checker {
            name: None,
            strategy: STRATEGIES[0].name.to_owned(),
            seed: None,
            max_executions: None,
            preemptions: None,
            fail_fast: false,
            jobs: 1,
            semantics: Semantics::default(),
            asked: AskedBounds::default(),
            fail_on: vec![],
            allowed: vec![],
            is_verbose: false,
            directs: true,
            predicts: false,
        }
    }
}

/// The strategy of a check that replays a schedule, for its report only.
const REPLAY: StrategyRow = StrategyRow {
    name: "replay",
    about: "one schedule",
    unit: Unit::Schedules,
    way: Way::Sampler,
    bounds_preemptions: false,
    member: |_| None,
    create: |_| Box::new(Replay::new(Schedule::default())),
};

impl Checker {
    /// The default settings of the command line.
    #[must_use]
    pub fn new() -> Checker {
        Checker::default()
    }

    /// What reports call the program; otherwise the name of the test.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Checker {
        self.name = Some(name.into());
        self
    }

    /// How to explore, by name: one of [`STRATEGIES`].
    #[must_use]
    pub fn strategy(mut self, name: impl Into<String>) -> Checker {
        self.strategy = name.into();
        self.directs = false;
        self
    }

    /// The seed of a sampler: 0 unless told otherwise. A search takes none.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Checker {
        self.seed = Some(seed);
        self
    }

    /// Executions, after which the check is inconclusive: 1,000,000 for a
    /// search and 10,000 for a sampler unless told otherwise.
    #[must_use]
    pub fn max_executions(mut self, executions: u64) -> Checker {
        self.max_executions = Some(executions);
        self
    }

    /// The most preemptions of an execution: any number unless told otherwise. A
    /// check that leaves executions out is bounded.
    #[must_use]
    pub fn preemptions(mut self, most: u32) -> Checker {
        self.preemptions = Some(most);
        self
    }

    /// Steps of one execution, after which it is cut: 10,000 unless told
    /// otherwise. A check that cuts executions is bounded if the bound was set, and
    /// inconclusive if it was not.
    #[must_use]
    pub fn max_steps(mut self, steps: usize) -> Checker {
        self.semantics.max_steps = steps;
        self.asked.steps = true;
        self
    }

    /// Has failing assertions tell everything: all stories, steps and outcomes, in
    /// lines of any length.
    #[must_use]
    pub fn verbose(mut self) -> Checker {
        self.is_verbose = true;
        self
    }

    /// Bytes of stack of each task: 262,144 (256 KiB) unless told otherwise.
    ///
    /// # Panics
    /// If that is less than [`StackSize::LEAST`] or more than [`StackSize::MOST`].
    #[must_use]
    pub fn stack(mut self, bytes: usize) -> Checker {
        self.semantics.stack = StackSize::new(bytes);
        self
    }

    /// Whether durations count: not unless told otherwise.
    #[must_use]
    pub fn time(mut self, time: TimeMode) -> Checker {
        self.semantics.time = time;
        self
    }

    /// Timeouts that a task may have in a row at one place when durations do
    /// not count: 2 unless told otherwise. A check in which a task uses them up is
    /// bounded if the number was set, and inconclusive if it was not.
    #[must_use]
    pub fn timeouts(mut self, timeouts: u32) -> Checker {
        self.semantics.max_timeouts = timeouts;
        self.asked.timeouts = true;
        self
    }

    /// Lets a kind of finding pass. It stays in the report, as a note.
    #[must_use]
    pub fn allow(mut self, kind: Kind) -> Checker {
        self.allowed.push(kind);
        self
    }

    /// Has a kind of finding fail the check that otherwise is only a note.
    #[must_use]
    pub fn fail_on(mut self, kind: Kind) -> Checker {
        self.fail_on.push(kind);
        self
    }

    /// Ends the check at the first finding that is not allowed.
    #[must_use]
    pub fn fail_fast(mut self) -> Checker {
        self.fail_fast = true;
        self
    }

    /// Threads that run the executions: 1 unless told otherwise. More than four for each
    /// core are reduced to that, and the output says so.
    /// The number changes nothing but the time that the check takes, if the program is
    /// deterministic apart from the primitives.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Checker {
        self.jobs = jobs;
        self
    }

    /// Explores a program, or replays the schedule in `UNKNOT_REPLAY` if there
    /// is one, and prints what that shows. A test with several checks replays it
    /// in each of them.
    ///
    /// # Panics
    /// If there is no such strategy, if a search is given a seed or a sampler a bound on
    /// preemptions, if there are to be no executions or steps, or if a kind is both allowed
    /// and not;
    /// if the schedule in `UNKNOT_REPLAY` is malformed or does not fit the
    /// program; if called inside of a program under test.
    #[track_caller]
    pub fn check<O: Outcome>(self, program: impl Fn() -> O + Send + Sync + 'static) -> Checked {
        let program: Program = Arc::new(move || program().outcome());
        let test = environment::test_name();
        let place = Location::caller();
        let name = self.name.clone().or_else(|| test.clone());
        let name =
            name.unwrap_or_else(|| format!("{}:{}", package_path(place.file()), place.line()));
        let run = || {
            environment::schedule_to_replay().and_then(|text| match text {
                Some(text) => self.replay_variable(&program, name.clone(), &text),
                None => self.search(&program, name.clone()),
            })
        };
        let checked = with_program_name(Some(name.as_str().into()), run);
        match checked {
            Ok(checked) => checked.of_test(test.as_deref()).look(self.look()),
            Err(message) => panic!("{message}"),
        }
    }

    fn budget(&self, way: Way) -> Result<Budget, String> {
        let max_executions = self.max_executions.unwrap_or(way.default_executions());
        if max_executions == 0 || self.semantics.max_steps == 0 {
            return Err("max_executions and max_steps are at least 1".to_owned());
        }
        let levels = Levels::new(&self.fail_on, &self.allowed)?;
        let Checker { fail_fast, semantics, asked, .. } = *self;
        Ok(Budget { max_executions, fail_fast, levels, semantics, asked, ..Budget::default() })
    }

    fn search(&self, program: &Program, name: String) -> Result<Checked, String> {
        let row = StrategyRow::named(&self.strategy)?;
        let seed = row.seed(self.seed)?;
        let budget = self.budget_of_search(row.way)?;
        let preemptions = row.bound(self.preemptions)?;
        self.is_alone()?;
        let jobs = Jobs::new(self.jobs).ok_or("jobs are at least 1")?;
        let (jobs, note) = jobs::within(jobs, environment::cores());
        if let Some(note) = note {
            eprintln!("note: {note}");
        }
        let request = Request {
            program,
            strategy: row,
            seed,
            preemptions: preemptions.map(Preemptions::AtMost),
            budget,
            directs: self.directs && preemptions.is_none(),
            predicts: self.predicts,
            cross_check: false,
            monitor: &Monitor::default(),
            jobs,
            course: check::long::Course::AtOnce,
        };
        let answer = check::check(&request);
        let found = answer.observed.kinds.keys().copied().collect();
        let report = Report::new(provenance(name, row, seed), answer, budget);
        let program = AssertUnwindSafe(program.clone());
        let folder = |path| Arc::new(ReportsFolder { path, program, budget });
        let checked = Checked::new(report, found, budget.levels, AnswerSource::Search);
        Ok(checked.saving(environment::reports().map(folder)))
    }

    fn look(&self) -> Look {
        Look { more: "`Checker::verbose`", ..Look::default() }.verbose(self.is_verbose)
    }
}

fn provenance(name: String, strategy: &StrategyRow, seed: Option<u64>) -> Provenance<'_> {
    const NONE: &Params = &Params::NONE;
    Provenance {
        scenario: name,
        params: NONE,
        given: vec![],
        usual: Semantics::DEFAULT,
        strategy,
        seed,
        expectation: None,
        source: &[],
    }
}
