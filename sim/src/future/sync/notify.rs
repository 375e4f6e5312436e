//! Notifications for futures.
//!
//! `notify_one` wakes the task that has waited longest, or leaves one notification for the
//! next; `notify_waiters` wakes all that wait, and leaves none. A future that was notified by
//! `notify_one` and is dropped before it was polled again passes the notification on.
//!
//! A future counts as waiting for `notify_waiters` from its creation on, and for `notify_one`
//! from its first poll on: so a program may create it, look whether it has to wait, and await
//! it then. All of it updates one cell, so all of it is ordered; creations look at another one,
//! which only `notify_waiters` updates. Each waiter has a gauge of its own.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::execution::Want;
use crate::future::leaf::{Awaited, Leaf};
use crate::future::lines;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// Notifies tasks that wait. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{future, run_once};
///
/// run_once(|| {
///     let changed = future::sync::Notify::named("changed");
///     let theirs = changed.clone();
///     let task = future::spawn(async move { theirs.notified().await });
///     changed.notify_one();
///     future::block_on(task.into_future())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Notify {
    cell: ObjectId,
    /// What a creation looks at.
    calls: ObjectId,
    state: Rc<NotifyState>,
}

#[derive(Debug, Default)]
struct NotifyState {
    /// Whether a notification is left for the next that waits.
    is_left: Cell<bool>,
    /// How often all were notified.
    n_calls: Cell<u64>,
    /// What wakes those that wait, the first first.
    waiting: RefCell<VecDeque<ObjectId>>,
    /// Those that one notification has woken and that were not polled since.
    notified: RefCell<BTreeSet<ObjectId>>,
}

impl Default for Notify {
    #[track_caller]
    fn default() -> Notify {
        Notify::new()
    }
}

impl Notify {
    crate::sync::constructors::constructors! {
        /// With no notification left.
        ()
    }

    fn create(name: Name, location: &'static Location<'static>) -> Notify {
        let cell = rt::create_cell("Notify", name.clone(), location);
        let calls = rt::create(NewObject::new("Notify", name, location).part_of(cell));
        Notify { cell, calls, state: Rc::default() }
    }

    fn op(&self, verb: &'static str, location: &'static Location<'static>) -> Op {
        Op::local(verb, location).with(self.cell, Mode::Update, 0)
    }

    /// Wakes the task that has waited longest, or leaves a notification. One step.
    #[track_caller]
    pub fn notify_one(&self) {
        rt::step(self.op("notify one", Location::caller()));
        self.pass_on();
    }

    /// Part of a step that updates the cell.
    fn pass_on(&self) {
        if rt::is_quiet() {
            return;
        }
        let first = self.state.waiting.borrow_mut().pop_front();
        match first {
            Some(seat) => {
                self.state.notified.borrow_mut().insert(seat);
                rt::also(seat, Mode::Give, 1);
                lines::wake_first(seat);
            }
            None => self.state.is_left.set(true),
        }
    }

    /// Wakes all that wait, and leaves no notification. One step.
    #[track_caller]
    pub fn notify_waiters(&self) {
        let op = self.op("notify waiters", Location::caller());
        rt::step(op.with(self.calls, Mode::Update, 0));
        if !rt::is_quiet() {
            self.state.n_calls.set(self.state.n_calls.get() + 1);
            let all = std::mem::take(&mut *self.state.waiting.borrow_mut());
            for &seat in &all {
                rt::also(seat, Mode::Give, 1);
            }
            all.into_iter().for_each(lines::wake_first);
        }
    }

    /// Waits for a notification. One step here, which looks at how often all were notified;
    /// one at the first poll, which takes a notification that was left, passes if all were
    /// notified since, or joins the line; and one more if it has to wait.
    #[track_caller]
    pub fn notified(&self) -> Notified {
        let location = Location::caller();
        rt::step(Op::local("notified", location).with(self.calls, Mode::Read, 0));
        let n_calls = self.state.n_calls.get();
        Notified { notify: self.clone(), n_calls, location, waiting: None }
    }
}

/// A wait for a notification.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Notified {
    notify: Notify,
    /// How often all had been notified when it was made.
    n_calls: u64,
    location: &'static Location<'static>,
    waiting: Option<(ObjectId, Leaf<Waking>)>,
}

impl std::fmt::Debug for Notified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notified").field("notify", &self.notify).finish_non_exhaustive()
    }
}

impl Future for Notified {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.waiting.is_none() {
            rt::step(self.notify.op("await notification", self.location));
            let state = &self.notify.state;
            let is_told = state.n_calls.get() != self.n_calls;
            if rt::is_quiet() || state.is_left.replace(false) || is_told {
                return Poll::Ready(());
            }
            rt::note(|| Noted::Answer(Text::of("waits")));
            let new = NewObject::new("Notify", rt::name_of(self.notify.cell), self.location);
            let new = new.part_of(self.notify.cell).wanted_for(Want::Flag);
            let seat = rt::create(new.raised_by(&["notify one", "notify waiters"]));
            self.notify.state.waiting.borrow_mut().push_back(seat);
            let waking = Waking { seat, location: self.location };
            self.waiting = Some((seat, Leaf::new(waking)));
        }
        let (seat, leaf) = self.waiting.as_mut().expect("it has just joined the line");
        let (seat, polled) = (*seat, Pin::new(leaf).poll(cx));
        if polled.is_ready() {
            self.notify.state.notified.borrow_mut().remove(&seat);
            self.waiting = None;
        }
        polled
    }
}

impl Drop for Notified {
    /// Leaves the line; a notification for one that was given to it goes to the next. One
    /// step if it waited.
    fn drop(&mut self) {
        let Some((seat, leaf)) = self.waiting.take() else { return };
        drop(leaf);
        rt::step(self.notify.op("leave", self.location));
        let mut waiting = self.notify.state.waiting.borrow_mut();
        let at = waiting.iter().position(|&other| other == seat);
        at.map(|at| waiting.remove(at));
        drop(waiting);
        if self.notify.state.notified.borrow_mut().remove(&seat) {
            self.notify.pass_on();
        }
    }
}

struct Waking {
    seat: ObjectId,
    location: &'static Location<'static>,
}

impl Awaited for Waking {
    type Output = ();

    fn wait(&self) -> Op {
        Op::local("wait", self.location).with(self.seat, Mode::Take, 1)
    }

    fn trying(&self) -> Op {
        Op::local("wait", self.location).with(self.seat, Mode::Try, 1)
    }

    fn resolve(&self, granted: bool) -> Option<()> {
        (granted || rt::is_quiet()).then_some(())
    }
}
