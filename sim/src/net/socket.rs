//! An end of a connection: receipts, sends, copies and closes.
//!
//! A handle stands for one open copy of an end. Clones are the same handle, as when two
//! threads have one socket object; [`Socket::dup`] makes another copy. The stream that an end
//! writes ends with the last close of a copy of it. No wait goes on at a handle that is
//! closed, by whichever task: such a wait is a wait for any of two things, and raises.
//!
//! Each operation looks whether its handle is open. So a trace tells which tasks use which
//! end, and a task that waits for bytes waits for the tasks that use the other one.
//!
//! Copies count under the cells of both flows: the step of a close finds out whether it is
//! the last one, so each close comes before or after all else that is done on the connection.

use std::cell::Cell;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::completion::Completion;
use super::flow::{Flow, Received, Sent};
use super::selector::Selectable;
use crate::exception::Exception;
use crate::execution::Purpose;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::ready::{Readiness, Ready};
use crate::rt::{self, NewObject};

/// An end of a connection. Clones are the same handle; [`Socket::dup`] makes a copy that is
/// closed by itself.
///
/// ```
/// use unknot_sim::{done, net, run_once, spawn};
///
/// run_once(|| {
///     let (client, server) = net::socketpair("talk");
///     let echo = spawn(move || {
///         loop {
///             let bytes = server.recv(1024)?;
///             if bytes.is_empty() {
///                 return server.close();
///             }
///             server.send(bytes)?;
///         }
///     });
///     client.send("hello")?;
///     assert_eq!(client.recv(1024)?, b"hello");
///     client.close()?;
///     echo.join()?
/// });
/// ```
#[derive(Clone)]
pub struct Socket {
    handle: Rc<SocketHandle>,
    /// Whether a receipt may bring less than there is.
    is_splitting: bool,
    /// How long a receipt copies.
    copying: Duration,
}

/// One open copy of an end.
struct SocketHandle {
    wire: Rc<Wire>,
    /// Which end.
    side: usize,
    /// The gauge that shows 1 once it is closed.
    closed: ObjectId,
    is_closed: Cell<bool>,
    new: NewObject,
}

/// What both ends have in common.
struct Wire {
    /// What each end writes.
    flows: [Flow; 2],
    /// How many copies of each are open.
    n_open: [Cell<u32>; 2],
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("side", &self.handle.side).finish_non_exhaustive()
    }
}

/// Two sockets that are connected, with room for any number of bytes each way. No step.
#[track_caller]
#[must_use]
pub fn socketpair(name: impl Into<Name>) -> (Socket, Socket) {
    connected(name.into(), None, Location::caller())
}

/// The same, with room for so many bytes each way that were not received.
#[track_caller]
#[must_use]
pub fn socketpair_bounded(name: impl Into<Name>, capacity: u32) -> (Socket, Socket) {
    connected(name.into(), Some(capacity), Location::caller())
}

/// Two sockets that are connected. The first has the name.
pub(super) fn connected(
    name: Name,
    capacity: Option<u32>,
    location: &'static Location<'static>,
) -> (Socket, Socket) {
    let of_peer = if name.is_empty() { Name::default() } else { format!("peer of {name}").into() };
    let ends = [name, of_peer].map(|name| {
        let new = NewObject::new("Socket", name, location);
        let end = rt::create(new.clone().serving(Purpose::Peer));
        new.part_of(end)
    });
    let [first, second] = &ends;
    let flows = [Flow::create(first, second, capacity), Flow::create(second, first, capacity)];
    let wire = Rc::new(Wire { flows, n_open: Default::default() });
    let [first, second] = ends;
    (Socket::open(&wire, 0, first), Socket::open(&wire, 1, second))
}

impl Socket {
    /// Adds an open copy of an end, as part of the step that makes it.
    fn open(wire: &Rc<Wire>, side: usize, new: NewObject) -> Socket {
        let n_open = &wire.n_open[side];
        n_open.set(n_open.get() + 1);
        let closed = rt::create(new.clone().serving(Purpose::Handle));
        let handle =
            SocketHandle { wire: Rc::clone(wire), side, closed, is_closed: Cell::new(false), new };
        Socket { handle: Rc::new(handle), is_splitting: false, copying: Duration::ZERO }
    }

    /// The same handle, on which a receipt may bring the first byte alone of what is there: a
    /// network delivers in pieces.
    #[must_use]
    pub fn splitting(mut self) -> Socket {
        self.is_splitting = true;
        self
    }

    /// The same handle, on which each receipt that brings something takes so long after it
    /// has found the bytes, while they are copied.
    #[must_use]
    pub fn copying(mut self, takes: Duration) -> Socket {
        self.copying = takes;
        self
    }

