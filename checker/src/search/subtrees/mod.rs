//! One search on several threads.
//!
//! A search goes through its executions in order, and what comes last can be given away
//! ([`Divisible::divide`](crate::strategy::Divisible::divide)). So the search is cut into
//! *pieces*, which stand in a queue in the order of their executions. A thread takes the first piece that
//! no other thread works on. It gives the end of its piece away when other threads have
//! nothing to do, and puts back what is left of it after a while, so that all threads
//! stay busy near the front. Observations are merged from the front on and in order, so
//! the result does not tell where the search was cut, or by how many threads.
//!
//! A budget ends the search in the middle of a piece. That piece is run again from
//! its beginning, with what is left of the budget. The same holds for the first
//! error, except that nothing is run again, since a piece ends there: the pieces after
//! it are given up.
//!
//! Where a check is ended from outside, everything observed by then is told, also in
//! pieces after one that has not finished. There the numbers of executions are not
//! those of one thread.

mod piece_queue;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use piece_queue::{FinishedPiece, PieceQueue, PieceStage, Start, Taken};
use unknot_sim::{Decision, Execution, Explorer, Names, Point, Program, Refusal, explore_on};

use crate::model::end::End;
use crate::model::end::Stop;
use crate::model::terms::Budget;
use crate::search::jobs::{Jobs, together};
use crate::search::monitor::{CheckPhase, Monitor, Pulse};
use crate::search::observed::Observed;
use crate::search::{Search, run, run_on};
use crate::strategy::Strategy;

/// How large the pieces are, in steps: steps tell more about the time that a piece
/// takes than executions do.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Steps that one thread makes before other threads begin.
    pub alone: u64,
    /// Steps after which the rest of a piece is put back.
    pub most: u64,
    /// Steps that are kept of a piece when its end is given away.
    pub keep: u64,
}

impl Cut {
    /// 20,000 steps take some 10 ms. That is long compared with handing over a piece, and
    /// short compared with what a budget may waste.
    pub const DEFAULT: Cut = Cut { alone: 20_000, most: 200_000, keep: 20_000 };
}

/// Explores a program with a search, on several threads if it can be divided.
/// The number of threads changes nothing. Findings are not run again here.
pub fn run_divided(
    program: &Program,
    mut search: Box<dyn Strategy>,
    budget: Budget,
    (monitor, jobs): (&Monitor, Jobs),
    cut: Cut,
) -> Observed {
    let is_nothing = budget.max_executions == 0 || budget.max_effort == 0;
    if jobs == Jobs::MIN || is_nothing || search.as_divisible().is_none() {
        return run(program, search, budget, (CheckPhase::Search, monitor));
    }
    let queue = PieceQueue::new(search, budget, jobs);
    let shared = Arc::new(SubtreeShared {
        queue: Mutex::new(queue),
        changed: Condvar::new(),
        wanted: AtomicBool::new(false),
        front: AtomicU64::new(0),
        stop: OnceLock::new(),
        executions: AtomicU64::new(0),
        steps: AtomicU64::new(0),
        budget,
        cut,
        monitor: monitor.clone(),
    });
    if let Some(first) = shared.take() {
        shared.work_on(program, first, cut.alone);
    }
    if !shared.lock().is_over() {
        together(jobs, || {
            let guard = PanicGuard(&shared);
            while let Some(piece) = shared.take() {
                shared.work_on(program, piece, cut.most);
            }
            std::mem::forget(guard);
        });
    }
    shared.finish(program)
}

/// What the threads share.
struct SubtreeShared {
    queue: Mutex<PieceQueue>,
    changed: Condvar,
    /// Whether some thread has nothing to do.
    wanted: AtomicBool,
    /// The piece at the front: only the thread that works on it asks whether to go on.
    front: AtomicU64,
    /// The answer that it got, if it was told to stop.
    stop: OnceLock<Stop>,
    /// Executions and steps of all threads so far.
    executions: AtomicU64,
    steps: AtomicU64,
    budget: Budget,
    cut: Cut,
    monitor: Monitor,
}

impl SubtreeShared {
    /// Locks the queue. A panic leaves nothing half done in there.
    fn lock(&self) -> MutexGuard<'_, PieceQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the other threads that the queue has changed.
    fn tell(&self, queue: &PieceQueue) {
        self.wanted.store(queue.idle > queue.n_ready(), Ordering::Relaxed);
        let front = queue.pieces.front().map_or(u64::MAX, |piece| piece.id);
        self.front.store(front, Ordering::Relaxed);
        self.changed.notify_all();
    }

