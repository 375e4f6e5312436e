//! The line that shows progress.
//!
//! It is rewritten at most ten times a second, blanked with spaces, which
//! every terminal knows, and cut so that it does not wrap. Of several checks
//! that run it shows the first. The size of a search is estimated from the part
//! that is done ([`crate::strategy::estimate`]). The moments at which the line looks at
//! that depend on the clock, and the report says nothing about it.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

use crate::model::count::grouped;
use crate::report::style::padded;
use crate::report::style::width;
use crate::search::monitor::{CheckPhase, Pulse};
use crate::strategy::estimate::{Estimate, Estimator, mass};

/// The time between two states of the line that is rewritten.
const PAUSE: Duration = Duration::from_millis(100);

/// The time between two lines where each line stays.
const LONG_PAUSE: Duration = Duration::from_secs(10);

/// How lines follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Each line takes the place of the one before, as a terminal allows.
    Rewritten,
    /// Each line stays, as a log wants them.
    Plain,
}

impl Manner {
    fn pause(self) -> Duration {
        match self {
            Manner::Rewritten => PAUSE,
            Manner::Plain => LONG_PAUSE,
        }
    }
}

/// The width of a line where the width of the terminal is not known: one column
/// less than 80, since some terminals wrap at the last one.
pub(super) const COLUMNS: usize = 79;

/// The subject gives way to numbers until this many columns are left of it.
const LEAST_SUBJECT: usize = 16;

/// An estimate above this is only told as "more than" this number.
const MOST_TOTAL: f64 = 1e15;

/// The line and what it is about.
pub(super) struct ProgressLine {
    to: Box<dyn Write + Send>,
    manner: Manner,
    /// How wide it may be.
    room: usize,
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
    phase: (CheckPhase, Instant),
    heard: Instant,
    estimator: Estimator,
}

impl ProgressLine {
    pub(super) fn new(
        (to, manner): (Box<dyn Write + Send>, Manner),
        room: usize,
        now: Instant,
    ) -> ProgressLine {
        ProgressLine { to, manner, room, running: BTreeMap::new(), drawn: now, columns: 0 }
    }

    /// Notes that a check begins.
    pub(super) fn begin(&mut self, nth: usize, subject: String, now: Instant) {
        let (phase, estimator) = ((CheckPhase::Search, now), Estimator::default());
        self.running.insert(nth, Running { subject, phase, heard: now, estimator });
    }

    /// Notes that a check has ended.
    pub(super) fn end(&mut self, nth: usize) {
        self.running.remove(&nth);
    }

    /// Hears how far a check is.
    pub(super) fn hear(&mut self, nth: usize, pulse: Pulse<'_>, now: Instant) {
        let is_first = self.running.keys().next() == Some(&nth);
        let others = self.running.len().saturating_sub(1);
        let Some(running) = self.running.get_mut(&nth) else { return };
        if pulse.phase != running.phase.0 {
            running.phase = (pulse.phase, now);
            running.estimator = Estimator::default();
        }
        if now.duration_since(running.heard) < PAUSE {
            return;
        }
        running.heard = now;
        let path = pulse.strategy.and_then(|strategy| strategy.path());
        if let Some(path) = &path {
            running.estimator.see(pulse.executions, mass(path));
        }
        if !is_first || now.duration_since(self.drawn) < self.manner.pause() {
            return;
        }
        let mut subject = running.subject.clone();
        if others > 0 {
            subject.push_str(&format!(" and {others} more"));
        }
        let ahead = match (path, pulse.most) {
            // A sampler goes on until its budget is spent.
            (None, Some(most)) => Ahead::Known(most),
            (None, None) => Ahead::Unknown,
            (Some(_), most) => running.estimator.estimate().map_or(Ahead::Unknown, |estimate| {
                Ahead::Estimated(estimate, most.unwrap_or(u64::MAX))
            }),
        };
        let text = told(&subject, pulse, now.duration_since(running.phase.1), ahead, self.room);
        self.draw(&text, now);
    }

