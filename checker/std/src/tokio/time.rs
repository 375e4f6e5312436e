//! As `tokio::time`, on the clock of the execution.
//!
//! Where durations count, a timer fires when its time has come on the virtual clock. Where
//! they do not, it may fire whenever its task waits.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use unknot_sim::raw;

pub use crate::time::{Duration, Instant};

use crate::primitive::Place;
use crate::seat::{Parked, Timer};

/// Waits for a time.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Sleep {
    timer: Timer,
    parked: Option<Parked>,
    is_elapsed: bool,
}

impl Sleep {
    fn new(duration: Duration, verb: &'static str, place: Place) -> Sleep {
        let until = raw::now().map(|now| now.saturating_add(duration));
        Sleep { timer: Timer { duration, until, verb, place }, parked: None, is_elapsed: false }
    }

    /// Whether it is over; where durations do not count, whether it was found to be by a poll.
    #[must_use]
    pub fn is_elapsed(&self) -> bool {
        self.is_elapsed || self.timer.left().is_zero()
    }

    /// Waits for another time.
    #[track_caller]
    pub fn reset(mut self: Pin<&mut Self>, deadline: Instant) {
        let left = deadline - Instant::now();
        *self = Sleep::new(left, self.timer.verb, self.timer.place);
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if !self.is_elapsed && !self.timer.left().is_zero() {
            let timer = self.timer;
            let parked = self.parked.get_or_insert_with(|| Parked::timer(timer));
            if !parked.is_over(cx) {
                return Poll::Pending;
            }
        }
        self.parked = None;
        self.is_elapsed = true;
        Poll::Ready(())
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep").field("duration", &self.timer.duration).finish_non_exhaustive()
    }
}

/// Waits for so long.
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep::new(duration, "sleep", Location::caller())
}

/// Waits until then. One step here, where durations do not count.
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::new(deadline - Instant::now(), "sleep", Location::caller())
}

/// Why times are missed.
pub mod error {
    crate::primitive::says! {
        /// The time was up.
        Elapsed => "deadline has elapsed";
    }
}

/// A future with a time limit.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Timeout<F> {
    future: Pin<Box<F>>,
    sleep: Sleep,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, error::Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(value) = self.future.as_mut().poll(cx) {
            return Poll::Ready(Ok(value));
        }
        Pin::new(&mut self.sleep).poll(cx).map(|()| Err(error::Elapsed(())))
    }
}

impl<F> fmt::Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout").field("sleep", &self.sleep).finish_non_exhaustive()
    }
}

/// Waits for a future until the time is up. If both are there, the future counts.
#[track_caller]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    let sleep = Sleep::new(duration, "timeout", Location::caller());
    Timeout { future: Box::pin(future.into_future()), sleep }
}

/// The same until then. One step here, where durations do not count.
#[track_caller]
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    let left = deadline - Instant::now();
    let sleep = Sleep::new(left, "timeout", Location::caller());
    Timeout { future: Box::pin(future.into_future()), sleep }
}

/// Times at equal distances. One that is missed comes at once.
#[derive(Debug)]
pub struct Interval {
    period: Duration,
    sleep: Sleep,
    place: Place,
}

/// Times at equal distances, the first of which is now.
///
/// # Panics
/// If there is no distance.
#[must_use]
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    assert!(!period.is_zero(), "`period` must be non-zero.");
    let place = Location::caller();
    Interval { period, sleep: Sleep::new(Duration::ZERO, "tick", place), place }
}

impl Interval {
    /// Waits for the next time.
    pub async fn tick(&mut self) {
        (&mut self.sleep).await;
        let mut next = Sleep::new(self.period, "tick", self.place);
        next.timer.until = self.sleep.timer.until.map(|last| last + self.period);
        self.sleep = next;
    }

    /// The distance.
    #[must_use]
    pub fn period(&self) -> Duration {
        self.period
    }
}
