//! Queues between processes.
//!
//! A put into [`ProcessQueue`] leaves the item with a feeder of the process and goes on; the
//! feeder writes it when it comes to that. So a queue can be empty after a put, and a
//! process ends only when its feeders have written everything: if the pipe below has a
//! capacity and no task gets what was put, never. A process that is killed takes with it
//! what its feeders have not written.
//!
//! [`ProcessQueue::at_once`] and [`SimpleQueue`] have no feeder: a put is written at once.
//!
//! Not modelled: a process that is killed in the middle of a get, after which the queue
//! may be of no use to the others.

use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

use super::message::Message;
use crate::exception::Exception;
use crate::fork::{Fork, Forking, Reads};
use crate::name::Name;
use crate::ready::{Readiness, Ready};
use crate::sync::store::{Discipline, FedStore, Fifo, NewFedStore, NewStore, Patience, Store};

/// A queue between processes, first in first out. Clones, and what a process is given, are
/// handles to the same one.
///
/// ```
/// use unknot_sim::{done, process, run_once};
///
/// run_once(|| {
///     let results = process::Queue::named("results", 0);
///     let child = process::start(results.clone(), |results| results.put(7))?;
///     assert_eq!(results.get()?, 7);
///     child.join()
/// });
/// ```
#[derive(Clone)]
pub struct ProcessQueue<T> {
    inner: Filling<T>,
}

#[derive(Clone)]
enum Filling<T> {
    AtOnce(Store<Fifo<T>>),
    Fed(FedStore<T>),
}

impl<T> fmt::Debug for ProcessQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessQueue").finish_non_exhaustive()
    }
}

impl<T: Message> ProcessQueue<T> {
    /// One without a name. A maximal size below 1 means room without end.
    #[track_caller]
    #[must_use]
    pub fn new(maxsize: i64) -> ProcessQueue<T> {
        fed("Queue", Name::default(), maxsize, None, Location::caller())
    }

    /// One with a name for reports.
    #[track_caller]
    #[must_use]
    pub fn named(name: impl Into<Name>, maxsize: i64) -> ProcessQueue<T> {
        fed("Queue", name.into(), maxsize, None, Location::caller())
    }

    /// One on a pipe that holds this many items, at least one, which were written and no
    /// task got. Real pipes hold a number of bytes: so many items of the size in question.
    #[track_caller]
    #[must_use]
    pub fn on_pipe(name: impl Into<Name>, maxsize: i64, items: u32) -> ProcessQueue<T> {
        fed("Queue", name.into(), maxsize, Some(items.max(1)), Location::caller())
    }

    /// One that has no feeder: items are there once they are put.
    #[track_caller]
    #[must_use]
    pub fn at_once(name: impl Into<Name>, maxsize: i64) -> ProcessQueue<T> {
        let (discipline, location) = (Discipline::Ordinal, Location::caller());
        let new = NewStore { kind: "Queue", name: name.into(), maxsize, discipline, location };
        ProcessQueue { inner: Filling::AtOnce(Store::create(new, Fifo::default())) }
    }

    fn put_with(
        &self,
        item: T,
        patience: Patience,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        match &self.inner {
            Filling::AtOnce(store) => store.put(item, patience, location),
            Filling::Fed(fed) => fed.put(item, patience, location),
        }
    }

    fn store(&self) -> &Store<Fifo<T>> {
        match &self.inner {
            Filling::AtOnce(store) => store,
            Filling::Fed(fed) => fed.store(),
        }
    }

    /// Waits for room and puts an item in. One step.
    ///
    /// # Errors
    /// `RuntimeError` if the process was not given the queue.
    #[track_caller]
    pub fn put(&self, item: T) -> Result<(), Exception> {
        self.put_with(item, Patience::Forever, Location::caller())
    }

    /// Puts an item in if there is room. One step.
    ///
    /// # Errors
    /// `Full` if there is none.
    #[track_caller]
    pub fn put_nowait(&self, item: T) -> Result<(), Exception> {
        self.put_with(item, Patience::Never, Location::caller())
    }

    /// Waits for room until the time is up, and puts an item in.
    ///
    /// # Errors
    /// `Full` if there is still none.
    #[track_caller]
    pub fn put_timeout(&self, item: T, timeout: Duration) -> Result<(), Exception> {
        self.put_with(item, Patience::Until(timeout), Location::caller())
    }

    /// Waits for an item and takes it out. One step.
    ///
    /// # Errors
    /// None but that of a task that has to leave.
    #[track_caller]
    pub fn get(&self) -> Result<T, Exception> {
        self.store().get(Patience::Forever, Location::caller())
    }

    /// Takes an item out if one is written. One step.
    ///
    /// # Errors
    /// `Empty` if there is none.
    #[track_caller]
    pub fn get_nowait(&self) -> Result<T, Exception> {
        self.store().get(Patience::Never, Location::caller())
    }

    /// Waits for an item until the time is up, and takes it out.
    ///
    /// # Errors
    /// `Empty` if there is still none.
    #[track_caller]
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, Exception> {
        self.store().get(Patience::Until(timeout), Location::caller())
    }

