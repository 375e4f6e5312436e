//! One check: a strategy, the analyses and the budgets, from the first
//! execution to the verdict.
//!
//! All budgets are in this loop. Per execution only a signature of what was
//! found and the outcome are taken; text, values and graphs are made once for
//! each distinct finding, by running its simplest known schedule again
//! ([`crate::replay`]).

use std::collections::BTreeMap;

use smallvec::SmallVec;
use unknot_sim::{
    Decision, Ended, Execution, Explorer, Limits, Point, Program, TimeMode, Value, explore,
};

use crate::analysis::{self, Scratch};
use crate::confirm;
use crate::finding::{Evidence, Identity, Kind, Level, Signature, Site};
use crate::schedule::Schedule;
use crate::strategy::{Divergence, PreemptionBound, Strategy};

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
        let Limits { time, max_timeouts, max_steps, .. } = Limits::default();
        Semantics { time, max_timeouts, max_steps }
    }
}

impl Semantics {
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
    /// Whether the check ends at the first finding.
    pub fail_fast: bool,
    /// What one execution means.
    pub semantics: Semantics,
}

impl Default for Budget {
    fn default() -> Budget {
        let semantics = Semantics::default();
        Budget { max_executions: 1_000_000, fail_fast: false, semantics }
    }
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Executions that completed or got stuck.
    pub executions: u64,
    /// Of these, the ones that got stuck.
    pub stuck: u64,
    /// Executions given up as redundant.
    pub blocked: u64,
    /// Executions ended by a bound.
    pub cut: u64,
    /// Executions behind which more timeouts in a row were not looked at.
    pub timeouts_used_up: u64,
    /// Steps of all of them.
    pub steps: u64,
    /// The least and the greatest virtual time at the end, in microseconds.
    pub makespan: Option<(u64, u64)>,
}

impl Stats {
    /// Executions of every kind.
    fn spent(&self) -> u64 {
        self.executions + self.blocked + self.cut
    }
}

/// How an execution turned out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turnout {
    /// It completed, and the main task returned this.
    Complete(Value),
    /// It completed, but the main task failed.
    Failed,
    /// It got stuck.
    Stuck,
}

/// A schedule that shows something, with what makes it simple.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Witness {
    /// Its preemptions.
    pub preemptions: u32,
    /// Its length.
    pub steps: u32,
    /// The schedule.
    pub schedule: Schedule,
    /// What its steps did.
    pub made: Vec<Made>,
}

/// What one step did, to tell whether it is done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Made {
    /// What was done, such as `lock`.
    pub verb: &'static str,
    /// Where the program asked for it.
    pub site: Site,
}

impl Made {
    pub(crate) fn of(step: &unknot_sim::Step) -> Made {
        Made { verb: step.verb, site: Site(step.location) }
    }
}

impl Witness {
    pub(crate) fn of(execution: &Execution<'_>, preemptions: u32) -> Witness {
        let schedule = Schedule::of(execution.trace, execution.names);
        let made = execution.trace.steps().iter().map(Made::of).collect();
        Witness { preemptions, steps: execution.trace.len() as u32, schedule, made }
    }
}

/// Something that appeared in executions, with its simplest known witness.
#[derive(Clone, Debug)]
pub struct Seen {
    /// In how many executions.
    pub executions: u64,
    /// The number of the first of them, counted from 0 over all executions.
    pub first: u64,
    /// The simplest schedule seen.
    pub witness: Witness,
    /// In how many of these executions no update was lost.
    pub intact: u64,
}

/// What a search saw.
#[derive(Clone, Debug)]
pub struct Observed {
    /// The counts.
    pub stats: Stats,
    /// Whether every behaviour was covered, but for what a bound cut.
    pub exhausted: bool,
    /// The bound on preemptions, if there was one.
    pub bound: Option<PreemptionBound>,
    /// The outcomes, sorted.
    pub outcomes: BTreeMap<Turnout, Seen>,
    /// The findings, sorted by identity.
    pub findings: BTreeMap<Identity, Seen>,
    /// Where the program did not do the same again, which ended the search.
    pub divergence: Option<Divergence>,
    /// For each kind of finding, the executions that show one of that kind.
    pub kinds: BTreeMap<Kind, u64>,
}

