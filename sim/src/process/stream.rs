//! Messages in one direction, in the order in which they were sent, with an end.
//!
//! The end comes when every copy of the sending end is closed and every message was
//! received. No step has to know which close is the last one, since that is arithmetic: a
//! gauge shows [`UNIT`] · (1 + messages) − open copies, and receivers wait for one unit. So
//! they can go on if and only if there is a message or no copy is left. Sends, receipts and
//! closes commute on it; only the step that finds the end depends on the closes
//! ([`Mode::End`]), and each receipt on the send with its number, by slots.
//!
//! What a step does besides if there is a message comes after that in its accesses: where
//! it finds the end it does none of it.
//!
//! A send that finds no reader left puts its message all the same: what a step touches may
//! not depend on that, and no task is there to receive it.

use std::cell::Cell;

use crate::execution::Want;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::op::{Access, Op};
use crate::ready::Readiness;
use crate::rt::{self, NewObject};

/// What a gauge shows for one message. A pipe has fewer open copies than that.
const UNIT: i64 = 1 << 20;

/// The order of messages in one direction. The messages are kept by its user.
#[derive(Debug)]
pub(super) struct Stream {
    /// Orders receipts.
    head: ObjectId,
    /// Orders sends.
    tail: ObjectId,
    pub(super) items: ObjectId,
    slots: ObjectId,
    /// The gauge that each close of the sending end gives to.
    closed: ObjectId,
    /// The gauge that each send gives to which may come after the last close.
    late: ObjectId,
    /// How many messages were there from the beginning.
    n_first: u32,
    n_sent: Cell<u32>,
    n_received: Cell<u32>,
}

impl Stream {
    /// A stream with this many messages already, as a part of what `new` says. `closed` is
    /// given to by each close of the sending end. The rest says what a task that waits
    /// wants, and which operations end the wait.
    pub(super) fn create(
        new: &NewObject,
        closed: ObjectId,
        n_first: u32,
        (want, raised_by): (Want, &'static [&'static str]),
    ) -> Stream {
        // One copy of the sending end is there.
        let shows = UNIT * (1 + i64::from(n_first)) - 1;
        let items = new.clone().showing(shows).wanted_for(want).raised_by(raised_by);
        let part = || rt::create(new.clone());
        Stream {
            items: rt::create(items),
            head: part(),
            tail: part(),
            slots: part(),
            late: part(),
            closed,
            n_first,
            n_sent: Cell::new(n_first),
            n_received: Cell::new(0),
        }
    }

    /// What shows that there is a message, or the end.
    pub(super) fn readiness(&self) -> Readiness {
        Readiness::new(self.items, UNIT)
    }

    /// Declares a receipt.
    pub(super) fn with_receipt(&self, op: Op) -> Op {
        let op = op.with(self.head, Mode::Update, 0).with(self.items, Mode::Draw, UNIT);
        let op = self.with_slot(op, 0);
        // If there is no message it is the end, and the unit is given back.
        let op = op.with(self.items, Mode::Tally, UNIT).with(self.closed, Mode::End, 0);
        op.with(self.late, Mode::End, 0)
    }

    /// Makes a receipt as part of the step. Whether there was a message: otherwise it is
    /// the end.
    pub(super) fn receive(&self) -> bool {
        rt::also(self.head, Mode::Update, 0);
        rt::also(self.items, Mode::Draw, UNIT);
        let nth = self.n_received.get();
        let is_there = nth < self.n_sent.get();
        if is_there {
            rt::also_slot(self.slots, nth);
            self.n_received.set(nth + 1);
        } else {
            rt::also(self.items, Mode::Tally, UNIT);
            rt::also(self.closed, Mode::End, 0);
            rt::also(self.late, Mode::End, 0);
        }
        is_there
    }

    /// Declares a send.
    pub(super) fn with_send(&self, op: Op) -> Op {
        self.with_message(self.with_order(op))
    }

    /// Declares that the step comes before or after sends.
    pub(super) fn with_order(&self, op: Op) -> Op {
        op.with(self.tail, Mode::Update, 0)
    }

    /// Declares a message, of a step that comes before or after sends.
    pub(super) fn with_message(&self, op: Op) -> Op {
        self.with_slot(op.with(self.items, Mode::Tally, UNIT), self.n_first)
    }

    /// Makes a send as part of the step.
    pub(super) fn send(&self) {
        self.order();
        self.send_in_order();
    }

    pub(super) fn order(&self) {
        rt::also(self.tail, Mode::Update, 0);
    }

    pub(super) fn send_in_order(&self) {
        rt::also(self.items, Mode::Tally, UNIT);
        let nth = self.n_sent.get();
        rt::also_slot(self.slots, nth);
        self.n_sent.set(nth + 1);
    }

    /// Declares a send that may come after the last close of the sending end: a step that
    /// finds the end comes before or after it.
    pub(super) fn with_late_send(&self, op: Op) -> Op {
        self.with_send(op).with(self.late, Mode::Give, 1)
    }

    /// Makes such a send as part of the step.
    pub(super) fn send_late(&self) {
        self.send();
        rt::also(self.late, Mode::Give, 1);
    }

    /// Notes that the step would have been such a send.
    pub(super) fn withhold_late_send(&self) {
        self.withhold_send();
        rt::withhold(self.late, Mode::Give, 1);
    }

    /// Notes that the step would have been a send.
    pub(super) fn withhold_send(&self) {
        rt::withhold(self.tail, Mode::Update, 0);
        self.withhold_message();
    }

    pub(super) fn withhold_message(&self) {
        rt::withhold(self.items, Mode::Tally, UNIT);
        rt::withhold(self.slots, Mode::Slot, -i64::from(self.n_first));
    }

    /// Declares a look at both ends of it.
    pub(super) fn with_look(&self, op: Op) -> Op {
        let op = op.with(self.head, Mode::Read, 0).with(self.tail, Mode::Read, 0);
        op.with(self.closed, Mode::Look, i64::MAX)
    }

    /// Looks at both ends as part of the step. Whether there is a message.
    pub(super) fn look(&self) -> bool {
        rt::also(self.head, Mode::Read, 0);
        rt::also(self.tail, Mode::Read, 0);
        rt::also(self.closed, Mode::Look, i64::MAX);
        self.n_received.get() < self.n_sent.get()
    }

    fn with_slot(&self, mut op: Op, from: u32) -> Op {
        op.accesses.push(Access::to_some_slot(self.slots, -i64::from(from)));
        op
    }
}
