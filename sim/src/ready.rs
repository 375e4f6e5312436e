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
#[derive(Clone, Copy, Debug)]
pub struct Readiness {
    gauge: ObjectId,
    at_least: i64,
}

impl Readiness {
    pub(crate) fn new(gauge: ObjectId, at_least: i64) -> Readiness {
        Readiness { gauge, at_least }
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
    let all = readiness(of, location)?;
    rt::step_or_leave(declared(&all, Mode::AnyOf, location))?;
    Ok(resolve(&all))
}

/// The same, until the time is up: then nothing is ready.
///
/// # Errors
/// As [`wait_any`] raises them.
#[track_caller]
pub fn wait_any_timeout(of: &[&dyn Ready], timeout: Duration) -> Result<Vec<usize>, Exception> {
    let location = Location::caller();
    let all = readiness(of, location)?;
    let wait = declared(&all, Mode::AnyOf, location);
    let trying = declared(&all, Mode::Look, location).trying();
    let mut ready = vec![];
    rt::step_timed(wait, trying, timeout, |_| {
        ready = resolve(&all);
        !ready.is_empty()
    });
    Ok(ready)
}

type Alternative = (usize, Readiness);

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

fn declared(all: &[Alternative], mode: Mode, location: &'static Location<'static>) -> Op {
    let op = Op::local("wait any", location);
    let of =
        |op: Op, &(_, Readiness { gauge, at_least }): &Alternative| op.with(gauge, mode, at_least);
    all.iter().fold(op, of).deferred()
}

/// Looks at all of them as part of the step.
fn resolve(all: &[Alternative]) -> Vec<usize> {
    if rt::is_quiet() {
        return vec![];
    }
    let mode = if rt::is_try() { Mode::Look } else { Mode::AnyOf };
    let is_ready =
        |&&(_, Readiness { gauge, at_least }): &&Alternative| rt::also(gauge, mode, at_least);
    let ready: Vec<usize> = all.iter().filter(is_ready).map(|&(place, _)| place).collect();
    rt::note(|| match ready.is_empty() {
        true => Noted::Answer(Text::of("timed out")),
        false => Noted::Answer(Text::of(format_args!("{ready:?}"))),
    });
    ready
}
