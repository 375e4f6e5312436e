//! One direction of a pipe: messages in pieces, room for them, and what a send touches.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::stream::Stream;
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::op::Op;
use crate::rt::{self, OwnCopy};

/// What one end sends to the other.
pub(super) struct PipeWay<T> {
    pub(super) messages: Stream,
    /// Room for more, sent the other way; `None` if there is always room.
    pub(super) room: Option<Stream>,
    /// The gauge that each close of the receiving end gives to.
    pub(super) unread: ObjectId,
    pub(super) pieces: RefCell<VecDeque<MessagePiece<T>>>,
}

/// A part of a message.
pub(super) struct MessagePiece<T> {
    /// The whole message.
    pub(super) of: Rc<T>,
    /// Which part it is, and of how many.
    pub(super) nth: u32,
    pub(super) n: u32,
}

impl<T> PipeWay<T> {
    /// Sends in one step, which waits for room if there is a capacity, and looks whether there
    /// are readers where that is not known. Whether that was done: otherwise there is no
    /// room, and no reader.
    pub(super) fn send(
        &self,
        op: Op,
        room: Option<&Stream>,
        looked_at: Option<ObjectId>,
    ) -> Result<bool, Exception> {
        let op = match looked_at {
            Some(unread) => op.with(unread, Mode::Look, i64::MAX),
            None => op,
        };
        let op = match room {
            Some(room) => room.with_receipt(op),
            None => op,
        };
        rt::step_or_leave(self.messages.with_send(op).deferred())?;
        if rt::is_quiet() {
            return Ok(true);
        }
        if let Some(unread) = looked_at {
            rt::also(unread, Mode::Look, i64::MAX);
        }
        if room.is_some_and(|room| !room.receive()) {
            self.messages.withhold_send();
            return Ok(false);
        }
        self.messages.send();
        Ok(true)
    }

    /// Sends in one step, unless another thread of the process has closed the end. Whether
    /// that was done.
    pub(super) fn send_if_open(&self, op: Op, copy: OwnCopy) -> Result<bool, Exception> {
        // What a send touches that is not refused depends on no earlier step for more
        // reasons than one that is refused: otherwise such a step could come first or not.
        let op = op.with(self.unread, Mode::Look, i64::MAX);
        let op = self.messages.with_order(op).with(copy.open, Mode::AtLeast, 1);
        rt::step_or_leave(self.messages.with_message(op).deferred())?;
        if rt::is_quiet() {
            return Ok(true);
        }
        rt::also(self.unread, Mode::Look, i64::MAX);
        self.messages.order();
        let is_open = rt::also(copy.open, Mode::AtLeast, 1);
        match is_open {
            true => self.messages.send_in_order(),
            false => self.messages.withhold_message(),
        }
        Ok(is_open)
    }
}
