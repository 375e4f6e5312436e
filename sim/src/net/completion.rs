//! Receipts in the background: the program asks, goes on, and is told when all is done.
//!
//! A daemon task stands for the kernel. It waits for the bytes and copies them; its end is
//! what the program waits for. So a task that waits for an operation waits for that task,
//! and that one for the other end of the connection.

use std::fmt;
use std::panic::Location;

use super::selector::Selectable;
use super::socket::Socket;
use crate::exception::Exception;
use crate::ready::{Readiness, Ready};
use crate::task::{JoinHandle, start};

/// A receipt that was asked for.
///
/// ```
/// use unknot_sim::{done, net, run_once};
///
/// run_once(|| {
///     let (client, server) = net::socketpair("talk");
///     let request = server.recv_async(1024);
///     client.send("hello")?;
///     assert_eq!(request.wait()?, b"hello");
///     done(())
/// });
/// ```
#[derive(Debug)]
pub struct Completion {
    kernel: JoinHandle<Delivered>,
}

/// What a receipt brought. An error in it is the program's to see, not the kernel's.
struct Delivered(Result<Vec<u8>, Exception>);

impl fmt::Debug for Delivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Delivered")
    }
}

impl Socket {
    /// Receives at most `n` bytes in the background: they are there when the operation is
    /// complete. One step.
    #[track_caller]
    #[must_use]
    pub fn recv_async(&self, n: usize) -> Completion {
        let (socket, location) = (self.clone(), Location::caller());
        let body = move || Delivered(socket.receive("recv", n, n > 0, location));
        Completion { kernel: start("kernel".into(), true, body, location) }
    }
}

impl Completion {
    /// Waits until it is complete. One step.
    ///
    /// # Errors
    /// What the receipt raised.
    #[track_caller]
    pub fn wait(self) -> Result<Vec<u8>, Exception> {
        self.kernel.join()?.0
    }

    /// Whether it is complete. One step.
    #[track_caller]
    #[must_use]
    pub fn is_done(&self) -> bool {
        !self.kernel.is_alive()
    }
}

impl Selectable for Completion {
    fn readable(&self) -> Option<Readiness> {
        self.kernel.end_readiness()
    }
}

/// Ready once it is complete.
impl Ready for Completion {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(self.readable())
    }
}
