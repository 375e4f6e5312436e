//! The senders, and how channels are made.

use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use unknot_sim::raw::{self, Mode, ObjectId, Op};

use super::channel::{Channel, NoRoom, Patience};
use super::meeting::Meeting;
use super::receiver::Receiver;
use super::{SendError, TrySendError};

/// A channel of either kind.
pub(super) enum Way<T> {
    Room(Channel<T>),
    Meeting(Meeting<T>),
}

impl<T> Way<T> {
    fn gone(&self) -> ObjectId {
        match self {
            Way::Room(channel) => channel.gone(),
            Way::Meeting(meeting) => meeting.gone(),
        }
    }

    fn send(
        &self,
        item: T,
        patience: Patience,
        place: &'static Location<'static>,
    ) -> Result<(), (T, NoRoom)> {
        match self {
            Way::Room(channel) => channel.send(item, patience, place),
            Way::Meeting(meeting) => meeting.send(item, patience, place),
        }
    }
}

/// What both kinds of senders are.
struct AnySender<T> {
    way: Rc<Way<T>>,
    place: &'static Location<'static>,
}

impl<T> AnySender<T> {
    fn clone_at(&self, place: &'static Location<'static>) -> AnySender<T> {
        raw::step(Op::local("clone sender", place).with(self.way.gone(), Mode::Tally, -1));
        AnySender { way: Rc::clone(&self.way), place }
    }
}

impl<T> Drop for AnySender<T> {
    fn drop(&mut self) {
        if crate::run::is_inside() {
            raw::step(Op::local("drop sender", self.place).with(self.way.gone(), Mode::Tally, 1));
        }
    }
}

/// A sender that never waits, as [`std::sync::mpsc::Sender`].
pub struct Sender<T>(AnySender<T>);

/// A sender that waits for room, as [`std::sync::mpsc::SyncSender`].
pub struct SyncSender<T>(AnySender<T>);

super::super::shared!(T: Sender<T>);
super::super::shared!(T: SyncSender<T>);

/// A channel with room without end.
#[must_use]
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let place = Location::caller();
    let way = Rc::new(Way::Room(Channel::new(None, place)));
    (Sender(AnySender { way: Rc::clone(&way), place }), Receiver::new(way, place))
}

/// A channel with room for so many items; without room, a send waits for a receipt.
#[must_use]
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let place = Location::caller();
    let way = Rc::new(match bound {
        0 => Way::Meeting(Meeting::new(place)),
        bound => Way::Room(Channel::new(Some(bound), place)),
    });
    (SyncSender(AnySender { way: Rc::clone(&way), place }), Receiver::new(way, place))
}

impl<T> Sender<T> {
    /// Sends an item. One step.
    ///
    /// # Errors
    /// The item, if there is no receiver any more.
    #[track_caller]
    pub fn send(&self, item: T) -> Result<(), SendError<T>> {
        let sent = self.0.way.send(item, Patience::Forever, Location::caller());
        sent.map_err(|(item, _)| SendError(item))
    }
}

impl<T> SyncSender<T> {
    /// Waits for room and sends an item.
    ///
    /// # Errors
    /// The item, if there is no receiver any more.
    #[track_caller]
    pub fn send(&self, item: T) -> Result<(), SendError<T>> {
        let sent = self.0.way.send(item, Patience::Forever, Location::caller());
        sent.map_err(|(item, _)| SendError(item))
    }

    /// Sends an item if there is room. One step.
    ///
    /// # Errors
    /// The item, if there is no room, or no receiver any more.
    #[track_caller]
    pub fn try_send(&self, item: T) -> Result<(), TrySendError<T>> {
        let sent = self.0.way.send(item, Patience::Never, Location::caller());
        sent.map_err(|(item, why)| match why {
            NoRoom::Full => TrySendError::Full(item),
            NoRoom::Disconnected => TrySendError::Disconnected(item),
        })
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Sender<T> {
        Sender(self.0.clone_at(Location::caller()))
    }
}

impl<T> Clone for SyncSender<T> {
    #[track_caller]
    fn clone(&self) -> SyncSender<T> {
        SyncSender(self.0.clone_at(Location::caller()))
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for SyncSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncSender").finish_non_exhaustive()
    }
}
