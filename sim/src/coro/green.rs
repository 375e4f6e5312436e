//! Greenlets with a hub, as in gevent: tasks that take turns, and give theirs away where they
//! would wait.
//!
//! One baton for all of them. What waits gives it to the next one in line; where the program
//! is *patched* that is true of ordinary blocking calls as well. In a program that is not
//! patched these keep the baton, and so all others wait too. In virtual time a program of
//! which all is under one hub has one class.
//!
//! What this misses: a real hub asks its event loop which waits are over, in an order of its
//! own; here the order is that in which they ended.

use std::fmt::Debug;
use std::panic::Location;
use std::time::Duration;

use super::baton::Baton;
use crate::exception::Exception;
use crate::name::Name;
use crate::rt;
use crate::task::JoinHandle;

/// A hub, of which the current task is a greenlet. Clones are handles to the same one.
///
/// ```
/// use std::time::Duration;
/// use unknot_sim::{done, green::Hub, run_once};
///
/// run_once(|| {
///     let hub = Hub::new(true);
///     let theirs = hub.clone();
///     let fetch = hub.spawn("fetch", move || {
///         theirs.sleep(Duration::from_secs(1));
///         7
///     });
///     assert_eq!(hub.joinall(vec![fetch]), [Ok(7)]);
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Hub {
    baton: Baton,
    patched: bool,
}

/// A greenlet that a hub has started.
#[derive(Debug)]
pub struct Green<T> {
    handle: JoinHandle<T>,
}

impl Hub {
    /// A hub for the current task, in a program whose blocking calls are patched or not. One
    /// step.
    #[track_caller]
    #[must_use]
    pub fn new(patched: bool) -> Hub {
        let location = Location::caller();
        let baton = Baton::new("Hub", Name::from("hub"), location);
        baton.enter(location);
        // A program is over when its main greenlet is.
        baton.end_with_current();
        Hub { baton, patched }
    }

    /// Starts a greenlet, whose turn comes once those in line have had theirs. One step.
    #[track_caller]
    pub fn spawn<T: Debug + 'static>(
        &self,
        name: impl Into<Name>,
        body: impl FnOnce() -> T + 'static,
    ) -> Green<T> {
        Green { handle: self.baton.spawn(name.into(), true, body, Location::caller()) }
    }

    /// Waits until all of these have ended, in their order: for each one step if it has
    /// ended, otherwise two. What they returned.
    ///
    /// # Panics
    /// In a task that is no greenlet of the hub, or inside [`Hub::blocking`]. So do the other
    /// calls that give the turn up.
    #[track_caller]
    pub fn joinall<T>(&self, all: Vec<Green<T>>) -> Vec<Result<T, Exception>> {
        let location = Location::caller();
        if self.is_allowed("joins") {
            for green in &all {
                self.baton.join(&green.handle, location);
            }
        }
        all.into_iter().map(|green| green.handle.result()).collect()
    }

    /// Sleeps as ordinary code does: where the program is patched, others have their turns.
    #[track_caller]
    pub fn sleep(&self, duration: Duration) {
        match self.patched {
            true => self.pause(duration),
            false => rt::sleep(duration, Location::caller()),
        }
    }

    /// Makes a call that blocks: where the program is patched, others have their turns.
    #[track_caller]
    pub fn blocking<T>(&self, call: impl FnOnce() -> T) -> T {
        match self.patched && self.is_allowed("gives its turn up") {
            true => self.baton.without(Location::caller(), call),
            false => call(),
        }
    }

    /// Sleeps as greenlets do: others have their turns, whether the program is patched or not.
    /// A sleep of no time lets all others go first that can.
    #[track_caller]
    pub fn pause(&self, duration: Duration) {
        if self.is_allowed("sleeps") {
            self.baton.sleep(duration, Location::caller());
        }
    }

    fn is_allowed(&self, does: &str) -> bool {
        self.baton.is_allowed(|| {
            format!("a task {does} that is no greenlet of the hub, or is inside Hub::blocking")
        })
    }
}
