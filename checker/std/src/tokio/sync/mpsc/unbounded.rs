//! A channel without bounds.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use super::channel::Channel;
use super::{SendError, TryRecvError};
use crate::primitive::{Place, opaque};
use crate::seat;

/// A sender that never waits.
pub struct UnboundedSender<T> {
    of: Arc<Channel<T>>,
    place: Place,
}

/// The receiver.
pub struct UnboundedReceiver<T> {
    of: Arc<Channel<T>>,
    place: Place,
}

opaque!(UnboundedSender<T>, UnboundedReceiver<T>);

/// A channel with room without end.
#[must_use]
#[track_caller]
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let place = Location::caller();
    let of = Arc::new(Channel::new(place));
    (UnboundedSender { of: Arc::clone(&of), place }, UnboundedReceiver { of, place })
}

impl<T> UnboundedSender<T> {
    /// Sends an item. One step.
    ///
    /// # Errors
    /// The item, if the receiver has closed or was dropped.
    #[track_caller]
    pub fn send(&self, item: T) -> Result<(), SendError<T>> {
        self.of.push(item, "send", false, Location::caller()).map_err(SendError)
    }

    /// Whether the receiver has closed or was dropped. One step.
    #[must_use]
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.of.is_closed(Location::caller())
    }

    /// Whether both send to the same receiver.
    #[must_use]
    pub fn same_channel(&self, other: &UnboundedSender<T>) -> bool {
        Arc::ptr_eq(&self.of, &other.of)
    }
}

impl<T> Clone for UnboundedSender<T> {
    #[track_caller]
    fn clone(&self) -> UnboundedSender<T> {
        let place = Location::caller();
        self.of.clone_sender(place);
        UnboundedSender { of: Arc::clone(&self.of), place }
    }
}

impl<T> Drop for UnboundedSender<T> {
    fn drop(&mut self) {
        self.of.drop_sender(self.place);
    }
}

impl<T> UnboundedReceiver<T> {
    /// Waits for an item; none once all senders are gone, or the receiver has closed and all
    /// items were received.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        let place = Location::caller();
        async move { self.of.receive(|| true, place).await }
    }

    /// The same where futures are not polled.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Option<T> {
        seat::run(self.recv(), None, Location::caller()).expect("it is not aborted")
    }

    /// Takes an item if there is one. One step.
    ///
    /// # Errors
    /// If there is none now, or there never will be.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.of.try_receive(|| true, Location::caller())
    }

    /// Has senders be refused from now on; what was sent is there. One step.
    #[track_caller]
    pub fn close(&mut self) {
        self.of.close(false, Location::caller());
    }

    /// How many items there are. One step.
    #[must_use]
    #[track_caller]
    pub fn len(&self) -> usize {
        self.of.len(Location::caller())
    }

    /// Whether there are none. One step.
    #[must_use]
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        self.of.len(Location::caller()) == 0
    }
}

impl<T> Drop for UnboundedReceiver<T> {
    fn drop(&mut self) {
        if crate::run::is_inside() {
            self.of.close(true, self.place);
        }
    }
}