    fn draw(&mut self, text: &str, now: Instant) {
        self.drawn = now;
        if self.manner == Manner::Plain {
            let _ = writeln!(self.to, "{text}");
            let _ = self.to.flush();
            return;
        }
        let columns = width(text);
        // If this fails it is no longer known what is on the screen; the check
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

/// How many executions there are in all.
#[derive(Clone, Copy)]
enum Ahead {
    Unknown,
    Known(u64),
    /// An estimate, and the budget, which may end it before.
    Estimated(Estimate, u64),
}

/// The line. Where there is too little room the subject gives way first, then
/// the spread, then every estimate, and then the rest of the subject.
fn told(subject: &str, pulse: Pulse<'_>, time: Duration, ahead: Ahead, room: usize) -> String {
    let phase = match pulse.phase {
        CheckPhase::Search => "",
        CheckPhase::Directed => "directed stage: ",
        CheckPhase::Steering => "predictions: ",
        CheckPhase::Simplest => "simplest schedules: ",
        CheckPhase::CrossCheck => "cross-check: ",
        CheckPhase::Explanation => "what decides: ",
    };
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
    let rate = pulse.executions.saturating_mul(1_000_000) / micros;
    let count = format!("  {phase}{} executions, {}/s", grouped(pulse.executions), grouped(rate));
    let least = width(subject).min(LEAST_SUBJECT);
    let longer = [true, false].map(|spread| total(ahead, spread) + &left(ahead, pulse, rate));
    let fits = longer.iter().find(|more| least + width(&count) + width(more) <= room);
    let count = count + fits.map_or("", String::as_str);
    let mut subject = subject.to_owned();
    while width(&subject) + width(&count) > room && subject.pop().is_some() {}
    subject + &count
}

/// `, about 120,000 (90,000 to 150,000) in all`.
fn total(ahead: Ahead, with_spread: bool) -> String {
    match ahead {
        Ahead::Unknown => String::new(),
        Ahead::Known(total) => format!(", {} in all", grouped(total)),
        Ahead::Estimated(estimate, _) if estimate.total > MOST_TOTAL => {
            format!(", more than {} in all", rounded(MOST_TOTAL))
        }
        Ahead::Estimated(Estimate { total, low, high }, _) => {
            let (low, high) = (rounded(low), rounded(high));
            let spread = if with_spread && low != high {
                format!(" ({low} to {high})")
            } else {
                String::new()
            };
            format!(", about {}{spread} in all", rounded(total))
        }
    }
}

/// `, 12 s left`, or the time until the end of the budget, if that is earlier.
fn left(ahead: Ahead, pulse: Pulse<'_>, rate: u64) -> String {
    let (total, what) = match ahead {
        Ahead::Unknown => return String::new(),
        Ahead::Known(total) => (total as f64, "left".to_owned()),
        Ahead::Estimated(estimate, most) if estimate.total > most as f64 => {
            (most as f64, format!("until {}", grouped(most)))
        }
        Ahead::Estimated(estimate, _) => (estimate.total, "left".to_owned()),
    };
    if rate == 0 {
        return String::new();
    }
    let seconds = (total - pulse.executions as f64).max(0.0) / rate as f64;
    let units = [("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("days", 86_400.0)];
    // The largest unit of which there are at least two.
    let (unit, size) =
        units.into_iter().rfind(|(_, size)| seconds >= 2.0 * size).unwrap_or(units[0]);
    let n = (seconds / size).ceil();
    if n > 1_000.0 { format!(", years {what}") } else { format!(", {n} {unit} {what}") }
}

/// A number with two significant digits.
fn rounded(number: f64) -> String {
    let number = number.max(0.0).round();
    let digits = if number < 1.0 { 0 } else { number.log10().floor() as i32 };
    let unit = 10f64.powi((digits - 1).max(0));
    grouped(((number / unit).round() * unit) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(phase: CheckPhase, executions: u64) -> Pulse<'static> {
        Pulse { phase, executions, steps: 0, most: None, strategy: None }
    }

    #[test]
    fn lines() {
        let told = |subject: &str, pulse, millis| {
            told(subject, pulse, Duration::from_millis(millis), Ahead::Unknown, COLUMNS)
        };
        // 3,000 in half a second are 6,000 in a whole one.
        let line = told("1/2 a/b", at(CheckPhase::Search, 3_000), 500);
        assert_eq!(line, "1/2 a/b  3,000 executions, 6,000/s");
        let line = told("1/2 a/b", at(CheckPhase::CrossCheck, 0), 0);
        assert_eq!(line, "1/2 a/b  cross-check: 0 executions, 0/s");
        let line = told(&"鍵".repeat(60), at(CheckPhase::Simplest, u64::MAX), u64::MAX);
        assert!((COLUMNS - 1..=COLUMNS).contains(&width(&line)), "{line}");
        assert!(line.contains("simplest schedules: 18,446,744,073,709,551,615"), "{line}");
    }

    /// 31,000 in half a second are 62,000/s.
    #[test]
    fn what_is_ahead() {
        let estimate = |total, low, high| Estimate { total, low, high };
        let usual = estimate(119_600.0, 90_400.0, 148_900.0);
        for (ahead, room, more) in [
            // 88,600 more take 1.4 s.
            (
                Ahead::Estimated(usual, 1_000_000),
                120,
                "about 120,000 (90,000 to 150,000) in all, 2 s left",
            ),
            (Ahead::Estimated(usual, 1_000_000), 79, "about 120,000 in all, 2 s left"),
            // 50,000 - 31,000 take 0.3 s.
            (Ahead::Estimated(usual, 50_000), 79, "about 120,000 in all, 1 s until 50,000"),
            (Ahead::Known(40_031_000), 79, "40,031,000 in all, 11 min left"),
            (Ahead::Known(31_000), 79, "31,000 in all, 0 s left"),
            (
                Ahead::Estimated(estimate(1e40, 1e39, 2e40), u64::MAX),
                120,
                "more than 1,000,000,000,000,000 in all, years until 18,446,744,073,709,551,615",
            ),
            (Ahead::Estimated(estimate(16.0, 16.0, 16.0), 99), 79, "about 16 in all, 0 s left"),
        ] {
            let line = told(
                "1/1 a",
                at(CheckPhase::Search, 31_000),
                Duration::from_millis(500),
                ahead,
                room,
            );
            assert_eq!(line, format!("1/1 a  31,000 executions, 62,000/s, {more}"));
        }
        // No room for any of it.
        let time = Duration::from_secs(1);
        let line = told("1/1 abcdefg", at(CheckPhase::Search, 3), time, Ahead::Known(9), 28);
        assert_eq!(line, "1/1 abcde  3 executions, 3/s");
    }

    /// Where lines stay, one is written every 10 s, and nothing is blanked.
    #[test]
    fn plain_lines_stay() {
        #[derive(Clone, Default)]
        struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);
        impl Write for Log {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().expect("no panic").write(bytes)
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let (log, began) = (Log::default(), crate::environment::now());
        let mut line = ProgressLine::new((Box::new(log.clone()), Manner::Plain), COLUMNS, began);
        line.begin(0, "1/1 a".to_owned(), began);
        for second in 1..=25 {
            line.hear(0, at(CheckPhase::Search, second * 100), began + Duration::from_secs(second));
        }
        line.clear();
        let text = String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text");
        let expected = "1/1 a  1,000 executions, 100/s\n1/1 a  2,000 executions, 100/s\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn numbers_with_two_digits() {
        for (number, text) in [
            (0.0, "0"),
            (0.4, "0"),
            (9.6, "10"),
            (14.4, "14"),
            (123.0, "120"),
            (99_600.0, "100,000"),
        ] {
            assert_eq!(rounded(number), text, "{number}");
        }
    }
}
