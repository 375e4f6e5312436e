//! Values from several tasks to one.
//!
//! A channel ends when its last sender is dropped, and then the receiver gets what is left
//! and `None` after that; or when the receiver is closed or dropped, and then sends fail.
//! Both open gauges for ever, so that all that wait go on and find the end.
//!
//! Which sender is dropped last is a matter of order, so each drop of one is a step that
//! updates a cell. A clone is no step: the task that makes it has a sender, which is not the
//! last before it is dropped.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt::{self, Debug};
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

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

struct MpscState<T> {
    head: ObjectId,
    tail: ObjectId,
    senders: ObjectId,
    items: ObjectId,
    /// Shows how many values there is room for; none where there is no limit.
    room: Option<ObjectId>,
    queue: RefCell<VecDeque<T>>,
    n_senders: Cell<u32>,
    is_closed: Cell<bool>,
    location: &'static Location<'static>,
}

/// An end that sends, and waits for room.
pub struct MpscSender<T: 'static>(SendingEnd<T>);

/// An end that sends without ever waiting.
pub struct UnboundedSender<T: 'static>(SendingEnd<T>);

struct SendingEnd<T: 'static>(Rc<MpscState<T>>);

/// The end that receives.
pub struct MpscReceiver<T: 'static>(Rc<MpscState<T>>);

/// What is said of an end for debugging.
macro_rules! shown {
    ($($name:ident),+) => {
        $(impl<T> Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        })+
    };
}
shown!(MpscSender, UnboundedSender, MpscReceiver);

impl<T> Clone for MpscSender<T> {
    fn clone(&self) -> Self {
        MpscSender(self.0.clone())
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        UnboundedSender(self.0.clone())
    }
}

impl<T> Clone for SendingEnd<T> {
    fn clone(&self) -> Self {
        self.0.n_senders.set(self.0.n_senders.get() + 1);
        SendingEnd(Rc::clone(&self.0))
    }
}

/// A channel with room for some values.
///
/// # Panics
/// If there is room for none.
///
/// ```
/// use unknot_sim::{done, future, run_once};
///
/// run_once(|| {
///     let (sender, mut receiver) = future::sync::mpsc::channel(1);
///     future::spawn(async move {
///         sender.send(1).await.ok();
///         sender.send(2).await.ok();
///     });
///     future::block_on(async {
///         assert_eq!((receiver.recv().await, receiver.recv().await), (Some(1), Some(2)));
///         assert_eq!(receiver.recv().await, None);
///     });
/// });
/// ```
#[track_caller]
#[must_use]
pub fn channel<T: 'static>(capacity: u32) -> (MpscSender<T>, MpscReceiver<T>) {
    assert!(capacity > 0, "a channel with a capacity needs room for one value at least");
    let state = create(Some(capacity), Location::caller());
    (MpscSender(SendingEnd(Rc::clone(&state))), MpscReceiver(state))
}

/// A channel with room without end.
#[track_caller]
#[must_use]
pub fn unbounded_channel<T: 'static>() -> (UnboundedSender<T>, MpscReceiver<T>) {
    let state = create(None, Location::caller());
    (UnboundedSender(SendingEnd(Rc::clone(&state))), MpscReceiver(state))
}

fn create<T>(capacity: Option<u32>, location: &'static Location<'static>) -> Rc<MpscState<T>> {
    let plain = || NewObject::new("mpsc", Name::default(), location);
    let ended_by = &["send", "drop sender", "close"];
    let items = rt::create(plain().wanted_for(Want::Item).raised_by(ended_by));
    let part = || plain().part_of(items);
    let with_room = |capacity: u32| {
        let room = part().showing(capacity.into()).wanted_for(Want::Room);
        rt::create(room.raised_by(&["receive", "close"]))
    };
    Rc::new(MpscState {
        head: rt::create(part()),
        tail: rt::create(part()),
        senders: rt::create(part()),
        items,
        room: capacity.map(with_room),
        queue: RefCell::default(),
        n_senders: Cell::new(1),
        is_closed: Cell::new(false),
        location,
    })
}

