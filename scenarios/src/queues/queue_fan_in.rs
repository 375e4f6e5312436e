//! Several processes put, one gets (E91 E122).
//!
//! Process i puts i * i + 1 into a queue, for i from 0, and main gets as many
//! items as there are processes. A process queue is shared by all of them.
//!
//! ```text
//!   T0 (main)     T1 (process 0)     T2 (process 1)
//!                                    put 2
//!                 put 1
//!   get 2
//!   get 1
//! ```
//!
//! `all-put`: each process puts once, so main gets each item once and never
//! waits in vain. The items come in the order of the puts, which nothing
//! orders: n! orders, each with an outcome and a class of its own. The moment at which
//! main gets its items makes no difference. The processes are threads here, whose puts
//! are seen at once. `process-queue`: real processes. A put leaves the item with a feeder
//! of the process, and items come in the order in which the feeders write them. Puts into
//! different feeders commute, and nothing orders the feeders: the same n! orders.
//!
//! `in-turn`: each puts only when the one before it has. The queue of threads has the items
//! in that order: one class, one outcome. `in-turn-process-queue`: the puts are in order
//! and the writing is not, since a feeder may be late. n! orders again, for nothing but the
//! puts has been put in order. `joined-in-turn`: main joins each process before it starts
//! the next one. A process has ended only when its feeder has written, so here the order is
//! certain: one class.

use unknot_checker::sim::process::{self, Semaphore};
use unknot_checker::sim::{Exception, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "queue-fan-in",
    family: "queues",
    about: "several processes put, and main gets in any order",
    covers: &["E91", "E122"],
    params: &[Param { name: "n", about: "processes that put", default: 3, min: 1, max: 7 }],
    variants: &[
        Variant::new("all-put", "main gets one item from each process", all_put, any_order),
        Variant::new("process-queue", "the same through a queue with feeders", all_feed, any_order),
        Variant::new("in-turn", "each puts after the one before it", in_turn, one_order),
        Variant::new(
            "in-turn-process-queue",
            "the same through a queue with feeders",
            in_turn_feeding,
            any_order,
        ),
        Variant::new(
            "joined-in-turn",
            "main joins each process before it starts the next one",
            joined_in_turn,
            one_order,
        ),
    ],
    source: source!("queue_fan_in.rs"),
};

fn item(i: i64) -> i64 {
    i * i + 1
}

fn items(params: &Params) -> Vec<i64> {
    (0..params.int("n")).map(item).collect()
}

fn any_order(params: &Params) -> Expectation {
    Expectation::pass().outcomes(permutations(&items(params)))
}

fn one_order(params: &Params) -> Expectation {
    Expectation::pass().outcomes([items(params)])
}

fn all_put(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("queue", 0);
    let mut processes = vec![];
    for i in 0..params.int("n") {
        let queue = queue.clone();
        processes.push(spawn_named(("process", i), move || queue.put(item(i))));
    }
    let mut got = vec![];
    for _ in &processes {
        got.push(queue.get()?);
    }
    for process in processes {
        process.join()??;
    }
    Ok(got.into())
}

type Results = process::Queue<i64>;

fn get_all(params: &Params, results: &Results) -> Result<Value, Exception> {
    let got = (0..params.int("n")).map(|_| results.get());
    Ok(got.collect::<Result<Vec<_>, _>>()?.into())
}

fn all_feed(params: &Params) -> Result<Value, Exception> {
    let results = Results::named("queue", 0);
    let start = |i| {
        let body = move |results: Results| results.put(item(i));
        process::new(results.clone(), body).named(("process", i)).start()
    };
    let processes = (0..params.int("n")).map(start).collect::<Result<Vec<_>, _>>()?;
    let got = get_all(params, &results)?;
    processes.into_iter().try_for_each(|process| process.join())?;
    Ok(got)
}

/// For each process whether it is its turn. That of the first one has come.
fn turns(params: &Params) -> Vec<Semaphore> {
    (0..params.size("n")).map(|i| Semaphore::named(("turn", i), u32::from(i == 0))).collect()
}

/// Puts when it is the turn of a process, and has the next one take its turn.
fn put_in_turn(
    turns: &[Semaphore],
    i: i64,
    put: impl FnOnce(i64) -> Result<(), Exception>,
) -> Result<(), Exception> {
    let (own, next) = turns[usize::try_from(i).expect("a place")..].split_first().expect("a turn");
    own.acquire();
    put(item(i))?;
    if let Some(next) = next.first() {
        next.release();
    }
    Ok(())
}

fn in_turn(params: &Params) -> Result<Value, Exception> {
    let (queue, turns) = (Queue::named("queue", 0), turns(params));
    let start = |i| {
        let (queue, turns) = (queue.clone(), turns.clone());
        spawn_named(("process", i), move || put_in_turn(&turns, i, |item| queue.put(item)))
    };
    let processes: Vec<_> = (0..params.int("n")).map(start).collect();
    let got = processes.iter().map(|_| queue.get()).collect::<Result<Vec<_>, _>>()?;
    for process in processes {
        process.join()??;
    }
    Ok(got.into())
}

fn in_turn_feeding(params: &Params) -> Result<Value, Exception> {
    let (results, turns) = (Results::named("queue", 0), turns(params));
    let start = |i| {
        let body = move |(results, turns): (Results, Vec<Semaphore>)| {
            put_in_turn(&turns, i, |item| results.put(item))
        };
        process::new((results.clone(), turns.clone()), body).named(("process", i)).start()
    };
    let processes = (0..params.int("n")).map(start).collect::<Result<Vec<_>, _>>()?;
    let got = get_all(params, &results)?;
    processes.into_iter().try_for_each(|process| process.join())?;
    Ok(got)
}

fn joined_in_turn(params: &Params) -> Result<Value, Exception> {
    let results = Results::named("queue", 0);
    for i in 0..params.int("n") {
        let body = move |results: Results| results.put(item(i));
        process::new(results.clone(), body).named(("process", i)).start()?.join()?;
    }
    get_all(params, &results)
}
