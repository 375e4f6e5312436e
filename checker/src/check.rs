//! One check: a strategy, the analyses and the budgets, from the first
//! execution to the verdict.
//!
//! All budgets are in this loop. Per execution only a signature of what was
//! found and the outcome are taken; text, values and graphs are made once for
//! each distinct finding, by running its simplest known schedule again
//! ([`crate::replay`]).

use std::collections::BTreeMap;

use unknot_sim::{
    Decision, Ended, Execution, Explorer, Limits, ObjectId, Point, Program, TimeMode, explore,
};

use crate::analysis::{self, Scratch};
use crate::confirm;
use crate::finding::{Evidence, Fault, Kind, Levels, Origin};
pub use crate::observed::{Made, Observed, Seen, Stats, Turnout, Witness};
use crate::strategy::Strategy;
use crate::watch::{Phase, Pulse, Stop, Watch};

/// What one execution means: whoever runs a schedule again has to use the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Semantics {
    /// Whether durations count.
    pub time: TimeMode,
    /// Timeouts that a task may have in a row at one place when they do not.
    pub max_timeouts: u32,
    /// Steps of one execution, after which it is cut.
    pub max_steps: usize,
}

impl Default for Semantics {
    fn default() -> Semantics {
        Semantics::DEFAULT
    }
}

impl Semantics {
    /// Unless somebody says otherwise.
    pub const DEFAULT: Semantics = {
        let Limits { time, max_timeouts, max_steps, .. } = Limits::DEFAULT;
        Semantics { time, max_timeouts, max_steps }
    };

    pub(crate) fn limits(self, recording: bool) -> Limits {
        let Semantics { time, max_timeouts, max_steps } = self;
        Limits { time, max_timeouts, max_steps, recording, ..Limits::default() }
    }
}

/// What bounds a check.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Executions, after which the check is inconclusive.
    pub max_executions: u64,
    /// Whether the check ends at the first finding that is an error.
    pub fail_fast: bool,
    /// Which kinds are errors.
    pub levels: Levels,
    /// What one execution means.
    pub semantics: Semantics,
}

impl Default for Budget {
    fn default() -> Budget {
        let (levels, semantics) = (Levels::default(), Semantics::default());
        Budget { max_executions: 1_000_000, fail_fast: false, levels, semantics }
    }
}

/// A witness that is only turned into a schedule when it is better.
struct Counter {
    executions: u64,
    first_execution: u64,
    last_execution: u64,
    intact: u64,
    witness: Witness,
}

impl Counter {
    fn new(number: u64, execution: &Execution<'_>, preemptions: u32) -> Counter {
        Counter {
            executions: 0,
            first_execution: number,
            last_execution: u64::MAX,
            intact: 0,
            witness: Witness::of(execution, preemptions),
        }
    }

    fn count(&mut self, number: u64, execution: &Execution<'_>, preemptions: u32) {
        if self.last_execution == number {
            return;
        }
        self.last_execution = number;
        self.executions += 1;
        let steps = execution.trace.len() as u32;
        if (preemptions, steps) < (self.witness.preemptions, self.witness.steps) {
            self.witness = Witness::of(execution, preemptions);
        }
    }

    fn seen(self) -> Seen {
        let Counter { executions, first_execution: first, witness, intact, .. } = self;
        Seen { executions, first, witness, intact }
    }
}

struct FaultCounter {
    name: Fault<Origin>,
    counter: Counter,
}

/// The explorer of a check: a strategy with the books kept.
pub(crate) struct Search<S> {
    strategy: S,
    budget: Budget,
    /// The number of the first execution.
    first: u64,
    stats: Stats,
    stopped: bool,
    watch: (Phase, Watch),
    ended_by: Option<Stop>,
    outcomes: BTreeMap<Turnout, Counter>,
    faults: BTreeMap<Fault<ObjectId>, FaultCounter>,
    kinds: BTreeMap<Kind, (u64, u64)>,
    scratch: Scratch,
    found: Vec<Evidence>,
}

impl<S: Strategy> Search<S> {
    pub(crate) fn new(strategy: S, budget: Budget, watch: (Phase, Watch)) -> Search<S> {
        Search {
            strategy,
            budget,
            first: 0,
            stats: Stats::default(),
            stopped: false,
            watch,
            ended_by: None,
            outcomes: BTreeMap::new(),
            faults: BTreeMap::new(),
            kinds: BTreeMap::new(),
            scratch: Scratch::default(),
            found: vec![],
        }
    }

    /// Goes on with other executions, as many as that, with new books.
    pub(crate) fn restart(&mut self, first: u64, executions: u64) {
        self.first = first;
        self.budget.max_executions = executions;
        self.stopped = false;
    }

    pub(crate) fn strategy(&mut self) -> &mut S {
        &mut self.strategy
    }

