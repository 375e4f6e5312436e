//! Consumers that take a lull for the end (E49 E52 E136; K48; M15).
//!
//! Producers put items into a queue with room for few. A consumer waits some
//! seconds for the next item and leaves if none comes.
//!
//! ```text
//!   T1 (producer)     T2 (consumer)
//!   put 1
//!                     get 1
//!                     get: time is up, leaves
//!   put 2
//!   put 3  BLOCKED                       room for one, and no task takes it
//! ```
//!
//! Let P producers put N items each into a queue for K.
//!
//! `timeout`: durations do not count, so a timeout may fire whenever the queue
//! is empty, and nothing stops all consumers from leaving after any number of
//! items. If more than K come later a producer waits for ever: a hang, possible
//! whenever PN > K. If l come later and l is at most K, all end and l items lie
//! in the queue, each l from 0 to the lesser of K and PN; unsold items are the
//! violation. A timed get is one step: an item if there is one, otherwise the end.
//!
//! `gap-above-timeout`: durations count. Each producer pauses before each item,
//! one second longer than a consumer waits. All consumers leave before the
//! first item comes. Then all items lie in the queue, or if PN > K a producer
//! waits for ever: one or the other, in every execution.
//!
//! `gap-below-timeout`: the same with pauses one second shorter than the
//! timeout T. The items come in N rounds, a pause g apart, and are taken at
//! once. The task that took the last item of a round waits until T later, and
//! T > g, so a consumer is there for the next round; the others may have left.
//! Everything is eaten, and the last taker leaves at Ng + T, no other task later.
//!
//! `sentinel`: main joins the producers, then puts a sentinel for each
//! consumer. Nothing depends on durations; everything is eaten.
//!
//! In these the tasks stand for processes, which share the queue, and a put is seen at once.
//! `process-queue`: `timeout` with processes and a queue with feeders. A put is seen once
//! its feeder has written it, which is one more lull in which the time may be up. Room
//! counts from the put on in either case, so as many items can be left, and a producer
//! waits for ever under the same condition. On a clock a feeder takes no time. If the pipe of
//! the queue holds fewer items than the queue has room for, a producer whose items are left
//! does not end: `join-before-drain`.
//!
//! The documents take anything that is raised for the end, so they would hide any
//! other error too.

use std::time::Duration;

use unknot_checker::sim::process::{self, Array};
use unknot_checker::sim::{Exception, JoinHandle, Queue, Value, sleep, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::clock;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "consumer-timeout-exit",
    family: "queues",
    about: "consumers leave when nothing comes for a while",
    covers: &["E49", "E52", "E136", "K48", "M15"],
    params: &[
        Param { name: "producers", about: "producers", default: 2, min: 1, max: 4 },
        Param { name: "items", about: "items of each producer", default: 2, min: 1, max: 10 },
        Param { name: "consumers", about: "consumers", default: 2, min: 1, max: 4 },
        Param { name: "capacity", about: "room in the queue", default: 1, min: 1, max: 24 },
        Param { name: "timeout", about: "seconds until they leave", default: 3, min: 2, max: 60 },
    ],
    variants: &[
        Variant::new(
            "timeout",
            "the timeout may fire in any lull",
            |params| timeouts(params, 0),
            expect_timeout,
        ),
        Variant::new(
            "process-queue",
            "the same with processes and a queue with feeders",
            processes,
            expect_timeout,
        ),
        Variant::new(
            "gap-above-timeout",
            "items come further apart than a consumer waits",
            |params| timeouts(params, params.int("timeout") + 1),
            expect_gap_above,
        )
        .in_virtual_time(),
        Variant::new(
            "gap-below-timeout",
            "a consumer waits longer than items are apart",
            |params| timeouts(params, params.int("timeout") - 1),
            expect_gap_below,
        )
        .in_virtual_time(),
        Variant::new("sentinel", "main puts a sentinel for each consumer", sentinel, |params| {
            expect(params).outcomes([outcome(total(params), 0, None)])
        }),
    ],
    source: source!("consumer_timeout_exit.rs"),
};

fn total(params: &Params) -> i64 {
    params.int("producers") * params.int("items")
}

fn expect(params: &Params) -> Expectation {
    let single = params.int("producers") == 1 && params.int("consumers") == 1;
    let small = total(params) <= 4 && params.int("consumers") <= 2;
    Expectation::pass().exhausts_if(single || small)
}

fn expect_timeout(params: &Params) -> Expectation {
    let (total, capacity) = (total(params), params.int("capacity"));
    let expectation = expect(params)
        .sometimes(Kind::InvariantViolation)
        .outcomes((0..=total.min(capacity)).map(|left| outcome(total - left, left, None)));
    if total > capacity { expectation.sometimes(Kind::Hang) } else { expectation }
}

