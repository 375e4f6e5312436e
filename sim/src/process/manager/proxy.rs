//! Primitives in a server: those that can wait.

use std::panic::Location;

use super::call::Server;
use crate::exception::Exception;
use crate::fork::{Fork, Forking, Reads};

/// A primitive in a server, for all processes that have this proxy.
///
/// Each operation begins with [`reach`](Proxy::reach), which is a step of its own: a step
/// that waits for one object must not be refused through another. So a task that waits
/// already does not notice that the server is shut down, where it would be told so
/// elsewhere.
///
/// ```
/// use unknot_sim::{done, process, run_once};
///
/// run_once(|| {
///     let manager = process::Manager::new();
///     let lock = manager.lock("lock");
///     drop(lock.reach()?.lock()?);
///     manager.shutdown();
///     assert!(lock.reach().is_err());
///     done(())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Proxy<P> {
    server: Server,
    primitive: P,
}

impl<P> Proxy<P> {
    pub(super) fn of(server: Server, primitive: P) -> Proxy<P> {
        Proxy { server, primitive }
    }

    pub(super) fn primitive(&self) -> &P {
        &self.primitive
    }

    /// Reaches the server, for the operation that follows. One step.
    ///
    /// # Errors
    /// `ConnectionRefusedError` without a server.
    #[track_caller]
    pub fn reach(&self) -> Result<&P, Exception> {
        self.server.reach(Location::caller())?;
        Ok(&self.primitive)
    }
}

impl<P: Clone + 'static> Fork for Proxy<P> {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Self {
        self.clone()
    }
}
