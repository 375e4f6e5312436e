//! The receiver.

#![expect(unsafe_code, reason = "tasks share a thread")]

use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::channel::{NoItem, Patience};
use super::ends::Way;
use super::{RecvError, RecvTimeoutError, TryRecvError};

/// The receiver of a channel, as [`std::sync::mpsc::Receiver`].
pub struct Receiver<T> {
    way: Rc<Way<T>>,
    place: &'static Location<'static>,
}

// SAFETY: tasks share a thread, and items go from one task to another.
unsafe impl<T: Send> Send for Receiver<T> {}

impl<T> Receiver<T> {
    pub(super) fn new(way: Rc<Way<T>>, place: &'static Location<'static>) -> Receiver<T> {
        Receiver { way, place }
    }

    fn receive(&self, patience: Patience, place: &'static Location<'static>) -> Result<T, NoItem> {
        match &*self.way {
            Way::Room(channel) => channel.receive(patience, place),
            Way::Meeting(meeting) => meeting.receive(patience, place),
        }
    }

    /// Waits for an item.
    ///
    /// # Errors
    /// If there is none, and no sender any more.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.receive(Patience::Forever, Location::caller()).map_err(|_| RecvError)
    }

    /// An item, if there is one. One step.
    ///
    /// # Errors
    /// If there is none.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.receive(Patience::Never, Location::caller()).map_err(|why| match why {
            NoItem::Empty => TryRecvError::Empty,
            NoItem::Disconnected => TryRecvError::Disconnected,
        })
    }

    /// Waits for an item until the time is up.
    ///
    /// # Errors
    /// If there is still none, or no sender any more.
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        let received = self.receive(Patience::Until(timeout), Location::caller());
        received.map_err(|why| match why {
            NoItem::Empty => RecvTimeoutError::Timeout,
            NoItem::Disconnected => RecvTimeoutError::Disconnected,
        })
    }

    /// Items until there is no sender any more.
    #[track_caller]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { receiver: self, place: Location::caller() }
    }

    /// Items that are there.
    #[track_caller]
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter { receiver: self, place: Location::caller() }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if !crate::run::is_inside() {
            return;
        }
        match &*self.way {
            Way::Room(channel) => channel.leave(self.place),
            Way::Meeting(meeting) => meeting.leave(self.place),
        }
    }
}

/// Items until there is no sender any more.
pub struct Iter<'a, T> {
    receiver: &'a Receiver<T>,
    place: &'static Location<'static>,
}

/// Items that are there.
pub struct TryIter<'a, T> {
    receiver: &'a Receiver<T>,
    place: &'static Location<'static>,
}

/// Items until there is no sender any more, with the receiver.
pub struct IntoIter<T> {
    receiver: Receiver<T>,
    place: &'static Location<'static>,
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.receive(Patience::Forever, self.place).ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.receive(Patience::Never, self.place).ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.receive(Patience::Forever, self.place).ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    #[track_caller]
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[track_caller]
    fn into_iter(self) -> IntoIter<T> {
        IntoIter { receiver: self, place: Location::caller() }
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for TryIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryIter").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").finish_non_exhaustive()
    }
}