    /// Waits for bytes, or for the end of the stream, and receives at most `n` bytes; none at
    /// the end. One step, and the copy if it takes time.
    ///
    /// # Errors
    /// `ConnectionResetError` if the other end was closed with bytes that it had not
    /// received, `OSError` if this handle is closed.
    #[track_caller]
    pub fn recv(&self, n: usize) -> Result<Vec<u8>, Exception> {
        self.receive("recv", n, n > 0, Location::caller())
    }

    /// The same without waiting: `recv` of a socket that does not block.
    ///
    /// # Errors
    /// `BlockingIOError` if there is nothing, and as [`Socket::recv`] raises them.
    #[track_caller]
    pub fn try_recv(&self, n: usize) -> Result<Vec<u8>, Exception> {
        self.receive("try recv", n, false, Location::caller())
    }

    /// Receives in the background: the bytes are there when the operation is complete.
    #[track_caller]
    #[must_use]
    pub fn recv_async(&self, n: usize) -> Completion {
        Completion::start(self.clone(), n, Location::caller())
    }

    pub(super) fn receive(
        &self,
        verb: &'static str,
        n: usize,
        waits: bool,
        location: &'static Location<'static>,
    ) -> Result<Vec<u8>, Exception> {
        let flow = self.incoming();
        let op = self.op(verb, waits.then_some(flow.bytes), location);
        rt::step_or_leave(flow.with_receipt(op).deferred())?;
        if rt::is_quiet() {
            return Ok(vec![]);
        }
        let is_open = self.meet(waits.then_some(flow.bytes));
        flow.update();
        if !is_open {
            flow.stays();
            return Err(bad_descriptor());
        }
        let is_split = self.is_splitting && n.min(flow.len()) > 1;
        let n = if is_split && rt::choose(2, location) == 1 { 1 } else { n };
        match flow.receive(n) {
            Received::Bytes(bytes) => {
                rt::note(|| Noted::Got(shown(&bytes)));
                if !self.copying.is_zero() {
                    rt::sleep_as("copy", self.copying, location);
                }
                Ok(bytes)
            }
            Received::Nothing if n > 0 => {
                Err(refused("BlockingIOError", "resource temporarily unavailable"))
            }
            Received::End | Received::Nothing => {
                rt::note(|| Noted::Got(shown(&[])));
                Ok(vec![])
            }
            Received::Reset => Err(refused("ConnectionResetError", "connection reset by peer")),
        }
    }

    /// Sends all bytes, and waits for room as often as it has to: `sendall`, and `send` of a
    /// socket that blocks. One step, or as many as parts are sent; one for no bytes.
    ///
    /// # Errors
    /// `BrokenPipeError` if every copy of the other end is closed or this end is shut down,
    /// `OSError` if this handle is closed.
    #[track_caller]
    pub fn send(&self, bytes: impl AsRef<[u8]>) -> Result<(), Exception> {
        let location = Location::caller();
        let mut rest = bytes.as_ref();
        loop {
            let waits = !rest.is_empty();
            let sent = self.write("send", rest, waits, location)?;
            rest = &rest[sent..];
            if rest.is_empty() || rt::is_quiet() {
                return Ok(());
            }
        }
    }

    /// Sends what there is room for: `send` of a socket that does not block. How many bytes
    /// that were. One step.
    ///
    /// # Errors
    /// `BlockingIOError` if there is no room, and as [`Socket::send`] raises them.
    #[track_caller]
    pub fn try_send(&self, bytes: impl AsRef<[u8]>) -> Result<usize, Exception> {
        self.write("try send", bytes.as_ref(), false, Location::caller())
    }

    fn write(
        &self,
        verb: &'static str,
        bytes: &[u8],
        waits: bool,
        location: &'static Location<'static>,
    ) -> Result<usize, Exception> {
        let flow = self.outgoing();
        let op = self.op(verb, waits.then_some(flow.room), location);
        rt::step_or_leave(flow.with_send(op).deferred())?;
        if rt::is_quiet() {
            return Ok(bytes.len());
        }
        let is_open = self.meet(waits.then_some(flow.room));
        flow.update();
        if !is_open {
            flow.stays();
            return Err(bad_descriptor());
        }
        match flow.send(bytes) {
            Sent::Part(n) => {
                rt::note(|| Noted::Put(shown(&bytes[..n])));
                Ok(n)
            }
            Sent::Nothing if bytes.is_empty() => Ok(0),
            Sent::Nothing => Err(refused("BlockingIOError", "resource temporarily unavailable")),
            Sent::Broken => Err(refused("BrokenPipeError", "broken pipe")),
        }
    }

