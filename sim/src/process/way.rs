//! One direction of a pipe: messages in pieces, room for them, and what a send touches.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::Location;
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
    pub(super) fn send(&self, op: Op, looked_at: Option<ObjectId>) -> Result<bool, Exception> {
        let op = match looked_at {
            Some(unread) => op.with(unread, Mode::Look, i64::MAX),
            None => op,
        };
        let op = match &self.room {
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
        if self.room.as_ref().is_some_and(|room| !room.receive()) {
            self.messages.withhold_send();
            return Ok(false);
        }
        self.messages.send();
        Ok(true)
    }

    /// Sends unless another thread of the process has closed the end. It waits for room in a
    /// step of its own, since a step that waits must not be refused because of the end.
    /// Whether that was done: otherwise there is no room, and no reader.
    ///
    /// # Errors
    /// `OSError` if the end is closed.
    pub(super) fn send_if_open(&self, op: &Op, copy: OwnCopy) -> Result<bool, Exception> {
        if let Some(room) = &self.room {
            rt::step_or_leave(room.with_receipt(op.clone()).deferred())?;
            if !rt::is_quiet() && !room.receive() {
                return Ok(false);
            }
        }
        if self.send_or_withhold(op.clone(), copy)? {
            return Ok(true);
        }
        if let Some(room) = &self.room {
            rt::step_or_leave(room.with_late_send(op.clone()).deferred())?;
            room.send_late();
        }
        Err(is_closed(op.location))
    }

    /// A send in one step, which is refused if the end is closed. Whether it was made.
    fn send_or_withhold(&self, op: Op, copy: OwnCopy) -> Result<bool, Exception> {
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

/// What an operation on an end raises that the process has closed.
pub(super) fn is_closed(location: &'static Location<'static>) -> Exception {
    Exception::at(Some(location), "OSError", "handle is closed")
}

/// What a send raises that no process can receive.
pub(super) fn broken_pipe() -> Exception {
    rt::raised("BrokenPipeError", "broken pipe")
}
