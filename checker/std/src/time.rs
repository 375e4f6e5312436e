//! As [`std::time`], on a clock of the execution: the clock of the system would show something
//! else each time.
//!
//! Where durations count, it is the virtual clock, which moves when no task can go on. Where
//! they do not, a step may take any time, and the clock shows a time that has passed at least:
//! each sleep and each timeout adds its duration. These steps commute, and to look at the
//! clock is a step that depends on them ([`Mode::Tally`] and [`Mode::Look`]).
//!
//! What it can miss: the clock does not move by itself, so a loop that looks at it until a time
//! has come, without sleeping, polls in vain. Sleeps at the same time add up where durations
//! do not count, as if one had begun after the other.

use std::cell::Cell;
use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::panic::Location;

pub use std::time::{Duration, SystemTimeError, TryFromFloatSecsError};

use unknot_sim::Name;
use unknot_sim::raw::{self, Mode, NewObject, ObjectId, Op, Order};

use crate::run;

/// What the clock shows at the beginning: enough to go back from there.
const BEGINNING: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// When each execution begins: the first second of the year 2000.
const BEGINNING_OF_SYSTEM: Duration = Duration::from_secs(946_684_800);

/// The beginning of the time of systems, as [`std::time::UNIX_EPOCH`].
pub const UNIX_EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

thread_local! {
    /// The clock of the execution with this number.
    static CLOCK: Cell<(u64, ObjectId)> = const { Cell::new((0, ObjectId(0))) };
}

/// The gauge to which sleeps and timeouts add microseconds where durations do not count.
fn clock() -> ObjectId {
    let number = run::with(|run| run.number());
    let (of, known) = CLOCK.get();
    if of == number {
        return known;
    }
    let new = NewObject::new("clock", Name::from("time"), Location::caller());
    let clock = raw::create_placed(new.with_crowd());
    CLOCK.set((number, clock));
    clock
}

/// What a duration adds to the clock: not less than it. Longer than a century is a century.
fn micros(duration: Duration) -> i64 {
    const MOST: u128 = 100 * 366 * 24 * 60 * 60 * 1_000_000;
    i64::try_from(duration.as_nanos().div_ceil(1000).min(MOST)).expect("it has few bits")
}

fn adds(duration: Duration) -> bool {
    !duration.is_zero() && !raw::is_quiet() && raw::now().is_none()
}

/// A step that takes so long, if durations do not count.
pub(crate) fn passing(op: Op, duration: Duration) -> Op {
    match adds(duration) {
        true => op.with(clock(), Mode::Tally, micros(duration)),
        false => op,
    }
}

/// Says the same inside of a step that declared it.
pub(crate) fn pass(duration: Duration) {
    if adds(duration) {
        raw::also(clock(), Mode::Tally, micros(duration));
    }
}

/// How much time has passed in this execution.
#[track_caller]
pub(crate) fn passed() -> Duration {
    if let Some(now) = run::is_inside().then(raw::now).flatten() {
        return now;
    }
    // Where there is no execution, this tells so.
    let clock = clock();
    let op = Op::local("now", Location::caller()).with(clock, Mode::Look, 1);
    raw::step(op.ordered(Order::RELAXED));
    Duration::from_micros(u64::try_from(raw::shows(clock)).unwrap_or_default())
}

/// A time of the clock of the execution, as [`std::time::Instant`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    /// What the clock shows. One step, where durations do not count.
    #[must_use]
    #[track_caller]
    pub fn now() -> Instant {
        Instant(BEGINNING + passed())
    }

    /// How much later this is; nothing if it is not.
    #[must_use]
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.saturating_duration_since(earlier)
    }

    /// The same, or none if it is not.
    #[must_use]
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    /// How much later this is; nothing if it is not.
    #[must_use]
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// How much time has passed since. One step, where durations do not count.
    #[must_use]
    #[track_caller]
    pub fn elapsed(&self) -> Duration {
        Instant::now() - *self
    }

    /// So much later, unless that cannot be told.
    #[must_use]
    pub fn checked_add(&self, duration: Duration) -> Option<Instant> {
        self.0.checked_add(duration).map(Instant)
    }

    /// So much earlier, unless that cannot be told.
    #[must_use]
    pub fn checked_sub(&self, duration: Duration) -> Option<Instant> {
        self.0.checked_sub(duration).map(Instant)
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.duration_since(earlier)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instant").field(&self.0.saturating_sub(BEGINNING)).finish()
    }
}

/// A time of the system, as [`std::time::SystemTime`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SystemTime(std::time::SystemTime);

impl SystemTime {
    /// The beginning.
    pub const UNIX_EPOCH: SystemTime = SystemTime(std::time::UNIX_EPOCH);

    /// What time it is: at the beginning of an execution, the year 2000 begins. One step, where
    /// durations do not count.
    #[must_use]
    #[track_caller]
    pub fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + BEGINNING_OF_SYSTEM + passed()
    }

    /// How much later this is.
    ///
    /// # Errors
    /// If it is earlier; how much is in the error.
    pub fn duration_since(&self, earlier: SystemTime) -> Result<Duration, SystemTimeError> {
        self.0.duration_since(earlier.0)
    }

    /// How much time has passed since. One step, where durations do not count.
    ///
    /// # Errors
    /// If it is to come; how far off it is is in the error.
    #[track_caller]
    pub fn elapsed(&self) -> Result<Duration, SystemTimeError> {
        SystemTime::now().duration_since(*self)
    }

    /// So much later, unless that cannot be told.
    #[must_use]
    pub fn checked_add(&self, duration: Duration) -> Option<SystemTime> {
        self.0.checked_add(duration).map(SystemTime)
    }

    /// So much earlier, unless that cannot be told.
    #[must_use]
    pub fn checked_sub(&self, duration: Duration) -> Option<SystemTime> {
        self.0.checked_sub(duration).map(SystemTime)
    }
}

impl From<std::time::SystemTime> for SystemTime {
    fn from(time: std::time::SystemTime) -> SystemTime {
        SystemTime(time)
    }
}

impl From<SystemTime> for std::time::SystemTime {
    fn from(time: SystemTime) -> std::time::SystemTime {
        time.0
    }
}

/// Times that are later and earlier by a duration.
macro_rules! shifted {
    ($name:ident) => {
        impl Add<Duration> for $name {
            type Output = $name;

            fn add(self, duration: Duration) -> $name {
                $name(self.0 + duration)
            }
        }

        impl AddAssign<Duration> for $name {
            fn add_assign(&mut self, duration: Duration) {
                *self = *self + duration;
            }
        }

        impl Sub<Duration> for $name {
            type Output = $name;

            fn sub(self, duration: Duration) -> $name {
                $name(self.0 - duration)
            }
        }

        impl SubAssign<Duration> for $name {
            fn sub_assign(&mut self, duration: Duration) {
                *self = *self - duration;
            }
        }
    };
}

shifted!(Instant);
shifted!(SystemTime);
