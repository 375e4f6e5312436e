//! What a process spends its time with: blocked in calls, or at work. All of it is read off the
//! clock.
//!
//! Work is computed on a core. A process that works until it is told something looks for that
//! every millisecond, half-way between two whole ones. All else happens at whole milliseconds,
//! so no look falls on the moment at which the process is told, and there is one order. Sums
//! are whole milliseconds: the half between being told and looking is not counted.

use std::time::Duration;

use unknot_checker::sim::{Cpu, Exception, Policy, now};

use super::waits;

const MILLISECOND: Duration = Duration::from_millis(1);

/// The time of one process.
#[derive(Debug)]
pub(super) struct Meter {
    core: Cpu,
    /// From when to when the process was blocked.
    blocked: Vec<[Duration; 2]>,
    worked: Duration,
    n_calls: i64,
}

impl Meter {
    pub(super) fn new() -> Result<Meter, Exception> {
        let core = Cpu::named("cpu", 1, Policy::Fcfs)?;
        Ok(Meter { core, blocked: vec![], worked: Duration::ZERO, n_calls: 0 })
    }

    /// A call, in which the process is blocked as long as it lasts.
    pub(super) fn call<T>(&mut self, call: impl FnOnce() -> T) -> Result<T, Exception> {
        self.n_calls += 1;
        self.waits(call)
    }

    /// The same for what is no call.
    pub(super) fn waits<T>(&mut self, wait: impl FnOnce() -> T) -> Result<T, Exception> {
        let from = now()?;
        let value = wait();
        self.blocked.push([from, now()?]);
        Ok(value)
    }

    /// Works for so long.
    pub(super) fn works(&mut self, takes: Duration) -> Result<(), Exception> {
        let from = now()?;
        self.core.compute(takes);
        self.worked += now()? - from;
        Ok(())
    }

    /// Works until a look shows that the process was told.
    pub(super) fn works_until(&mut self, is_told: impl Fn() -> bool) -> Result<(), Exception> {
        self.works(MILLISECOND / 2)?;
        while !is_told() {
            self.works(MILLISECOND)?;
        }
        Ok(())
    }

    pub(super) fn n_calls(&self) -> i64 {
        self.n_calls
    }

    /// For how long it has worked.
    pub(super) fn worked(&self) -> i64 {
        millis(self.worked)
    }

    /// For how long it was blocked.
    pub(super) fn blocked(&self) -> i64 {
        self.blocked_within([Duration::ZERO, Duration::MAX])
    }

    /// The same before a moment and after it.
    pub(super) fn blocked_around(&self, moment: Duration) -> [i64; 2] {
        [[Duration::ZERO, moment], [moment, Duration::MAX]].map(|part| self.blocked_within(part))
    }

    fn blocked_within(&self, [first, last]: [Duration; 2]) -> i64 {
        let within = |&[from, to]: &[Duration; 2]| to.min(last).saturating_sub(from.max(first));
        millis(self.blocked.iter().map(within).sum())
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).expect("short programs")
}

/// Makes a call that does not wait until it brings something, and works for an interval after
/// each that does not. How many did not.
pub(super) fn poll<T>(
    meter: &mut Meter,
    interval: i64,
    call: impl Fn() -> Result<T, Exception>,
) -> Result<i64, Exception> {
    let mut wasted = 0;
    loop {
        match meter.call(&call)? {
            Ok(_) => return Ok(wasted),
            Err(error) if error.kind == "BlockingIOError" => wasted += 1,
            Err(error) => return Err(error),
        }
        meter.works(waits::millis(interval))?;
    }
}
