//! An item that passes for the end (E24 E44 E96; M14).
//!
//! A consumer leaves when `not item` holds, which is meant for `None`. In
//! Python it holds for 0 and for an empty text as well, which may be items.
//!
//! ```text
//!   T1 (producer)      T2 (consumer)
//!   put 1
//!                      get 1
//!   put 0
//!                      get 0, leaves     0 was an item
//!   put 3, 4, None                       no task takes them
//! ```
//!
//! `not-item-zero`, `not-item-empty-text`: one producer and one consumer on a
//! queue that keeps the order, so all executions do the same: the consumer eats
//! what is ahead of the falsy item and leaves. What the producer still has, the
//! rest of the items and `None`, is put if there is room. Then all end and
//! items were lost, which is the violation. If there is no room the producer
//! waits for ever: a hang. Without a falsy item (`falsy-at` above `items`)
//! everything is eaten.
//!
//! `unique-object`: the test is whether it is the very object that means the
//! end. No item is, so all items are eaten, 0 as well.
//!
//! The documents have this test once on a queue and twice in a generator that
//! is sent its items (E24 E96); there the first falsy item ends the generator,
//! and the next send raises.

use unknot_checker::sim::{Exception, Queue, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "falsy-item-sentinel",
    family: "queues",
    about: "the item 0 passes for the end",
    covers: &["E24", "E44", "E96", "M14"],
    params: &[
        Param { name: "items", about: "items that are put", default: 4, min: 1, max: 20 },
        Param { name: "falsy-at", about: "which of them is falsy", default: 2, min: 1, max: 20 },
        Param { name: "capacity", about: "room in the queue", default: 3, min: 1, max: 20 },
    ],
    variants: &[
        Variant::new(
            "not-item-zero",
            "leaves on anything falsy, and 0 is an item",
            |params| market(params, Item::Number(0), |item| !item.is_true()),
            |params| expect_falsy(params, Item::Number(0)),
        ),
        Variant::new(
            "not-item-empty-text",
            "leaves on anything falsy, and an empty text is an item",
            |params| market(params, Item::Text(""), |item| !item.is_true()),
            |params| expect_falsy(params, Item::Text("")),
        ),
        Variant::new(
            "unique-object",
            "leaves on the one object that means the end",
            |params| market(params, Item::Number(0), |item| item == Item::End),
            |params| Expectation::pass().outcomes([Value::from(items(params, Item::Number(0)))]),
        ),
    ],
    source: source!("falsy_item_sentinel.rs"),
};

/// A Python object on the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Number(i64),
    Text(&'static str),
    /// `None`, or any other object made for the purpose.
    End,
}

impl Item {
    /// Python's idea of truth.
    fn is_true(self) -> bool {
        match self {
            Item::Number(number) => number != 0,
            Item::Text(text) => !text.is_empty(),
            Item::End => false,
        }
    }
}

impl From<Item> for Value {
    fn from(item: Item) -> Value {
        match item {
            Item::Number(number) => number.into(),
            Item::Text(text) => text.into(),
            Item::End => Value::Unit,
        }
    }
}

/// The numbers from 1, with one of them replaced.
fn items(params: &Params, falsy: Item) -> Vec<Item> {
    let falsy_at = params.int("falsy-at");
    let item = |n| if n == falsy_at { falsy } else { Item::Number(n) };
    (1..=params.int("items")).map(item).collect()
}

fn expect_falsy(params: &Params, falsy: Item) -> Expectation {
    let items = items(params, falsy);
    let Some(n_eaten) = items.iter().position(|&item| item == falsy) else {
        return Expectation::pass().outcomes([Value::from(items)]);
    };
    // The items after the falsy one, and the sentinel.
    let n_rest = items.len() - n_eaten;
    if n_rest > params.size("capacity") {
        return Expectation::pass().always(Kind::Hang);
    }
    let eaten = items[..n_eaten].to_vec();
    Expectation::pass().always(Kind::InvariantViolation).outcomes([Value::from(eaten)])
}

fn market(params: &Params, falsy: Item, is_end: fn(Item) -> bool) -> Result<Value, Exception> {
    let items = items(params, falsy);
    let n_items = items.len();
    let queue = Queue::named("counter", params.int("capacity"));
    let shelf = queue.clone();
    let producer = spawn_named("producer", move || -> Result<(), Exception> {
        items.into_iter().try_for_each(|item| shelf.put(item))?;
        shelf.put(Item::End)
    });
    let consumer = spawn_named("consumer", move || -> Result<Vec<Item>, Exception> {
        let mut eaten = vec![];
        loop {
            let item = queue.get()?;
            if is_end(item) {
                return Ok(eaten);
            }
            eaten.push(item);
        }
    });
    producer.join()??;
    let eaten = consumer.join()??;
    verify!(eaten.len() == n_items, "{} of {n_items} items were eaten", eaten.len());
    Ok(eaten.into())
}
