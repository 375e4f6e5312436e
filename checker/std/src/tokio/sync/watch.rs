//! A value of which the last version is seen by all that watch it.
//!
//! The value is behind a lock of the face, which is held as long as it is borrowed, as in tokio:
//! a task that sends meanwhile waits with all its futures. Versions and ends are a state
//! beside it.

use std::future::Future;
use std::ops::Deref;
use std::panic::Location;
use std::sync::Arc;

use unknot_sim::raw::Want;

use super::oneshot::waited;
use crate::primitive::{Core, Place, Waiter, opaque};
use crate::sync::{PoisonError, RwLock, RwLockReadGuard};

/// Why nothing was sent or seen.
pub mod error {
    use crate::primitive::says;

    says! {
        /// All senders are gone.
        RecvError => "channel closed";
    }

    /// There are no receivers; the value is in the error.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct SendError<T>(pub T);

    impl<T> std::fmt::Display for SendError<T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("channel closed")
        }
    }

    impl<T: std::fmt::Debug> std::error::Error for SendError<T> {}
}

use error::{RecvError, SendError};

struct Versions {
    version: u64,
    n_senders: usize,
    n_receivers: usize,
    /// What waits for a version, or for the end of all senders.
    waiting: Vec<Arc<Waiter>>,
    /// What waits for the end of all receivers.
    closed: Vec<Arc<Waiter>>,
}

struct Watched<T> {
    core: Core<Versions>,
    value: RwLock<T>,
}

/// Changes the value.
pub struct Sender<T> {
    of: Arc<Watched<T>>,
    place: Place,
}

/// Watches the value.
pub struct Receiver<T> {
    of: Arc<Watched<T>>,
    seen: u64,
    place: Place,
}

/// A value that is borrowed.
pub struct Ref<'a, T> {
    guard: RwLockReadGuard<'a, T>,
    has_changed: bool,
}

opaque!(Sender<T>, Receiver<T>);

impl<T> Ref<'_, T> {
    /// Whether the receiver had not seen this version.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Ref<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

/// A value to watch. The receiver has seen the first version.
#[must_use]
#[track_caller]
pub fn channel<T>(value: T) -> (Sender<T>, Receiver<T>) {
    let place = Location::caller();
    let versions =
        Versions { version: 0, n_senders: 1, n_receivers: 1, waiting: vec![], closed: vec![] };
    let (core, value) = (Core::new("watch", versions), RwLock::new(value));
    let of = Arc::new(Watched { core, value });
    (Sender { of: Arc::clone(&of), place }, Receiver { of, seen: 0, place })
}

impl<T> Watched<T> {
    #[track_caller]
    fn read(&self) -> RwLockReadGuard<'_, T> {
        self.value.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn version(&self, place: Place) -> u64 {
        self.core.look("version", place, |versions| versions.version).unwrap_or_default()
    }

    /// Waits for another version than that which was seen.
    async fn changed(&self, seen: &mut u64, place: Place) -> Result<(), RecvError> {
        loop {
            let waiter = self.core.waiter(Want::Item, &["send", "drop sender"]);
            let found = self.core.change("changed", place, |versions| {
                if versions.version != *seen {
                    *seen = versions.version;
                    return Some(Ok(()));
                }
                if versions.n_senders == 0 {
                    return Some(Err(RecvError(())));
                }
                versions.waiting.push(Arc::clone(&waiter));
                None
            });
            match found.unwrap_or(Some(Err(RecvError(())))) {
                Some(found) => return found,
                None => waited(&waiter.park("changed", place)).await,
            }
        }
    }
}

impl<T> Sender<T> {
    /// A value to watch, without receivers so far.
    #[track_caller]
    pub fn new(value: T) -> Sender<T> {
        channel(value).0
    }