fn expect_gap_above(params: &Params) -> Expectation {
    let total = total(params);
    if total > params.int("capacity") {
        return expect(params).always(Kind::Hang).outcomes::<Value>([]);
    }
    let seconds = params.int("items") * (params.int("timeout") + 1);
    let outcome = outcome(0, total, Some(seconds));
    expect(params).always(Kind::InvariantViolation).outcomes([outcome])
}

fn expect_gap_below(params: &Params) -> Expectation {
    let timeout = params.int("timeout");
    let seconds = params.int("items") * (timeout - 1) + timeout;
    expect(params).outcomes([outcome(total(params), 0, Some(seconds))])
}

fn outcome(eaten: i64, left: i64, seconds: Option<i64>) -> Value {
    let mut record = vec![("eaten", eaten.into()), ("left", left.into())];
    record.extend(seconds.map(|seconds| ("seconds", seconds.into())));
    Value::Record(record)
}

fn seconds(n: i64) -> Duration {
    Duration::from_secs(n.unsigned_abs())
}

type Tasks<T> = Vec<JoinHandle<Result<T, Exception>>>;

/// Starts the producers, which pause before each item if there is a pause.
fn produce(params: &Params, queue: &Queue<Option<i64>>, gap: i64) -> Tasks<()> {
    let items = params.int("items");
    let start = |i| {
        let queue = queue.clone();
        spawn_named(("producer", i), move || -> Result<(), Exception> {
            for item in 1..=items {
                if gap > 0 {
                    sleep(seconds(gap));
                }
                queue.put(Some(item))?;
            }
            Ok(())
        })
    };
    (1..=params.size("producers")).map(start).collect()
}

/// Starts the consumers, which eat what they get until they get nothing.
fn consume(
    params: &Params,
    get: impl Fn() -> Result<Option<i64>, Exception> + Clone + 'static,
) -> Tasks<i64> {
    let start = |i| {
        let get = get.clone();
        spawn_named(("consumer", i), move || -> Result<i64, Exception> {
            let mut eaten = 0;
            while get()?.is_some() {
                eaten += 1;
            }
            Ok(eaten)
        })
    };
    (1..=params.size("consumers")).map(start).collect()
}

/// Joins the consumers. Returns how much was eaten and how much was not.
fn settle(params: &Params, consumers: Tasks<i64>) -> Result<(i64, i64), Exception> {
    let mut eaten = 0;
    for consumer in consumers {
        eaten += consumer.join()??;
    }
    Ok((eaten, left_of(params, eaten)?))
}

/// Looks at how much was not eaten.
fn left_of(params: &Params, eaten: i64) -> Result<i64, Exception> {
    let left = total(params) - eaten;
    verify!(left == 0, "items that were not eaten: {left}");
    Ok(left)
}

fn timeouts(params: &Params, gap: i64) -> Result<Value, Exception> {
    let queue = Queue::named("counter", params.int("capacity"));
    let patience = seconds(params.int("timeout"));
    let producers = produce(params, &queue, gap);
    // As in the documents, whatever is raised is taken for the end.
    let consumers = consume(params, move || Ok(queue.get_timeout(patience).unwrap_or(None)));
    for producer in producers {
        producer.join()??;
    }
    let (eaten, left) = settle(params, consumers)?;
    // When durations do not count there is no clock.
    let end = clock::seconds().ok();
    Ok(outcome(eaten, left, end))
}

fn sentinel(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("counter", params.int("capacity"));
    let producers = produce(params, &queue, 0);
    let table = queue.clone();
    let consumers = consume(params, move || table.get());
    for producer in producers {
        producer.join()??;
    }
    for _ in 0..consumers.len() {
        queue.put(None)?;
    }
    let (eaten, left) = settle(params, consumers)?;
    Ok(outcome(eaten, left, None))
}

type Counter = process::Queue<i64>;

fn processes(params: &Params) -> Result<Value, Exception> {
    let queue = Counter::named("counter", params.int("capacity"));
    let (items, patience) = (params.int("items"), seconds(params.int("timeout")));
    let mut processes = vec![];
    for i in 1..=params.size("producers") {
        let body = move |queue: Counter| (1..=items).try_for_each(|item| queue.put(item));
        processes.push(process::new(queue.clone(), body).named(("producer", i)).start()?);
    }
    let eaten = Array::named("eaten", vec![0; params.size("consumers")]);
    for i in 0..params.size("consumers") {
        let body = move |(queue, eaten): (Counter, Array<i64>)| {
            let mut n = 0;
            while queue.get_timeout(patience).is_ok() {
                n += 1;
            }
            eaten[i].write(n);
        };
        let args = (queue.clone(), eaten.clone());
        processes.push(process::new(args, body).named(("consumer", i + 1)).start()?);
    }
    processes.into_iter().try_for_each(|process| process.join())?;
    let eaten = eaten.iter().map(|eaten| eaten.read()).sum();
    Ok(outcome(eaten, left_of(params, eaten)?, None))
}
