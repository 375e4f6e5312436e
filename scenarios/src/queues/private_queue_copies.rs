//! A queue of threads, handed to processes (E52 E92; K24 K49).
//!
//! A queue of threads is private memory, so each process that is given one gets a copy of
//! it, as it is at that moment.
//!
//! ```text
//!   T0 (main)        T1 (putter 0)      queue of main    queue of T1
//!   start T1                            empty            empty
//!                    put 1              empty            1
//!   get  BLOCKED     ends               empty            gone
//! ```
//!
//! `thread-queue`: n putters put an item each, and main gets n. Every item goes into a copy
//! that no other process sees, so main waits for its first item for ever: a `hang`. No step of
//! one process touches what another one touches, so there is one class.
//!
//! `thread-queue-market`: producers put several items each into a queue with room for c,
//! and consumers get until nothing comes for a while. A consumer looks at an empty queue
//! of its own and leaves with nothing. A producer puts c items into its own, and waits for
//! ever to put the next one: a `hang` always, if there are more items than room. E52 has room
//! for three, so its producers hang at the fourth. If there is room for all, the producers
//! end, and all items are lost: a violation always. One class in either case: a time that is up
//! is the only way on for a consumer.
//!
//! `process-queue`: the queue of processes is one. All n items come, in the order in which
//! the feeders write them: n! orders, each a class with an outcome of its own.
//!
//! `process-queue-market`: main joins the producers, puts a sentinel for each consumer and
//! joins them. A process has ended only when its feeder has written everything. So all
//! items are ahead of the sentinels, every item is eaten, and each consumer gets one
//! sentinel: one outcome. With room for one, an item is put when the one before it is got, so
//! the order of the puts is that of the writing. P producers of N items have (PN)! / N!^P
//! orders, any of C consumers eats each item, and the sentinels end them in any order. So
//! there are C^(PN) C! classes for each order, 192 in all for two and two of each. With
//! more room puts and writes have orders of their own, and there are more. With timeouts in
//! place of sentinels it would depend on lulls: `consumer-timeout-exit`.

use std::time::Duration;

use unknot_checker::sim::process::{self, Array, Fork, Process};
use unknot_checker::sim::{Exception, Queue, Value, done, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "private-queue-copies",
    family: "queues",
    about: "processes are given a queue of threads",
    covers: &["E52", "E92", "K24", "K49"],
    params: &[
        Param { name: "putters", about: "processes that put one item", default: 3, min: 1, max: 6 },
        Param { name: "producers", about: "producers", default: 2, min: 1, max: 3 },
        Param { name: "items", about: "items of each producer", default: 2, min: 1, max: 10 },
        Param { name: "consumers", about: "consumers", default: 2, min: 1, max: 3 },
        Param { name: "capacity", about: "room in the queue", default: 1, min: 1, max: 10 },
    ],
    variants: &[
        Variant::new(
            "thread-queue",
            "processes put into a queue of threads, and main gets",
            |params| fan_in(params, Queue::named("queue", 0), |q, item| q.put(item), |q| q.get()),
            |_| Expectation::pass().always(Kind::Hang).outcomes::<Value>([]),
        ),
        Variant::new(
            "thread-queue-market",
            "producers and consumers have a queue of threads",
            market_of_copies,
            |params| match params.int("items") > params.int("capacity") {
                true => Expectation::pass().always(Kind::Hang).outcomes::<Value>([]),
                false => {
                    let lost = outcome(0, total(params));
                    Expectation::pass().always(Kind::InvariantViolation).outcomes([lost])
                }
            },
        ),
        Variant::new(
            "process-queue",
            "processes put into a queue of processes, and main gets",
            |params| {
                let queue = process::Queue::named("queue", 0);
                fan_in(params, queue, |queue, item| queue.put(item), |queue| queue.get())
            },
            |params| {
                let items: Vec<i64> = (0..params.int("putters")).map(item).collect();
                Expectation::pass().outcomes(permutations(&items))
            },
        ),
        Variant::new(
            "process-queue-market",
            "producers and consumers have a queue of processes",
            market,
            |params| {
                let is_small = total(params) <= 4 && params.int("consumers") <= 2;
                Expectation::pass().outcomes([outcome(total(params), 0)]).exhausts_if(is_small)
            },
        ),
    ],
    source: source!("private_queue_copies.rs"),
};

