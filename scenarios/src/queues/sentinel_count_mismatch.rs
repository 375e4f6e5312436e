//! How many sentinels main has to put (E47 E48; K46 K47; M14).
//!
//! Producers share a queue with little room with consumers. Each consumer
//! leaves on its first sentinel. Main joins the producers and then puts the
//! sentinels, so these come after all items.
//!
//! ```text
//!   T0 (main)       T3 (consumer 1)          T4 (consumer 2)
//!   put sentinel
//!                   get sentinel, leaves
//!   join T3, T4                              get  BLOCKED
//! ```
//!
//! The producers always end: until the first sentinel is put every consumer
//! goes on eating. All items are ahead of all sentinels, so all are eaten. Then
//! each consumer leaves with one sentinel. With C consumers and S sentinels in
//! a queue for K things that leaves max(0, C - S) consumers, or S - C sentinels
//! that no task takes, which end main's puts if they are more than K. All this
//! holds in every execution; only which consumer eats what is open.
//!
//! `too-few`: S = C - 1. One consumer waits for ever, and main behind it.
//!
//! `too-many`: S = C + K + 1. Main waits for ever to put the last one.
//!
//! `one-per-producer`: S = P, as in the document, which has three producers and
//! two consumers and so leaves one sentinel. It works as long as P is from C to
//! C + K; with fewer producers consumers wait, with more main does. So the
//! document's rule is right by accident of its sizes.
//!
//! `one-per-consumer`: S = C. Every consumer leaves and nothing is left.
//!
//! The tasks stand for processes, which share the queue. A put is seen at once
//! here; a process ends only when its puts are seen, so after the joins that is
//! all the same.

use unknot_checker::sim::{Exception, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sentinel-count-mismatch",
    family: "queues",
    about: "main puts more or fewer sentinels than there are consumers",
    covers: &["E47", "E48", "K46", "K47", "M14"],
    params: &[
        Param { name: "producers", about: "producers", default: 2, min: 1, max: 10 },
        Param { name: "items", about: "items of each producer", default: 2, min: 1, max: 100 },
        Param { name: "consumers", about: "consumers", default: 3, min: 1, max: 10 },
        Param { name: "capacity", about: "room in the queue", default: 1, min: 1, max: 100 },
    ],
    variants: &[
        Variant::new(
            "too-few",
            "one sentinel fewer than consumers",
            |params| market(params, params.size("consumers") - 1),
            |params| expect(params, params.size("consumers") - 1),
        ),
        Variant::new(
            "too-many",
            "more surplus sentinels than there is room for",
            |params| market(params, too_many(params)),
            |params| expect(params, too_many(params)),
        ),
        Variant::new(
            "one-per-producer",
            "as many sentinels as producers",
            |params| market(params, params.size("producers")),
            |params| expect(params, params.size("producers")),
        ),
        Variant::new(
            "one-per-consumer",
            "as many sentinels as consumers",
            |params| market(params, params.size("consumers")),
            |params| expect(params, params.size("consumers")),
        ),
    ],
    source: source!("sentinel_count_mismatch.rs"),
};

fn too_many(params: &Params) -> usize {
    params.size("consumers") + params.size("capacity") + 1
}

fn expect(params: &Params, sentinels: usize) -> Expectation {
    let (consumers, capacity) = (params.size("consumers"), params.size("capacity"));
    let (producers, items) = (params.size("producers"), params.size("items"));
    let exhausts = producers <= 2 && producers * items <= 4 && consumers <= 4;
    let expectation = Expectation::pass().exhausts_if(exhausts);
    if sentinels < consumers || sentinels > consumers + capacity {
        expectation.always(Kind::Hang).outcomes::<Value>([])
    } else {
        expectation.outcomes([outcome(producers * items, sentinels - consumers)])
    }
}

fn outcome(eaten: usize, left: usize) -> Value {
    Value::Record(vec![("eaten", eaten.into()), ("sentinels left", left.into())])
}

fn market(params: &Params, sentinels: usize) -> Result<Value, Exception> {
    let items = params.int("items");
    let queue = Queue::named("counter", params.int("capacity"));
    let mut producers = vec![];
    for i in 1..=params.size("producers") {
        let queue = queue.clone();
        producers.push(spawn_named(("producer", i), move || -> Result<(), Exception> {
            (1..=items).try_for_each(|item| queue.put(Some(item)))
        }));
    }
    let mut consumers = vec![];
    for i in 1..=params.size("consumers") {
        let queue = queue.clone();
        consumers.push(spawn_named(("consumer", i), move || -> Result<usize, Exception> {
            let mut eaten = 0;
            while queue.get()?.is_some() {
                eaten += 1;
            }
            Ok(eaten)
        }));
    }
    for producer in producers {
        producer.join()??;
    }
    for _ in 0..sentinels {
        queue.put(None)?;
    }
    let mut eaten = 0;
    for consumer in consumers {
        eaten += consumer.join()??;
    }
    Ok(outcome(eaten, queue.qsize()))
}
