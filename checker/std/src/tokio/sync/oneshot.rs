//! A channel for one value.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use unknot_sim::raw::Want;

use crate::primitive::{Core, Place, Waiter, opaque, says};
use crate::seat::{self, Parked};

/// Why nothing was received.
pub mod error {
    use super::says;

    says! {
        /// The sender was dropped.
        RecvError => "channel closed";
    }

    /// Why there is no value now.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum TryRecvError {
        /// None was sent so far.
        Empty,
        /// The sender was dropped, or the value was received.
        Closed,
    }

    impl std::fmt::Display for TryRecvError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(match self {
                TryRecvError::Empty => "channel empty",
                TryRecvError::Closed => "channel closed",
            })
        }
    }

    impl std::error::Error for TryRecvError {}
}

use error::{RecvError, TryRecvError};

struct Slot<T> {
    value: Option<T>,
    is_sender_gone: bool,
    is_closed: bool,
    receiver: Option<Arc<Waiter>>,
    /// What waits for the receiver to close.
    closed: Option<Arc<Waiter>>,
}

type Shared<T> = Arc<Core<Slot<T>>>;

/// Sends the value.
pub struct Sender<T> {
    core: Shared<T>,
    place: Place,
    is_used: bool,
}

/// Receives the value, by being awaited.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Receiver<T> {
    core: Shared<T>,
    place: Place,
    parked: Option<(Arc<Waiter>, Parked)>,
    is_done: bool,
}

opaque!(Sender<T>, Receiver<T>);

/// A channel for one value.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let place = Location::caller();
    let slot =
        Slot { value: None, is_sender_gone: false, is_closed: false, receiver: None, closed: None };
    let core = Arc::new(Core::new("oneshot", slot));
    let sender = Sender { core: Arc::clone(&core), place, is_used: false };
    (sender, Receiver { core, place, parked: None, is_done: false })
}

fn tell(waiter: &mut Option<Arc<Waiter>>) {
    if let Some(waiter) = waiter.take() {
        waiter.tell();
    }
}

impl<T> Sender<T> {
    /// Sends the value. One step.
    ///
    /// # Errors
    /// The value, if the receiver has closed or was dropped.
    #[track_caller]
    pub fn send(mut self, value: T) -> Result<(), T> {
        self.is_used = true;
        let mut value = Some(value);
        self.core.change("send", Location::caller(), |slot| {
            slot.is_sender_gone = true;
            if !slot.is_closed {
                slot.value = value.take();
                tell(&mut slot.receiver);
            }
        });
        value.map_or(Ok(()), Err)
    }

    /// Whether the receiver has closed or was dropped. One step.
    #[must_use]
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.core.look("is_closed", Location::caller(), |slot| slot.is_closed).unwrap_or(true)
    }

    /// Waits until the receiver has closed or was dropped.
    #[track_caller]
    pub fn closed(&mut self) -> impl Future<Output = ()> {
        let place = Location::caller();
        async move {
            let waiter = self.core.waiter(Want::Receiver, &["close", "drop receiver"]);
            let is_closed = self.core.change("closed", place, |slot| {
                slot.closed = (!slot.is_closed).then(|| Arc::clone(&waiter));
                slot.is_closed
            });
            if is_closed == Some(false) {
                waited(&waiter.park("closed", place)).await;
            }
        }
    }
}

/// Waits for the end of a wait.
pub(in crate::tokio) fn waited(parked: &Parked) -> impl Future<Output = ()> {
    std::future::poll_fn(|cx| match parked.is_over(cx) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if !self.is_used && crate::run::is_inside() {
            self.core.change("drop sender", self.place, |slot| {
                slot.is_sender_gone = true;
                tell(&mut slot.receiver);
            });
        }
    }
}

impl<T> Receiver<T> {
    /// Has the sender be refused from now on; what was sent before is there. One step.
    #[track_caller]
    pub fn close(&mut self) {
        // It is looked for anew: a sender that is refused tells nothing.
        self.parked = None;
        self.core.change("close", Location::caller(), |slot| {
            slot.is_closed = true;
            tell(&mut slot.closed);
        });
    }

    /// The value, if it was sent. One step.
    ///
    /// # Errors
    /// If it was not, or was received.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        if self.is_done {
            return Err(TryRecvError::Closed);
        }
        let taken = self.core.change("try_recv", Location::caller(), |slot| {
            let over = slot.is_sender_gone || slot.is_closed;
            slot.value.take().ok_or(if over { TryRecvError::Closed } else { TryRecvError::Empty })
        });
        if matches!(taken, Some(Err(_))) {
            self.core.nothing_changed();
        }
        let taken = taken.unwrap_or(Err(TryRecvError::Closed));
        self.is_done = taken.is_ok();
        taken
    }

    /// Waits for the value where futures are not polled.
    ///
    /// # Errors
    /// If the sender was dropped.
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
        seat::run(self, None, Location::caller()).expect("it is not aborted")
    }

    fn look(&mut self) -> Option<Result<T, RecvError>> {
        let waiter = self.core.waiter(Want::Sender, &["send", "drop sender"]);
        let found = self.core.change("recv", self.place, |slot| match slot.value.take() {
            Some(value) => Some(Ok(value)),
            None if slot.is_sender_gone || slot.is_closed => Some(Err(RecvError(()))),
            None => {
                slot.receiver = Some(Arc::clone(&waiter));
                None
            }
        });
        let found = found.unwrap_or(Some(Err(RecvError(()))));
        self.parked = found.is_none().then(|| {
            let parked = waiter.park("recv", self.place);
            (waiter, parked)
        });
        self.is_done = found.is_some();
        found
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(!self.is_done, "a receiver of one value is polled after it is done");
        // What ended the wait is found without another step: no other task takes it.
        if let Some((_, parked)) = &self.parked {
            if !parked.is_over(cx) {
                return Poll::Pending;
            }
            self.parked = None;
            self.is_done = true;
            let value = self.core.reach(|slot| slot.value.take()).flatten();
            return Poll::Ready(value.ok_or(RecvError(())));
        }
        if let Some(found) = self.look() {
            return Poll::Ready(found);
        }
        self.poll(cx)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if self.is_done || !crate::run::is_inside() {
            return;
        }
        let value = self.core.change("drop receiver", self.place, |slot| {
            slot.is_closed = true;
            slot.receiver = None;
            tell(&mut slot.closed);
            slot.value.take()
        });
        drop(value);
    }
}
