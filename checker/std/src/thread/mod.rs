//! As [`std::thread`].

mod builder;
mod current;
mod handle;
mod local;
mod scope;

pub use builder::{Builder, spawn};
pub use current::{Thread, ThreadId, current, panicking, park, park_timeout};
pub use handle::JoinHandle;
pub use local::{AccessError, LocalKey};
pub use scope::{Scope, ScopedJoinHandle, scope};

pub(crate) use builder::{Leaving, spawn_at};
pub(crate) use current::Threads;
pub(crate) use local::leave_locals;

use std::io;
use std::num::NonZeroUsize;
use std::panic::Location;
use std::time::Duration;

use unknot_sim::raw::{self, Act, Op};

use crate::{run, time};

/// What a thread returned, or the panic that ended it.
pub type Result<T> = std::thread::Result<T>;

/// Offers the turn to other tasks. One step. The next time at this place it waits until
/// something changes that the task has looked at, if it has changed nothing itself; see
/// [`Builder::patience`](crate::Builder::patience).
#[track_caller]
pub fn yield_now() {
    give_way(Location::caller());
}

pub(crate) fn give_way(place: &'static Location<'static>) {
    let patience = run::with(|run| run.options.patience);
    raw::give_way(place, patience);
}

/// Passes virtual time; a step that may take any time where durations do not count.
#[track_caller]
pub fn sleep(duration: Duration) {
    sleep_at(duration, Location::caller());
}

/// Where durations do not count, it adds to the clock what it should have taken.
pub(crate) fn sleep_at(duration: Duration, place: &'static Location<'static>) {
    match raw::is_quiet() || raw::now().is_some() {
        true => raw::sleep(duration, place),
        false => {
            let op = Op::local("sleep", place).acting(Act::Sleep);
            raw::step(time::passing(op, duration));
        }
    }
}

/// Passes virtual time until then.
#[track_caller]
pub fn sleep_until(deadline: time::Instant) {
    let place = Location::caller();
    sleep_at(deadline.duration_since(time::Instant::now()), place);
}

/// The same with milliseconds.
#[track_caller]
pub fn sleep_ms(ms: u32) {
    sleep_at(Duration::from_millis(ms.into()), Location::caller());
}

/// How many threads can run at once: two, on every machine.
///
/// # Errors
/// Never.
pub fn available_parallelism() -> io::Result<NonZeroUsize> {
    Ok(NonZeroUsize::MIN.saturating_add(1))
}