/// What a putter puts, as in the documents.
fn item(i: i64) -> i64 {
    i * i + 1
}

fn total(params: &Params) -> i64 {
    params.int("producers") * params.int("items")
}

fn outcome(eaten: i64, left: i64) -> Value {
    Value::Record(vec![("eaten", eaten.into()), ("left", left.into())])
}

/// Each putter puts one item, and main gets as many. The outcome is their order.
fn fan_in<Q: Fork + Clone>(
    params: &Params,
    queue: Q,
    put: fn(&Q, i64) -> Result<(), Exception>,
    get: fn(&Q) -> Result<i64, Exception>,
) -> Result<Value, Exception> {
    let mut putters = vec![];
    for i in 0..params.int("putters") {
        let body = move |queue: Q| put(&queue, item(i));
        putters.push(process::new(queue.clone(), body).named(("putter", i)).start()?);
    }
    let got = putters.iter().map(|_| get(&queue)).collect::<Result<Vec<_>, _>>()?;
    join(putters)?;
    Ok(got.into())
}

fn join(processes: Vec<Process>) -> Result<(), Exception> {
    processes.into_iter().try_for_each(|process| process.join())
}

/// What consumers have eaten, and what is left.
fn settle(params: &Params, eaten: &Array<i64>) -> Result<Value, Exception> {
    let eaten = eaten.iter().map(|eaten| eaten.read()).sum();
    let left = total(params) - eaten;
    verify!(left == 0, "items that were not eaten: {left}");
    Ok(outcome(eaten, left))
}

/// How long a consumer waits.
const PATIENCE: Duration = Duration::from_secs(5);

fn market_of_copies(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("counter", params.int("capacity"));
    let items = params.int("items");
    let mut processes = vec![];
    for i in 1..=params.size("producers") {
        let body = move |queue: Queue<i64>| (1..=items).try_for_each(|item| queue.put(item));
        processes.push(process::new(queue.clone(), body).named(("producer", i)).start()?);
    }
    let eaten = Array::named("eaten", vec![0; params.size("consumers")]);
    for i in 0..params.size("consumers") {
        let body = move |(queue, eaten): (Queue<i64>, Array<i64>)| {
            let mut n = 0;
            // As in the documents, whatever is raised is taken for the end.
            while queue.get_timeout(PATIENCE).is_ok() {
                n += 1;
            }
            eaten[i].write(n);
        };
        let args = (queue.clone(), eaten.clone());
        processes.push(process::new(args, body).named(("consumer", i + 1)).start()?);
    }
    join(processes)?;
    settle(params, &eaten)
}

type Counter = process::Queue<Option<i64>>;

fn market(params: &Params) -> Result<Value, Exception> {
    let queue = Counter::named("counter", params.int("capacity"));
    let items = params.int("items");
    let mut producers = vec![];
    for i in 1..=params.size("producers") {
        let body = move |queue: Counter| (1..=items).try_for_each(|item| queue.put(Some(item)));
        producers.push(process::new(queue.clone(), body).named(("producer", i)).start()?);
    }
    let eaten = Array::named("eaten", vec![0; params.size("consumers")]);
    let mut consumers = vec![];
    for i in 0..params.size("consumers") {
        let body = move |(queue, eaten): (Counter, Array<i64>)| {
            let mut n = 0;
            while queue.get()?.is_some() {
                n += 1;
            }
            eaten[i].write(n);
            done(())
        };
        let args = (queue.clone(), eaten.clone());
        consumers.push(process::new(args, body).named(("consumer", i + 1)).start()?);
    }
    join(producers)?;
    for _ in &consumers {
        queue.put(None)?;
    }
    join(consumers)?;
    settle(params, &eaten)
}
