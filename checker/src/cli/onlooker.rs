//! What happens between the executions of `check`: the time limit, and the
//! line that shows progress.
//!
//! Searches ask after every execution. The clock is read only when a thousand
//! steps were made since it last was, so that asking costs next to nothing,
//! and the line is rewritten at most ten times a second. It is blanked with
//! spaces, which every terminal knows, and cut so that it does not wrap on one
//! of 80 columns.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::environment;
use crate::report::grouped;
use crate::report::style::width;
use crate::report::text::padded;
use crate::watch::{Phase, Pulse, Stop, Watch};

/// Steps, and executions, between two looks at the clock.
const STRIDE: u64 = 1_000;

/// Between two lines.
const PAUSE: Duration = Duration::from_millis(100);

/// A line is no wider.
const COLUMNS: usize = 79;

/// Whoever looks on while `check` runs.
pub(super) struct Onlooker(Rc<RefCell<State>>);

struct State {
    limit: Option<Duration>,
    /// When the command began.
    began: Instant,
    /// What ended it, once that is so.
    stop: Option<Stop>,
    line: Option<Line>,
    /// Where the clock was last read.
    last: Option<(Phase, u64)>,
}

struct Line {
    to: Box<dyn Write>,
    /// Such as `3/12 ab-ba-noodles/one-order`.
    subject: String,
    /// The phase and when it began.
    phase: (Phase, Instant),
    drawn: Instant,
    /// Columns to blank.
    columns: usize,
}

impl Onlooker {
    /// The clock of the limit starts here.
    pub(super) fn new(limit: Option<u64>, progress: Option<Box<dyn Write>>) -> Onlooker {
        let began = environment::now();
        let line = progress.map(|to| Line {
            to,
            subject: String::new(),
            phase: (Phase::Search, began),
            drawn: began,
            columns: 0,
        });
        let limit = limit.map(Duration::from_secs);
        Onlooker(Rc::new(RefCell::new(State { limit, began, stop: None, line, last: None })))
    }

    /// What searches ask. Without a limit and a line there is nothing to ask.
    pub(super) fn watch(&self) -> Watch {
        let state = Rc::clone(&self.0);
        let is_idle = state.borrow().limit.is_none() && state.borrow().line.is_none();
        if is_idle {
            return Watch::default();
        }
        Watch::new(move |pulse| state.borrow_mut().between(pulse))
    }

    /// The next scenario begins.
    pub(super) fn begin(&self, nth: usize, of: usize, name: &str) {
        let mut state = self.0.borrow_mut();
        state.last = None;
        if let Some(line) = &mut state.line {
            line.subject = format!("{nth}/{of} {name}");
            line.phase = (Phase::Search, environment::now());
        }
    }

    /// Takes the line away, before something is printed.
    pub(super) fn clear(&self) {
        if let Some(line) = &mut self.0.borrow_mut().line {
            line.clear();
        }
    }
}

impl State {
    fn between(&mut self, pulse: Pulse) -> Option<Stop> {
        if self.stop.is_some() {
            return self.stop.clone();
        }
        let effort = pulse.executions + pulse.steps;
        let is_near = |(phase, last): (Phase, u64)| {
            phase == pulse.phase && (last..last + STRIDE).contains(&effort)
        };
        if self.last.is_some_and(is_near) {
            return None;
        }
        self.last = Some((pulse.phase, effort));
        let now = environment::now();
        if let Some(limit) = self.limit
            && now.duration_since(self.began) >= limit
        {
            self.stop = Some(Stop(format!("time limit: {} s", limit.as_secs())));
        } else if let Some(line) = &mut self.line {
            line.show(pulse, now);
        }
        self.stop.clone()
    }
}

impl Line {
    fn show(&mut self, pulse: Pulse, now: Instant) {
        if pulse.phase != self.phase.0 {
            self.phase = (pulse.phase, now);
        }
        if now.duration_since(self.drawn) < PAUSE {
            return;
        }
        self.drawn = now;
        let text = told(&self.subject, pulse, now.duration_since(self.phase.1));
        let columns = width(&text);
        // What is on the screen is no longer known if this fails; the check
        // goes on all the same.
        let _ = write!(self.to, "\r{}", padded(&text, self.columns));
        let _ = self.to.flush();
        self.columns = columns.max(self.columns);
    }

    fn clear(&mut self) {
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