    /// Replaces the value, and tells all that wait.
    ///
    /// # Errors
    /// If there are no receivers.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        match self.is_closed() {
            true => Err(SendError(value)),
            false => {
                drop(self.send_replace(value));
                Ok(())
            }
        }
    }

    /// The same, if there are receivers or not; returns the value before.
    #[track_caller]
    pub fn send_replace(&self, value: T) -> T {
        let mut value = value;
        self.send_modify(|old| std::mem::swap(old, &mut value));
        value
    }

    /// Changes the value, and tells all that wait.
    #[track_caller]
    pub fn send_modify(&self, modify: impl FnOnce(&mut T)) {
        self.send_if_modified(|value| {
            modify(value);
            true
        });
    }

    /// Changes the value, and tells all that wait if the closure says so.
    #[track_caller]
    pub fn send_if_modified(&self, modify: impl FnOnce(&mut T) -> bool) -> bool {
        let mut guard = self.of.value.write().unwrap_or_else(PoisonError::into_inner);
        let is_modified = modify(&mut guard);
        if is_modified {
            self.of.core.change("send", Location::caller(), |versions| {
                versions.version += 1;
                versions.waiting.drain(..).for_each(|waiter| waiter.tell());
            });
        }
        is_modified
    }

    /// Borrows the value.
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref { guard: self.of.read(), has_changed: false }
    }

    /// Another receiver, which has seen the present version. One step.
    #[track_caller]
    pub fn subscribe(&self) -> Receiver<T> {
        let place = Location::caller();
        let seen = self.of.core.change("subscribe", place, |versions| {
            versions.n_receivers += 1;
            versions.version
        });
        Receiver { of: Arc::clone(&self.of), seen: seen.unwrap_or_default(), place }
    }

    /// Whether there are no receivers. One step.
    #[must_use]
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.receiver_count() == 0
    }

    /// How many receivers there are. One step.
    #[must_use]
    #[track_caller]
    pub fn receiver_count(&self) -> usize {
        let n = self.of.core.look("receivers", Location::caller(), |all| all.n_receivers);
        n.unwrap_or_default()
    }

    /// Waits until there are no receivers.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        let place = Location::caller();
        async move {
            let waiter = self.of.core.waiter(Want::Receiver, &["drop receiver"]);
            let is_closed = self.of.core.change("closed", place, |versions| {
                if versions.n_receivers > 0 {
                    versions.closed.push(Arc::clone(&waiter));
                }
                versions.n_receivers == 0
            });
            if is_closed == Some(false) {
                waited(&waiter.park("closed", place)).await;
            }
        }
    }
}

impl<T> Receiver<T> {
    /// Borrows the value, which does not count as seen.
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, T> {
        let guard = self.of.read();
        let has_changed = self.of.version(Location::caller()) != self.seen;
        Ref { guard, has_changed }
    }

    /// Borrows the value, which counts as seen.
    #[track_caller]
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        let guard = self.of.read();
        let version = self.of.version(Location::caller());
        let has_changed = std::mem::replace(&mut self.seen, version) != version;
        Ref { guard, has_changed }
    }

    /// Whether there is a version that was not seen. One step.
    ///
    /// # Errors
    /// If all senders are gone.
    #[track_caller]
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        let found = self.of.core.look("has_changed", Location::caller(), |versions| {
            (versions.n_senders > 0).then_some(versions.version != self.seen)
        });
        found.flatten().ok_or(RecvError(()))
    }

    /// Has the present version count as not seen.
    pub fn mark_changed(&mut self) {
        self.seen = u64::MAX;
    }

    /// Has the present version count as seen. One step.
    #[track_caller]
    pub fn mark_unchanged(&mut self) {
        self.seen = self.of.version(Location::caller());
    }

    /// Waits for a version that was not seen, which counts as seen then.
    #[track_caller]
    pub fn changed(&mut self) -> impl Future<Output = Result<(), RecvError>> {
        self.of.changed(&mut self.seen, Location::caller())
    }

    /// Waits until a version meets a condition, and borrows it.
    #[track_caller]
    pub fn wait_for(
        &mut self,
        mut is_met: impl FnMut(&T) -> bool,
    ) -> impl Future<Output = Result<Ref<'_, T>, RecvError>> {
        let place = Location::caller();
        async move {
            let mut is_over = false;
            loop {
                let guard = self.of.read();
                let version = self.of.version(place);
                let has_changed = std::mem::replace(&mut self.seen, version) != version;
                if (!is_over || has_changed) && is_met(&guard) {
                    return Ok(Ref { guard, has_changed });
                }
                drop(guard);
                if is_over {
                    return Err(RecvError(()));
                }
                is_over = self.of.changed(&mut self.seen, place).await.is_err();
            }
        }
    }

    /// Whether both watch the same value.
    #[must_use]
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        Arc::ptr_eq(&self.of, &other.of)
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Sender<T> {
        let place = Location::caller();
        self.of.core.change("clone sender", place, |versions| versions.n_senders += 1);
        Sender { of: Arc::clone(&self.of), place }
    }
}

impl<T> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Receiver<T> {
        let place = Location::caller();
        self.of.core.change("clone receiver", place, |versions| versions.n_receivers += 1);
        Receiver { of: Arc::clone(&self.of), seen: self.seen, place }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if crate::run::is_inside() {
            self.of.core.change("drop sender", self.place, |versions| {
                versions.n_senders -= 1;
                if versions.n_senders == 0 {
                    versions.waiting.drain(..).for_each(|waiter| waiter.tell());
                }
            });
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if crate::run::is_inside() {
            self.of.core.change("drop receiver", self.place, |versions| {
                versions.n_receivers -= 1;
                if versions.n_receivers == 0 {
                    versions.closed.drain(..).for_each(|waiter| waiter.tell());
                }
            });
        }
    }
}
