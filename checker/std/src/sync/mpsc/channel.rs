//! A channel with room, with or without end.
//!
//! Sends are ordered by a cell at the tail. A gauge shows how many items there are, one how
//! much room there is, and one shows 1 when all senders are gone: their drops and clones
//! commute. A receipt waits for an item or for that, and finds out which it was. The end of
//! the receiver opens all room for ever, so that senders go on and are told.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::time::Duration;

use unknot_sim::raw::{self, Mode, Noted, ObjectId, Op, Text, Want};

use crate::{object, time};

/// How long an operation waits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patience {
    Forever,
    Until(Duration),
    Never,
}

/// Why there is no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoItem {
    Empty,
    Disconnected,
}

/// Why an item was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRoom {
    Full,
    Disconnected,
}

/// A channel with room.
pub(super) struct Channel<T> {
    tail: ObjectId,
    items: ObjectId,
    /// None where room has no end.
    room: Option<ObjectId>,
    gone: ObjectId,
    is_read: Cell<bool>,
    queue: RefCell<VecDeque<T>>,
}

const KIND: &str = "mpsc";

impl<T> Channel<T> {
    pub(super) fn new(bound: Option<usize>, place: &'static Location<'static>) -> Channel<T> {
        let items = object::create(KIND, place, |new| {
            new.wanted_for(Want::Item).raised_by(&["send", "drop sender"])
        });
        let part = |make: fn(_) -> _| object::create(KIND, place, |new| make(new.part_of(items)));
        Channel {
            items,
            tail: part(|new| new),
            room: bound.map(|bound| {
                let room = i64::try_from(bound).unwrap_or(i64::MAX);
                object::create(KIND, place, |new| {
                    let new = new.part_of(items).showing(room).wanted_for(Want::Room);
                    new.raised_by(&["recv", "drop receiver"])
                })
            }),
            gone: gone(items, place),
            is_read: Cell::new(true),
            queue: RefCell::default(),
        }
    }

    pub(super) fn gone(&self) -> ObjectId {
        self.gone
    }

    /// Waits for room and sends an item. One step.
    pub(super) fn send(
        &self,
        item: T,
        patience: Patience,
        place: &'static Location<'static>,
    ) -> Result<(), (T, NoRoom)> {
        let has_room = match (patience, self.room) {
            (Patience::Never, Some(room)) => {
                let op = self.sending("try_send", place).with(room, Mode::Try, 1);
                raw::step(op.deferred());
                if raw::is_quiet() {
                    return Ok(());
                }
                raw::also(self.tail, Mode::Update, 0);
                let has_room = raw::also(room, Mode::Try, 1);
                let sends = has_room && self.is_read.get();
                raw::also(self.items, Mode::Tally, sends.into());
                if !sends {
                    raw::nothing_changed(self.tail);
                }
                has_room
            }
            (_, room) => {
                let op = self.sending("send", place);
                raw::step(match room {
                    Some(room) => op.with(room, Mode::Take, 1),
                    None => op,
                });
                if raw::is_quiet() {
                    return Ok(());
                }
                true
            }
        };
        // The room of one that has no receiver is open for ever.
        match (self.is_read.get(), has_room) {
            (false, _) => Err((item, NoRoom::Disconnected)),
            (true, false) => {
                raw::note(|| Noted::Answer(Text::of("Full")));
                Err((item, NoRoom::Full))
            }
            (true, true) => {
                self.queue.borrow_mut().push_back(item);
                Ok(())
            }
        }
    }

    fn sending(&self, verb: &'static str, place: &'static Location<'static>) -> Op {
        let op = Op::local(verb, place).with(self.tail, Mode::Update, 0);
        op.with(self.items, Mode::Tally, 1)
    }

    /// Waits for an item, or for the end of all senders.
    pub(super) fn receive(
        &self,
        patience: Patience,
        place: &'static Location<'static>,
    ) -> Result<T, NoItem> {
        match patience {
            Patience::Forever => _ = raw::step(self.receiving("recv", Mode::AnyOf, place)),
            Patience::Never => _ = raw::step(self.receiving("try_recv", Mode::Look, place)),
            Patience::Until(timeout) => {
                let wait = self.receiving("recv_timeout", Mode::AnyOf, place);
                let trying = self.receiving("recv_timeout", Mode::Look, place).trying();
                let trying = time::passing(trying, timeout);
                let mut received = Err(NoItem::Empty);
                raw::step_timed(wait, trying, timeout, |_| {
                    let mode = if raw::is_try() { Mode::Look } else { Mode::AnyOf };
                    received = self.received(mode);
                    if raw::is_try() {
                        time::pass(timeout);
                    }
                    !matches!(received, Err(NoItem::Empty))
                });
                return received;
            }
        }
        if raw::is_quiet() {
            return Err(NoItem::Disconnected);
        }
        self.received(if matches!(patience, Patience::Never) { Mode::Look } else { Mode::AnyOf })
    }

    fn receiving(&self, verb: &'static str, mode: Mode, place: &'static Location<'static>) -> Op {
        let op = Op::local(verb, place).with(self.items, mode, 1).with(self.gone, mode, 1);
        let op = op.with(self.tail, Mode::Read, 0).with(self.items, Mode::Tally, -1);
        let op = match self.room {
            Some(room) => op.with(room, Mode::Give, 1),
            None => op,
        };
        op.deferred()
    }

    /// Takes an item as part of a step.
    fn received(&self, mode: Mode) -> Result<T, NoItem> {
        let is_there = raw::also(self.items, mode, 1);
        let are_gone = raw::also(self.gone, mode, 1);
        // What was done before the items were sent happens before this.
        raw::also(self.tail, Mode::Read, 0);
        raw::also(self.items, Mode::Tally, if is_there { -1 } else { 0 });
        if let Some(room) = self.room {
            raw::also(room, Mode::Give, is_there.into());
        }
        let item = if is_there { self.queue.borrow_mut().pop_front() } else { None };
        item.ok_or(if are_gone { NoItem::Disconnected } else { NoItem::Empty })
    }

    /// Ends the receiver. What was sent is dropped.
    pub(super) fn leave(&self, place: &'static Location<'static>) {
        let op = Op::local("drop receiver", place).with(self.tail, Mode::Update, 0);
        raw::step(match self.room {
            Some(room) => op.with(room, Mode::Set, i64::MAX),
            None => op,
        });
        if !raw::is_quiet() {
            self.is_read.set(false);
        }
        let left = self.queue.take();
        drop(left);
    }
}

/// The gauge that shows 1 when all senders are gone. There is one at first.
pub(super) fn gone(whole: ObjectId, place: &'static Location<'static>) -> ObjectId {
    object::create(KIND, place, |new| {
        new.part_of(whole).wanted_for(Want::Item).raised_by(&["drop sender"]).with_crowd()
    })
}