    /// Waits for a piece to work on. `None` when there will be no more.
    fn take(&self) -> Option<Taken> {
        let mut queue = self.lock();
        loop {
            if queue.is_over() {
                return None;
            }
            if let Some(taken) = queue.take() {
                self.tell(&queue);
                return Some(taken);
            }
            queue.idle += 1;
            self.wanted.store(true, Ordering::Relaxed);
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
    }

    /// Works on a piece for `most` steps.
    fn work_on(self: &Arc<SubtreeShared>, program: &Program, piece: Taken, most: u64) {
        let Taken { id, mut start, is_given_up } = piece;
        let Start { search, names } = start.again();
        let monitor = self.monitor_for(id);
        let search = Search::new(search, self.budget, (CheckPhase::Search, monitor));
        let limits = self.budget.semantics.limits(false);
        let worker = PieceWorker {
            search,
            shared: Arc::clone(self),
            id,
            is_given_up,
            most,
            is_full: false,
            names: None,
        };
        let PieceWorker { mut search, names, is_full, .. } =
            explore_on(program, limits, names, worker);
        let (seen, is_stopped) = (search.take(), search.is_stopped());
        let rest = names.filter(|_| is_full && !is_stopped);
        // A piece that is put back has to wait, so it keeps only what it begins with.
        let rest = rest.map(|names| Start { search: search.into_strategy(), names }.again());
        let rest = rest.and_then(|mut rest| (!rest.is_empty()).then_some(rest));
        let mut queue = self.lock();
        queue.is_interrupted |= matches!(seen.end, End::Stopped(_) | End::Refused(_));
        // A piece that was given up is of no use.
        if let Some(at) = queue.find(id) {
            if is_stopped {
                queue.give_up(at + 1);
            }
            rest.into_iter().for_each(|rest| queue.insert(at + 1, rest));
            queue.pieces[at].stage =
                PieceStage::Done(Box::new(FinishedPiece { start, seen, is_stopped }));
        }
        if !queue.is_interrupted {
            queue.settle();
        }
        self.tell(&queue);
    }

    /// Asks whether to go on, from the thread at the front, with the shared counters. The
    /// other threads only get the answer.
    fn monitor_for(self: &Arc<SubtreeShared>, id: u64) -> Monitor {
        let shared = Arc::clone(self);
        self.monitor.asking(move |pulse| {
            if shared.front.load(Ordering::Relaxed) == id {
                let told = shared.monitor.ask(Pulse {
                    executions: shared.executions.load(Ordering::Relaxed),
                    steps: shared.steps.load(Ordering::Relaxed),
                    most: Some(shared.budget.max_executions),
                    ..pulse
                });
                told.into_iter().for_each(|stop| _ = shared.stop.set(stop));
            }
            shared.stop.get().copied()
        })
    }

    /// Everything that the search observed.
    fn finish(self: &Arc<SubtreeShared>, program: &Program) -> Observed {
        let mut queue = self.lock();
        let mut is_exhausted = queue.pieces.is_empty() && !queue.is_stopped;
        let mut unfinished = End::FirstError;
        if let Some((mut last, is_end)) = queue.last.take() {
            let Start { search, names } = last.again();
            let monitored = (CheckPhase::Search, &self.monitor_for(u64::MAX));
            let seen = run_on(program, (search, names), queue.left, monitored);
            // The last execution may have taken more than was left.
            is_exhausted = is_end && seen.exhausted();
            let is_spent = seen.stats.spent() >= queue.left.max_executions;
            let end = if is_spent { End::Executions } else { End::Effort };
            unfinished = if seen.exhausted() { end } else { seen.end };
            queue.absorb(seen);
        }
        for piece in std::mem::take(&mut queue.pieces) {
            if let PieceStage::Done(done) = piece.stage {
                queue.absorb(done.seen);
            }
        }
        let mut seen = queue.seen.take().expect("a worker had the first piece");
        seen.end = match seen.end {
            _ if is_exhausted => End::Exhausted,
            // These ends are those of one piece; the whole search ended for another reason.
            End::Exhausted | End::OneExecution => unfinished,
            end => end,
        };
        seen
    }
}

/// Ends the other threads when it is dropped by a panic of a thread.
struct PanicGuard<'a>(&'a SubtreeShared);

impl Drop for PanicGuard<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.give_up(0);
        self.0.tell(&queue);
    }
}

/// The explorer of one piece.
struct PieceWorker {
    search: Search<Box<dyn Strategy>>,
    shared: Arc<SubtreeShared>,
    id: u64,
    is_given_up: Arc<AtomicBool>,
    /// Steps after which the rest is put back.
    most: u64,
    /// Whether these steps have been made.
    is_full: bool,
    /// The names, when the rest is put back.
    names: Option<Names>,
}

impl PieceWorker {
    /// Gives the end of the piece to a thread that has nothing to do.
    fn give(&mut self, names: &Names) {
        let stats = self.search.stats();
        let (steps, executions) = (stats.steps.max(1), stats.spent());
        let keep = (self.shared.cut.keep.saturating_mul(executions) / steps).max(1);
        let search = self.search.strategy().as_divisible();
        let Some(search) = search.and_then(|search| search.divide(keep)) else { return };
        let mut rest = Start { search, names: names.clone() };
        if rest.is_empty() {
            return;
        }
        let mut queue = self.shared.lock();
        if let Some(at) = queue.find(self.id) {
            queue.insert(at + 1, rest);
            self.shared.tell(&queue);
        }
    }
}

impl Explorer for PieceWorker {
    fn begin(&mut self) -> bool {
        !self.is_full && !self.is_given_up.load(Ordering::Relaxed) && self.search.begin()
    }

    fn lost(&mut self, at: &Point<'_>) {
        self.search.lost(at);
    }

    fn refused(&mut self, why: Refusal) {
        self.search.refused(why);
    }

    fn n_repeated(&self) -> usize {
        self.search.n_repeated()
    }

    fn pick(&mut self, point: &Point<'_>) -> Decision {
        self.search.pick(point)
    }

    fn choose(&mut self, point: &Point<'_>, n: u32) -> u32 {
        self.search.choose(point, n)
    }

    fn end(&mut self, execution: &Execution<'_>) {
        self.search.end(execution);
        self.shared.executions.fetch_add(1, Ordering::Relaxed);
        self.shared.steps.fetch_add(execution.trace.len() as u64, Ordering::Relaxed);
        if self.search.is_stopped() {
            return;
        }
        let stats = self.search.stats();
        self.is_full = stats.steps >= self.most || self.search.is_spent();
        if self.is_full {
            self.names = Some(execution.names.clone());
        } else if self.shared.wanted.load(Ordering::Relaxed) {
            self.give(execution.names);
        }
    }
}
