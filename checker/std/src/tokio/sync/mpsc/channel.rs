//! What both kinds of channels are: a queue, and the ends.
//!
//! The drops and clones of senders commute: a gauge shows 1 when all are gone. A receipt that
//! finds nothing waits for an item or for that.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use unknot_sim::raw::{self, Act, Mode, ObjectId, Op, Want};

use super::TryRecvError;
use crate::object::Object;
use crate::primitive::{Core, Place, Waiter};
use crate::seat::{Parked, Wait};

/// What a channel holds.
pub(super) struct Items<T> {
    queue: VecDeque<T>,
    receiver: Option<Arc<Waiter>>,
    /// Whether the receiver has closed, or was dropped.
    is_closed: bool,
    is_dropped: bool,
}

pub(super) struct Channel<T> {
    core: Core<Items<T>>,
    /// The gauge that shows 1 when all senders are gone.
    gone: Object,
}

impl<T> Channel<T> {
    #[track_caller]
    pub(super) fn new(place: Place) -> Channel<T> {
        let items =
            Items { queue: VecDeque::new(), receiver: None, is_closed: false, is_dropped: false };
        let channel = Channel { core: Core::new("mpsc", items), gone: Object::at(place) };
        channel.gone();
        channel
    }

    fn gone(&self) -> ObjectId {
        let whole = self.core.cell();
        self.gone.id("mpsc", |new| {
            let new = new.part_of(whole).wanted_for(Want::Item);
            new.raised_by(&["drop sender"]).with_crowd()
        })
    }

    pub(super) fn clone_sender(&self, place: Place) {
        raw::step(Op::local("clone sender", place).with(self.gone(), Mode::Tally, -1));
    }

    pub(super) fn drop_sender(&self, place: Place) {
        if crate::run::is_inside() {
            raw::step(Op::local("drop sender", place).with(self.gone(), Mode::Tally, 1));
        }
    }

    /// Sends an item. One step. What a permit was taken for is sent even if the receiver has
    /// closed since.
    pub(super) fn push(
        &self,
        item: T,
        verb: &'static str,
        is_permitted: bool,
        place: Place,
    ) -> Result<(), T> {
        let mut item = Some(item);
        self.core.change(verb, place, |items| {
            if items.is_dropped || items.is_closed && !is_permitted {
                return;
            }
            items.queue.extend(item.take());
            if let Some(receiver) = items.receiver.take() {
                receiver.tell();
            }
        });
        item.map_or(Ok(()), Err)
    }

    /// Has the receiver look again, if it has closed. One step.
    pub(super) fn tell_closed(&self, place: Place) {
        self.core.change("drop permit", place, |items| {
            if let (true, Some(receiver)) = (items.is_closed, &items.receiver) {
                receiver.tell();
                items.receiver = None;
            }
        });
    }

    /// Whether the receiver has closed or was dropped. One step.
    pub(super) fn is_closed(&self, place: Place) -> bool {
        self.core.look("is_closed", place, |items| items.is_closed).unwrap_or(true)
    }

    /// Takes an item. One step; what to do if there is none. `enter` is waited for then.
    fn look(
        &self,
        verb: &'static str,
        enter: Option<&Arc<Waiter>>,
        place: Place,
    ) -> Result<T, Empty> {
        let op = Op::local(verb, place).with(self.core.cell(), Mode::Update, 0);
        let are_gone = raw::step(op.with(self.gone(), Mode::Look, 1));
        let found = self.core.reach(|items| {
            let item = items.queue.pop_front();
            items.receiver = enter.filter(|_| item.is_none()).cloned();
            let why = match (are_gone, items.is_closed) {
                (true, _) => Empty::Gone,
                (false, true) => Empty::Closed,
                (false, false) => Empty::Open,
            };
            item.ok_or(why)
        });
        if enter.is_none() && matches!(found, Some(Err(_))) {
            self.core.nothing_changed();
        }
        found.unwrap_or(Err(Empty::Gone))
    }

    pub(super) fn try_receive(
        &self,
        is_idle: impl FnOnce() -> bool,
        place: Place,
    ) -> Result<T, TryRecvError> {
        self.look("try_recv", None, place).map_err(|why| match why {
            Empty::Gone => TryRecvError::Disconnected,
            Empty::Closed if is_idle() => TryRecvError::Disconnected,
            Empty::Closed | Empty::Open => TryRecvError::Empty,
        })
    }

    /// Waits for an item, or for the end of all senders.
    pub(super) fn receive<I: Fn() -> bool>(&self, is_idle: I, place: Place) -> Receive<'_, T, I> {
        Receive { channel: self, is_idle, place, parked: None }
    }

    /// Looks at the items. One step.
    pub(super) fn len(&self, place: Place) -> usize {
        self.core.look("len", place, |items| items.queue.len()).unwrap_or_default()
    }

    /// Has senders be refused from now on. One step. What was sent is there, unless the
    /// receiver is dropped: then it is dropped as well.
    pub(super) fn close(&self, is_dropped: bool, place: Place) {
        let verb = if is_dropped { "drop receiver" } else { "close" };
        let dropped = self.core.change(verb, place, |items| {
            items.is_closed = true;
            items.is_dropped |= is_dropped;
            if is_dropped { std::mem::take(&mut items.queue) } else { VecDeque::new() }
        });
        drop(dropped);
    }
}

/// Why there is no item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Empty {
    Open,
    /// The receiver has closed.
    Closed,
    /// All senders are gone.
    Gone,
}

/// A receipt.
pub(super) struct Receive<'a, T, I> {
    channel: &'a Channel<T>,
    /// Whether no permit is out, for which an item may still come after a close.
    is_idle: I,
    place: Place,
    parked: Option<Parked>,
}

impl<T, I: Fn() -> bool + Unpin> Future for Receive<'_, T, I> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let (channel, place) = (self.channel, self.place);
        loop {
            if let Some(parked) = &self.parked {
                if !parked.is_over(cx) {
                    return Poll::Pending;
                }
                self.parked = None;
                // No other task takes the first item, which is the one that was told of; unless
                // the receiver has closed and was told of that.
                let first = channel.core.reach(|items| match items.is_closed {
                    true => None,
                    false => items.queue.pop_front(),
                });
                if let Some(item) = first.flatten() {
                    return Poll::Ready(Some(item));
                }
            }
            let waiter = channel.core.waiter(Want::Item, &["send", "drop sender"]);
            match channel.look("recv", Some(&waiter), place) {
                Ok(item) => return Poll::Ready(Some(item)),
                Err(Empty::Gone) => return Poll::Ready(None),
                Err(Empty::Closed) if (self.is_idle)() => return Poll::Ready(None),
                Err(Empty::Closed | Empty::Open) => {}
            }
            let mut gauges = waiter.wait("recv", place).gauges;
            gauges.push(channel.gone());
            let wait = Wait { gauges, units: None, verb: "recv", place, act: Act::Access };
            self.parked = Some(Parked::wait(wait));
        }
    }
}
