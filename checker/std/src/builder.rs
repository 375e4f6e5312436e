//! How a check is asked for.
//!
//! A program may tell its first search something that the search should have known from its
//! beginning ([`crate::learned`]). Then it ends there, and the next one begins.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::{Arc, PoisonError};

use unknot_checker::sim::{Exception, Outcome, Program, TimeMode, Value};
use unknot_checker::{Checked, Checker, Kind};

use crate::learned::Learned;
use crate::run::{self, Options};
use crate::thread::Leaving;

/// A search is begun anew at most so often: each time it knows of one more place at least.
const MOST_SEARCHES: usize = 100;

/// Explores every behaviour of a closure that uses the primitives of this crate. The closure
/// is called once for each execution, as the main thread.
///
/// # Panics
/// As [`Builder::check`] does.
#[track_caller]
pub fn check<O: Outcome>(program: impl Fn() -> O + Send + Sync + 'static) -> CrossChecked {
    Builder::new().check(program)
}

/// Explores every behaviour of a closure, and panics unless it passes.
///
/// # Panics
/// With what was found.
#[track_caller]
pub fn model<O: Outcome>(program: impl Fn() -> O + Send + Sync + 'static) {
    check(program).assert_pass();
}

/// Runs a program that uses the primitives of this crate as the main thread of an execution that
/// is explored by other means than [`check`]: a scenario of a catalogue.
///
/// # Errors
/// As the program.
///
/// # Panics
/// As the program; and if it matters which task drops the last one of several pointers, since
/// only [`check`] can tell the search of that.
pub fn as_main<O: Outcome>(program: impl FnOnce() -> O) -> Result<Value, Exception> {
    run::begin(Options::default());
    let leaving = Leaving;
    let result = program();
    drop(leaving);
    result.outcome()
}

/// A check with settings. Where the language calls something undefined, it is an error here: a
/// `data-race`. An update that is lost is a note, since atomics are often read and written on
/// purpose.
#[derive(Clone, Debug)]
pub struct Builder {
    checker: Checker,
    options: Options,
    n_random: u64,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder {
            checker: Checker::new().fail_on(Kind::DataRace).allow(Kind::LostUpdate),
            options: Options::default(),
            n_random: 0,
        }
    }
}

/// Declares settings that are those of [`Checker`].
macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident($arg:ident: $kind:ty);)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(self, $arg: $kind) -> Builder {
            Builder { checker: self.checker.$name($arg), ..self }
        }
    )*};
}

impl Builder {
    /// The default settings.
    #[must_use]
    pub fn new() -> Builder {
        Builder::default()
    }

    settings! {
        /// What reports call the program; otherwise the name of the test.
        name(name: impl Into<String>);
        /// How to explore, by name: `dpor` unless told otherwise.
        strategy(name: impl Into<String>);
        /// The seed of a sampler.
        seed(seed: u64);
        /// Executions, after which the check is inconclusive.
        max_executions(executions: u64);
        /// The most preemptions of an execution.
        preemptions(most: u32);
        /// Steps of one execution, after which it is cut.
        max_steps(steps: usize);
        /// Bytes of stack of each thread.
        stack(bytes: usize);
        /// Whether durations count: not unless told otherwise.
        time(time: TimeMode);
        /// Timeouts that a thread may have in a row at one place when durations do not count.
        timeouts(timeouts: u32);
        /// Threads of the system that run the executions.
        jobs(jobs: usize);
        /// Lets a kind of finding pass.
        allow(kind: Kind);
        /// Has a kind of finding fail the check that otherwise is only a note.
        fail_on(kind: Kind);
    }

    /// Has failing assertions tell everything.
    #[must_use]
    pub fn verbose(self) -> Builder {
        Builder { checker: self.checker.verbose(), ..self }
    }

    /// Ends the check at the first finding that is not allowed.
    #[must_use]
    pub fn fail_fast(self) -> Builder {
        Builder { checker: self.checker.fail_fast(), ..self }
    }

    /// Wake-ups of `Condvar` and `park` without a notification, in a row at one place: none
    /// unless told otherwise.
    #[must_use]
    pub fn spurious(mut self, most: u32) -> Builder {
        self.options.spurious = most;
        self
    }

    /// Failures of weak exchanges without a reason, in a row at one place: none unless told
    /// otherwise.
    #[must_use]
    pub fn weak(mut self, most: u32) -> Builder {
        self.options.weak = most;
        self
    }

    /// How often in a row a thread that polls offers its turn at one place, before it waits for
    /// a change of what it looked at: once unless told otherwise.
    #[must_use]
    pub fn patience(mut self, turns: u32) -> Builder {
        self.options.patience = turns.max(1);
        self
    }

    /// Lets executions use primitives that were made outside of the closure, by running all of
    /// them on one thread of the system. Locks are free at the beginning of each execution, and
    /// values are what the one before has left, so it is for the program to have them be the
    /// same each time.
    #[must_use]
    pub fn allow_outside(mut self) -> Builder {
        self.options.outside = true;
        self
    }

    /// Runs so many executions at random besides, in which a thread that polls never waits for
    /// a change ([`Builder::patience`]). The check fails if they show an outcome or a finding
    /// that the search did not: then something is shared that is not swapped, or a loop gives
    /// up after some looks.
    #[must_use]
    pub fn cross_check(mut self, executions: u64) -> Builder {
        self.n_random = executions;
        self
    }

