//! What happens between the executions of `check`: the limit on time, the key
//! that interrupts, and the line that shows progress.
//!
//! Searches ask after every execution. The clock and the key are looked at
//! only when a thousand steps were made since the last look, so that
//! asking costs next to nothing. Several searches may ask at once; what they
//! share is read without a lock until then.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::args::Progress;
use super::interrupt::Interrupt;
use super::progress::{COLUMNS, Manner, ProgressLine};
use crate::cli::terminal::Terminal;
use crate::environment;
use crate::model::end::Stop;
use crate::search::monitor::{Monitor, Pulse};
use unknot_sim::ProgramName;

/// Steps, and executions, between two looks at the clock.
const STRIDE: u64 = 1_000;

/// Before the first look.
const NEVER: u64 = u64::MAX;

/// Watches while `check` runs.
pub(super) struct Onlooker(Arc<OnlookerState>);

struct OnlookerState {
    limit: Option<Duration>,
    /// When the command began.
    began: Instant,
    interrupt: Interrupt,
    /// What ended the command, once it is ended.
    stop: OnceLock<Stop>,
    line: Option<Mutex<ProgressLine>>,
    /// The checks that run, by number.
    running: Mutex<BTreeMap<usize, ProgramName>>,
    /// How often a search has asked: it grows while executions end.
    beats: AtomicU64,
}

/// While this is kept the line stays away.
pub(super) struct Quiet<'a> {
    _line: Option<MutexGuard<'a, ProgressLine>>,
}

impl Onlooker {
    /// Starts the clock of the limit, and watches the key from here on.
    pub(super) fn new(limit: Option<u64>, progress: Progress, terminal: Terminal) -> Onlooker {
        let Terminal { progress: rewritten, log, columns, interrupt, .. } = terminal;
        let to = match progress {
            Progress::Auto => rewritten.map(|to| (to, Manner::Rewritten)),
            Progress::Plain => log.map(|to| (to, Manner::Plain)),
            Progress::Never => None,
        };
        let began = environment::now();
        let room = columns.map_or(COLUMNS, |columns| columns.saturating_sub(1));
        interrupt.heed();
        Onlooker(Arc::new(OnlookerState {
            limit: limit.map(Duration::from_secs),
            began,
            interrupt,
            stop: OnceLock::new(),
            line: to.map(|to| Mutex::new(ProgressLine::new(to, room, began))),
            running: Mutex::default(),
            beats: AtomicU64::new(0),
        }))
    }

    /// Notes that a check begins. Returns the monitor of its searches.
    pub(super) fn begin(&self, nth: usize, of: usize, name: &ProgramName) -> Monitor {
        self.0.running().insert(nth, name.clone());
        if let Some(mut line) = self.0.line() {
            line.begin(nth, format!("{}/{of} {name}", nth + 1), environment::now());
        }
        let (shared, last) = (Arc::clone(&self.0), AtomicU64::new(NEVER));
        Monitor::new(move |pulse| shared.between(nth, &last, pulse))
    }

    /// Notes that a check has ended.
    pub(super) fn end(&self, nth: usize) {
        self.0.running().remove(&nth);
        if let Some(mut line) = self.0.line() {
            line.end(nth);
            line.clear();
        }
    }

    /// Takes the line away, since something is to be printed.
    pub(super) fn quiet(&self) -> Quiet<'_> {
        let mut line = self.0.line();
        if let Some(line) = &mut line {
            line.clear();
        }
        Quiet { _line: line }
    }

    /// The checks that run, in their order.
    pub(super) fn running(&self) -> Vec<ProgramName> {
        self.0.running().values().cloned().collect()
    }

    /// How often a search has asked whether to go on.
    pub(super) fn beats(&self) -> u64 {
        self.0.beats.load(Ordering::Relaxed)
    }

    /// Why the command has to end by now, if it has to.
    pub(super) fn why_to_stop(&self) -> Option<Stop> {
        self.0.why_to_stop(environment::now())
    }

    /// Notes that the result is not needed any more.
    pub(super) fn abandon(&self) {
        let _ = self.0.stop.set(Stop::Abandoned);
    }
}

impl OnlookerState {
    /// The line, which a panic elsewhere cannot have left wrong.
    fn line(&self) -> Option<MutexGuard<'_, ProgressLine>> {
        Some(self.line.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<usize, ProgramName>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn between(&self, nth: usize, last: &AtomicU64, pulse: Pulse<'_>) -> Option<Stop> {
        self.beats.fetch_add(1, Ordering::Relaxed);
        if let Some(stop) = self.stop.get() {
            return Some(*stop);
        }
        // Another phase begins at 0 again, which is not near the last look either.
        let effort = pulse.executions + pulse.steps;
        let before = last.load(Ordering::Relaxed);
        if (before..before.saturating_add(STRIDE)).contains(&effort) {
            return None;
        }
        last.store(effort, Ordering::Relaxed);
        let now = environment::now();
        let stop = self.why_to_stop(now);
        if stop.is_none()
            && let Some(mut line) = self.line()
        {
            line.hear(nth, pulse, now);
        }
        stop
    }

    fn why_to_stop(&self, now: Instant) -> Option<Stop> {
        let is_over = |limit: &Duration| now.duration_since(self.began) >= *limit;
        let why = if self.interrupt.is_pressed() {
            Stop::Interrupted
        } else {
            Stop::TimeLimit { seconds: self.limit.filter(is_over)?.as_secs() }
        };
        // All searches get the same answer, whichever looked first.
        Some(*self.stop.get_or_init(|| why))
    }
}