    /// How many items were put and not got, written or not. One step.
    #[track_caller]
    #[must_use]
    pub fn qsize(&self) -> usize {
        match &self.inner {
            Filling::AtOnce(store) => store.qsize(Location::caller()),
            Filling::Fed(fed) => fed.qsize(Location::caller()),
        }
    }

    /// Whether no item is written. One step.
    #[track_caller]
    #[must_use]
    pub fn empty(&self) -> bool {
        self.store().empty(Location::caller())
    }

    /// Whether there is no room. One step.
    #[track_caller]
    #[must_use]
    pub fn full(&self) -> bool {
        match &self.inner {
            Filling::AtOnce(store) => store.full(Location::caller()),
            Filling::Fed(fed) => fed.full(Location::caller()),
        }
    }
}

fn fed<T: Message>(
    kind: &'static str,
    name: Name,
    maxsize: i64,
    pipe: Option<u32>,
    location: &'static Location<'static>,
) -> ProcessQueue<T> {
    let is_joinable = kind == JOINABLE;
    let new = NewFedStore { kind, name, maxsize, pipe, is_joinable, location };
    ProcessQueue { inner: Filling::Fed(FedStore::create(new)) }
}

impl<T: Message> Fork for ProcessQueue<T> {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, to: &mut Forking) -> Self {
        match &self.inner {
            Filling::AtOnce(_) => self.clone(),
            Filling::Fed(fed) => ProcessQueue { inner: Filling::Fed(fed.fork(to)) },
        }
    }
}

const JOINABLE: &str = "JoinableQueue";

/// A queue between processes in which each item has to be reported as done.
#[derive(Clone, Debug)]
pub struct JoinableQueue<T>(ProcessQueue<T>);

impl<T> Deref for JoinableQueue<T> {
    type Target = ProcessQueue<T>;

    fn deref(&self) -> &ProcessQueue<T> {
        &self.0
    }
}

impl<T: Message> JoinableQueue<T> {
    /// One without a name. A maximal size below 1 means room without end.
    #[track_caller]
    #[must_use]
    pub fn new(maxsize: i64) -> JoinableQueue<T> {
        JoinableQueue(fed(JOINABLE, Name::default(), maxsize, None, Location::caller()))
    }

    /// One with a name for reports.
    #[track_caller]
    #[must_use]
    pub fn named(name: impl Into<Name>, maxsize: i64) -> JoinableQueue<T> {
        JoinableQueue(fed(JOINABLE, name.into(), maxsize, None, Location::caller()))
    }

    /// Reports one item as done. One step.
    ///
    /// # Errors
    /// `ValueError` if more are reported than were put.
    #[track_caller]
    pub fn task_done(&self) -> Result<(), Exception> {
        self.0.store().task_done(Location::caller())
    }

    /// Waits until every item that was put has been reported as done. One step.
    #[track_caller]
    pub fn join(&self) {
        self.0.store().join(Location::caller());
    }
}

impl<T: Message> Fork for JoinableQueue<T> {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, to: &mut Forking) -> Self {
        JoinableQueue(self.0.fork(to))
    }
}

/// A queue between processes without a maximal size, a feeder and timeouts.
#[derive(Clone)]
pub struct SimpleQueue<T>(Store<Fifo<T>>);

impl<T> fmt::Debug for SimpleQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimpleQueue").finish_non_exhaustive()
    }
}

impl<T: Message> SimpleQueue<T> {
    /// One with a name for reports.
    #[track_caller]
    #[must_use]
    pub fn named(name: impl Into<Name>) -> SimpleQueue<T> {
        let (discipline, location) = (Discipline::Ordinal, Location::caller());
        let name = name.into();
        let new = NewStore { kind: "SimpleQueue", name, maxsize: 0, discipline, location };
        SimpleQueue(Store::create(new, Fifo::default()))
    }

    /// Puts an item in. One step.
    ///
    /// # Errors
    /// None but that of a task that has to leave.
    #[track_caller]
    pub fn put(&self, item: T) -> Result<(), Exception> {
        self.0.put(item, Patience::Forever, Location::caller())
    }

    /// Waits for an item and takes it out. One step.
    ///
    /// # Errors
    /// None but that of a task that has to leave.
    #[track_caller]
    pub fn get(&self) -> Result<T, Exception> {
        self.0.get(Patience::Forever, Location::caller())
    }

    /// Whether there is no item. One step.
    #[track_caller]
    #[must_use]
    pub fn empty(&self) -> bool {
        self.0.empty(Location::caller())
    }
}

impl<T: Message> Fork for SimpleQueue<T> {
    fn reads(&self, _: &mut Reads) {}

    fn fork(&self, _: &mut Forking) -> Self {
        self.clone()
    }
}

impl<T: Message> Ready for ProcessQueue<T> {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(Some(self.store().readiness()))
    }
}

impl<T: Message> Ready for JoinableQueue<T> {
    fn readiness(
        &self,
        location: &'static Location<'static>,
    ) -> Result<Option<Readiness>, Exception> {
        self.0.readiness(location)
    }
}

impl<T: Message> Ready for SimpleQueue<T> {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(Some(self.0.readiness()))
    }
}