impl<T: 'static> MpscState<T> {
    /// A send that waits for room, or tries.
    fn sending(&self, mode: Mode, location: &'static Location<'static>) -> Op {
        let op = Op::local("send", location).with(self.tail, Mode::Update, 0);
        let op = match self.room {
            Some(room) => op.with(room, mode, 1),
            None => op,
        };
        op.with(self.items, Mode::Give, 1).deferred()
    }

    /// Sends as part of a step. `None` if there is no room.
    fn sent(&self, mode: Mode, value: &mut Option<T>) -> Option<Result<(), T>> {
        rt::also(self.tail, Mode::Update, 0);
        let has_room = self.room.is_none_or(|room| rt::also(room, mode, 1));
        let is_closed = self.is_closed.get();
        // What a send touches does not depend on whether it is refused.
        rt::also(self.items, Mode::Give, i64::from(has_room && !is_closed));
        if !has_room {
            rt::note(|| Noted::Answer(Text::of("full")));
            return None;
        }
        let value = value.take()?;
        if is_closed {
            rt::note(|| Noted::Answer(Text::of("closed")));
            return Some(Err(value));
        }
        note_item(&value, Noted::Put);
        self.queue.borrow_mut().push_back(value);
        lines::wake_first(self.items);
        Some(Ok(()))
    }

    /// A receipt that waits for a value or the end, or tries.
    fn receiving(&self, mode: Mode, location: &'static Location<'static>) -> Op {
        let op = Op::local("receive", location).with(self.head, Mode::Update, 0);
        let op = op.with(self.items, mode, 1);
        match self.room {
            Some(room) => op.with(room, Mode::Give, 1),
            None => op,
        }
        .deferred()
    }

    /// Receives as part of a step. `None` if nothing is there and something may come.
    fn received(&self, mode: Mode) -> Option<Option<T>> {
        rt::also(self.head, Mode::Update, 0);
        let is_there = rt::also(self.items, mode, 1);
        let value = if is_there { self.queue.borrow_mut().pop_front() } else { None };
        if let Some(room) = self.room {
            rt::also(room, Mode::Give, i64::from(value.is_some()));
        }
        match &value {
            Some(value) => note_item(value, Noted::Got),
            None if is_there => rt::note(|| Noted::Answer(Text::of("the end"))),
            None => rt::note(|| Noted::Answer(Text::of("nothing"))),
        }
        if value.is_some() {
            self.room.into_iter().for_each(lines::wake_first);
        }
        is_there.then_some(value)
    }

    /// Has every send fail from now on, and the receiver find the end of what is there.
    fn close(&self, location: &'static Location<'static>) {
        let op = Op::local("close", location).with(self.tail, Mode::Update, 0);
        let op = match self.room {
            Some(room) => op.with(room, Mode::Set, i64::MAX),
            None => op,
        };
        rt::step(op.with(self.items, Mode::Set, i64::MAX));
        if !rt::is_quiet() {
            self.is_closed.set(true);
            self.room.into_iter().chain([self.items]).for_each(lines::wake_all);
        }
    }
}

impl<T> MpscSender<T> {
    /// Waits for room and sends. Comes to the value, as an `Err`, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, value: T) -> impl Future<Output = Result<(), T>> + use<T> {
        let value = RefCell::new(Some(value));
        Leaf::new(Sending { state: Rc::clone(&self.0.0), value, location: Location::caller() })
    }

    /// Sends if there is room. One step.
    ///
    /// # Errors
    /// `Full` if there is no room, `Closed` if the receiver is gone.
    #[track_caller]
    pub fn try_send(&self, value: T) -> Result<(), Exception> {
        let mut value = Some(value);
        rt::step(self.0.0.sending(Mode::Try, Location::caller()));
        if rt::is_quiet() {
            return Ok(());
        }
        match self.0.0.sent(Mode::Try, &mut value) {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) => Err(rt::raised("Closed", "the receiver is gone")),
            None => Err(rt::raised("Full", "there is no room")),
        }
    }
}

