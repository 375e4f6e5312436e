//! Waiting for any of several: what `select` and `multiprocessing.connection.wait` do.
//!
//! A step declares for each thing that it waits for the gauge that shows it ready
//! ([`Mode::AnyOf`]), and is enabled while any of them does. It takes nothing: another task
//! may be first at what was ready. What is ready is decided by all gauges in one step, so
//! the answer is one state of the program and not several.

use std::panic::Location;
use std::time::Duration;

use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt;

/// The gauge that shows something ready, and what it has to show for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    gauge: ObjectId,
    at_least: i64,
    flow: Option<FlowReadiness>,
}

/// What else a flow of bytes has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FlowReadiness {
    /// The cell under which the gauge changes.
    cell: ObjectId,
    /// The gauge that shows 1 once the handle is closed, which is ready then.
    closed: ObjectId,
}

impl Readiness {
    pub(crate) fn new(gauge: ObjectId, at_least: i64) -> Readiness {
        Readiness { gauge, at_least, flow: None }
    }

    /// That of a flow of which the gauge shows how many bytes can be read or written.
    pub(crate) fn of_flow(gauge: ObjectId, cell: ObjectId, closed: ObjectId) -> Readiness {
        Readiness { gauge, at_least: 1, flow: Some(FlowReadiness { cell, closed }) }
    }

    fn declared(&self, op: Op, mode: Mode) -> Op {
        // The handle comes first: it tells what the step is about.
        match self.flow {
            Some(FlowReadiness { cell, closed }) => {
                let op = op.with(closed, mode, 1).with(self.gauge, mode, self.at_least);
                op.with(cell, Mode::Read, 0)
            }
            None => op.with(self.gauge, mode, self.at_least),
        }
    }

    /// Looks at it as part of the step.
    fn is_there(&self, mode: Mode) -> bool {
        let is_closed = self.flow.is_some_and(|flow| rt::also(flow.closed, mode, 1));
        let is_there = rt::also(self.gauge, mode, self.at_least);
        if let Some(FlowReadiness { cell, .. }) = self.flow {
            rt::also(cell, Mode::Read, 0);
        }
        is_there || is_closed
    }
}

/// Something that a task can wait for together with others: a permit of a semaphore, an
/// item of a queue or a channel or room for one, a message or the end of a pipe, the end of a
/// thread or of a process, the end of all that a wait group counts.
pub trait Ready {
    /// What shows that it is ready; nothing for a handle that never stood for anything.
    ///
    /// # Errors
    /// If it cannot be waited for, such as an end of a pipe that is closed.
    #[doc(hidden)]
    fn readiness(
        &self,
        location: &'static Location<'static>,
    ) -> Result<Option<Readiness>, Exception>;
}

/// Room for an item where items are put or sent, as something to wait for. Made by the
/// `room` of a queue or a channel.
///
/// ```
/// use unknot_sim::{Channel, done, run_once, wait_any};
///
/// run_once(|| {
///     let (numbers, stop) = (Channel::named("numbers", 1), Channel::<()>::named("stop", 1));
///     numbers.send(1)?;
///     stop.close();
///     // There is no room for another number, and there is an end.
///     assert_eq!(wait_any(&[&numbers.room(), &stop])?, [1]);
///     done(())
/// });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Room {
    readiness: Readiness,
}

impl Room {
    pub(crate) fn new(readiness: Readiness) -> Room {
        Room { readiness }
    }
}

impl Ready for Room {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(Some(self.readiness))
    }
}

/// Waits until any of these is ready. Returns the places of all that are, in their order.
/// One step; one more for each end of a pipe that another thread might close.
///
/// # Errors
/// `ValueError` if there is nothing to wait for, `OSError` for an end of a pipe that is
/// closed.
///
/// ```
/// use unknot_sim::{Queue, Semaphore, done, run_once, spawn, wait_any};
///
/// run_once(|| {
///     let (jobs, stop) = (Queue::named("jobs", 0), Semaphore::named("stop", 0));
///     let (their_jobs, their_stop) = (jobs.clone(), stop.clone());
///     let worker = spawn(move || loop {
///         match wait_any(&[&their_jobs, &their_stop])?.as_slice() {
///             [0, ..] => _ = their_jobs.get()?,
///             _ => return done(()),
///         }
///     });
///     jobs.put(1)?;
///     stop.release();
///     worker.join()?
/// });
/// ```
#[track_caller]
pub fn wait_any(of: &[&dyn Ready]) -> Result<Vec<usize>, Exception> {
    let location = Location::caller();
    wait(VERB, &readiness(of, location)?, None, location)
}

/// The same, until the time is up: then nothing is ready.
///
/// # Errors
/// As [`wait_any`] raises them.
#[track_caller]
pub fn wait_any_timeout(of: &[&dyn Ready], timeout: Duration) -> Result<Vec<usize>, Exception> {
    let location = Location::caller();
    let all = readiness(of, location)?;
    Ok(wait_until(VERB, &all, timeout, location))
}

const VERB: &str = "wait any";

/// Waits for any of these, until the time is up if there is a limit. With no time at all it
/// only looks.
pub(crate) fn wait(
    verb: &'static str,
    all: &[Alternative],
    timeout: Option<Duration>,
    location: &'static Location<'static>,
) -> Result<Vec<usize>, Exception> {
    match timeout {
        None => _ = rt::step_or_leave(declared(verb, all, Mode::AnyOf, location))?,
        Some(Duration::ZERO) => {
            rt::step_or_leave(declared(verb, all, Mode::Look, location).trying())?;
        }
        Some(timeout) => return Ok(wait_until(verb, all, timeout, location)),
    }
    Ok(resolve(all))
}

fn wait_until(
    verb: &'static str,
    all: &[Alternative],
    timeout: Duration,
    location: &'static Location<'static>,
) -> Vec<usize> {
    let wait = declared(verb, all, Mode::AnyOf, location);
    let trying = declared(verb, all, Mode::Look, location).trying();
    let mut ready = vec![];
    rt::step_timed(wait, trying, timeout, |_| {
        ready = resolve(all);
        !ready.is_empty()
    });
    ready
}

/// One of several, with the number that it is known by.
pub(crate) type Alternative = (usize, Readiness);

fn readiness(
    of: &[&dyn Ready],
    location: &'static Location<'static>,
) -> Result<Vec<Alternative>, Exception> {
    if of.is_empty() {
        return Err(Exception::at(Some(location), "ValueError", "nothing to wait for"));
    }
    let mut all = vec![];
    for (place, one) in of.iter().enumerate() {
        all.extend(one.readiness(location)?.map(|shown| (place, shown)));
    }
    Ok(all)
}

fn declared(
    verb: &'static str,
    all: &[Alternative],
    mode: Mode,
    location: &'static Location<'static>,
) -> Op {
    let op = Op::local(verb, location);
    all.iter().fold(op, |op, (_, shown)| shown.declared(op, mode)).deferred()
}

/// Looks at all of them as part of the step.
fn resolve(all: &[Alternative]) -> Vec<usize> {
    if rt::is_quiet() {
        return vec![];
    }
    let mode = if rt::is_try() { Mode::Look } else { Mode::AnyOf };
    let is_ready = |(_, shown): &&Alternative| shown.is_there(mode);
    let ready: Vec<usize> = all.iter().filter(is_ready).map(|&(place, _)| place).collect();
    rt::note(|| match ready.is_empty() {
        true => Noted::Answer(Text::of("timed out")),
        false => Noted::Answer(Text::of(format_args!("{ready:?}"))),
    });
    ready
}
