//! The models of pools: n tasks in the order of submission, done by w workers.
//!
//! The idea: with tickets a worker knows which task is its next one when it has delivered the
//! result of the last, and the deliveries are in one order. So a class is an order of delivery,
//! and there are as many as M24 counts, w!·w^(n−w), in [`super::orders`]. Workers that take
//! their tasks from a queue are here to be compared: their takings have an order of their own.
//!
//! What counts as a step: the submission of all tasks, the wait of a worker for its task, a
//! delivery, the receipt of each result by main, and the close, which submits a sentinel for each
//! worker. The starts of workers read nothing.
//!
//! What they miss: what a task itself does, and results that raise.

use super::marked::{Act, Flow, Mode::*, Object, Step, System, World, touch};
use crate::documents::oracle::classes::Counted;

const ORDER: Object = ("order", 0);
const HEAD: Object = ("head", 0);
const TAIL: Object = ("tail", 0);
const ITEMS: Object = ("items", 0);

fn number(n: usize) -> i64 {
    i64::try_from(n).expect("a count")
}

fn index(n: i64) -> usize {
    usize::try_from(n).expect("a count")
}

/// Which task was delivered as the n-th one.
fn delivered(nth: i64) -> Object {
    ("delivered", index(nth))
}

fn arrived(nth: i64) -> Object {
    ("arrived", index(nth))
}

/// The order of delivery, as a list.
fn orders(n: usize) -> impl Fn(&World) -> String {
    move |world| {
        let order = (0..number(n)).map(|nth| world.shows(delivered(nth)));
        format!("{:?}", order.collect::<Vec<_>>())
    }
}

/// Delivers the task, after which the worker keeps the number `next` of its next one.
fn deliver(world: &World, task: i64, next: Option<i64>) -> Act {
    let nth = world.shows(ORDER);
    let accesses = vec![(Update, ORDER), (Write(task), delivered(nth)), (Give(1), arrived(nth))];
    Act { accesses, note: next, flow: Flow::Restart }
}

/// A pool with tickets. The first ticket of a worker is its own number; with a result it draws
/// the next one that there is. A sentinel ends it.
pub(crate) fn by_ticket(n: usize, w: usize) -> Counted {
    let give = |ticket| (Give(1), ("ticket", ticket));
    let take = |nth: i64| touch([(Await(1), arrived(nth)), (Read, delivered(nth))]);
    let mut main = vec![touch((0..n).map(give).collect::<Vec<_>>())];
    main.extend((0..number(n)).map(take));
    main.push(touch((n..n + w).map(give).collect::<Vec<_>>()));
    let system = System::new(orders(n)).task(main);
    let worker = |i: usize| -> Vec<Step> {
        let held = move |world: &World| {
            // Main is task 0, and the workers come behind it.
            world.notes[1 + i].last().copied().unwrap_or(number(i))
        };
        let waits: Step = Box::new(move |world, _| {
            let ticket = index(held(world));
            let flow = if ticket < n { Flow::Next } else { Flow::Leave };
            Act { accesses: vec![(Await(1), ("ticket", ticket))], flow, ..Act::default() }
        });
        let delivers: Step = Box::new(move |world, _| {
            deliver(world, held(world), Some(world.shows(ORDER) + number(w)))
        });
        vec![waits, delivers]
    };
    (0..w).fold(system, |system, i| system.task(worker(i))).counts()
}

/// A pool in which a worker takes its task from a queue when it comes to that. The workers wait
/// for more at the end.
pub(crate) fn by_queue(n: usize, w: usize) -> Counted {
    let submit = |task: usize| {
        touch([(Update, TAIL), (Tally(1), ITEMS), (Write(number(task)), ("slot", task))])
    };
    let system = System::new(orders(n)).task((0..n).map(submit).collect());
    let worker = || -> Vec<Step> {
        let takes: Step = Box::new(|world, _| {
            let slot = ("slot", index(world.shows(HEAD)));
            let accesses = vec![(Update, HEAD), (Draw(1), ITEMS), (Read, slot)];
            Act { accesses, note: Some(world.shows(slot)), ..Act::default() }
        });
        let delivers: Step = Box::new(|world, worker| {
            let task = *world.notes[worker].last().expect("it has taken one");
            deliver(world, task, None)
        });
        vec![takes, delivers]
    };
    (0..w).fold(system, |system, _| system.background(worker())).counts()
}

#[cfg(test)]
mod tests {
    use super::super::check::total;
    use super::super::orders::m24_completions;
    use super::*;

    /// Each order is one class, and there are as many as M24 has.
    #[test]
    fn tickets_make_one_class_of_each_order() {
        for (n, w, all) in [(2, 2, 2), (3, 2, 4), (4, 2, 8), (4, 3, 18), (6, 3, 162)] {
            let classes = by_ticket(n, w).classes;
            assert_eq!((total(&classes), classes.len() as u128), (all, all), "{n} {w}");
            assert_eq!(m24_completions(n, w)["complete"], all, "{n} {w}");
        }
    }

    /// The order of the takings is free beside that of the deliveries.
    #[test]
    fn takings_make_more_classes_of_the_same_orders() {
        for (n, w, all) in [(2, 2, 6), (3, 2, 18), (4, 2, 54), (4, 3, 507)] {
            let classes = by_queue(n, w).classes;
            assert_eq!(total(&classes), all, "{n} {w}");
            assert!(classes.keys().eq(by_ticket(n, w).classes.keys()), "{n} {w}");
        }
    }
}
