//! One value from one task to another.
//!
//! The receiver waits for a gauge that the sender opens, with a value or by being dropped. A
//! receiver that is dropped or closed is found by the sender. What happens to the two ends
//! updates one cell, so it is ordered.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::exception::Exception;
use crate::execution::Want;
use crate::future::leaf::{Awaited, Leaf};
use crate::future::lines;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};
use crate::sync::store::note_item;

struct OneshotState<T> {
    cell: ObjectId,
    /// Shows 1 once there is something to find.
    gauge: ObjectId,
    value: RefCell<Option<T>>,
    is_closed: Cell<bool>,
}

/// The end that sends.
pub struct OneshotSender<T: 'static> {
    state: Option<Rc<OneshotState<T>>>,
    location: &'static Location<'static>,
}

/// The end that receives, by being awaited: the value, or `Closed` if the sender was
/// dropped.
#[must_use = "a future does nothing unless it is awaited"]
pub struct OneshotReceiver<T: 'static> {
    state: Rc<OneshotState<T>>,
    leaf: Leaf<OneshotWait<T>>,
    location: &'static Location<'static>,
    is_done: bool,
}

impl<T> Debug for OneshotSender<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("oneshot::Sender").finish_non_exhaustive()
    }
}

impl<T> Debug for OneshotReceiver<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("oneshot::Receiver").finish_non_exhaustive()
    }
}

/// The two ends of a channel for one value.
///
/// ```
/// use unknot_sim::{done, future, run_once};
///
/// run_once(|| {
///     let (sender, receiver) = future::sync::oneshot::channel();
///     future::spawn(async move { sender.send(3) });
///     assert_eq!(future::block_on(receiver)?, 3);
///     done(())
/// });
/// ```
#[track_caller]
pub fn channel<T: 'static>() -> (OneshotSender<T>, OneshotReceiver<T>) {
    let location = Location::caller();
    let new = || NewObject::new("oneshot", Name::default(), location);
    let gauge = rt::create(new().wanted_for(Want::Item).raised_by(&["send", "drop sender"]));
    let state = Rc::new(OneshotState {
        cell: rt::create(new().part_of(gauge)),
        gauge,
        value: RefCell::new(None),
        is_closed: Cell::new(false),
    });
    let leaf = Leaf::new(OneshotWait { state: Rc::clone(&state), location });
    let receiver = OneshotReceiver { state: Rc::clone(&state), leaf, location, is_done: false };
    (OneshotSender { state: Some(state), location }, receiver)
}

impl<T> OneshotState<T> {
    fn op(&self, verb: &'static str, location: &'static Location<'static>) -> Op {
        Op::local(verb, location).with(self.cell, Mode::Update, 0)
    }
}

impl<T> OneshotSender<T> {
    /// Sends the value. One step.
    ///
    /// # Errors
    /// The value, if the receiver is gone.
    #[track_caller]
    pub fn send(mut self, value: T) -> Result<(), T> {
        let state = self.state.take().expect("a sender that is there has not sent");
        let op = state.op("send", Location::caller());
        rt::step(op.with(state.gauge, Mode::Set, 1));
        if rt::is_quiet() {
            return Ok(());
        }
        if state.is_closed.get() {
            rt::note(|| Noted::Answer(Text::of("closed")));
            return Err(value);
        }
        note_item(&value, Noted::Put);
        *state.value.borrow_mut() = Some(value);
        lines::wake_first(state.gauge);
        Ok(())
    }

    /// Whether the receiver is gone. One step.
    #[track_caller]
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let state = self.state.as_ref().expect("a sender that is there has not sent");
        let op = Op::local("is_closed", Location::caller());
        rt::step(op.with(state.cell, Mode::Read, 0));
        let is_closed = state.is_closed.get();
        rt::note(|| Noted::Answer(Text::of(is_closed)));
        is_closed
    }
}

impl<T> Drop for OneshotSender<T> {
    /// The receiver finds that nothing comes. One step, unless the value was sent.
    fn drop(&mut self) {
        if let Some(state) = self.state.take() {
            let op = state.op("drop sender", self.location);
            rt::step(op.with(state.gauge, Mode::Set, 1));
            lines::wake_first(state.gauge);
        }
    }
}

impl<T> OneshotReceiver<T> {
    /// What has been sent, if it has. One step.
    ///
    /// # Errors
    /// `Empty` if nothing was sent so far, `Closed` if nothing comes any more.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, Exception> {
        let op = self.state.op("try_recv", Location::caller());
        let is_there = rt::step(op.with(self.state.gauge, Mode::Look, 1));
        let value = if rt::is_quiet() { None } else { self.state.value.borrow_mut().take() };
        if let Some(value) = &value {
            note_item(value, Noted::Got);
        }
        self.is_done |= is_there;
        let kind = if is_there { "Closed" } else { "Empty" };
        value.ok_or_else(|| rt::raised(kind, "nothing was sent"))
    }

    /// Refuses what is not sent yet. One step.
    #[track_caller]
    pub fn close(&mut self) {
        let op = self.state.op("close", Location::caller());
        rt::step(op.with(self.state.gauge, Mode::Set, 1));
        if !rt::is_quiet() {
            self.state.is_closed.set(true);
        }
    }
}

impl<T> Future for OneshotReceiver<T> {
    type Output = Result<T, Exception>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = Pin::new(&mut self.leaf).poll(cx);
        self.is_done |= polled.is_ready();
        polled
    }
}

impl<T> Drop for OneshotReceiver<T> {
    /// The sender finds that the value is for none. One step, unless it was received.
    fn drop(&mut self) {
        if !self.is_done {
            rt::step(self.state.op("drop receiver", self.location));
            if !rt::is_quiet() {
                self.state.is_closed.set(true);
            }
        }
    }
}

struct OneshotWait<T> {
    state: Rc<OneshotState<T>>,
    location: &'static Location<'static>,
}

impl<T: 'static> Awaited for OneshotWait<T> {
    type Output = Result<T, Exception>;

    fn wait(&self) -> Op {
        Op::local("receive", self.location).with(self.state.gauge, Mode::Await, 1)
    }

    fn trying(&self) -> Op {
        Op::local("receive", self.location).with(self.state.gauge, Mode::Look, 1)
    }

    fn resolve(&self, granted: bool) -> Option<Self::Output> {
        if !granted && !rt::is_quiet() {
            return None;
        }
        let value = if rt::is_quiet() { None } else { self.state.value.borrow_mut().take() };
        if let Some(value) = &value {
            note_item(value, Noted::Got);
        }
        let closed = || Exception::at(Some(self.location), "Closed", "the sender was dropped");
        Some(value.ok_or_else(closed))
    }
}
