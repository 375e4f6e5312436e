//! Findings that take more than one execution to tell: what overwrites a value that
//! its task never saw, and what repeats up to the limit of steps. Programs on both
//! sides, as tables: those in which something is wrong, and those in which the same
//! steps are right.

mod cycles;
mod losses;
mod managed;
mod protocols;
mod stack;
mod stages;
mod starving;
mod texts;

use std::fmt::Debug;
use std::sync::Arc;

use unknot_checker::Kind;
use unknot_checker::check::observe;
use unknot_checker::model::terms::{Budget, Semantics};
use unknot_checker::search::observed::Observed;
use unknot_checker::sim::{Atomic, Exception, Lock, Outcome, Program, Shared, spawn, wait_until};
use unknot_checker::strategy::Dpor;

/// A variable of either kind: with both, what is written may depend on what is read.
pub(super) trait Var: Clone + Debug + 'static {
    fn new(value: i64) -> Self;
    #[track_caller]
    fn get(&self) -> i64;
    #[track_caller]
    fn set(&self, value: i64);
    /// Waits until it holds what is wanted.
    #[track_caller]
    fn wait(&self, is_wanted: impl Fn(i64) -> bool) {
        wait_until(|| is_wanted(self.get()));
    }
}

impl Var for Atomic {
    fn new(value: i64) -> Atomic {
        Atomic::new(value)
    }

    #[track_caller]
    fn get(&self) -> i64 {
        self.load()
    }

    #[track_caller]
    fn set(&self, value: i64) {
        self.store(value);
    }
}

impl Var for Shared<i64> {
    fn new(value: i64) -> Shared<i64> {
        Shared::new(value)
    }

    #[track_caller]
    fn get(&self) -> i64 {
        self.read()
    }

    #[track_caller]
    fn set(&self, value: i64) {
        self.write(value);
    }
}

/// A program.
pub(super) fn program<O: Outcome>(body: impl Fn() -> O + Send + Sync + 'static) -> Program {
    Arc::new(move || body().outcome())
}

/// What the search sees of a program.
pub(super) fn search(program: &Program, max_steps: usize) -> Observed {
    begin(program, max_steps, 300_000)
}

/// The same of its first executions.
pub(super) fn begin(program: &Program, max_steps: usize, max_executions: u64) -> Observed {
    let semantics = Semantics { max_steps, ..Semantics::default() };
    let budget = Budget { semantics, max_executions, ..Budget::default() };
    observe(program, Dpor::new(), budget)
}

/// The kinds that are found, without data races: plain variables have them here.
pub(super) fn kinds(observed: &Observed) -> Vec<Kind> {
    observed.kinds.keys().copied().filter(|kind| *kind != Kind::DataRace).collect()
}

/// Checks a program without the marks of what fails.
pub(super) type Body = Box<dyn Fn() -> Result<(), Exception> + Send + Sync>;

/// Two tasks that each hold one lock, find the other one taken and let go again.
pub(super) fn back_off() -> Body {
    Box::new(|| {
        let locks = [Lock::new(), Lock::new()];
        let both = |locks: [Lock; 2]| -> Result<(), Exception> {
            loop {
                locks[0].acquire();
                if locks[1].try_acquire() {
                    break locks[1].release().and(locks[0].release());
                }
                locks[0].release()?;
            }
        };
        let theirs = [locks[1].clone(), locks[0].clone()];
        let task = spawn(move || both(theirs));
        both(locks)?;
        task.join()?
    })
}
