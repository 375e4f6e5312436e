//! A channel with bounds: room is a line of permits.
//!
//! To send is to take a permit and then to put the item, and to receive is to take the item
//! and then to give the permit back; in between a sender that only tries finds no room.

use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::sync::Arc;

use unknot_sim::raw::Ownership;

use super::super::super::line::{Line, Refused};
use super::channel::Channel;
use super::{SendError, TryRecvError, TrySendError};
use crate::primitive::{Place, opaque};
use crate::seat;

struct Bounded<T> {
    channel: Channel<T>,
    room: Line,
    bound: usize,
}

impl<T> Bounded<T> {
    /// Whether all room is free. One step.
    fn is_idle(&self, place: Place) -> bool {
        self.room.available(place) == self.bound
    }
}

/// A sender that waits for room.
pub struct Sender<T> {
    of: Arc<Bounded<T>>,
    place: Place,
}

/// The receiver.
pub struct Receiver<T> {
    of: Arc<Bounded<T>>,
    place: Place,
}

/// Room for one item.
#[must_use = "room is given back as soon as the permit is dropped"]
pub struct Permit<'a, T> {
    of: &'a Bounded<T>,
    place: Place,
}

opaque!(Sender<T>, Receiver<T>);

impl<T> std::fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

/// A channel with room for so many items.
///
/// # Panics
/// If that is none.
#[must_use]
#[track_caller]
pub fn channel<T>(bound: usize) -> (Sender<T>, Receiver<T>) {
    assert!(bound > 0, "mpsc bounded channel requires buffer > 0");
    let place = Location::caller();
    let initial = i64::try_from(bound).unwrap_or(i64::MAX);
    let room = Line::new("mpsc", initial, Ownership::Nobody);
    let of = Arc::new(Bounded { channel: Channel::new(place), room, bound });
    (Sender { of: Arc::clone(&of), place }, Receiver { of, place })
}

impl<T> Sender<T> {
    /// Waits for room and sends an item.
    #[track_caller]
    pub fn send(&self, item: T) -> impl Future<Output = Result<(), SendError<T>>> {
        let place = Location::caller();
        async move {
            match self.of.room.acquire(1, "send", place).await {
                Ok(()) => self.of.channel.push(item, "put", true, place).or(Ok(())),
                Err(_) => Err(SendError(item)),
            }
        }
    }

    /// The same where futures are not polled.
    ///
    /// # Errors
    /// The item, if the receiver has closed or was dropped.
    #[track_caller]
    pub fn blocking_send(&self, item: T) -> Result<(), SendError<T>> {
        seat::run(self.send(item), None, Location::caller()).expect("it is not aborted")
    }

    /// Sends an item if there is room.
    ///
    /// # Errors
    /// If there is none, or the receiver has closed or was dropped.
    #[track_caller]
    pub fn try_send(&self, item: T) -> Result<(), TrySendError<T>> {
        let place = Location::caller();
        match self.of.room.try_acquire(1, "try_send", place) {
            Ok(()) => self.of.channel.push(item, "put", true, place).or(Ok(())),
            Err(Refused::Closed) => Err(TrySendError::Closed(item)),
            Err(Refused::NotEnough) => Err(TrySendError::Full(item)),
        }
    }

    /// Waits for room for one item.
    #[track_caller]
    pub fn reserve(&self) -> impl Future<Output = Result<Permit<'_, T>, SendError<()>>> {
        let place = Location::caller();
        async move {
            let acquired = self.of.room.acquire(1, "reserve", place).await;
            acquired.map_err(|_| SendError(()))?;
            Ok(Permit { of: &self.of, place })
        }
    }

    /// Takes room for one item, if there is any.
    ///
    /// # Errors
    /// If there is none, or the receiver has closed or was dropped.
    #[track_caller]
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        let place = Location::caller();
        match self.of.room.try_acquire(1, "try_reserve", place) {
            Ok(()) => Ok(Permit { of: &self.of, place }),
            Err(Refused::Closed) => Err(TrySendError::Closed(())),
            Err(Refused::NotEnough) => Err(TrySendError::Full(())),
        }
    }

    /// Whether the receiver has closed or was dropped. One step.
    #[must_use]
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.of.room.look_closed(Location::caller())
    }

    /// How much room there is. One step.
    #[must_use]
    #[track_caller]
    pub fn capacity(&self) -> usize {
        self.of.room.available(Location::caller())
    }

    /// How much there is at most.
    #[must_use]
    pub fn max_capacity(&self) -> usize {
        self.of.bound
    }

    /// Whether both send to the same receiver.
    #[must_use]
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        Arc::ptr_eq(&self.of, &other.of)
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Sender<T> {
        let place = Location::caller();
        self.of.channel.clone_sender(place);
        Sender { of: Arc::clone(&self.of), place }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.of.channel.drop_sender(self.place);
    }
}

impl<T> Permit<'_, T> {
    /// Sends the item. One step.
    #[track_caller]
    pub fn send(self, item: T) {
        let permit = ManuallyDrop::new(self);
        // What is refused is dropped.
        _ = permit.of.channel.push(item, "put", true, Location::caller());
    }
}

impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        self.of.room.release(1, self.place);
        self.of.channel.tell_closed(self.place);
    }
}

impl<T> Receiver<T> {
    /// Waits for an item; none once all senders are gone, or the receiver has closed and all
    /// items were received.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        let place = Location::caller();
        async move {
            let is_idle = || self.of.is_idle(place);
            let item = self.of.channel.receive(is_idle, place).await?;
            self.of.room.release(1, place);
            Some(item)
        }
    }

    /// The same where futures are not polled.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Option<T> {
        seat::run(self.recv(), None, Location::caller()).expect("it is not aborted")
    }

    /// Takes an item if there is one.
    ///
    /// # Errors
    /// If there is none now, or there never will be.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let place = Location::caller();
        let item = self.of.channel.try_receive(|| self.of.is_idle(place), place)?;
        self.of.room.release(1, place);
        Ok(item)
    }

    /// Has senders be refused from now on; what was sent is there, and so is what comes for
    /// permits that are out.
    #[track_caller]
    pub fn close(&mut self) {
        let place = Location::caller();
        // Senders are refused by the room, and are told by it that they are.
        self.of.room.close(place);
        self.of.channel.close(false, place);
    }

    /// How many items there are. One step.
    #[must_use]
    #[track_caller]
    pub fn len(&self) -> usize {
        self.of.channel.len(Location::caller())
    }

    /// Whether there are none. One step.
    #[must_use]
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        self.of.channel.len(Location::caller()) == 0
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if crate::run::is_inside() {
            self.of.room.close(self.place);
            self.of.channel.close(true, self.place);
        }
    }
}