    /// Whether something was seen at which the check ends.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// What is in the books, which are empty after that.
    pub(crate) fn take(&mut self, exhausted: bool) -> Observed {
        use std::mem::take;
        let outcomes = take(&mut self.outcomes).into_iter();
        let faults = take(&mut self.faults).into_values();
        let kinds = take(&mut self.kinds).into_iter();
        Observed {
            divergence: self.strategy.divergence().cloned(),
            stats: take(&mut self.stats),
            exhausted,
            ended_by: take(&mut self.ended_by).filter(|_| !exhausted),
            bound: self.strategy.preemption_bound(),
            outcomes: outcomes.map(|(turnout, counter)| (turnout, counter.seen())).collect(),
            findings: faults.map(|fault| (fault.name, fault.counter.seen())).collect(),
            kinds: kinds.map(|(kind, (executions, _))| (kind, executions)).collect(),
        }
    }

    /// The number of the execution that runs.
    fn number(&self) -> u64 {
        self.first + self.stats.spent()
    }

    fn book(&mut self, execution: &Execution<'_>) {
        let number = self.number();
        let preemptions = execution.trace.steps().iter().filter(|s| s.preempts).count() as u32;
        let mut found = std::mem::take(&mut self.found);
        analysis::analyse(execution, &mut self.scratch, &mut found);
        if execution.ended != Ended::Cut {
            let loses = found.iter().any(|e| e.signature.kind == Kind::LostUpdate);
            self.book_outcome(number, execution, preemptions, !loses);
        }
        let is_error = |e: &Evidence| self.budget.levels.is_error(e.signature.kind);
        self.stopped |= self.budget.fail_fast && found.iter().any(is_error);
        for evidence in found.drain(..) {
            let kind = self.kinds.entry(evidence.signature.kind).or_insert((0, u64::MAX));
            if kind.1 != number {
                *kind = (kind.0 + 1, number);
            }
            self.book_fault(evidence.signature.fault(), number, execution, preemptions);
        }
        self.found = found;
    }

    fn book_fault(
        &mut self,
        fault: Fault<ObjectId>,
        number: u64,
        execution: &Execution<'_>,
        preemptions: u32,
    ) {
        let new = |fault: &Fault<ObjectId>| FaultCounter {
            name: fault.named(execution.names),
            counter: Counter::new(number, execution, preemptions),
        };
        let known = self.faults.entry(fault).or_insert_with_key(new);
        known.counter.count(number, execution, preemptions);
    }

    /// A program that is not deterministic is found out once: nothing that was
    /// seen of it can be relied on, and the search ends.
    fn book_divergence(&mut self, execution: &Execution<'_>) {
        let number = self.number();
        let preemptions = execution.trace.steps().iter().filter(|s| s.preempts).count() as u32;
        self.book_fault(Fault::nondeterminism(), number, execution, preemptions);
        self.kinds.insert(Kind::Nondeterminism, (1, number));
        self.stopped = true;
    }

    fn book_outcome(
        &mut self,
        number: u64,
        execution: &Execution<'_>,
        preemptions: u32,
        is_intact: bool,
    ) {
        let turnout = match (execution.ended, execution.outcome) {
            (Ended::Complete, Some(value)) => Turnout::Complete(value.clone()),
            (Ended::Complete, None) => Turnout::Failed,
            _ => Turnout::Stuck,
        };
        let new = || Counter::new(number, execution, preemptions);
        let counter = self.outcomes.entry(turnout).or_insert_with(new);
        counter.count(number, execution, preemptions);
        counter.intact += u64::from(is_intact);
    }
}

impl<S: Strategy> Explorer for Search<S> {
    fn begin(&mut self) -> bool {
        let executions = self.stats.spent();
        if self.stopped || executions >= self.budget.max_executions {
            return false;
        }
        let (phase, watch) = &self.watch;
        let pulse = Pulse {
            phase: *phase,
            executions,
            steps: self.stats.steps,
            most: Some(self.budget.max_executions),
            strategy: Some(&self.strategy),
        };
        self.ended_by = watch.ask(pulse);
        self.ended_by.is_none() && self.strategy.begin()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.strategy.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.strategy.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.stats.steps += execution.trace.len() as u64;
        match execution.ended {
            Ended::Abandoned => self.stats.blocked += 1,
            // What is found before the cut is found all the same.
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
        self.strategy.end(execution);
        if self.strategy.divergence().is_some() {
            self.book_divergence(execution);
        }
    }
}

/// Explores a program to the end of the budget, and runs what was found again.
pub fn observe<S: Strategy>(program: &Program, strategy: S, budget: Budget) -> Observed {
    observe_watched(program, strategy, budget, (Phase::Search, &Watch::default()))
}

/// Explores a program to the end of the budget, or until it is told to stop.
pub fn observe_watched<S: Strategy>(
    program: &Program,
    strategy: S,
    budget: Budget,
    (phase, watch): (Phase, &Watch),
) -> Observed {
    let search = Search::new(strategy, budget, (phase, watch.clone()));
    let mut search = explore(program, budget.semantics.limits(false), search);
    // The budget may have been spent exactly when the search was through.
    let exhausted = search.strategy.is_exhausted() || !search.stopped && !search.strategy.begin();
    let mut observed = search.take(exhausted);
    confirm::confirm(program, &mut observed, budget.semantics);
    observed
}
