//! Producers and consumers of one bounded first-in first-out queue.
//!
//! `put-and-get`: puts are ordered among themselves, and so are gets. That the
//! k-th get comes after the k-th put, and that a put waits for the get that
//! makes room, never leaves a choice. So a class is an order of the producers'
//! puts together with an order of the consumers' gets, whatever the capacity:
//! (P·k)! / k!^P ways for P producers of k items each, times the same for the
//! consumers' shares.
//!
//! The shares of the consumers add up to what is put, so every task gets
//! through, and every item is taken exactly once.

use unknot_checker::sim::{Exception, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-bounded-queue",
    family: "bench",
    about: "producers and consumers share a bounded queue",
    covers: &[],
    params: &[
        Param { name: "n", about: "producers", default: 2, min: 1, max: 100 },
        Param { name: "consumers", about: "consumers", default: 2, min: 1, max: 100 },
        Param { name: "items", about: "items of each producer", default: 2, min: 1, max: 100 },
        Param { name: "capacity", about: "room in the queue", default: 2, min: 1, max: 100 },
    ],
    variants: &[Variant::new(
        "put-and-get",
        "all tasks put or get their share",
        put_and_get,
        |params| {
            let total = params.int("n") * params.int("items");
            let all: Vec<i64> = (0..total).collect();
            Expectation::pass().outcomes([all]).exhausts_if(total <= 6)
        },
    )],
    source: source!("bench_bounded_queue.rs"),
};

fn put_and_get(params: &Params) -> Result<Value, Exception> {
    let (n, n_consumers) = (params.int("n"), params.int("consumers"));
    let items = params.int("items");
    let queue = Queue::named("queue", params.int("capacity"));
    let mut producers = vec![];
    for i in 0..n {
        let queue = queue.clone();
        producers.push(spawn_named(("producer", i + 1), move || -> Result<(), Exception> {
            (i * items..(i + 1) * items).try_for_each(|item| queue.put(item))
        }));
    }
    let mut consumers = vec![];
    for i in 0..n_consumers {
        let queue = queue.clone();
        // Where items cannot be shared evenly, the first consumers get one more.
        let share = (n * items + n_consumers - 1 - i) / n_consumers;
        consumers.push(spawn_named(("consumer", i + 1), move || {
            (0..share).map(|_| queue.get()).collect::<Result<Vec<i64>, Exception>>()
        }));
    }
    for producer in producers {
        producer.join()??;
    }
    let mut taken = vec![];
    for consumer in consumers {
        taken.extend(consumer.join()??);
    }
    taken.sort_unstable();
    Ok(taken.into())
}