    /// Explores a program, and prints what that shows.
    ///
    /// # Panics
    /// As [`Checker::check`] does; and if a primitive was made outside of the closure.
    #[track_caller]
    pub fn check<O: Outcome>(
        self,
        program: impl Fn() -> O + Send + Sync + 'static,
    ) -> CrossChecked {
        let program: Program = Arc::new(move || program().outcome());
        let checker = match self.options.outside {
            // What is outside is reached by one thread of the system alone.
            true => self.checker.clone().jobs(1),
            false => self.checker.clone(),
        };
        let mut learned = Learned::nothing();
        loop {
            let checked = self.search(&program, &mut learned, &checker);
            if self.n_random == 0 {
                return CrossChecked { checked, missed: vec![] };
            }
            let known = learned.clone();
            let sampled = self.sample(&program, &mut learned, &checker);
            // What executions at random have told changes what the search should have run.
            if learned.is(&known) {
                let missed = observed(&sampled).difference(&observed(&checked)).cloned().collect();
                return CrossChecked { checked, missed };
            }
        }
    }

    /// Runs executions at random, in which a task that polls never waits for a change.
    #[track_caller]
    fn sample(&self, program: &Program, learned: &mut Learned, checker: &Checker) -> Checked {
        let options = Options { patience: u32::MAX, ..self.options.clone() };
        let checker = checker.clone().strategy("random").max_executions(self.n_random);
        Builder { options, ..self.clone() }.search(program, learned, &checker)
    }

    /// # Panics
    /// If a primitive was refused.
    #[track_caller]
    fn search(&self, program: &Program, learned: &mut Learned, checker: &Checker) -> Checked {
        let checked = self.explore(program, true, learned, |program| {
            let program = Arc::clone(program);
            checker.clone().check(move || program())
        });
        let refused = &self.options.refused;
        if let Some(why) = refused.lock().unwrap_or_else(PoisonError::into_inner).take() {
            panic!("{why}");
        }
        checked
    }

    /// Has a program searched by other means than [`Builder::check`], until nothing new is
    /// learned that the search should have known from its beginning.
    #[doc(hidden)]
    pub fn explore_by<O: Outcome, R>(
        &self,
        program: impl Fn() -> O + Send + Sync + 'static,
        search: impl FnMut(&Program) -> R,
    ) -> R {
        let program: Program = Arc::new(move || program().outcome());
        self.explore(&program, false, &mut Learned::nothing(), search)
    }

    #[track_caller]
    fn explore<R>(
        &self,
        program: &Program,
        ends_early: bool,
        learned: &mut Learned,
        mut search: impl FnMut(&Program) -> R,
    ) -> R {
        for _ in 0..MOST_SEARCHES {
            let found = search(&self.execution(program, ends_early, learned));
            if !learned.has_grown() {
                return found;
            }
            *learned = learned.grown();
        }
        panic!("after {MOST_SEARCHES} searches there is still something to know from the beginning")
    }

    /// A program as the main thread of an execution runs it.
    fn execution(&self, program: &Program, ends_early: bool, learned: &Learned) -> Program {
        let options = Options { learned: learned.clone(), ..self.options.clone() };
        let program = Arc::clone(program);
        Arc::new(move || {
            if ends_early && options.learned.has_grown() {
                // What comes is not looked at: a search that knows more is about to begin.
                return Ok(Value::from(()));
            }
            run::begin(options.clone());
            let leaving = Leaving;
            let result = program();
            drop(leaving);
            result
        })
    }
}

/// The outcomes and the kinds of findings of a check.
fn observed(checked: &Checked) -> BTreeSet<String> {
    let report = checked.report();
    let outcomes = report.outcomes.iter().map(|outcome| {
        let shown = outcome.value.as_ref().or(outcome.ended.as_ref());
        format!("outcome {}", shown.map_or("nothing", String::as_str))
    });
    let findings = report.findings.iter().map(|finding| format!("finding {}", finding.kind));
    outcomes.chain(findings).collect()
}

/// A finished check, and what executions at random showed besides.
#[derive(Clone, Debug)]
#[must_use = "a check that nothing is asserted about cannot fail"]
pub struct CrossChecked {
    checked: Checked,
    missed: Vec<String>,
}

impl CrossChecked {
    /// What executions at random showed and the search did not.
    #[must_use]
    pub fn missed(&self) -> &[String] {
        &self.missed
    }

    /// Asserts that everything was explored, and that nothing was found but what is allowed.
    ///
    /// # Panics
    /// With the findings; or if too little was explored to tell.
    #[track_caller]
    pub fn assert_pass(&self) {
        self.assert_nothing_missed();
        self.checked.assert_pass();
    }

    /// The same, but accepts what was left out by bounds that this check has set.
    ///
    /// # Panics
    /// With the findings; or if too little was explored to tell.
    #[track_caller]
    pub fn assert_pass_bounded(&self) {
        self.assert_nothing_missed();
        self.checked.assert_pass_bounded();
    }

    #[track_caller]
    fn assert_nothing_missed(&self) {
        assert!(
            self.missed.is_empty(),
            "{}: executions at random show what the search did not: {}; so threads share \
             something that is not of unknot_std",
            self.checked.report().scenario,
            self.missed.join(", ")
        );
    }
}

impl Deref for CrossChecked {
    type Target = Checked;

    fn deref(&self) -> &Checked {
        &self.checked
    }
}
