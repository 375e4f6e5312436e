//! A producer that never stops (E134).
//!
//! A producer puts items for ever and consumers get them for ever, so the
//! program has no end. The question is how much piles up between them.
//!
//! ```text
//!   T1 (producer)     T2 (consumer 1)     T3 (consumer 2)
//!   put 1
//!                     get 1               (both are slow)
//!   put 2
//!   put 3
//!   put 4                                 three items wait, and so on
//! ```
//!
//! `unbounded`: nothing ever stops the producer, so any backlog is reached:
//! there are schedules in which it puts `capacity` + 1 items before any consumer
//! gets one, which is the violation. Executions are cut, since none has an end.
//!
//! `unbounded-by-the-clock`: an item a second from second 0, and c consumers
//! that work w seconds on each. Main looks half a second after second t; t + 1
//! items have been put. With c < w all consumers are always busy once they have
//! begun, the j-th of them in second j - 1, each with a new item every w
//! seconds; so c items in each w seconds are taken, at one a second and then
//! none until the round is over. With c >= w some consumer is free for each item. So
//! with m the lesser of c and w, m * (t / w) + min(t % w + 1, m) were taken.
//! The defaults leave 4 after 12 seconds. All are daemons here, and the exit of
//! main ends them.
//!
//! `bounded`: a queue with room for `capacity` items never holds more, whatever
//! the order: a put beyond it waits.
//!
//! `bounded-by-the-clock`: as long as the queue is not full, all goes as
//! without a bound. From then on it is full whenever main may look: at most one
//! item a second is taken, and by then the producer either waits for the room
//! or has slept its second. As the backlog never shrinks without a bound, it is
//! now that backlog or the capacity, whichever is less.
//!
//! The document's listing would not run as printed, and its number never grows.

use std::time::Duration;

use unknot_checker::sim::{Exception, Queue, Value, always, sleep, spawn_daemon, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "endless-producer",
    family: "queues",
    about: "a producer that never stops, and slow consumers",
    covers: &["E134"],
    params: &[
        Param { name: "consumers", about: "consumers", default: 2, min: 1, max: 3 },
        Param { name: "capacity", about: "items that may wait", default: 2, min: 1, max: 4 },
        Param { name: "work", about: "seconds of work on an item", default: 3, min: 1, max: 10 },
        Param { name: "seconds", about: "when main looks", default: 12, min: 0, max: 100 },
    ],
    variants: &[
        Variant::new(
            "unbounded",
            "a queue without end",
            |params| endless(params, 0),
            |_| unending().sometimes(Kind::InvariantViolation),
        )
        .cut_after(MAX_STEPS),
        Variant::new(
            "unbounded-by-the-clock",
            "the same, an item a second and slow consumers",
            |params| watched(params, 0),
            |params| expect_watched(params, i64::MAX),
        )
        .in_virtual_time(),
        Variant::new(
            "bounded",
            "a queue with little room",
            |params| endless(params, params.int("capacity")),
            |_| unending(),
        )
        .cut_after(MAX_STEPS),
        Variant::new(
            "bounded-by-the-clock",
            "the same, an item a second and slow consumers",
            |params| watched(params, params.int("capacity")),
            |params| expect_watched(params, params.int("capacity")),
        )
        .in_virtual_time(),
    ],
    source: source!("endless_producer.rs"),
};

/// Enough for three consumers to start and five items to be put.
const MAX_STEPS: usize = 12;

/// No execution has an end, so none has an outcome.
fn unending() -> Expectation {
    Expectation::pass().endless()
}

fn expect_watched(params: &Params, capacity: i64) -> Expectation {
    let (t, work) = (params.int("seconds"), params.int("work"));
    let m = params.int("consumers").min(work);
    let taken = m * (t / work) + (t % work + 1).min(m);
    let backlog = (t + 1 - taken).min(capacity);
    // Which task takes an item is open only as long as several are free.
    let free = params.int("consumers") >= work && params.int("consumers") > 1;
    Expectation::pass().outcomes([outcome(backlog)]).exhausts_if(!free || t <= 5)
}

fn outcome(backlog: i64) -> Value {
    Value::Record(vec![("backlog", backlog.into())])
}

fn endless(params: &Params, maxsize: i64) -> Result<Value, Exception> {
    let queue = Queue::named("counter", maxsize);
    let (waiting, capacity) = (queue.clone(), params.size("capacity"));
    always("a backlog within the capacity", move || waiting.qsize() <= capacity);
    let shelf = queue.clone();
    let producer = spawn_named("producer", move || -> Result<(), Exception> {
        (1..).try_for_each(|item: i64| shelf.put(item))
    });
    for i in 1..=params.size("consumers") {
        let queue = queue.clone();
        spawn_named(("consumer", i), move || -> Result<(), Exception> {
            loop {
                let _item = queue.get()?;
            }
        });
    }
    producer.join()??;
    Ok(Value::Unit)
}

fn watched(params: &Params, maxsize: i64) -> Result<Value, Exception> {
    let queue = Queue::named("counter", maxsize);
    let shelf = queue.clone();
    spawn_daemon("producer", move || -> Result<(), Exception> {
        (1..).try_for_each(|item: i64| {
            shelf.put(item)?;
            sleep(Duration::from_secs(1));
            Ok(())
        })
    });
    let work = Duration::from_secs(params.int("work").unsigned_abs());
    for i in 1..=params.size("consumers") {
        let queue = queue.clone();
        spawn_daemon(("consumer", i), move || -> Result<(), Exception> {
            loop {
                let _item = queue.get()?;
                sleep(work);
            }
        });
    }
    let seconds = Duration::from_secs(params.int("seconds").unsigned_abs());
    sleep(seconds + Duration::from_millis(500));
    Ok(outcome(i64::try_from(queue.qsize()).expect("a backlog")))
}
