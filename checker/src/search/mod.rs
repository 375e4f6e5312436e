//! One search: a strategy, the analyses and the budgets, over many executions.
//!
//! All budgets are in this loop; where a search is cut in pieces ([`subtrees`]), they
//! are in the line of pieces. Per execution only a signature of what was
//! found and the outcome are taken. Text, values and graphs are made once for
//! each distinct finding, by running its simplest known schedule again
//! ([`crate::replay`]).

mod books;
#[doc(hidden)]
pub mod deepen;
#[doc(hidden)]
pub mod jobs;
#[doc(hidden)]
pub mod long;
mod lookup;
#[doc(hidden)]
pub mod monitor;
pub mod news;
#[doc(hidden)]
pub mod observed;
#[doc(hidden)]
pub mod parts;
mod sets;
pub(crate) mod settle;
#[doc(hidden)]
pub mod standstill;
#[doc(hidden)]
pub mod subtrees;

use std::collections::BTreeSet;

use unknot_sim::{
    Decision, Ended, Execution, Explorer, Names, Point, Program, Refusal, explore_on,
};

use crate::model::end::{End, Stop};
use crate::model::finding::{Fault, Origin};
use crate::model::kind::Kind;
use crate::model::terms::Budget;
use crate::strategy::{Divergence, Strategy};
use books::{Books, ClosedBooks};
use monitor::{CheckPhase, Monitor, Pulse};
use observed::{Observed, Stats};

/// The explorer of a check: a strategy with the books kept.
pub(crate) struct Search<S> {
    strategy: S,
    budget: Budget,
    /// The number of the first execution.
    first: u64,
    stats: Stats,
    /// Whether an error ended the check.
    stopped: bool,
    monitor: (CheckPhase, Monitor),
    told: Option<Stop>,
    /// Why the machine runs no further execution, if it refused.
    refused: Option<Refusal>,
    /// Where the program behaved differently in steps about which no strategy was asked.
    lost: Option<Divergence>,
    books: Books,
    /// The numbers of tasks and objects, once the search has stopped.
    names: Option<Names>,
}

impl<S: Strategy> Search<S> {
    pub(crate) fn new(strategy: S, budget: Budget, monitor: (CheckPhase, Monitor)) -> Search<S> {
        Search {
            strategy,
            budget,
            first: 0,
            stats: Stats::default(),
            stopped: false,
            monitor,
            told: None,
            refused: None,
            lost: None,
            books: Books::default(),
            names: None,
        }
    }

    /// Does not end at these faults: they were found out before to be no errors.
    pub(crate) fn passing(self, passed: BTreeSet<Fault<Origin>>) -> Search<S> {
        Search { books: Books::after(passed), ..self }
    }

    /// The faults at which the search does not end any more.
    pub(crate) fn passed(&self) -> BTreeSet<Fault<Origin>> {
        self.books.passed()
    }

    /// Continues with `executions` other executions, and with new books.
    pub(crate) fn restart(&mut self, first: u64, executions: u64) {
        self.first = first;
        self.budget.max_executions = executions;
        self.stopped = false;
    }

    pub(crate) fn strategy(&mut self) -> &mut S {
        &mut self.strategy
    }

    /// The counts.
    pub(crate) fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Whether the budget is spent.
    pub(crate) fn is_spent(&self) -> bool {
        let Budget { max_executions, max_effort, .. } = self.budget;
        self.stats.spent() >= max_executions || self.stats.effort >= max_effort
    }

    /// The strategy, when the books are not needed any more.
    pub(crate) fn into_strategy(self) -> S {
        self.strategy
    }

    /// Whether the search observed something at which the check ends.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The numbers with which to continue, if everything that the search stopped at turns
    /// out to be no error.
    fn go_on(&mut self, program: &Program) -> Option<Names> {
        let Budget { levels, semantics, .. } = self.budget;
        let names = self.names.take().filter(|_| self.stopped)?;
        if self.strategy.divergence().is_some()
            || self.books.is_stuck_in_error()
            || self.books.settled().any(|kind| levels.is_error(kind))
        {
            return None;
        }
        let (rows, open): (Vec<_>, Vec<_>) = self.books.unsettled().into_iter().unzip();
        let kinds = settle::kinds(program, &open, semantics);
        if kinds.into_iter().flatten().any(|kind| levels.is_error(kind)) {
            return None;
        }
        rows.into_iter().for_each(|row| self.books.pass(row));
        self.stopped = false;
        Some(names)
    }

    /// Takes what is in the books, and leaves them empty.
    pub(crate) fn take(&mut self) -> Observed {
        let end = self.why_ended();
        self.told = None;
        if let Some(refusal) = self.strategy.refusal() {
            // Nothing that was seen until then is told.
            let refusal = Some(refusal.to_owned());
            return Observed { refusal, stats: self.stats, ..Observed::nothing(end) };
        }
        let ClosedBooks { outcomes, stuck, handed, findings, kinds, overwrites } =
            std::mem::take(&mut self.books).close();
        Observed {
            divergence: self.divergence().cloned(),
            refusal: None,
            unanswered: self.unanswered(),
            stats: std::mem::take(&mut self.stats),
            end,
            bound: self.strategy.preemption_bound(),
            outcomes,
            stuck,
            handed,
            findings,
            kinds,
            overwrites,
        }
    }

