//! An event for futures: a waiter that was woken passes even if the flag was cleared since.

use std::future::Future;
use std::panic::Location;

use crate::future::leaf::{Awaited, Leaf};
use crate::future::lines;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt;
use crate::sync::Event;

/// An event for futures. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{future, run_once};
///
/// run_once(|| {
///     let go = future::sync::Event::named("go");
///     let theirs = go.clone();
///     let task = future::spawn(async move { theirs.wait().await });
///     go.set();
///     future::block_on(task.into_future())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct AsyncEvent {
    event: Event,
}

impl Default for AsyncEvent {
    #[track_caller]
    fn default() -> AsyncEvent {
        AsyncEvent::new()
    }
}

impl AsyncEvent {
    crate::sync::constructors::constructors! {
        /// An event that is not set.
        ()
    }

    fn create(name: Name, location: &'static Location<'static>) -> AsyncEvent {
        AsyncEvent { event: Event::create(name, location) }
    }

    /// Sets the flag and wakes every task that waits. One step.
    #[track_caller]
    pub fn set(&self) {
        self.event.set_and_tell().into_iter().for_each(lines::wake_first);
    }

    /// Clears the flag. One step.
    #[track_caller]
    pub fn clear(&self) {
        self.event.clear();
    }

    /// Whether the flag is set. One step.
    #[track_caller]
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.event.is_set()
    }

    /// Waits until the flag is set. One step if it is, two if it is not.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = ()> + use<> {
        let (event, location) = (self.event.clone(), Location::caller());
        async move {
            if let Some(parked) = event.arrive(location) {
                Leaf::new(EventWait { parked, location }).await;
            }
        }
    }
}

struct EventWait {
    parked: ObjectId,
    location: &'static Location<'static>,
}

impl Awaited for EventWait {
    type Output = ();

    fn wait(&self) -> Op {
        Op::local("wait", self.location).with(self.parked, Mode::Take, 1)
    }

    fn trying(&self) -> Op {
        Op::local("wait", self.location).with(self.parked, Mode::Try, 1)
    }

    fn resolve(&self, granted: bool) -> Option<()> {
        (granted || rt::is_quiet()).then_some(())
    }
}
