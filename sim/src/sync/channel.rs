//! A channel: a queue that can be closed.
//!
//! Closing opens the gauges of items and holes for ever, so every task that
//! waits goes on and finds the channel closed in the same step. What was sent
//! before can still be received.
//!
//! A channel without room is a [`Rendezvous`](super::Rendezvous).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use crate::exception::Exception;
use crate::execution::Want;
use crate::fork::{Fork, Forking, Reads};
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::ready::{Readiness, Ready, Room};
use crate::rt::{self, NewObject};

use super::store::note_item;

/// A channel. Clones are handles to the same one, for either end.
///
/// ```
/// use unknot_sim::{Channel, done, run_once, spawn};
///
/// run_once(|| {
///     let numbers = Channel::named("numbers", 1);
///     let theirs = numbers.clone();
///     let sender = spawn(move || {
///         theirs.send(1)?;
///         theirs.send(2)?;
///         theirs.close();
///         done(())
///     });
///     let mut sum = 0;
///     while let Ok(number) = numbers.receive() {
///         sum += number;
///     }
///     assert_eq!(sum, 3);
///     sender.join()?
/// });
/// ```
#[derive(Debug)]
pub struct Channel<T> {
    head: ObjectId,
    tail: ObjectId,
    items: ObjectId,
    holes: ObjectId,
    state: Rc<ChannelState<T>>,
}

#[derive(Debug)]
struct ChannelState<T> {
    items: RefCell<VecDeque<T>>,
    closed: Cell<bool>,
}

impl<T> Clone for Channel<T> {
    fn clone(&self) -> Channel<T> {
        Channel { state: Rc::clone(&self.state), ..*self }
    }
}

