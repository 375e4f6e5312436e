//! Queues: first in first out, last in first out, and smallest first.
//!
//! A maximal size below 1 means room without end. Getting from an empty queue
//! and putting into a full one wait; with a timeout, or if they may not wait,
//! they raise `Empty` and `Full`.

use std::panic::Location;
use std::time::Duration;

use super::sorted::Sorted;
use super::store::{Bag, Discipline, Fifo, NewStore, Patience, Store};
use crate::exception::Exception;
use crate::fork::{Fork, Forking, Reads};
use crate::name::Name;
use crate::ready::{Readiness, Ready, Room};

/// Declares a queue that keeps its items in a bag.
macro_rules! queue {
    ($(#[$doc:meta])* $name:ident, $bag:ident, $discipline:ident, [$($bound:tt)*]) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<T> {
            store: Store<$bag<T>>,
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                $name { store: self.store.clone() }
            }
        }

        impl<T: Clone + 'static> Fork for $name<T> {
            fn reads(&self, reads: &mut Reads) {
                self.store.reads(reads);
            }

            fn fork(&self, to: &mut Forking) -> Self {
                $name { store: self.store.fork(to) }
            }
        }

        impl<T> Ready for $name<T> {
            fn readiness(
                &self,
                _: &'static Location<'static>,
            ) -> Result<Option<Readiness>, Exception> {
                Ok(Some(self.store.readiness()))
            }
        }

        impl<T: 'static + $($bound)*> $name<T> {
            super::constructors::constructors! {
                /// An empty queue with room for `maxsize` items, or without end if that is below 1.
                (maxsize: i64)
            }

            fn create(name: Name, maxsize: i64, location: &'static Location<'static>) -> Self {
                let kind = stringify!($name);
                let discipline = Discipline::$discipline;
                let new = NewStore { kind, name, maxsize, discipline, location };
                $name { store: Store::create(new, $bag::default()) }
            }

            /// Waits for room and puts an item in. One step.
            ///
            /// # Errors
            /// What comparing it with others raises, for a queue that sorts.
            #[track_caller]
            pub fn put(&self, item: T) -> Result<(), Exception> {
                self.store.put(item, Patience::Forever, Location::caller())
            }

            /// Puts an item in if there is room. One step.
            ///
            /// # Errors
            /// `Full` if there is none.
            #[track_caller]
            pub fn put_nowait(&self, item: T) -> Result<(), Exception> {
                self.store.put(item, Patience::Never, Location::caller())
            }

            /// Waits for room until the time is up, and puts an item in.
            ///
            /// # Errors
            /// `Full` if there is still none.
            #[track_caller]
            pub fn put_timeout(&self, item: T, timeout: Duration) -> Result<(), Exception> {
                self.store.put(item, Patience::Until(timeout), Location::caller())
            }

            /// Waits for an item and takes it out. One step.
            ///
            /// # Errors
            /// What comparing the others raises, for a queue that sorts.
            #[track_caller]
            pub fn get(&self) -> Result<T, Exception> {
                self.store.get(Patience::Forever, Location::caller())
            }

            /// Takes an item out if there is one. One step.
            ///
            /// # Errors
            /// `Empty` if there is none.
            #[track_caller]
            pub fn get_nowait(&self) -> Result<T, Exception> {
                self.store.get(Patience::Never, Location::caller())
            }

            /// Waits for an item until the time is up, and takes it out.
            ///
            /// # Errors
            /// `Empty` if there is still none.
            #[track_caller]
            pub fn get_timeout(&self, timeout: Duration) -> Result<T, Exception> {
                self.store.get(Patience::Until(timeout), Location::caller())
            }

            /// How many items there are. One step.
            #[track_caller]
            #[must_use]
            pub fn qsize(&self) -> usize {
                self.store.qsize(Location::caller())
            }

            /// Whether there is no item. One step.
            #[track_caller]
            #[must_use]
            pub fn empty(&self) -> bool {
                self.store.empty(Location::caller())
            }

            /// Whether there is no room. One step.
            #[track_caller]
            #[must_use]
            pub fn full(&self) -> bool {
                self.store.full(Location::caller())
            }

            /// What shows that there is room: to wait for it together with other things.
            #[must_use]
            pub fn room(&self) -> Room {
                Room::new(self.store.room_readiness())
            }

            /// Reports one item as done. One step.
            ///
            /// # Errors
            /// `ValueError` if more are reported than were put.
            #[track_caller]
            pub fn task_done(&self) -> Result<(), Exception> {
                self.store.task_done(Location::caller())
            }

            /// Waits until every item that was put has been reported as done.
            /// That the queue is empty has nothing to do with it. One step.
            #[track_caller]
            pub fn join(&self) {
                self.store.join(Location::caller());
            }
        }
    };
}

