//! Exact numbers of classes of programs with queues between processes, as
//! [`super::processes`] has them of processes.

use unknot_checker::model::kind::Kind;
use unknot_checker::sim::process::{self, JoinableQueue};
use unknot_checker::sim::{Exception, Queue, done};

use super::processes::{Row, confirm, confirm_reduced, program};

pub(crate) fn put_by_another() -> Result<bool, Exception> {
    let queue = process::Queue::named("jobs", 0);
    process::start(queue.clone(), |queue| queue.put(1))?;
    let is_empty = queue.empty();
    queue.get()?;
    Ok(is_empty)
}

pub(crate) fn put_by_the_same() -> Result<bool, Exception> {
    let queue = process::Queue::named("jobs", 0);
    queue.put(1)?;
    let is_empty = queue.empty();
    queue.get()?;
    Ok(is_empty)
}

pub(crate) fn all_put(queue: process::Queue<i64>, n: i64) -> Result<String, Exception> {
    for nth in 1..=n {
        process::start((queue.clone(), nth), |(queue, nth)| queue.put(nth))?;
    }
    let got = (0..n).map(|_| queue.get()).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("{got:?}"))
}

/// A queue of threads is copied for each process.
pub(crate) fn three_put_into_copies() -> Result<(), Exception> {
    let queue = Queue::named("jobs", 0);
    for nth in 1..=3 {
        process::start((queue.clone(), nth), |(queue, nth)| queue.put(nth))?;
    }
    queue.get().map(drop)
}

/// The pipe of the queue holds one item; the process puts two.
fn two_on_a_small_pipe(drains_first: bool) -> Result<(), Exception> {
    let queue = process::Queue::on_pipe("results", 0, 1);
    let child = process::start(queue.clone(), |queue| {
        queue.put(1)?;
        queue.put(2)
    })?;
    if !drains_first {
        child.join()?;
    }
    queue.get()?;
    queue.get()?;
    child.join()
}

fn main_puts_two_on_a_small_pipe() -> Result<(), Exception> {
    let queue = process::Queue::on_pipe("results", 0, 1);
    queue.put(1)?;
    queue.put(2)
}

fn two_put_into_room_for_one() -> Result<String, Exception> {
    let queue = process::Queue::named("jobs", 1);
    for nth in 1..=2 {
        process::start((queue.clone(), nth), |(queue, nth)| queue.put(nth))?;
    }
    let got = (queue.get()?, queue.get()?);
    Ok(format!("{got:?}"))
}

fn putter_is_killed() -> Result<bool, Exception> {
    let queue = process::Queue::named("results", 0);
    let child = process::new(queue.clone(), |queue: process::Queue<i64>| queue.put(1));
    let child = child.killable().start()?;
    child.terminate();
    child.join()?;
    Ok(queue.empty())
}

fn joined() -> Result<(), Exception> {
    let queue = JoinableQueue::named("jobs", 0);
    process::start(queue.clone(), |queue| {
        queue.get()?;
        queue.task_done()
    })?;
    queue.put(1)?;
    queue.join();
    done(())
}

/// The outcomes of three items in any order.
const ORDERS: &[&str] =
    &["[1, 2, 3]", "[1, 3, 2]", "[2, 1, 3]", "[2, 3, 1]", "[3, 1, 2]", "[3, 2, 1]"];

fn row(name: &'static str, body: unknot_checker::sim::Program, classes: usize) -> Row {
    Row { name, program: body, classes, stuck: 0, outcomes: &["()"], kinds: &[] }
}

fn rows() -> Vec<Row> {
    let either = &["false", "true"];
    let hang =
        |name, body| Row { stuck: 1, outcomes: &[], kinds: &[Kind::Hang], ..row(name, body, 1) };
    vec![
        // The item is written before main looks, or after.
        Row { outcomes: either, ..row("another process puts", program(put_by_another), 2) },
        Row { outcomes: either, ..row("one process puts and gets", program(put_by_the_same), 2) },
        // Either item is written first; puts into different buffers commute.
        Row {
            outcomes: &["[1, 2]", "[2, 1]"],
            ..row("two put", program(|| all_put(process::Queue::named("jobs", 0), 2)), 2)
        },
        Row {
            outcomes: &["[1, 2]", "[2, 1]"],
            ..row("two put at once", program(|| all_put(process::Queue::at_once("jobs", 0), 2)), 2)
        },
        hang("three put into copies", program(three_put_into_copies)),
        // The process does not end before the second item is written.
        hang("joined before it is drained", program(|| two_on_a_small_pipe(false))),
        row("drained, then joined", program(|| two_on_a_small_pipe(true)), 1),
        hang("main puts more than the pipe holds", program(main_puts_two_on_a_small_pipe)),
        // The second put needs the room of the first get, so it is written second.
        Row {
            outcomes: &["(1, 2)", "(2, 1)"],
            ..row("room for one", program(two_put_into_room_for_one), 2)
        },
        // The death comes before the put, the writing, the wait for that, or the end, or
        // never. What is written stays.
        Row { outcomes: either, ..row("the putter is killed", program(putter_is_killed), 5) },
        row("a queue is joined", program(joined), 1),
    ]
}

#[test]
fn classes_of_queues_between_processes() {
    rows().iter().for_each(confirm);
}

/// 3! orders of writing. There are too many schedules for the plain search.
#[test]
fn classes_of_three_putters() {
    let of = |name, queue: fn() -> process::Queue<i64>| Row {
        outcomes: ORDERS,
        ..row(name, program(move || all_put(queue(), 3)), 6)
    };
    let rows = [
        of("three put", || process::Queue::named("jobs", 0)),
        of("three put at once", || process::Queue::at_once("jobs", 0)),
    ];
    rows.iter().for_each(confirm_reduced);
}