impl<T: 'static> Channel<T> {
    super::constructors::constructors! {
        /// An open channel with room for `maxsize` items, or without end if that is below 1.
        (maxsize: i64)
    }

    fn create(name: Name, maxsize: i64, location: &'static Location<'static>) -> Channel<T> {
        let plain = || NewObject::new("Channel", name.clone(), location);
        let items = rt::create(plain().wanted_for(Want::Item).raised_by(&["send", "close"]));
        let part = || plain().part_of(items);
        let holes = if maxsize < 1 { i64::MAX } else { maxsize };
        let state = ChannelState { items: RefCell::default(), closed: Cell::new(false) };
        Channel {
            items,
            holes: rt::create(
                part().showing(holes).wanted_for(Want::Room).raised_by(&["receive", "close"]),
            ),
            head: rt::create(part()),
            tail: rt::create(part()),
            state: Rc::new(state),
        }
    }

    /// Waits for room and sends an item. One step.
    ///
    /// # Errors
    /// `Closed` if the channel is closed.
    #[track_caller]
    pub fn send(&self, item: T) -> Result<(), Exception> {
        let op = Op::local("send", Location::caller()).with(self.tail, Mode::Update, 0);
        // Unbounded room is no room to compete for: the gauge stays full.
        rt::step_or_leave(op.with(self.holes, Mode::Take, 1).with(self.items, Mode::Give, 1))?;
        if rt::is_quiet() {
            return Ok(());
        }
        if self.state.closed.get() {
            return Err(rt::raised("Closed", "send on a closed channel"));
        }
        note_item(&item, Noted::Put);
        self.state.items.borrow_mut().push_back(item);
        Ok(())
    }

    /// Waits for an item and receives it. One step.
    ///
    /// # Errors
    /// `Closed` if the channel is closed and everything in it was received.
    #[track_caller]
    pub fn receive(&self) -> Result<T, Exception> {
        let op = Op::local("receive", Location::caller()).with(self.head, Mode::Update, 0);
        rt::step_or_leave(op.with(self.items, Mode::Take, 1).with(self.holes, Mode::Give, 1))?;
        self.next()
    }

    /// Sends an item if there is room. One step.
    ///
    /// # Errors
    /// `Closed` if the channel is closed, `Full` if there is no room.
    #[track_caller]
    pub fn try_send(&self, item: T) -> Result<(), Exception> {
        let op = Op::local("try send", Location::caller()).with(self.tail, Mode::Update, 0);
        let op = op.with(self.holes, Mode::Try, 1).with(self.items, Mode::Give, 1);
        rt::step_or_leave(op.deferred())?;
        if rt::is_quiet() {
            return Ok(());
        }
        // What is refused touches the same, so that the order of its step is known.
        rt::also(self.tail, Mode::Update, 0);
        let has_room = rt::also(self.holes, Mode::Try, 1);
        rt::also(self.items, Mode::Give, has_room.into());
        if self.state.closed.get() {
            return Err(rt::raised("Closed", "send on a closed channel"));
        }
        if !has_room {
            rt::note(|| Noted::Answer(Text::of("Full")));
            return Err(rt::raised("Full", "the channel is full"));
        }
        note_item(&item, Noted::Put);
        self.state.items.borrow_mut().push_back(item);
        Ok(())
    }

    /// Receives an item if there is one. One step.
    ///
    /// # Errors
    /// `Closed` if the channel is closed and everything in it was received, `Empty` if there
    /// is no item.
    #[track_caller]
    pub fn try_receive(&self) -> Result<T, Exception> {
        let (_, trying) = self.receipts("try receive", Location::caller());
        rt::step_or_leave(trying)?;
        let is_there = !rt::is_quiet() && self.try_to_receive();
        self.received(is_there)
    }

    /// Waits for an item until the time is up, and receives it.
    ///
    /// # Errors
    /// `Closed` if the channel is closed and everything in it was received, `Empty` if there
    /// is still no item.
    #[track_caller]
    pub fn receive_timeout(&self, timeout: Duration) -> Result<T, Exception> {
        let (wait, trying) = self.receipts("receive", Location::caller());
        let is_there = rt::step_timed(wait, trying.trying(), timeout, |granted| {
            if rt::is_try() { self.try_to_receive() } else { granted }
        });
        self.received(is_there)
    }

    /// A receipt that waits, and one that tries.
    fn receipts(&self, verb: &'static str, location: &'static Location<'static>) -> (Op, Op) {
        let op = Op::local(verb, location).with(self.head, Mode::Update, 0);
        let wait = op.clone().with(self.items, Mode::Take, 1).with(self.holes, Mode::Give, 1);
        let trying = op.with(self.items, Mode::Try, 1).with(self.holes, Mode::Give, 1);
        (wait, trying.deferred())
    }

    /// Makes a receipt that tries as part of the step. Whether there is an item, or the end.
    fn try_to_receive(&self) -> bool {
        rt::also(self.head, Mode::Update, 0);
        let is_there = rt::also(self.items, Mode::Try, 1);
        rt::also(self.holes, Mode::Give, is_there.into());
        is_there
    }

    /// What a receipt that tried has received, if there was an item or the end.
    fn received(&self, is_there: bool) -> Result<T, Exception> {
        if !is_there && !rt::is_quiet() {
            rt::note(|| Noted::Answer(Text::of("Empty")));
            return Err(rt::raised("Empty", "the channel is empty"));
        }
        self.next()
    }

    /// Takes the next item as part of a receipt.
    fn next(&self) -> Result<T, Exception> {
        let item = if rt::is_quiet() { None } else { self.state.items.borrow_mut().pop_front() };
        if let Some(item) = &item {
            note_item(item, Noted::Got);
        }
        item.ok_or_else(|| rt::raised("Closed", "receive on a closed channel"))
    }

    /// What shows that there is room, or that the channel is closed: to wait for it together
    /// with other things.
    #[must_use]
    pub fn room(&self) -> Room {
        Room::new(Readiness::new(self.holes, 1))
    }

    /// Closes the channel. Closing it again does nothing. One step.
    #[track_caller]
    pub fn close(&self) {
        let op = Op::local("close", Location::caller()).with(self.tail, Mode::Update, 0);
        let op = op.with(self.items, Mode::Set, i64::MAX);
        rt::step(op.with(self.holes, Mode::Set, i64::MAX));
        if !rt::is_quiet() {
            self.state.closed.set(true);
        }
    }
}

impl<T: Clone + 'static> Fork for Channel<T> {
    fn reads(&self, reads: &mut Reads) {
        // Every step that changes a gauge updates one of the ends.
        reads.cell(self.head);
        reads.cell(self.tail);
    }

    /// The items are cloned.
    fn fork(&self, to: &mut Forking) -> Channel<T> {
        to.once(self.items, |to| {
            let items = to.gauge(self.items);
            let state =
                ChannelState { items: self.state.items.clone(), closed: self.state.closed.clone() };
            Channel {
                items,
                holes: to.gauge_of(self.holes, items),
                head: to.cell_of(self.head, items),
                tail: to.cell_of(self.tail, items),
                state: Rc::new(state),
            }
        })
    }
}

impl<T: 'static> Ready for Channel<T> {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(Some(Readiness::new(self.items, 1)))
    }
}
