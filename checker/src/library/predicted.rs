//! Predictions in place of a search.

use super::Checker;
use crate::check::predict;
use crate::model::terms::Budget;
use crate::strategy::Way;

impl Checker {
    /// Makes one execution in place of a search, and those that show what it lets expect:
    /// deadlocks, data races and lost updates. What is found has been shown by an execution;
    /// that nothing is found says nothing, so such a check never passes. It is for programs
    /// that are too large to search. Where something is not settled so, a search follows, of
    /// [`max_executions`](Checker::max_executions) or a small number.
    ///
    /// ```
    /// use unknot_checker::sim::{Lock, done, spawn};
    /// use unknot_checker::{Checker, Kind};
    ///
    /// Checker::new()
    ///     .predict()
    ///     .check(|| {
    ///         let forks: Vec<Lock> = (0..100).map(|_| Lock::new()).collect();
    ///         for seat in 0..100 {
    ///             let (left, right) = (forks[seat].clone(), forks[(seat + 1) % 100].clone());
    ///             spawn(move || {
    ///                 let _left = left.lock()?;
    ///                 let _right = right.lock()?;
    ///                 done(())
    ///             });
    ///         }
    ///     })
    ///     .assert_finds(Kind::Deadlock);
    /// ```
    #[must_use]
    pub fn predict(mut self) -> Checker {
        self.predicts = true;
        self
    }

    /// The budget of the search, or of the one that settles what was predicted.
    pub(super) fn budget_of_search(&self, way: Way) -> Result<Budget, String> {
        let usual = self.budget(way)?;
        Ok(if self.predicts { predict::budget(self.max_executions, usual) } else { usual })
    }

    /// Whether nothing is asked that only a search could do.
    pub(super) fn is_alone(&self) -> Result<(), String> {
        let asked = [("preemptions", self.preemptions.is_some()), ("fail_fast", self.fail_fast)];
        match asked.iter().find(|(_, is_asked)| *is_asked && self.predicts) {
            None => Ok(()),
            Some((name, _)) => {
                Err(format!("`{name}` is for a search, and `predict` makes one execution"))
            }
        }
    }
}
