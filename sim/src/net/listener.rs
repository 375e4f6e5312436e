//! Listening sockets: connections wait in a line until they are accepted.
//!
//! The line is the queue of items in order that queues are made of: the k-th accept gets the
//! k-th connection, and where the backlog is full a connect waits until one is accepted. A
//! connection can be used before it is accepted, as in a real network: what is sent waits with
//! it.
//!
//! Not modelled: that a listener is closed.

use std::fmt;
use std::panic::Location;

use super::handle::would_block;
use super::selector::Selectable;
use super::socket::{Socket, pair};
use crate::exception::Exception;
use crate::name::Name;
use crate::ready::{Readiness, Ready};
use crate::sync::store::{Discipline, Fifo, NewStore, Patience, Store};

/// A socket that listens. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{done, net, run_once, spawn};
///
/// run_once(|| {
///     let port = net::Listener::named("port", 5);
///     let theirs = port.clone();
///     let client = spawn(move || {
///         let socket = theirs.connect("client")?;
///         socket.send("hello")?;
///         socket.close()
///     });
///     let socket = port.accept()?;
///     assert_eq!(socket.recv(1024)?, b"hello");
///     client.join()?
/// });
/// ```
#[derive(Clone)]
pub struct Listener {
    line: Store<Fifo<Socket>>,
    capacity: Option<u32>,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

impl Listener {
    crate::sync::constructors::constructors! {
        /// One with room for so many connections that are not accepted, at least one.
        (backlog: u32)
    }

    fn create(name: Name, backlog: u32, location: &'static Location<'static>) -> Listener {
        let new = NewStore {
            kind: "Listener",
            name,
            maxsize: backlog.max(1).into(),
            discipline: Discipline::Ordinal,
            location,
        };
        Listener { line: Store::create(new, Fifo::default()), capacity: None }
    }

    /// The same one, for connections with room for so many bytes each way.
    #[must_use]
    pub fn with_room(mut self, capacity: u32) -> Listener {
        self.capacity = Some(capacity);
        self
    }

    /// Connects to it, and waits as long as the backlog is full. One step.
    ///
    /// # Errors
    /// None but that of a task that has to leave.
    #[track_caller]
    pub fn connect(&self, name: impl Into<Name>) -> Result<Socket, Exception> {
        let location = Location::caller();
        let (socket, peer) = pair(name.into(), self.capacity, location);
        self.line.put_as("connect", peer, Patience::Forever, location)?;
        Ok(socket)
    }

    /// Waits for a connection and accepts it. One step.
    ///
    /// # Errors
    /// None but that of a task that has to leave.
    #[track_caller]
    pub fn accept(&self) -> Result<Socket, Exception> {
        self.line.get_as("accept", Patience::Forever, Location::caller())
    }

    /// Accepts a connection if there is one. One step.
    ///
    /// # Errors
    /// `BlockingIOError` if there is none.
    #[track_caller]
    pub fn try_accept(&self) -> Result<Socket, Exception> {
        let accepted = self.line.get_as("try accept", Patience::Never, Location::caller());
        accepted.map_err(|_| would_block())
    }
}

impl Selectable for Listener {
    fn readable(&self) -> Option<Readiness> {
        Some(self.line.readiness())
    }
}

/// Ready to be accepted from.
impl Ready for Listener {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(self.readable())
    }
}
