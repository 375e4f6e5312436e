//! A queue for futures: that of threads, with awaits.

use std::cell::RefCell;
use std::future::Future;
use std::panic::Location;

use crate::exception::Exception;
use crate::future::leaf::{Awaited, Leaf};
use crate::future::lines;
use crate::name::Name;
use crate::op::Op;
use crate::ready::{Readiness, Ready};
use crate::rt;
use crate::sync::store::{Discipline, Fifo, NewStore, Patience, Store};

/// A queue for futures, first in first out. Clones are handles to the same one.
///
/// ```
/// use unknot_sim::{done, future, run_once};
///
/// run_once(|| {
///     let jobs = future::sync::Queue::named("jobs", 1);
///     let theirs = jobs.clone();
///     future::spawn(async move {
///         theirs.put(1).await?;
///         theirs.put(2).await
///     });
///     future::block_on(async {
///         assert_eq!(jobs.get().await? + jobs.get().await?, 3);
///         done(())
///     })
/// });
/// ```
#[derive(Debug)]
pub struct AsyncQueue<T> {
    store: Store<Fifo<T>>,
}

impl<T> Clone for AsyncQueue<T> {
    fn clone(&self) -> Self {
        AsyncQueue { store: self.store.clone() }
    }
}

impl<T: 'static> AsyncQueue<T> {
    crate::sync::constructors::constructors! {
        /// An empty queue with room for `maxsize` items, or without end if that is below 1.
        (maxsize: i64)
    }

    fn create(name: Name, maxsize: i64, location: &'static Location<'static>) -> Self {
        let discipline = Discipline::Ordinal;
        let new = NewStore { kind: "Queue", name, maxsize, discipline, location };
        AsyncQueue { store: Store::create(new, Fifo::default()) }
    }

    /// Waits for room and puts an item in. If the future is dropped before, so is the item.
    ///
    /// Raises nothing but what ends a task at the end of an execution.
    #[track_caller]
    pub fn put(&self, item: T) -> impl Future<Output = Result<(), Exception>> + use<T> {
        let item = RefCell::new(Some(item));
        Leaf::new(Putting { store: self.store.clone(), item, location: Location::caller() })
    }

    /// Puts an item in if there is room. One step.
    ///
    /// # Errors
    /// `Full` if there is none.
    #[track_caller]
    pub fn put_nowait(&self, item: T) -> Result<(), Exception> {
        self.store.put(item, Patience::Never, Location::caller())?;
        lines::wake_first(self.store.gauges().0);
        Ok(())
    }

    /// Waits for an item and takes it out.
    ///
    /// Raises nothing but what ends a task at the end of an execution.
    #[track_caller]
    pub fn get(&self) -> impl Future<Output = Result<T, Exception>> + use<T> {
        Leaf::new(Getting { store: self.store.clone(), location: Location::caller() })
    }

    /// Takes an item out if there is one. One step.
    ///
    /// # Errors
    /// `Empty` if there is none.
    #[track_caller]
    pub fn get_nowait(&self) -> Result<T, Exception> {
        let item = self.store.get(Patience::Never, Location::caller())?;
        self.store.gauges().1.into_iter().for_each(lines::wake_first);
        Ok(item)
    }

    /// How many items there are. One step.
    #[track_caller]
    #[must_use]
    pub fn qsize(&self) -> usize {
        self.store.qsize(Location::caller())
    }
}

impl<T> Ready for AsyncQueue<T> {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(Some(self.store.readiness()))
    }
}

struct Putting<T> {
    store: Store<Fifo<T>>,
    item: RefCell<Option<T>>,
    location: &'static Location<'static>,
}

impl<T: 'static> Awaited for Putting<T> {
    type Output = Result<(), Exception>;

    fn wait(&self) -> Op {
        self.store.putting("put", self.location).0
    }

    fn trying(&self) -> Op {
        self.store.putting("put", self.location).1
    }

    fn resolve(&self, _granted: bool) -> Option<Result<(), Exception>> {
        match rt::is_quiet() {
            true => Some(Ok(())),
            false => {
                let put = self.store.put_in(&mut self.item.borrow_mut())?;
                lines::wake_first(self.store.gauges().0);
                Some(put)
            }
        }
    }
}

struct Getting<T> {
    store: Store<Fifo<T>>,
    location: &'static Location<'static>,
}

impl<T: 'static> Awaited for Getting<T> {
    type Output = Result<T, Exception>;

    fn wait(&self) -> Op {
        self.store.getting("get", self.location).0
    }

    fn trying(&self) -> Op {
        self.store.getting("get", self.location).1
    }

    fn resolve(&self, _granted: bool) -> Option<Result<T, Exception>> {
        match rt::is_quiet() {
            true => Some(Err(self.store.no_item())),
            false => {
                let got = self.store.take_out()?;
                self.store.gauges().1.into_iter().for_each(lines::wake_first);
                Some(got)
            }
        }
    }
}
