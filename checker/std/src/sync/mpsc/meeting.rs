//! A channel without room: a send and a receipt meet.
//!
//! Whichever comes first parks at a gauge of its own, and the other one finishes both in the
//! step in which it comes: first come, first served. A receiver that is parked goes on as well
//! when all senders are gone, and a sender when the receiver is.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::rc::Rc;

use unknot_sim::raw::{self, Mode, ObjectId, Op, Want};

use super::channel::{NoItem, NoRoom, Patience, gone};
use crate::{object, time};

/// A channel without room.
pub(super) struct Meeting<T> {
    /// Orders all that come.
    cell: ObjectId,
    gone: ObjectId,
    place: &'static Location<'static>,
    senders: RefCell<VecDeque<Rc<Party<T>>>>,
    receivers: RefCell<VecDeque<Rc<Party<T>>>>,
    is_read: Cell<bool>,
}

/// A task that is parked.
struct Party<T> {
    gauge: ObjectId,
    /// What a sender has to give, or what a receiver was given.
    item: RefCell<Option<T>>,
    is_met: Cell<bool>,
}

const KIND: &str = "mpsc";

impl<T> Meeting<T> {
    pub(super) fn new(place: &'static Location<'static>) -> Meeting<T> {
        let cell = object::create(KIND, place, |new| new);
        Meeting {
            cell,
            gone: gone(cell, place),
            place,
            senders: RefCell::default(),
            receivers: RefCell::default(),
            is_read: Cell::new(true),
        }
    }

    pub(super) fn gone(&self) -> ObjectId {
        self.gone
    }

    fn party(&self, item: Option<T>, want: Want, verbs: &'static [&'static str]) -> Rc<Party<T>> {
        let gauge = object::create(KIND, self.place, |new| {
            new.part_of(self.cell).wanted_for(want).raised_by(verbs)
        });
        Rc::new(Party { gauge, item: RefCell::new(item), is_met: Cell::new(false) })
    }

    /// Takes the first that is parked, and lets it go on.
    fn meet(&self, parked: &RefCell<VecDeque<Rc<Party<T>>>>) -> Option<Rc<Party<T>>> {
        let party = parked.borrow_mut().pop_front()?;
        party.is_met.set(true);
        raw::also(party.gauge, Mode::Give, 1);
        Some(party)
    }

    pub(super) fn send(
        &self,
        item: T,
        patience: Patience,
        place: &'static Location<'static>,
    ) -> Result<(), (T, NoRoom)> {
        raw::step(Op::local("send", place).with(self.cell, Mode::Update, 0));
        if raw::is_quiet() {
            return Ok(());
        }
        if !self.is_read.get() {
            return Err((item, NoRoom::Disconnected));
        }
        if let Some(party) = self.meet(&self.receivers) {
            party.item.replace(Some(item));
            return Ok(());
        }
        if matches!(patience, Patience::Never) {
            raw::nothing_changed(self.cell);
            return Err((item, NoRoom::Full));
        }
        let party = self.party(Some(item), Want::Receiver, &["recv", "drop receiver"]);
        self.senders.borrow_mut().push_back(Rc::clone(&party));
        raw::step(Op::local("send", place).with(party.gauge, Mode::Take, 1));
        let left = party.item.take().filter(|_| !party.is_met.get());
        left.map_or(Ok(()), |item| Err((item, NoRoom::Disconnected)))
    }

    pub(super) fn receive(
        &self,
        patience: Patience,
        place: &'static Location<'static>,
    ) -> Result<T, NoItem> {
        let op = Op::local("recv", place).with(self.cell, Mode::Update, 0);
        raw::step(op.with(self.gone, Mode::Look, 1).deferred());
        if raw::is_quiet() {
            return Err(NoItem::Disconnected);
        }
        raw::also(self.cell, Mode::Update, 0);
        let are_gone = raw::also(self.gone, Mode::Look, 1);
        if let Some(party) = self.meet(&self.senders) {
            return party.item.take().ok_or(NoItem::Disconnected);
        }
        if are_gone || matches!(patience, Patience::Never) {
            raw::nothing_changed(self.cell);
            return Err(if are_gone { NoItem::Disconnected } else { NoItem::Empty });
        }
        let party = self.party(None, Want::Sender, &["send"]);
        self.receivers.borrow_mut().push_back(Rc::clone(&party));
        let wait = self.waiting(&party, Mode::AnyOf, place);
        match patience {
            Patience::Until(timeout) => {
                let trying = self.waiting(&party, Mode::Look, place);
                let trying = trying.with(self.cell, Mode::Update, 0).trying();
                let trying = time::passing(trying, timeout);
                raw::step_timed(wait, trying, timeout, |_| {
                    let is_try = raw::is_try();
                    let mode = if is_try { Mode::Look } else { Mode::AnyOf };
                    raw::also(party.gauge, mode, 1) | raw::also(self.gone, mode, 1) | {
                        if is_try {
                            raw::also(self.cell, Mode::Update, 0);
                            time::pass(timeout);
                        }
                        false
                    }
                });
            }
            Patience::Forever | Patience::Never => {
                raw::step(wait);
                if !raw::is_quiet() {
                    raw::also(party.gauge, Mode::AnyOf, 1);
                    raw::also(self.gone, Mode::AnyOf, 1);
                }
            }
        }
        if raw::is_quiet() {
            return Err(NoItem::Disconnected);
        }
        self.receivers.borrow_mut().retain(|other| !Rc::ptr_eq(other, &party));
        let is_over = matches!(patience, Patience::Forever) || raw::shows(self.gone) > 0;
        let item = party.item.take();
        item.ok_or(if is_over { NoItem::Disconnected } else { NoItem::Empty })
    }

    fn waiting(&self, party: &Party<T>, mode: Mode, place: &'static Location<'static>) -> Op {
        let op = Op::local("recv", place).with(party.gauge, mode, 1);
        op.with(self.gone, mode, 1).deferred()
    }

    /// Ends the receiver: what senders wait with comes back to them.
    pub(super) fn leave(&self, place: &'static Location<'static>) {
        raw::step(Op::local("drop receiver", place).with(self.cell, Mode::Update, 0));
        if raw::is_quiet() {
            return;
        }
        self.is_read.set(false);
        while let Some(party) = { self.senders.borrow_mut().pop_front() } {
            raw::also(party.gauge, Mode::Give, 1);
        }
    }
}
