//! Three consumers that each want everything there is (E20; M13).
//!
//! A producer puts n items and joins the queue after each. Each of c consumers
//! gets and reports n times: c · n gets are wanted, n puts are made.
//!
//! ```text
//!   producer       consumer 1       consumer 2
//!   put 0
//!                  get 0, report
//!   put 1
//!                                   get 1, report
//!   ends
//!                  get  BLOCKED     get  BLOCKED
//! ```
//!
//! `everybody-wants-all`: the next item is put only when the one before was
//! reported, so at any time one item is open, and each is got by any of the
//! consumers: c^n classes, 59,049 at the document's size of 10 and 3. Items are
//! eaten in the order 0 to n-1, which each eater verifies, and the producer
//! always ends. Then at least c - 1 consumers lack an item and wait for ever: all
//! but one, if one consumer got everything, else all. Only with one consumer are
//! there as many gets as puts.
//!
//! `shared-out`: the n gets are shared among the consumers, as evenly as
//! possible. There are as many gets as puts, so every task ends.
//!
//! `sentinels`: consumers get until they are told to quit, and after the items
//! the producer puts one quit for each. A consumer that takes one leaves, so each gets
//! one, and every task ends.

use unknot_checker::sim::{Exception, JoinHandle, Queue, Shared, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "demand-exceeds-supply",
    family: "queues",
    about: "each of the consumers wants as many items as are made",
    covers: &["E20", "M13"],
    params: &[
        Param { name: "items", about: "items made", default: 3, min: 1, max: 20 },
        Param { name: "consumers", about: "consumers", default: 3, min: 1, max: 10 },
    ],
    variants: &[
        Variant::new(
            "everybody-wants-all",
            "each consumer gets as often as the producer puts",
            everybody_wants_all,
            |params| match params.int("consumers") {
                1 => eaten_in_order(params, 1),
                _ => Expectation::pass()
                    .always(Kind::Hang)
                    .outcomes::<()>([])
                    .exhausts_if(n_classes(params, 1) <= 400_000),
            },
        ),
        Variant::new("shared-out", "as many gets as puts", shared_out, |params| {
            eaten_in_order(params, 1)
        }),
        Variant::new("sentinels", "one quit for each consumer", sentinels, |params| {
            eaten_in_order(params, (1..=params.int("consumers")).product())
        }),
    ],
    source: source!("demand_exceeds_supply.rs"),
};

/// Each item goes to any consumer: c^n classes, times the orders of quitting.
fn eaten_in_order(params: &Params, orders: i64) -> Expectation {
    let all: Vec<i64> = (0..params.int("items")).collect();
    Expectation::pass().outcomes([all]).exhausts_if(n_classes(params, orders) <= 400_000)
}

fn n_classes(params: &Params, orders: i64) -> i64 {
    let items = u32::try_from(params.int("items")).expect("a size");
    params.int("consumers").saturating_pow(items).saturating_mul(orders)
}

/// Puts the items, joining the queue after each, and then `n_quits` quits.
fn start_producer(
    params: &Params,
    queue: &Queue<Option<i64>>,
    n_quits: i64,
) -> JoinHandle<Result<(), Exception>> {
    let (queue, n) = (queue.clone(), params.int("items"));
    spawn_named("producer", move || {
        for item in 0..n {
            queue.put(Some(item))?;
            queue.join();
        }
        (0..n_quits).try_for_each(|_| queue.put(None))
    })
}

/// Starts a consumer that gets a number of times, or for ever, or until it is told to
/// quit, and writes down what it ate.
fn start_consumer(
    nth: i64,
    gets: i64,
    queue: &Queue<Option<i64>>,
    eaten: &Shared<Vec<i64>>,
) -> JoinHandle<Result<(), Exception>> {
    let (queue, eaten) = (queue.clone(), eaten.clone());
    spawn_named(("consumer", nth), move || {
        for _ in 0..gets {
            let Some(item) = queue.get()? else { return Ok(()) };
            let before = eaten.update_in_one_step(|eaten| [&eaten[..], &[item]].concat());
            verify!(before.iter().copied().eq(0..item), "{item} was eaten after {before:?}");
            queue.task_done()?;
        }
        Ok(())
    })
}

/// Runs the producer beside consumers that get as often as `gets` says.
fn shop(params: &Params, n_quits: i64, gets: impl Fn(i64) -> i64) -> Result<Value, Exception> {
    let queue = Queue::named("queue", 0);
    let eaten = Shared::named("eaten", vec![]);
    let mut started = vec![start_producer(params, &queue, n_quits)];
    for nth in 1..=params.int("consumers") {
        started.push(start_consumer(nth, gets(nth), &queue, &eaten));
    }
    for task in started {
        task.join()??;
    }
    Ok(eaten.read().into())
}

fn everybody_wants_all(params: &Params) -> Result<Value, Exception> {
    shop(params, 0, |_| params.int("items"))
}

/// Where gets cannot be shared evenly, the first consumers make one more.
fn shared_out(params: &Params) -> Result<Value, Exception> {
    let (n, consumers) = (params.int("items"), params.int("consumers"));
    shop(params, 0, |nth| (n + consumers - nth) / consumers)
}

fn sentinels(params: &Params) -> Result<Value, Exception> {
    shop(params, params.int("consumers"), |_| i64::MAX)
}
