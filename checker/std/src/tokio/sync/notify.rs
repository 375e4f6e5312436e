//! A notification: one permit at most, or all that wait at a time.

use std::collections::VecDeque;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use unknot_sim::raw::Want;

use crate::object::{Object, Primitive};
use crate::primitive::{Core, Place, Waiter, opaque};
use crate::seat::Parked;

/// A notification, as `tokio::sync::Notify`.
pub struct Notify(Core<NotifyState>);

struct NotifyState {
    has_permit: bool,
    /// How often all were notified.
    n_all: u64,
    waiting: VecDeque<Arc<Waiter>>,
    /// Those that were told one by one, as far as their futures are there, and which one is
    /// told in place of each if its future is dropped.
    told: Vec<(Arc<Waiter>, Pick)>,
}

/// Which of those that wait is told.
type Pick = fn(&mut VecDeque<Arc<Waiter>>) -> Option<Arc<Waiter>>;

/// A wait for a notification. It counts as waiting for [`Notify::notify_waiters`] from when it
/// is made, and for [`Notify::notify_one`] from when it is polled or [enabled](Notified::enable).
#[must_use = "a future does nothing unless it is awaited"]
pub struct Notified<'a> {
    of: &'a Notify,
    place: Place,
    /// How often all had been notified before.
    n_all: u64,
    stage: NotifiedStage,
}

enum NotifiedStage {
    New,
    Waiting(Arc<Waiter>, Parked),
    Done,
}

opaque!(Notify, Notified<'a>);

impl Primitive for Notify {
    const KIND: &'static str = "Notify";

    fn object(&self) -> &Object {
        self.0.object()
    }
}

impl Default for Notify {
    #[track_caller]
    fn default() -> Notify {
        Notify::new()
    }
}

impl Notify {
    /// No permit, and none that waits.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Notify {
        let waiting = VecDeque::new();
        Notify(Core::new(
            "Notify",
            NotifyState { has_permit: false, n_all: 0, waiting, told: vec![] },
        ))
    }

    /// The same, for statics.
    #[must_use]
    #[track_caller]
    pub const fn const_new() -> Notify {
        Notify::new()
    }

    /// A wait for a notification. One step here.
    #[track_caller]
    pub fn notified(&self) -> Notified<'_> {
        let (of, place) = (self.reach().0, Location::caller());
        let n_all = of.0.look("notified", place, |state| state.n_all).unwrap_or_default();
        Notified { of, place, n_all, stage: NotifiedStage::New }
    }

    /// Notifies the future that has waited longest; if none waits, the next one that does
    /// finds a permit. One step.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify("notify_one", Location::caller(), VecDeque::pop_front);
    }

    /// The same of the one that has waited least. One step.
    #[track_caller]
    pub fn notify_last(&self) {
        self.notify("notify_last", Location::caller(), VecDeque::pop_back);
    }

    fn notify(&self, verb: &'static str, place: Place, pick: Pick) {
        self.reach().0.0.change(verb, place, |state| state.pass_on(pick));
    }

    /// Notifies all that wait. No permit is left. One step.
    #[track_caller]
    pub fn notify_waiters(&self) {
        self.reach().0.0.change("notify_waiters", Location::caller(), |state| {
            state.n_all += 1;
            for waiter in std::mem::take(&mut state.waiting) {
                waiter.tell();
            }
        });
    }
}

impl NotifyState {
    fn pass_on(&mut self, pick: Pick) {
        match pick(&mut self.waiting) {
            Some(waiter) => {
                waiter.tell();
                self.told.retain(|(other, _)| Arc::strong_count(other) > 1);
                self.told.push((waiter, pick));
            }
            None => self.has_permit = true,
        }
    }
}

impl Notified<'_> {
    /// Counts as waiting from now on; whether it is notified already. One step.
    pub fn enable(mut self: Pin<&mut Self>) -> bool {
        self.come()
    }

    /// The first step; whether it is notified.
    fn come(&mut self) -> bool {
        match self.stage {
            NotifiedStage::Done => return true,
            NotifiedStage::Waiting(..) => return false,
            NotifiedStage::New => {}
        }
        let (core, n_all) = (&self.of.0, self.n_all);
        let waiter = core.waiter(Want::Notification, &["notify_one", "notify_waiters"]);
        let is_notified = core.change("await", self.place, |state| {
            // A permit is taken also by a future that was notified with all others.
            if std::mem::take(&mut state.has_permit) || state.n_all != n_all {
                return true;
            }
            state.waiting.push_back(Arc::clone(&waiter));
            false
        });
        let is_notified = is_notified.unwrap_or(true);
        self.stage = match is_notified {
            true => NotifiedStage::Done,
            false => {
                let parked = waiter.park("await", self.place);
                NotifiedStage::Waiting(waiter, parked)
            }
        };
        is_notified
    }
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.come() {
            return Poll::Ready(());
        }
        if let NotifiedStage::Waiting(_, parked) = &self.stage
            && !parked.is_over(cx)
        {
            return Poll::Pending;
        }
        self.stage = NotifiedStage::Done;
        Poll::Ready(())
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        let NotifiedStage::Waiting(waiter, _) =
            std::mem::replace(&mut self.stage, NotifiedStage::Done)
        else {
            return;
        };
        self.of.0.change("cancel", self.place, |state| {
            if !waiter.is_told() {
                state.waiting.retain(|other| !Arc::ptr_eq(other, &waiter));
                return;
            }
            let told = state.told.iter().find(|(other, _)| Arc::ptr_eq(other, &waiter));
            // One notification was for this future: it goes to another, picked in the same way.
            if let Some(&(_, pick)) = told {
                state.pass_on(pick);
            }
        });
    }
}
