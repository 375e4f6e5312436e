//! The executions of a sampler on several threads.
//!
//! An execution of a sampler depends only on the check's seed and its own
//! number. So the numbers are cut into parts, threads take part after part, and
//! the observations are merged in the order of numbers. Where several executions
//! show the same, the first of them counts, as it does on one thread. A part
//! in which a check is to end is the last one that is merged, and threads that
//! work on later parts give them up. The estimates of a sampler come from the
//! first executions. Each thread makes these for itself and forgets what it
//! observed in them, unless they belong to its own part.
//!
//! Where a check is ended from outside, everything observed by then is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unknot_sim::{Decision, Execution, Explorer, Point, Program, Refusal, explore};

use crate::model::end::End;
use crate::model::terms::Budget;
use crate::search::jobs::{Jobs, Queue, ResultSender, in_order};
use crate::search::monitor::{CheckPhase, Monitor, Pulse};
use crate::search::observed::Observed;
use crate::search::subtrees::{Cut, run_divided};
use crate::search::{Search, run};
use crate::strategy::{Config, Samples, Strategy, StrategyRow, Way};

/// The fewest executions of a part; the first one has to hold all profiles.
const LEAST: u64 = 16;

/// The most executions of a part, so that little is given up at the end.
const MOST: u64 = 1_024;

/// Parts for each thread, where there are enough executions.
const PARTS_EACH: u64 = 8;

/// Explores a program with a strategy of a row, on several threads where that is
/// possible. The number of threads changes nothing. Findings are not run again here.
pub(crate) fn run_row(
    program: &Program,
    (row, config): (&StrategyRow, Config),
    budget: Budget,
    (monitor, jobs): (&Monitor, Jobs),
) -> Observed {
    if row.way == Way::Search {
        return run_divided(program, (row.create)(config), budget, (monitor, jobs), Cut::DEFAULT);
    }
    if row.way == Way::Guided || jobs == Jobs::MIN || budget.max_executions <= LEAST {
        return run(program, (row.create)(config), budget, (CheckPhase::Search, monitor));
    }
    let n_jobs = u64::try_from(jobs.get()).unwrap_or(u64::MAX);
    let size = (budget.max_executions / n_jobs.saturating_mul(PARTS_EACH)).clamp(LEAST, MOST);
    let queue = Queue::new(budget.max_executions.div_ceil(size));
    let (executions, steps) = (AtomicU64::new(0), AtomicU64::new(0));
    let common = Common { queue, size, budget, executions, steps, monitor: monitor.clone() };
    let common = Arc::new(common);
    let work = |done: &ResultSender<Observed>| {
        let strategy = (row.create)(config);
        explore(program, budget.semantics.limits(false), PartWorker::new(strategy, &common, done));
    };
    let mut all: Option<Observed> = None;
    let each = |_, part: Observed| {
        let is_last = budget.fail_fast && part.shows_error(budget.levels);
        match &mut all {
            Some(all) => all.absorb(part, 0),
            None => all = Some(part),
        }
        if is_last { Err(()) } else { Ok(()) }
    };
    // The queue knows already which parts are of no use after the last one.
    let _ = in_order(jobs, work, each, || ());
    let mut observed = all.expect("the first part is always handed over");
    if matches!(observed.end, End::Exhausted | End::OneExecution) {
        observed.end = End::Executions;
    }
    observed
}

/// What the threads share.
struct Common {
    /// The numbers of the parts.
    queue: Queue,
    /// Executions of a part.
    size: u64,
    budget: Budget,
    /// Executions of all threads so far.
    executions: AtomicU64,
    /// Steps of all threads so far.
    steps: AtomicU64,
    monitor: Monitor,
}

/// The explorer of a thread, which goes from part to part.
struct PartWorker {
    search: Search<Box<dyn Strategy>>,
    common: Arc<Common>,
    done: ResultSender<Observed>,
    /// The part that is worked on.
    part: Option<u64>,
    /// The first execution of the part, before it is made.
    first: Option<u64>,
    /// Whether the profiles have been made or are about to be.
    is_ready: bool,
    /// Profiles that are still to be made.
    profiles: u64,
    /// Whether the execution that runs belongs to a part.
    is_booked: bool,
}

impl PartWorker {
    fn new(
        strategy: Box<dyn Strategy>,
        common: &Arc<Common>,
        done: &ResultSender<Observed>,
    ) -> PartWorker {
        let asked = Arc::clone(common);
        // A worker sees one part, so progress comes from the shared counters.
        let monitor = common.monitor.asking(move |pulse| {
            asked.monitor.ask(Pulse {
                executions: asked.executions.load(Ordering::Relaxed),
                steps: asked.steps.load(Ordering::Relaxed),
                most: Some(asked.budget.max_executions),
                ..pulse
            })
        });
        let search = Search::new(strategy, common.budget, (CheckPhase::Search, monitor));
        PartWorker {
            search,
            common: Arc::clone(common),
            done: done.clone(),
            part: None,
            first: None,
            is_ready: false,
            profiles: 0,
            is_booked: false,
        }
    }

    /// Begins with the next part, if one is left.
    fn take(&mut self) -> bool {
        let Common { queue, size, budget, .. } = &*self.common;
        let Some(part) = queue.take() else { return false };
        let first = part * size;
        self.search.restart(first, (budget.max_executions - first).min(*size));
        (self.part, self.first) = (Some(part), Some(first));
        if !self.is_ready && part > 0 {
            self.profiles = self.sampler().profiles();
        }
        self.is_ready = true;
        true
    }

    fn sampler(&mut self) -> &mut dyn Samples {
        self.search.strategy().as_sampler().expect("what is done in parts is a sampler")
    }

    fn hand_over(&mut self) {
        if let Some(part) = self.part.take() {
            let seen = self.search.take();
            if matches!(seen.end, End::Stopped(_) | End::Refused(_)) {
                self.common.queue.end_at(0);
            }
            // After the last part that counts nothing receives any more.
            let _ = self.done.send((part, seen));
        }
    }
}

impl Explorer for PartWorker {
    fn begin(&mut self) -> bool {
        loop {
            if self.profiles > 0 {
                self.profiles -= 1;
                self.is_booked = false;
                return self.search.strategy().begin();
            }
            if let Some(first) = self.first.take() {
                self.sampler().seek(first);
            }
            let is_of_use = self.part.is_some_and(|part| self.common.queue.needs(part));
            if is_of_use && self.search.begin() {
                self.is_booked = true;
                return true;
            }
            self.hand_over();
            if !self.take() {
                return false;
            }
        }
    }

    fn lost(&mut self, at: &Point<'_>) {
        self.search.lost(at);
    }

    fn refused(&mut self, why: Refusal) {
        self.search.refused(why);
        self.hand_over();
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.search.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.search.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        if !self.is_booked {
            self.search.strategy().end(execution);
            return;
        }
        self.search.end(execution);
        self.common.executions.fetch_add(1, Ordering::Relaxed);
        self.common.steps.fetch_add(execution.trace.len() as u64, Ordering::Relaxed);
        if let (true, Some(part)) = (self.search.is_stopped(), self.part) {
            self.common.queue.end_at(part + 1);
        }
    }
}
