//! Managers: objects that processes share through a server.
//!
//! A manager keeps objects in a process of its own, the server. Other processes have
//! *proxies*, and each call of a method goes to the server and back. No task stands for the
//! server here. Between a request and its reply no other task sees anything, so a call is
//! one step; what a caller could see of a server is that it is gone
//! ([`Manager::shutdown`]).
//!
//! So each call by itself is safe, and two calls are two steps: `d[k] -= 1` is a `get` and
//! a `set`, and what other tasks set in between is lost. A value that comes out is a copy:
//! to change it changes nothing in the server until it is set again.
//!
//! What a call touches is told as finely as can be. Calls for different keys of a dict or
//! different places of a list are independent, unless both change which keys or places
//! there are; a dict keeps the order in which its keys came, so two calls that write are
//! never independent. Calls that look at the whole depend on all that write.
//!
//! Not modelled: a caller that is killed in the middle of a call, and a task that waits at
//! the server while that is shut down.

mod array;
mod call;
mod dict;
mod list;
mod namespace;
mod proxy;
#[cfg(test)]
mod tests;
mod value;

use std::fmt::Debug;
use std::panic::Location;

use super::pid::Pid;
use crate::exception::Exception;
use crate::fork::{Fork, Forking, Reads};
use crate::name::Name;
use crate::rt;
use crate::sync;

pub use array::Array;
use call::Server;
pub use dict::{Dict, DictKey};
pub use list::List;
pub use namespace::Namespace;
pub use proxy::Proxy;
pub use value::Value;

/// Says that a process gets a proxy as it is: the object is in the server.
macro_rules! proxies {
    ($($name:ident [$($arg:ident: $bound:lifetime),*],)*) => {$(
        impl<$($arg: $bound),*> Fork for $name<$($arg),*> {
            fn reads(&self, _: &mut Reads) {}

            fn fork(&self, _: &mut Forking) -> Self {
                self.clone()
            }
        }

        impl<$($arg),*> Clone for $name<$($arg),*> {
            fn clone(&self) -> Self {
                $name { server: self.server, cells: std::rc::Rc::clone(&self.cells) }
            }
        }
    )*};
}

proxies! {
    Dict [K: 'static, V: 'static],
    List [T: 'static],
    Namespace [V: 'static],
    Value [T: 'static],
    Array [T: 'static],
}

/// A manager. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{done, process, run_once};
///
/// run_once(|| {
///     process::Manager::with(|manager| {
///         let stock = manager.dict("stock", [("apples", 3)]);
///         let child = process::start(stock.clone(), |stock| {
///             stock.set("apples", stock.get(&"apples")? - 1)
///         })?;
///         child.join()?;
///         assert_eq!(stock.get(&"apples")?, 2);
///         assert!(!stock.contains(&"pears")?);
///         done(())
///     })
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Manager {
    server: Server,
    pid: Pid,
}

impl Fork for Manager {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Manager {
        self.clone()
    }
}

/// Makes objects that are made alike: a proxy with a name.
macro_rules! makers {
    ($($(#[$doc:meta])* $maker:ident($($arg:ident: $kind:ty),*) -> $of:ty;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        #[must_use]
        pub fn $maker(&self, name: impl Into<Name> $(, $arg: $kind)*) -> Proxy<$of> {
            Proxy::of(self.server, <$of>::named(name $(, $arg)*))
        }
    )*};
}

impl Manager {
    sync::constructors::constructors! {
        /// A manager with a server that runs.
        ()
    }

    fn create(name: Name, location: &'static Location<'static>) -> Manager {
        let server = Server::create(name, location);
        let (task, nth) = rt::origin_of(server.down());
        Manager { server, pid: Pid::of_server(rt::main_of(rt::current()), task, nth) }
    }

    /// Does something with a manager, and shuts its server down at the end, also after an
    /// error. A panic leaves it running.
    ///
    /// # Errors
    /// That of what is done.
    #[track_caller]
    pub fn with<T>(body: impl FnOnce(&Manager) -> Result<T, Exception>) -> Result<T, Exception> {
        let location = Location::caller();
        let manager = Manager::create(Name::default(), location);
        let done = body(&manager);
        manager.server.shut_down(location);
        done
    }

    /// The number of the server. It differs from those of all other processes.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.pid.clone()
    }

    /// Ends the server. Each later call to one of its objects is refused. One step.
    #[track_caller]
    pub fn shutdown(&self) {
        self.server.shut_down(Location::caller());
    }

    /// A dict with these keys.
    #[track_caller]
    pub fn dict<K: DictKey, V: Clone + Debug + 'static>(
        &self,
        name: impl Into<Name>,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Dict<K, V> {
        Dict::create(self.server, name.into(), pairs, Location::caller())
    }

    /// A list of these items.
    #[track_caller]
    pub fn list<T: Clone + Debug + 'static>(
        &self,
        name: impl Into<Name>,
        items: impl IntoIterator<Item = T>,
    ) -> List<T> {
        List::create(self.server, name.into(), items, Location::caller())
    }

    /// A namespace without attributes.
    #[track_caller]
    #[must_use]
    pub fn namespace<V: Clone + Debug + 'static>(&self, name: impl Into<Name>) -> Namespace<V> {
        Namespace::create(self.server, name.into(), Location::caller())
    }

    /// A value. It has no lock.
    #[track_caller]
    pub fn value<T: Clone + Debug + 'static>(&self, name: impl Into<Name>, value: T) -> Value<T> {
        Value::create(self.server, name.into(), value, Location::caller())
    }

    /// Values in a row, as many as there are at first. They have no lock.
    #[track_caller]
    pub fn array<T: Clone + Debug + 'static>(
        &self,
        name: impl Into<Name>,
        values: impl IntoIterator<Item = T>,
    ) -> Array<T> {
        Array::create(self.server, name.into(), values, Location::caller())
    }

    makers! {
        /// A lock in the server.
        lock() -> sync::Lock;
        /// A reentrant lock in the server.
        rlock() -> sync::RLock;
        /// A semaphore in the server.
        semaphore(permits: u32) -> sync::Semaphore;
        /// A bounded semaphore in the server.
        bounded_semaphore(permits: u32) -> sync::BoundedSemaphore;
        /// An event in the server.
        event() -> sync::Event;
        /// A barrier in the server.
        barrier(parties: usize) -> sync::Barrier;
    }

    /// A condition in the server, on a lock there.
    #[track_caller]
    #[must_use]
    pub fn condition(
        &self,
        name: impl Into<Name>,
        lock: &Proxy<sync::Lock>,
    ) -> Proxy<sync::Condition> {
        Proxy::of(self.server, sync::Condition::named(name, lock.primitive()))
    }

    /// A queue in the server.
    #[track_caller]
    #[must_use]
    pub fn queue<T: 'static>(&self, name: impl Into<Name>, maxsize: i64) -> Proxy<sync::Queue<T>> {
        Proxy::of(self.server, sync::Queue::named(name, maxsize))
    }
}

impl Default for Manager {
    #[track_caller]
    fn default() -> Manager {
        Manager::new()
    }
}