impl<T> UnboundedSender<T> {
    /// Sends. One step.
    ///
    /// # Errors
    /// The value, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), T> {
        rt::step(self.0.0.sending(Mode::Take, Location::caller()));
        if rt::is_quiet() {
            return Ok(());
        }
        self.0.0.sent(Mode::Take, &mut Some(value)).unwrap_or(Ok(()))
    }
}

impl<T> Drop for SendingEnd<T> {
    /// The last one ends the channel. One step.
    fn drop(&mut self) {
        let state = &self.0;
        let op = Op::local("drop sender", state.location).with(state.senders, Mode::Update, 0);
        rt::step(op.with(state.items, Mode::Set, i64::MAX).deferred());
        if rt::is_quiet() {
            return;
        }
        rt::also(state.senders, Mode::Update, 0);
        state.n_senders.set(state.n_senders.get() - 1);
        if state.n_senders.get() == 0 {
            rt::also(state.items, Mode::Set, i64::MAX);
            lines::wake_all(state.items);
        }
    }
}

impl<T> MpscReceiver<T> {
    /// Waits for a value. Comes to `None` once there is none and none can come.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> + use<T> {
        Leaf::new(Receiving { state: Rc::clone(&self.0), location: Location::caller() })
    }

    /// Receives a value if there is one. One step.
    ///
    /// # Errors
    /// `Empty` if there is none, `Closed` if none can come.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, Exception> {
        rt::step(self.0.receiving(Mode::Try, Location::caller()));
        let received = if rt::is_quiet() { None } else { self.0.received(Mode::Try) };
        match received {
            Some(Some(value)) => Ok(value),
            Some(None) => Err(rt::raised("Closed", "all senders were dropped")),
            None => Err(rt::raised("Empty", "there is nothing")),
        }
    }

    /// Refuses what is not sent yet. What is there can still be received. One step.
    #[track_caller]
    pub fn close(&mut self) {
        self.0.close(Location::caller());
    }
}

impl<T> Drop for MpscReceiver<T> {
    /// Sends fail from now on, and what was sent is dropped. One step.
    fn drop(&mut self) {
        self.0.close(self.0.location);
        let sent = std::mem::take(&mut *self.0.queue.borrow_mut());
        // Values may make steps when they are dropped.
        drop(sent);
    }
}

struct Sending<T> {
    state: Rc<MpscState<T>>,
    value: RefCell<Option<T>>,
    location: &'static Location<'static>,
}

impl<T: 'static> Awaited for Sending<T> {
    type Output = Result<(), T>;

    fn wait(&self) -> Op {
        self.state.sending(Mode::Take, self.location)
    }

    fn trying(&self) -> Op {
        self.state.sending(Mode::Try, self.location).trying()
    }

    fn resolve(&self, _granted: bool) -> Option<Result<(), T>> {
        let mode = if rt::is_try() { Mode::Try } else { Mode::Take };
        match rt::is_quiet() {
            true => Some(Ok(())),
            false => self.state.sent(mode, &mut self.value.borrow_mut()),
        }
    }
}

struct Receiving<T> {
    state: Rc<MpscState<T>>,
    location: &'static Location<'static>,
}

impl<T: 'static> Awaited for Receiving<T> {
    type Output = Option<T>;

    fn wait(&self) -> Op {
        self.state.receiving(Mode::Take, self.location)
    }

    fn trying(&self) -> Op {
        self.state.receiving(Mode::Try, self.location).trying()
    }

    fn resolve(&self, _granted: bool) -> Option<Option<T>> {
        let mode = if rt::is_try() { Mode::Try } else { Mode::Take };
        if rt::is_quiet() { Some(None) } else { self.state.received(mode) }
    }
}
