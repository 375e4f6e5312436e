//! Sockets: streams of bytes between tasks, with what servers are made of.
//!
//! A connection is two flows, one in each direction, and each end of it reads one and writes
//! the other. A stream has no messages: what two sends have written may come in one receipt.
//! Names and errors are those of Python's `socket`, `select` and `selectors`.
//!
//! The threads of one process use them. A process that is started gets no copies of them;
//! [`Socket::dup`] makes one where that is to be modelled.
//!
//! Not modelled: addresses, datagrams, connections that fail on the way, and the first send
//! after the other end has gone, which a real network accepts: here it raises at once. A wait
//! that another task makes with a handle ends when the handle is closed, and raises; some
//! systems let it go on.

mod completion;
mod flow;
mod handle;
mod listener;
mod selector;
mod socket;

pub use completion::Completion;
pub use listener::Listener;
pub use selector::{Interest, Selectable, Selector, select};
pub use socket::{Socket, socketpair, socketpair_bounded};