    /// Kinds of error of which the executions that were made do not tell everything.
    fn unanswered(&self) -> Vec<Kind> {
        let mut kinds = self.strategy.unanswered();
        kinds.retain(|kind| self.budget.levels.is_error(*kind));
        kinds
    }

    /// Where the program behaved differently under the same decisions.
    fn divergence(&self) -> Option<&Divergence> {
        self.strategy.divergence().or(self.lost.as_ref())
    }

    /// Why no further execution is made.
    fn why_ended(&self) -> End {
        if self.strategy.refusal().is_some() {
            End::NotTaken
        } else if self.divergence().is_some() {
            End::Nondeterminism
        } else if let Some(why @ Refusal::TooManyTasks { .. }) = self.refused {
            // Nothing is known of the program with all of its tasks.
            End::Refused(why)
        } else if self.strategy.is_exhausted() {
            End::Exhausted
        } else if let Some(stop) = self.told {
            End::Stopped(stop)
        } else if let Some(why) = self.refused {
            End::Refused(why)
        } else if self.stopped {
            End::FirstError
        } else if self.stats.spent() >= self.budget.max_executions {
            End::Executions
        } else if self.is_spent() {
            End::Effort
        } else {
            End::OneExecution
        }
    }

    /// The number of the execution that runs.
    fn number(&self) -> u64 {
        self.first + self.stats.spent()
    }

    fn book(&mut self, execution: &Execution<'_>) {
        let number = self.number();
        let has_error = self.books.book(number, execution, self.budget.levels);
        let news = self.books.take_news();
        if let (CheckPhase::Search, monitor) = &self.monitor {
            news.iter().for_each(|news| monitor.tell(news, execution));
        }
        if self.budget.fail_fast && has_error {
            self.stopped = true;
            self.names = Some(execution.names.clone());
        }
    }
}

impl<S: Strategy> Explorer for Search<S> {
    fn begin(&mut self) -> bool {
        let executions = self.stats.spent();
        if self.stopped || self.is_spent() {
            return false;
        }
        let (phase, monitor) = &self.monitor;
        let pulse = Pulse {
            phase: *phase,
            executions,
            steps: self.stats.steps,
            most: Some(self.budget.max_executions),
            strategy: Some(&self.strategy),
        };
        self.told = monitor.ask(pulse);
        self.told.is_none() && self.strategy.begin()
    }

    fn refused(&mut self, why: Refusal) {
        self.refused = Some(why);
    }

    fn lost(&mut self, at: &Point<'_>) {
        self.lost = Some(Divergence::lost(at));
    }

    fn n_repeated(&self) -> usize {
        self.strategy.n_repeated()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.strategy.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.strategy.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.stats.see(execution);
        let same = self.strategy.n_repeated();
        self.books.keep_prefix(same.min(execution.trace.len()));
        self.strategy.end(execution);
        let is_redundant = self.strategy.is_redundant();
        match if is_redundant { Ended::Abandoned } else { execution.ended } {
            Ended::Abandoned => self.stats.blocked += 1,
            ended if execution.is_excluded => {
                self.stats.excluded += 1;
                self.stats.excluded_cut += u64::from(ended == Ended::Cut);
                self.stats.timeouts_used_up += u64::from(execution.timeouts_used_up);
            }
            // What is found before the cut counts all the same.
            Ended::Cut => {
                self.book(execution);
                self.stats.cut += 1;
            }
            Ended::Complete | Ended::Stuck => {
                self.book(execution);
                self.stats.executions += 1;
                self.stats.stuck += u64::from(execution.ended == Ended::Stuck);
                self.stats.timeouts_used_up += u64::from(execution.timeouts_used_up);
                let end = execution.makespan;
                let (least, most) = self.stats.makespan.unwrap_or((end, end));
                self.stats.makespan = Some((least.min(end), most.max(end)));
            }
        }
        self.stats.effort += self.strategy.effort();
        if self.divergence().is_some() {
            // No other observation of such a program can be relied on.
            self.books.book_divergence(self.number(), execution);
            self.stopped = true;
        }
    }
}

/// Explores a program to the end of the budget, or until it is told to stop. Findings
/// are not run again here.
pub(crate) fn run<S: Strategy>(
    program: &Program,
    strategy: S,
    budget: Budget,
    monitored: (CheckPhase, &Monitor),
) -> Observed {
    run_on(program, (strategy, Names::new()), budget, monitored)
}

/// The same for a strategy that has the numbers of tasks and objects from
/// another search.
pub(crate) fn run_on<S: Strategy>(
    program: &Program,
    (strategy, names): (S, Names),
    budget: Budget,
    (phase, monitor): (CheckPhase, &Monitor),
) -> Observed {
    let search = Search::new(strategy, budget, (phase, monitor.clone()));
    let limits = budget.semantics.limits(false);
    let mut search = explore_on(program, limits, names, search);
    while let Some(names) = search.go_on(program) {
        search = explore_on(program, limits, names, search);
    }
    if !search.stopped && !search.strategy.is_exhausted() {
        // The search may have ended exactly when there was nothing left.
        let _ = search.strategy.begin();
    }
    search.take()
}
