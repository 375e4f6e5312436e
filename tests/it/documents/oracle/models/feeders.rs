//! The models of queues between processes, which write behind: a put leaves the item in a buffer
//! of its process, and the feeder of that writes it to the pipe.
//!
//! The idea: a put touches what belongs to its process alone; the feeders order the tail, and
//! what a process finds in the queue depends on that.
//!
//! What counts as a step: puts, gets, looks, and each item that a feeder writes. The queue is
//! shared, so starts read nothing, and the ends wait for the feeders, which is no step. Starts
//! that copy a queue of threads read it, and are steps.
//!
//! What they miss: bounds, pipes of limited size, and processes that are killed.

use super::marked::{Act, Flow, Mode::*, Object, Step, System, World, start, started};
use crate::documents::oracle::classes::Counted;

const MAIN: usize = 0;

/// A queue, by its number.
#[derive(Clone, Copy)]
struct Queue(usize);

impl Queue {
    fn head(self) -> Object {
        ("head", self.0)
    }
    fn tail(self) -> Object {
        ("tail", self.0)
    }
    fn items(self) -> Object {
        ("items", self.0)
    }
    /// What has been put for the n-th get.
    fn slot(self, n: i64) -> Object {
        ("slot", of(self.0, n))
    }
}

/// The number of the n-th thing of an owner; no model has a hundred of them.
fn of(owner: usize, n: i64) -> usize {
    100 * owner + usize::try_from(n).expect("a count")
}

fn buffer(process: usize) -> Object {
    ("buffer", process)
}
fn buffered(process: usize, n: i64) -> Object {
    ("buffered", of(process, n))
}
/// How many puts the process has made, and how many of them its feeder has written.
fn order(process: usize) -> Object {
    ("order", process)
}
fn fed(process: usize) -> Object {
    ("fed", process)
}

const SHARED: Queue = Queue(0);

fn put(process: usize, item: i64) -> Step {
    Box::new(move |world, _| {
        let place = buffered(process, world.shows(order(process)));
        let accesses =
            vec![(Give(1), buffer(process)), (Update, order(process)), (Write(item), place)];
        Act { accesses, ..Act::default() }
    })
}

/// The feeder of a process, for any number of items.
fn feeder(process: usize) -> Vec<Step> {
    vec![Box::new(move |world, _| {
        let place = buffered(process, world.shows(fed(process)));
        let mut accesses = vec![(Take(1), buffer(process)), (Read, place)];
        accesses.extend(append(world, SHARED, world.shows(place)));
        accesses.push((Give(1), fed(process)));
        Act { accesses, flow: Flow::Again, ..Act::default() }
    })]
}

fn append(world: &World, queue: Queue, item: i64) -> [(super::marked::Mode, Object); 3] {
    let slot = queue.slot(world.shows(queue.tail()));
    [(Update, queue.tail()), (Tally(1), queue.items()), (Write(item), slot)]
}

fn get(queue: Queue) -> Step {
    Box::new(move |world, _| {
        let slot = queue.slot(world.shows(queue.head()));
        let accesses = vec![(Update, queue.head()), (Draw(1), queue.items()), (Read, slot)];
        Act { accesses, note: Some(world.shows(slot)), ..Act::default() }
    })
}

/// Notes whether as many items have been got as were written.
fn empty(queue: Queue) -> Step {
    Box::new(move |world, _| {
        let is_empty = world.shows(queue.head()) == world.shows(queue.tail());
        let accesses = vec![(Read, queue.head()), (Read, queue.tail())];
        Act { accesses, note: Some(is_empty.into()), ..Act::default() }
    })
}

fn was_empty(world: &World) -> String {
    (world.notes[MAIN][0] == 1).to_string()
}

/// Another process puts an item; main looks whether the queue is empty, and gets.
pub(crate) fn put_by_another() -> Counted {
    let system = System::new(was_empty).task(vec![empty(SHARED), get(SHARED)]);
    system.task(vec![put(1, 1)]).background(feeder(1)).counts()
}

/// Main does all of that.
pub(crate) fn put_by_the_same() -> Counted {
    let main = vec![put(MAIN, 1), empty(SHARED), get(SHARED)];
    System::new(was_empty).task(main).background(feeder(MAIN)).counts()
}

/// Three processes put into their copies of a queue of threads, and main gets from its own. The
/// starts read a queue that is empty, so that the copies are as they are made.
pub(crate) fn put_into_copies() -> Counted {
    let own = Queue(MAIN);
    let reads = || [(Read, own.head()), (Read, own.tail()), (Look, own.items())];
    let mut main: Vec<Step> = (1..=3).map(|process| start(process, reads())).collect();
    main.push(get(own));
    (1..=3)
        .fold(System::new(|_| String::new()).task(main), |system, process| {
            let puts: Step = Box::new(move |world, _| {
                let accesses = append(world, Queue(process), 1).to_vec();
                Act { accesses, ..Act::default() }
            });
            system.task(started(process, vec![puts]))
        })
        .counts()
}

/// n processes put an item each, and main gets them all.
pub(crate) fn putters(n: usize) -> Counted {
    let label = |world: &World| format!("{:?}", world.notes[MAIN]);
    let main = System::new(label).task((0..n).map(|_| get(SHARED)).collect());
    let nth = |i: usize| i64::try_from(i).expect("a count");
    // A process is followed by its feeder.
    let processes = (0..n).map(|i| (1 + 2 * i, nth(i + 1)));
    let system = processes.fold(main, |system, (process, item)| {
        system.task(vec![put(process, item)]).background(feeder(process))
    });
    system.counts()
}

#[cfg(test)]
mod tests {
    use super::super::check::{exactly, total};
    use super::*;

    #[test]
    fn what_is_put_is_there_later() {
        // The feeder writes before main looks, or after; the look is before the get.
        let either = [("complete; false", 1), ("complete; true", 1)];
        exactly(&put_by_another().classes, &either);
        exactly(&put_by_the_same().classes, &either);
        // The look of main comes before the put, before the writing, or behind both; the get
        // comes behind all. Where main has put itself, it does not look before that.
        exactly(&put_by_another().schedules, &[("complete; false", 1), ("complete; true", 2)]);
        exactly(&put_by_the_same().schedules, &either);
    }

    #[test]
    fn copies_are_not_shared() {
        exactly(&put_into_copies().classes, &[("stuck 0", 1)]);
    }

    /// n! orders of writing, each of them with other items.
    #[test]
    fn putters_come_in_any_order() {
        for (n, orders) in [(1, 1), (2, 2), (3, 6)] {
            let putters = putters(n);
            assert_eq!((putters.classes.len() as u128, total(&putters.classes)), (orders, orders));
        }
    }
}
