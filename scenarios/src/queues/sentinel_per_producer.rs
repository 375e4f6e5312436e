//! Every producer puts a sentinel of its own (E47; M14).
//!
//! Producers share a queue with consumers, and each ends with a sentinel. A
//! consumer leaves on the first sentinel that it takes, whichever task put it.
//!
//! ```text
//!   T1 (producer 1)      T2 (producer 2)      T3 (the only consumer)
//!   put 1, 2
//!                                             get 1, 2
//!   put sentinel
//!                                             get sentinel, leaves
//!                        put 1, 2
//!                        put sentinel BLOCKED     room for two
//! ```
//!
//! `each-its-own`: let P producers put N items each into a queue for K things,
//! and C consumers. All items ahead of the C-th sentinel are eaten, since
//! no task has to wait until then.
//!
//! P < C: all items are eaten, all P sentinels taken, and C - P consumers wait
//! for ever: a hang in every execution.
//!
//! P = C: the last sentinel comes after all items, since each producer puts its
//! own after its items. So everything is eaten and every task leaves.
//!
//! P > C: after the C-th sentinel the other P - C producers have any number of
//! items left, from none to all, for the producers may be merged in any way. To
//! these come P - C sentinels. If together they are more than K, some task waits
//! for room for ever: a hang. Otherwise all end, and as many items as may be
//! beside the sentinels, from 0 to the lesser of (P - C)N and K - (P - C), are
//! left in the queue. Items left are the violation. Nothing of this is certain,
//! but a hang is if not even the sentinels have room.
//!
//! `as-many-consumers`: as `each-its-own` with C = P.
//!
//! `counting-consumers`: the consumers count the sentinels together and eat on
//! until they have counted P. The consumer that counts the last one puts another one for
//! each of its colleagues. By then all items are taken, and each colleague waits
//! for just one more thing or will do so, so that no task waits for room for
//! ever. Everything is eaten and nothing is left, whatever P and C are.
//!
//! The tasks stand for processes, which share the queue. A put is seen at once
//! here; those of one process are always seen in their order, and more than
//! that is not used.

use unknot_checker::sim::{Exception, Queue, Shared, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sentinel-per-producer",
    family: "queues",
    about: "each producer puts a sentinel of its own",
    covers: &["E47", "M14"],
    params: &[
        Param { name: "producers", about: "producers", default: 2, min: 1, max: 4 },
        Param { name: "consumers", about: "consumers", default: 1, min: 1, max: 4 },
        Param { name: "items", about: "items of each producer", default: 2, min: 1, max: 4 },
        Param { name: "capacity", about: "room in the queue", default: 2, min: 1, max: 4 },
    ],
    variants: &[
        Variant::new(
            "each-its-own",
            "a consumer leaves on its first sentinel",
            |params| market(params, params.size("consumers"), false),
            expect_each_its_own,
        ),
        Variant::new(
            "as-many-consumers",
            "the same, with one consumer for each producer",
            |params| market(params, params.size("producers"), false),
            |params| expect_all(params, exhausts(params, params.int("producers"), 5)),
        ),
        Variant::new(
            "counting-consumers",
            "consumers stay until they have counted all sentinels",
            |params| market(params, params.size("consumers"), true),
            |params| expect_all(params, exhausts(params, params.int("consumers"), 4)),
        ),
    ],
    source: source!("sentinel_per_producer.rs"),
};

/// Whether the sizes are small enough; counting takes more.
fn exhausts(params: &Params, consumers: i64, most: i64) -> bool {
    let producers = params.int("producers");
    producers <= 3 && producers + consumers <= most && params.int("items") <= 2
}

fn expect_all(params: &Params, exhausts: bool) -> Expectation {
    let total = params.int("producers") * params.int("items");
    Expectation::pass().outcomes([outcome(total, 0)]).exhausts_if(exhausts)
}

fn expect_each_its_own(params: &Params) -> Expectation {
    let (producers, consumers) = (params.int("producers"), params.int("consumers"));
    let total = producers * params.int("items");
    let surplus = producers - consumers;
    if surplus == 0 {
        return expect_all(params, exhausts(params, consumers, 5));
    }
    let expectation = Expectation::pass().exhausts_if(exhausts(params, consumers, 5));
    let room = params.int("capacity") - surplus;
    if surplus < 0 || room < 0 {
        return expectation.always(Kind::Hang);
    }
    let late = surplus * params.int("items");
    let mut expectation =
        expectation.outcomes((0..=late.min(room)).map(|left| outcome(total - left, left)));
    if room > 0 {
        expectation = expectation.sometimes(Kind::InvariantViolation);
    }
    if late > room {
        expectation = expectation.sometimes(Kind::Hang);
    }
    expectation
}

fn outcome(eaten: i64, left: i64) -> Value {
    Value::Record(vec![("eaten", eaten.into()), ("left", left.into())])
}

fn market(params: &Params, n_consumers: usize, counting: bool) -> Result<Value, Exception> {
    let (n_producers, items) = (params.int("producers"), params.int("items"));
    let queue = Queue::named("counter", params.int("capacity"));
    let mut producers = vec![];
    for i in 1..=n_producers {
        let queue = queue.clone();
        producers.push(spawn_named(("producer", i), move || -> Result<(), Exception> {
            (1..=items).try_for_each(|item| queue.put(Some(item)))?;
            queue.put(None)
        }));
    }
    let sentinels = Shared::named("sentinels counted", 0);
    let mut consumers = vec![];
    for i in 1..=n_consumers {
        let (queue, sentinels) = (queue.clone(), sentinels.clone());
        consumers.push(spawn_named(("consumer", i), move || {
            if counting {
                count_sentinels(&queue, &sentinels, n_producers, n_consumers)
            } else {
                eat(&queue)
            }
        }));
    }
    for producer in producers {
        producer.join()??;
    }
    let mut eaten = 0;
    for consumer in consumers {
        eaten += consumer.join()??;
    }
    let left = n_producers * items - eaten;
    verify!(left == 0, "items that were not eaten: {left}");
    Ok(outcome(eaten, left))
}

/// Eats up to the next sentinel. Returns how much.
fn eat(queue: &Queue<Option<i64>>) -> Result<i64, Exception> {
    let mut eaten = 0;
    while queue.get()?.is_some() {
        eaten += 1;
    }
    Ok(eaten)
}

/// Eats until all together have seen every producer's sentinel.
fn count_sentinels(
    queue: &Queue<Option<i64>>,
    sentinels: &Shared<i64>,
    n_producers: i64,
    n_consumers: usize,
) -> Result<i64, Exception> {
    let mut eaten = 0;
    loop {
        eaten += eat(queue)?;
        let n = sentinels.update_in_one_step(|n| n + 1) + 1;
        if n == n_producers {
            for _ in 1..n_consumers {
                queue.put(None)?;
            }
        }
        if n >= n_producers {
            return Ok(eaten);
        }
    }
}
