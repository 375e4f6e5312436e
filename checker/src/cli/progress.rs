//! The line that shows progress.
//!
//! It is rewritten at most ten times a second, blanked with spaces, which
//! every terminal knows, and cut so that it does not wrap on one of 80
//! columns. Of several checks that run it shows the first.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

use crate::report::grouped;
use crate::report::style::width;
use crate::report::text::padded;
use crate::watch::{Phase, Pulse};

/// Between two lines.
const PAUSE: Duration = Duration::from_millis(100);

/// A line is no wider.
const COLUMNS: usize = 79;

/// The line and what it is about.
pub(super) struct Line {
    to: Box<dyn Write + Send>,
    running: BTreeMap<usize, Running>,
    drawn: Instant,
    /// Columns to blank.
    columns: usize,
}

/// A check that runs.
struct Running {
    /// Such as `3/12 ab-ba-noodles/one-order`.
    subject: String,
    /// The phase and when it began.
    phase: (Phase, Instant),
}

impl Line {
    pub(super) fn new(to: Box<dyn Write + Send>, now: Instant) -> Line {
        Line { to, running: BTreeMap::new(), drawn: now, columns: 0 }
    }

    /// A check begins.
    pub(super) fn begin(&mut self, nth: usize, subject: String, now: Instant) {
        self.running.insert(nth, Running { subject, phase: (Phase::Search, now) });
    }

    /// A check has ended.
    pub(super) fn end(&mut self, nth: usize) {
        self.running.remove(&nth);
    }

    /// A check says how far it is.
    pub(super) fn hear(&mut self, nth: usize, pulse: Pulse, now: Instant) {
        let is_first = self.running.keys().next() == Some(&nth);
        let others = self.running.len() - 1;
        let Some(running) = self.running.get_mut(&nth) else { return };
        if pulse.phase != running.phase.0 {
            running.phase = (pulse.phase, now);
        }
        if !is_first || now.duration_since(self.drawn) < PAUSE {
            return;
        }
        let mut subject = running.subject.clone();
        if others > 0 {
            subject.push_str(&format!(" and {others} more"));
        }
        let text = told(&subject, pulse, now.duration_since(running.phase.1));
        self.draw(&text, now);
    }

    fn draw(&mut self, text: &str, now: Instant) {
        self.drawn = now;
        let columns = width(text);
        // What is on the screen is no longer known if this fails; the check
        // goes on all the same.
        let _ = write!(self.to, "\r{}", padded(text, self.columns));
        let _ = self.to.flush();
        self.columns = columns.max(self.columns);
    }

    /// Takes the line away, before something is printed.
    pub(super) fn clear(&mut self) {
        if self.columns > 0 {
            let _ = write!(self.to, "\r{}\r", " ".repeat(self.columns));
            let _ = self.to.flush();
            self.columns = 0;
        }
    }
}

/// The line: the subject gives way where there is too little room.
fn told(subject: &str, pulse: Pulse, time: Duration) -> String {
    let phase = match pulse.phase {
        Phase::Search => "",
        Phase::Simplest => "simplest schedules: ",
        Phase::CrossCheck => "cross-check: ",
    };
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
    let rate = pulse.executions.saturating_mul(1_000_000) / micros;
    let count = format!("  {phase}{} executions, {}/s", grouped(pulse.executions), grouped(rate));
    let mut subject = subject.to_owned();
    while width(&subject) + width(&count) > COLUMNS && subject.pop().is_some() {}
    subject + &count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let at = |phase, executions| Pulse { phase, executions, steps: 0 };
        // 3,000 in half a second are 6,000 in a whole one.
        let line = told("1/2 a/b", at(Phase::Search, 3_000), Duration::from_millis(500));
        assert_eq!(line, "1/2 a/b  3,000 executions, 6,000/s");
        let line = told("1/2 a/b", at(Phase::CrossCheck, 0), Duration::ZERO);
        assert_eq!(line, "1/2 a/b  cross-check: 0 executions, 0/s");
        let line = told(&"鍵".repeat(60), at(Phase::Simplest, u64::MAX), Duration::MAX);
        assert!((COLUMNS - 1..=COLUMNS).contains(&width(&line)), "{line}");
        assert!(line.contains("simplest schedules: 18,446,744,073,709,551,615"), "{line}");
    }
}
