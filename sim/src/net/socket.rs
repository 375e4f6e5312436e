//! An end of a connection: receipts, sends, copies and closes.
//!
//! Clones are the same handle, as when two threads have one socket object; [`Socket::dup`]
//! makes another copy ([`super::handle`]). What a step does on the bytes is in [`super::flow`].

use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::flow::{Received, Sent};
use super::handle::{AskedFor, SocketHandle, bad_descriptor, connected, refused, would_block};
use super::selector::Selectable;
use crate::exception::Exception;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::ready::{Readiness, Ready};
use crate::rt;

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

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("side", &self.handle.side).finish_non_exhaustive()
    }
}

/// Two sockets that are connected, with room for any number of bytes each way. No step.
#[track_caller]
#[must_use]
pub fn socketpair(name: impl Into<Name>) -> (Socket, Socket) {
    pair(name.into(), None, Location::caller())
}

/// The same, with room for so many bytes each way that were not received.
#[track_caller]
#[must_use]
pub fn socketpair_bounded(name: impl Into<Name>, capacity: u32) -> (Socket, Socket) {
    pair(name.into(), Some(capacity), Location::caller())
}

/// The sockets of both ends.
pub(super) fn pair(
    name: Name,
    capacity: Option<u32>,
    location: &'static Location<'static>,
) -> (Socket, Socket) {
    let [first, second] = connected(name, capacity, location).map(Socket::of);
    (first, second)
}

impl Socket {
    fn of(handle: SocketHandle) -> Socket {
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

    pub(super) fn receive(
        &self,
        verb: &'static str,
        n: usize,
        waits: bool,
        location: &'static Location<'static>,
    ) -> Result<Vec<u8>, Exception> {
        let flow = self.handle.incoming();
        // To receive nothing is possible at any time.
        let asked = (n > 0).then_some(AskedFor { gauge: flow.bytes, waits });
        let op = self.handle.op(verb, asked, location);
        rt::step_or_leave(flow.with_receipt(op).deferred())?;
        if rt::is_quiet() {
            return Ok(vec![]);
        }
        if !self.handle.begin(flow, asked) {
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
            Received::Nothing if n > 0 => Err(would_block()),
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
        let flow = self.handle.outgoing();
        let asked = (waits || !bytes.is_empty()).then_some(AskedFor { gauge: flow.room, waits });
        let op = self.handle.op(verb, asked, location);
        rt::step_or_leave(flow.with_send(op).deferred())?;
        if rt::is_quiet() {
            return Ok(bytes.len());
        }
        if !self.handle.begin(flow, asked) {
            return Err(bad_descriptor());
        }
        match flow.send(bytes) {
            Sent::Part(n) => {
                rt::note(|| Noted::Put(shown(&bytes[..n])));
                Ok(n)
            }
            Sent::Nothing if bytes.is_empty() => Ok(0),
            Sent::Nothing => Err(would_block()),
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
        let flow = self.handle.outgoing();
        let op = flow.with_update(self.handle.op("shutdown", None, Location::caller()));
        rt::step_or_leave(flow.with_no_reader(flow.with_end(op)).deferred())?;
        if rt::is_quiet() {
            return Ok(());
        }
        if !self.handle.begin(flow, None) {
            return Err(bad_descriptor());
        }
        flow.shut();
        Ok(())
    }

    /// Another open copy of this end. One step.
    ///
    /// # Errors
    /// `OSError` if this handle is closed.
    #[track_caller]
    pub fn dup(&self) -> Result<Socket, Exception> {
        let copy = self.handle.dup(Location::caller())?;
        Ok(Socket { handle: Rc::new(copy), ..self.clone() })
    }

    /// Closes this handle, and this end with its last copy. What was sent can still be
    /// received, but where this end leaves bytes unread the connection is reset. To close it
    /// again does nothing. One step.
    ///
    /// # Errors
    /// None but that of a task that has to leave.
    #[track_caller]
    pub fn close(&self) -> Result<(), Exception> {
        self.handle.close(Location::caller())
    }
}

impl Selectable for Socket {
    fn readable(&self) -> Option<Readiness> {
        let flow = self.handle.incoming();
        Some(Readiness::of_flow(flow.bytes, flow.cell, self.handle.closed))
    }

    fn writable(&self) -> Option<Readiness> {
        let flow = self.handle.outgoing();
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
