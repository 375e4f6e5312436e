//! The main task says the end before the producer has ended (E45 E46; K44 K45;
//! M14).
//!
//! A producer puts its items into a queue with little room, a consumer eats
//! until it finds the sentinel, and the main task puts the sentinel. In the
//! broken form it does not wait for the producer first.
//!
//! ```text
//!   T0 (main)       T1 (producer)      T2 (consumer)
//!                   put 1
//!                                      get 1
//!   put sentinel
//!                                      get sentinel, leaves
//!                   put 2
//!                   put 3  BLOCKED     room for one item, and no task takes it
//! ```
//!
//! `at-once`: the number k of items that are put before the sentinel decides,
//! and any k from 0 to N can be: main may be as fast or slow as it likes. The
//! consumer eats these k and leaves. Of the N - k that come later as many are
//! put as there is room for. If that is not all, the producer waits for ever: a
//! hang exactly if N - k is more than the capacity. Otherwise all end, with
//! N - k items that no task eats, which is the violation. Only k = N is clean.
//! So the outcomes are k eaten and N - k left for each N - k up to the
//! capacity: N + 1 classes in all. The document names the hang only and takes
//! it for certain.
//!
//! `after-join`: the producer has ended when main puts the sentinel, so k = N.
//!
//! In these the tasks stand for processes, which share the queue. A put is seen at once;
//! k counts what is seen before the sentinel, so a put that is seen later is only a slower
//! producer.
//!
//! `after-signal`: the queue has room without end. The producer says when it has put its
//! last item, and main waits for that in place of the join. The sentinel is the last put,
//! so it comes after all items: one class. `after-signal-processes`: producer and
//! consumer are processes, and a put leaves the item with a feeder of its process. All items
//! are put when main puts the sentinel, and any number of them, from 0 to N, is not yet
//! written. The feeder of main may be the faster one: N + 1 classes, with 0 to N items behind
//! the sentinel that no task eats. No task waits for room, so nothing hangs.
//!
//! `after-join-processes`: a process has ended only when its feeder has written
//! everything. So a join is enough where a signal is not: one class, and all is eaten.

use unknot_checker::sim::process::{self, Process};
use unknot_checker::sim::{Exception, Queue, Semaphore, Value, done, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sentinel-too-early",
    family: "queues",
    about: "main puts the sentinel and does not wait for the producer",
    covers: &["E45", "E46", "K44", "K45", "M14"],
    params: &[
        Param { name: "items", about: "items that are put", default: 4, min: 1, max: 100 },
        Param { name: "capacity", about: "room in the queue", default: 1, min: 1, max: 100 },
    ],
    variants: &[
        Variant::new(
            "at-once",
            "main puts the sentinel while the producer is at work",
            |params| market(params, false),
            |params| {
                let (items, capacity) = (params.int("items"), params.int("capacity"));
                let left = 0..=items.min(capacity);
                let expectation = Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .outcomes(left.map(|left| outcome(items - left, left)));
                if items > capacity { expectation.sometimes(Kind::Hang) } else { expectation }
            },
        ),
        Variant::new(
            "after-signal-processes",
            "main waits until all is put into a queue with feeders",
            |params| processes(params, Wait::ForSignal),
            |params| {
                let items = params.int("items");
                Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .outcomes((0..=items).map(|left| outcome(items - left, left)))
            },
        ),
        Variant::new("after-signal", "main waits until all is put", after_signal, all_eaten),
        Variant::new(
            "after-join",
            "main joins the producer first",
            |params| market(params, true),
            all_eaten,
        ),
        Variant::new(
            "after-join-processes",
            "main joins a producer whose queue has feeders",
            |params| processes(params, Wait::ForEnd),
            all_eaten,
        ),
    ],
    source: source!("sentinel_too_early.rs"),
};

fn outcome(eaten: i64, left: i64) -> Value {
    Value::Record(vec![("eaten", eaten.into()), ("left", left.into())])
}

fn all_eaten(params: &Params) -> Expectation {
    Expectation::pass().outcomes([outcome(params.int("items"), 0)])
}

/// Looks at how much was eaten.
fn settle(params: &Params, eaten: i64) -> Result<Value, Exception> {
    let left = params.int("items") - eaten;
    verify!(left == 0, "items that were not eaten: {left}");
    Ok(outcome(eaten, left))
}

fn market(params: &Params, joins_first: bool) -> Result<Value, Exception> {
    let items = params.int("items");
    let queue = Queue::named("counter", params.int("capacity"));
    let (shelf, table) = (queue.clone(), queue.clone());
    let producer = spawn_named("producer", move || -> Result<(), Exception> {
        (1..=items).try_for_each(|item| shelf.put(Some(item)))
    });
    let consumer = spawn_named("consumer", move || -> Result<i64, Exception> {
        let mut eaten = 0;
        while table.get()?.is_some() {
            eaten += 1;
        }
        Ok(eaten)
    });
    if joins_first {
        producer.join()??;
        queue.put(None)?;
    } else {
        queue.put(None)?;
        producer.join()??;
    }
    settle(params, consumer.join()??)
}

fn after_signal(params: &Params) -> Result<Value, Exception> {
    let items = params.int("items");
    let (queue, all_put) = (Queue::named("counter", 0), Semaphore::named("all put", 0));
    let (shelf, table, bell) = (queue.clone(), queue.clone(), all_put.clone());
    let producer = spawn_named("producer", move || {
        (1..=items).try_for_each(|item| shelf.put(Some(item)))?;
        bell.release();
        done(())
    });
    let consumer = spawn_named("consumer", move || {
        let mut eaten = 0;
        while table.get()?.is_some() {
            eaten += 1;
        }
        done(eaten)
    });
    all_put.acquire();
    queue.put(None)?;
    producer.join()??;
    settle(params, consumer.join()??)
}

/// What main waits for before it puts the sentinel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// That the producer says it has put everything.
    ForSignal,
    /// The end of the producer.
    ForEnd,
}

type Counter = process::Queue<Option<i64>>;

fn start_producer(
    params: &Params,
    counter: &Counter,
    all_put: &process::Semaphore,
) -> Result<Process, Exception> {
    let items = params.int("items");
    let body = move |(shelf, all_put): (Counter, process::Semaphore)| {
        (1..=items).try_for_each(|item| shelf.put(Some(item)))?;
        all_put.release();
        done(())
    };
    process::new((counter.clone(), all_put.clone()), body).named("producer").start()
}

fn processes(params: &Params, wait: Wait) -> Result<Value, Exception> {
    let counter = Counter::named("counter", 0);
    let all_put = process::Semaphore::named("all put", 0);
    let eaten = process::Value::named("eaten", 0);
    let producer = start_producer(params, &counter, &all_put)?;
    let args = (counter.clone(), eaten.clone());
    let consumer = process::new(args, |(table, eaten): (Counter, process::Value<i64>)| {
        let mut n = 0;
        while table.get()?.is_some() {
            n += 1;
        }
        eaten.write(n);
        done(())
    });
    let consumer = consumer.named("consumer").start()?;
    match wait {
        Wait::ForSignal => all_put.acquire(),
        Wait::ForEnd => producer.join()?,
    }
    counter.put(None)?;
    producer.join()?;
    consumer.join()?;
    settle(params, eaten.read())
}
