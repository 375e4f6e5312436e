//! A consumer that is never told the end (E43 E44; K43; M14).
//!
//! A producer puts its items into a queue with little room and ends. The
//! consumer takes items in an endless loop, so it cannot know that the last one
//! has come. The improved form puts `None` after the last item.
//!
//! ```text
//!   T1 (producer)      T2 (consumer)
//!   put 10
//!                      get 10
//!   ends
//!                      get  BLOCKED      no task is left that puts
//! ```
//!
//! `no-sentinel`: the producer is never stopped for good, since the consumer
//! takes whatever there is. So all items are put and taken, and then the
//! consumer waits and no task can put: a hang in every execution, with main
//! behind it, which joins the consumer.
//!
//! `sentinel-by-producer`: the sentinel comes after all items since one task
//! puts both and the queue keeps their order. The consumer eats them all, in
//! order, and leaves: one outcome.
//!
//! The tasks stand for processes, which share the queue; a put is seen at once,
//! and one that is seen later is only a slower producer.
//!
//! The k-th get waits for the k-th put, and the put after a full queue for a
//! get. Nothing else is ordered, so all schedules are of one class, though with
//! the documents' sizes there are 4,181 of them, and 10,946 with the sentinel.

use unknot_checker::sim::{Exception, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "no-sentinel",
    family: "queues",
    about: "a consumer is not told that nothing more comes",
    covers: &["E43", "E44", "K43", "M14"],
    params: &[
        Param { name: "items", about: "items that are put", default: 10, min: 1, max: 100 },
        Param { name: "capacity", about: "room in the queue", default: 3, min: 1, max: 100 },
    ],
    variants: &[
        Variant::new(
            "no-sentinel",
            "the producer ends without a word",
            |params| market(params, false),
            |_| Expectation::pass().always(Kind::Hang).outcomes::<Value>([]),
        ),
        Variant::new(
            "sentinel-by-producer",
            "the producer puts a sentinel after its last item",
            |params| market(params, true),
            |params| {
                let all: Vec<i64> = (1..=params.int("items")).collect();
                Expectation::pass().outcomes([all])
            },
        ),
    ],
    source: source!("no_sentinel.rs"),
};

fn market(params: &Params, says_end: bool) -> Result<Value, Exception> {
    let items = params.int("items");
    let queue = Queue::named("counter", params.int("capacity"));
    let shelf = queue.clone();
    let producer = spawn_named("producer", move || -> Result<(), Exception> {
        for item in 1..=items {
            shelf.put(Some(item))?;
        }
        if says_end { shelf.put(None) } else { Ok(()) }
    });
    let consumer = spawn_named("consumer", move || -> Result<Vec<i64>, Exception> {
        let mut eaten = vec![];
        while let Some(item) = queue.get()? {
            eaten.push(item);
        }
        Ok(eaten)
    });
    producer.join()??;
    Ok(consumer.join()??.into())
}