    /// Ends the stream that this end writes: `shutdown(SHUT_WR)`. It can still receive. To do
    /// so again does nothing. One step.
    ///
    /// # Errors
    /// `OSError` if this handle is closed.
    #[track_caller]
    pub fn shutdown(&self) -> Result<(), Exception> {
        let flow = self.outgoing();
        let op = flow.with_update(self.op("shutdown", None, Location::caller()));
        rt::step_or_leave(flow.with_no_reader(flow.with_end(op)).deferred())?;
        if rt::is_quiet() {
            return Ok(());
        }
        let is_open = self.meet(None);
        flow.update();
        match is_open {
            true => flow.shut(),
            false => flow.stays(),
        }
        if is_open { Ok(()) } else { Err(bad_descriptor()) }
    }

    /// Another open copy of this end. One step.
    ///
    /// # Errors
    /// `OSError` if this handle is closed.
    #[track_caller]
    pub fn dup(&self) -> Result<Socket, Exception> {
        let op = self.with_updates(self.op("dup", None, Location::caller()));
        rt::step_or_leave(op.deferred())?;
        if !rt::is_quiet() {
            let is_open = self.meet(None);
            self.update_both();
            if !is_open {
                self.both_stay();
                return Err(bad_descriptor());
            }
        }
        let SocketHandle { wire, side, new, .. } = &*self.handle;
        let copy = Socket::open(wire, *side, new.clone());
        Ok(Socket { handle: copy.handle, ..self.clone() })
    }

    /// Closes this handle, and this end with its last copy. What was sent can still be
    /// received, but where this end leaves bytes unread the connection is reset. To close it
    /// again does nothing. One step.
    ///
    /// # Errors
    /// None but that of a task that has to leave.
    #[track_caller]
    pub fn close(&self) -> Result<(), Exception> {
        let SocketHandle { wire, side, closed, is_closed, .. } = &*self.handle;
        let (incoming, outgoing) = (self.incoming(), self.outgoing());
        let op = self.with_updates(self.op("close", None, Location::caller()));
        let op = outgoing.with_end(op.with(*closed, Mode::Set, 1));
        rt::step_or_leave(incoming.with_no_reader(op).deferred())?;
        if rt::is_quiet() {
            return Ok(());
        }
        let is_open = self.meet(None);
        self.update_both();
        if !is_open {
            self.both_stay();
            return Ok(());
        }
        is_closed.set(true);
        rt::also(*closed, Mode::Set, 1);
        let n_open = &wire.n_open[*side];
        n_open.set(n_open.get() - 1);
        if n_open.get() == 0 {
            outgoing.end(incoming.len() > 0);
            incoming.end_reading();
        }
        Ok(())
    }

    fn incoming(&self) -> &Flow {
        &self.handle.wire.flows[1 - self.handle.side]
    }

    fn outgoing(&self) -> &Flow {
        &self.handle.wire.flows[self.handle.side]
    }

    /// Declares a step on this handle, which may wait at a gauge. The handle comes first: it
    /// tells what the step is about.
    fn op(
        &self,
        verb: &'static str,
        waits_at: Option<ObjectId>,
        location: &'static Location<'static>,
    ) -> Op {
        let op = Op::local(verb, location);
        match waits_at {
            Some(gauge) => op.with(self.handle.closed, Mode::AnyOf, 1).with(gauge, Mode::AnyOf, 1),
            None => op.with(self.handle.closed, Mode::Look, 1),
        }
    }

    /// Looks as part of the step at what the step has waited for. Whether the handle is open.
    fn meet(&self, waited_at: Option<ObjectId>) -> bool {
        let mode = if waited_at.is_some() { Mode::AnyOf } else { Mode::Look };
        rt::also(self.handle.closed, mode, 1);
        if let Some(gauge) = waited_at {
            rt::also(gauge, Mode::AnyOf, 1);
        }
        !self.handle.is_closed.get()
    }

    fn with_updates(&self, op: Op) -> Op {
        self.handle.wire.flows.iter().fold(op, |op, flow| flow.with_update(op))
    }

    fn update_both(&self) {
        self.handle.wire.flows.iter().for_each(Flow::update);
    }

    fn both_stay(&self) {
        self.handle.wire.flows.iter().for_each(Flow::stays);
    }
}

impl Selectable for Socket {
    fn readable(&self) -> Option<Readiness> {
        let flow = self.incoming();
        Some(Readiness::of_flow(flow.bytes, flow.cell, self.handle.closed))
    }

    fn writable(&self) -> Option<Readiness> {
        let flow = self.outgoing();
        Some(Readiness::of_flow(flow.room, flow.cell, self.handle.closed))
    }
}

/// Ready to be received from.
impl Ready for Socket {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(self.readable())
    }
}

fn shown(bytes: &[u8]) -> Text {
    Text::debug(&String::from_utf8_lossy(bytes))
}

fn bad_descriptor() -> Exception {
    refused("OSError", "bad file descriptor")
}

/// What the step raises, noted for people: the step is to be told with it.
fn refused(kind: &'static str, message: &str) -> Exception {
    rt::note(|| Noted::Answer(Text::of(kind)));
    rt::raised(kind, message)
}
