//! Futures that wait for time.
//!
//! The deadline is set when the future is polled first.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::deadline::Deadline;
use super::place::{Parking, ParkingPlace};
use crate::rt;

/// A future that is ready after some time.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Sleep {
    duration: Duration,
    verb: &'static str,
    location: &'static Location<'static>,
    parked: Option<(Rc<ParkingPlace>, u64, Rc<Deadline>)>,
}

/// Waits for some time, as [`unknot_sim::sleep`](crate::sleep) does.
///
/// ```
/// use std::time::Duration;
/// use unknot_sim::{future, run_once};
///
/// run_once(|| future::block_on(future::sleep(Duration::from_secs(1))));
/// ```
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep::new(duration, "sleep", Location::caller())
}

impl Sleep {
    pub(super) fn new(
        duration: Duration,
        verb: &'static str,
        location: &'static Location<'static>,
    ) -> Sleep {
        Sleep { duration, verb, location, parked: None }
    }

    fn unpark(&mut self) {
        if let Some((place, key, _)) = self.parked.take() {
            place.unpark(key);
        }
    }

    fn timer(&self) -> Rc<Deadline> {
        let known = self.parked.as_ref().map(|(.., timer)| Rc::clone(timer));
        known.unwrap_or_else(|| Rc::new(Deadline::new(self.duration, self.verb, self.location)))
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer();
        let is_first = self.parked.is_none();
        if rt::is_quiet() || !is_first && timer.is_due() {
            self.unpark();
            return Poll::Ready(());
        }
        let place = ParkingPlace::current();
        match &self.parked {
            Some((known, key, _)) if Rc::ptr_eq(known, &place) => known.stay(*key, cx.waker()),
            _ => {
                self.unpark();
                let key = place.park(Parking::Until(Rc::clone(&timer)), cx.waker());
                self.parked = Some((place, key, timer));
            }
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.unpark();
    }
}
