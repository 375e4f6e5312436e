//! Three kinds of queue, three orders (E17 E19 E63; K40).
//!
//! The same numbers are put into a queue, a stack and a priority queue, and
//! taken out until it is empty. They are put in scrambled, 2 4 1 3, so that
//! each kind gives them back in an order of its own. One thread does it all.
//!
//! ```text
//!   main                      in the heap
//!   put (1, 'tea')            (1, 'tea')
//!   put (1, 2)                the numbers are equal: is 2 < 'tea'?  TypeError
//! ```
//!
//! `tie-unlike-payloads`: entries are pairs of a number and a payload. The sift
//! of the second put compares the pairs, the numbers are equal, so it compares
//! the payloads, and a number cannot be compared with a text: the put raises.
//! There is one schedule and it does so, so no execution has an outcome.
//!
//! `fifo`, `lifo`, `priority`: the order of the puts, the reverse of it, and
//! from the smallest number on (K40). One schedule, so one outcome each.
//! Afterwards the size is 0, the queue is empty and not full.
//!
//! `tie-like-payloads`: of equal numbers the smaller payload comes first, not
//! the earlier put: 'tea' was put before 'cake' and comes after it.
//!
//! `tie-numbered`: entries are triples with a serial number in the middle, which
//! no two share. So payloads are never compared, and equal numbers keep the
//! order of their puts.
//!
//! The documents say nothing of ties; what a tie does here is what their Python
//! does.

use unknot_checker::sim::{Exception, LifoQueue, PriorityQueue, Queue, Value};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "queue-order-kinds",
    family: "queues",
    about: "a queue, a stack and a priority queue give back the same",
    covers: &["E17", "E19", "E63", "K40"],
    params: &[Param {
        name: "items",
        about: "numbers put in, and the room for them",
        default: 4,
        min: 1,
        max: 100,
    }],
    variants: &[
        Variant::new(
            "tie-unlike-payloads",
            "equal numbers, a text and a number behind them",
            |_| drain_entries([entry([1.into(), "tea".into()]), entry([1.into(), 2.into()])]),
            |_| Expectation::pass().always(Kind::Exception).outcomes::<()>([]),
        ),
        Variant::new("fifo", "first in, first out", fifo, |params| {
            expect(scrambled(params.int("items")))
        }),
        Variant::new("lifo", "last in, first out", lifo, |params| {
            expect(scrambled(params.int("items")).into_iter().rev().collect())
        }),
        Variant::new("priority", "the smallest number first", priority, |params| {
            expect((1..=params.int("items")).collect())
        }),
        Variant::new(
            "tie-like-payloads",
            "equal numbers, texts behind them",
            |_| drain_entries([entry([1.into(), "tea".into()]), entry([1.into(), "cake".into()])]),
            |_| Expectation::pass().outcomes([vec!["cake", "tea"]]),
        ),
        Variant::new(
            "tie-numbered",
            "equal numbers, then a serial number, then the payload",
            |_| {
                let tea = entry([1.into(), 0.into(), "tea".into()]);
                drain_entries([tea, entry([1.into(), 1.into(), 2.into()])])
            },
            |_| Expectation::pass().outcomes([(Value::from("tea"), 2)]),
        ),
    ],
    source: source!("queue_order_kinds.rs"),
};

fn expect(got: Vec<i64>) -> Expectation {
    Expectation::pass().outcomes([printed(got, 0, true, false)])
}

/// The even numbers, then the odd ones: 2 4 1 3.
fn scrambled(items: i64) -> Vec<i64> {
    let even = (1..=items).filter(|n| n % 2 == 0);
    even.chain((1..=items).filter(|n| n % 2 == 1)).collect()
}

fn printed(got: Vec<i64>, size: usize, is_empty: bool, is_full: bool) -> Value {
    Value::Record(vec![
        ("got", got.into()),
        ("size", size.into()),
        ("empty", is_empty.into()),
        ("full", is_full.into()),
    ])
}

fn fifo(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("queue", params.int("items"));
    for item in scrambled(params.int("items")) {
        queue.put(item)?;
    }
    let mut got = vec![];
    while !queue.empty() {
        got.push(queue.get()?);
    }
    Ok(printed(got, queue.qsize(), queue.empty(), queue.full()))
}

fn lifo(params: &Params) -> Result<Value, Exception> {
    let stack = LifoQueue::named("stack", params.int("items"));
    for item in scrambled(params.int("items")) {
        stack.put(item)?;
    }
    let mut got = vec![];
    while !stack.empty() {
        got.push(stack.get()?);
    }
    Ok(printed(got, stack.qsize(), stack.empty(), stack.full()))
}

fn priority(params: &Params) -> Result<Value, Exception> {
    let heap = PriorityQueue::named("heap", params.int("items"));
    for item in scrambled(params.int("items")) {
        heap.put((item, "work"))?;
    }
    let mut got = vec![];
    while !heap.empty() {
        let (number, _work) = heap.get()?;
        got.push(number);
    }
    Ok(printed(got, heap.qsize(), heap.empty(), heap.full()))
}

fn entry<const N: usize>(parts: [Value; N]) -> Value {
    Value::List(parts.into())
}

/// Puts entries into a priority queue and returns the payloads as they come out.
fn drain_entries(entries: [Value; 2]) -> Result<Value, Exception> {
    let heap = PriorityQueue::named("heap", 0);
    for entry in entries {
        heap.put(entry)?;
    }
    let mut payloads = vec![];
    while !heap.empty() {
        if let Value::List(mut parts) = heap.get()? {
            payloads.extend(parts.pop());
        }
    }
    Ok(Value::List(payloads))
}