impl Observed {
    /// Whether every behaviour was covered, with nothing cut.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.exhausted
            && self.left_out() == 0
            && self.stats.cut == 0
            && self.stats.timeouts_used_up == 0
    }

    /// Options that the bound on preemptions left out.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.bound.map_or(0, |bound| bound.left_out)
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

struct FindingCounter {
    identity: Identity,
    counter: Counter,
}

/// The explorer of a check: a strategy with the books kept.
struct Search<S> {
    strategy: S,
    budget: Budget,
    stats: Stats,
    stopped: bool,
    outcomes: BTreeMap<Turnout, Counter>,
    findings: BTreeMap<Signature, FindingCounter>,
    kinds: BTreeMap<Kind, (u64, u64)>,
    scratch: Scratch,
    found: Vec<Evidence>,
}

impl<S: Strategy> Search<S> {
    fn book(&mut self, execution: &Execution<'_>) {
        let number = self.stats.spent();
        let preemptions = execution.trace.steps().iter().filter(|s| s.preempts).count() as u32;
        let mut found = std::mem::take(&mut self.found);
        analysis::analyse(execution, &mut self.scratch, &mut found);
        if execution.ended != Ended::Cut {
            let loses = found.iter().any(|e| e.signature.kind == Kind::LostUpdate);
            self.book_outcome(number, execution, preemptions, !loses);
        }
        let is_error = |e: &Evidence| e.signature.kind.level() == Level::Error;
        self.stopped |= self.budget.fail_fast && found.iter().any(is_error);
        for evidence in found.drain(..) {
            let kind = self.kinds.entry(evidence.signature.kind).or_insert((0, u64::MAX));
            if kind.1 != number {
                *kind = (kind.0 + 1, number);
            }
            if let Some(known) = self.findings.get_mut(&evidence.signature) {
                known.counter.count(number, execution, preemptions);
                continue;
            }
            let identity = evidence.signature.identity(execution.names);
            let mut counter = Counter::new(number, execution, preemptions);
            counter.count(number, execution, preemptions);
            self.findings.insert(evidence.signature, FindingCounter { identity, counter });
        }
        self.found = found;
    }

    /// A program that is not deterministic is found out once: nothing that was
    /// seen of it can be relied on, and the search ends.
    fn book_divergence(&mut self, execution: &Execution<'_>) {
        let signature = Signature {
            kind: Kind::Nondeterminism,
            tasks: SmallVec::new(),
            objects: SmallVec::new(),
            sites: SmallVec::new(),
        };
        let number = self.stats.spent();
        let preemptions = execution.trace.steps().iter().filter(|s| s.preempts).count() as u32;
        let identity = signature.identity(execution.names);
        let mut counter = Counter::new(number, execution, preemptions);
        counter.count(number, execution, preemptions);
        self.findings.insert(signature, FindingCounter { identity, counter });
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
        !self.stopped && self.stats.spent() < self.budget.max_executions && self.strategy.begin()
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
    let search = Search {
        strategy,
        budget,
        stats: Stats::default(),
        stopped: false,
        outcomes: BTreeMap::new(),
        findings: BTreeMap::new(),
        kinds: BTreeMap::new(),
        scratch: Scratch::default(),
        found: vec![],
    };
    let mut search = explore(program, budget.semantics.limits(false), search);
    // The budget may have been spent exactly when the search was through.
    let exhausted = search.strategy.is_exhausted() || !search.stopped && !search.strategy.begin();
    let mut observed = Observed {
        divergence: search.strategy.divergence().cloned(),
        stats: search.stats,
        exhausted,
        bound: search.strategy.preemption_bound(),
        outcomes: search.outcomes.into_iter().map(|(k, counter)| (k, counter.seen())).collect(),
        findings: search
            .findings
            .into_values()
            .map(|finding| (finding.identity, finding.counter.seen()))
            .collect(),
        kinds: search.kinds.into_iter().map(|(kind, (executions, _))| (kind, executions)).collect(),
    };
    confirm::confirm(program, &mut observed, budget.semantics);
    observed
}
