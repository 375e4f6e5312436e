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
//! The tasks stand for processes, which share the queue. A put is seen at once
//! here; k counts what is seen before the sentinel, so a put that is seen later
//! is only a slower producer.

use unknot_checker::sim::{Exception, Queue, Value, spawn_named, verify};
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
            "after-join",
            "main joins the producer first",
            |params| market(params, true),
            |params| Expectation::pass().outcomes([outcome(params.int("items"), 0)]),
        ),
    ],
    source: source!("sentinel_too_early.rs"),
};

fn outcome(eaten: i64, left: i64) -> Value {
    Value::Record(vec![("eaten", eaten.into()), ("left", left.into())])
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
    let eaten = consumer.join()??;
    let left = items - eaten;
    verify!(left == 0, "items that nobody ate: {left}");
    Ok(outcome(eaten, left))
}