queue! {
    /// A queue, first in first out. Clones are handles to the same one.
    ///
    /// ```
    /// use unknot_sim::{Queue, done, run_once, spawn};
    ///
    /// run_once(|| {
    ///     let jobs = Queue::named("jobs", 2);
    ///     let theirs = jobs.clone();
    ///     let worker = spawn(move || done(theirs.get()? + theirs.get()?));
    ///     jobs.put(1)?;
    ///     jobs.put(2)?;
    ///     let sum: i32 = worker.join()??;
    ///     assert_eq!(sum, 3);
    ///     assert_eq!(jobs.get_nowait().map_err(|refused| refused.kind), Err("Empty"));
    ///     done(())
    /// });
    /// ```
    Queue, Fifo, Ordinal, []
}
queue! {
    /// A stack, last in first out. Clones are handles to the same one.
    ///
    /// ```
    /// use unknot_sim::{LifoQueue, done, run_once};
    ///
    /// run_once(|| {
    ///     let plates = LifoQueue::named("plates", 0);
    ///     plates.put(1)?;
    ///     plates.put(2)?;
    ///     assert_eq!(plates.get()?, 2);
    ///     done(())
    /// });
    /// ```
    LifoQueue, Stack, OneCell, []
}
queue! {
    /// A queue that gives its smallest item. Clones are handles to the same one.
    ///
    /// ```
    /// use unknot_sim::{PriorityQueue, done, run_once};
    ///
    /// run_once(|| {
    ///     let due = PriorityQueue::named("due", 0);
    ///     due.put((2, "wash"))?;
    ///     due.put((1, "cook"))?;
    ///     assert_eq!(due.get()?, (1, "cook"));
    ///     done(())
    /// });
    /// ```
    PriorityQueue, Heap, OneCell, [Sorted]
}

#[derive(Clone, Debug)]
struct Stack<T>(Vec<T>);

impl<T> Default for Stack<T> {
    fn default() -> Stack<T> {
        Stack(vec![])
    }
}

impl<T> Bag<T> for Stack<T> {
    fn push(&mut self, item: T) -> Result<(), Exception> {
        self.0.push(item);
        Ok(())
    }

    fn pop(&mut self) -> Result<Option<T>, Exception> {
        Ok(self.0.pop())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// A binary heap that compares the same entries as the documents' Python, so
/// that it raises where that does: an entry that cannot be compared stays in
/// the heap when it is put, and is gone when the heap is put in order again.
#[derive(Clone, Debug)]
struct Heap<T>(Vec<T>);

impl<T> Default for Heap<T> {
    fn default() -> Heap<T> {
        Heap(vec![])
    }
}

impl<T: Sorted> Heap<T> {
    /// Moves an entry towards the root as long as it comes before its parent.
    fn rise(&mut self, mut at: usize) -> Result<(), Exception> {
        while at > 0 {
            let parent = (at - 1) / 2;
            if !self.0[at].before(&self.0[parent])? {
                break;
            }
            self.0.swap(at, parent);
            at = parent;
        }
        Ok(())
    }

    /// Moves the root down to a leaf along the smaller children, then up again.
    fn sink(&mut self) -> Result<(), Exception> {
        let mut at = 0;
        while 2 * at + 1 < self.0.len() {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            let use_left = right >= self.0.len() || self.0[left].before(&self.0[right])?;
            let child = if use_left { left } else { right };
            self.0.swap(at, child);
            at = child;
        }
        self.rise(at)
    }
}

impl<T: Sorted> Bag<T> for Heap<T> {
    fn push(&mut self, item: T) -> Result<(), Exception> {
        self.0.push(item);
        self.rise(self.0.len() - 1)
    }

    fn pop(&mut self) -> Result<Option<T>, Exception> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let smallest = self.0.swap_remove(0);
        self.sink()?;
        Ok(Some(smallest))
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn drain<T: Sorted>(items: Vec<T>) -> Result<Vec<T>, Exception> {
        let mut heap = Heap::default();
        for item in items {
            heap.push(item)?;
        }
        let mut drained = vec![];
        while let Some(item) = heap.pop()? {
            drained.push(item);
        }
        Ok(drained)
    }

    #[test]
    fn heaps_give_the_smallest_first() {
        for items in [vec![], vec![1], vec![2, 1], vec![3, 1, 2], vec![5, 4, 3, 2, 1, 0, 5, 4]] {
            let mut sorted = items.clone();
            sorted.sort_unstable();
            assert_eq!(drain(items), Ok(sorted));
        }
        assert_eq!(drain(vec![(1, "b"), (1, "a")]), Ok(vec![(1, "a"), (1, "b")]));
    }

    #[test]
    fn unlike_payloads_raise_only_when_compared() {
        let entry = |n: i64, payload: Value| Value::List(vec![n.into(), payload]);
        let tie = vec![entry(1, "a".into()), entry(1, 2.into())];
        assert_eq!(drain(tie).map_err(|e| e.kind), Err("TypeError"));
        let apart = vec![entry(1, "a".into()), entry(2, 2.into())];
        assert!(drain(apart).is_ok());
    }
}
