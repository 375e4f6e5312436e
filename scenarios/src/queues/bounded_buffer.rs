//! A buffer between a producer and a consumer (E43 E44; K42 S11, M14).
//!
//! The post-box and the counter of the restaurant: the maker of things and their
//! user need not wait for one another, since a queue lies in between. The
//! producer ends with a sentinel, and the consumer leaves on it. The tasks stand
//! for processes, which share the queue; a put is seen at once.
//!
//! ```text
//!   clock   producer, room for 1     consumer, 1 s for each
//!   0 s     put 1                    get 1
//!   0 s     put 2
//!   0 s     put 3  BLOCKED           eats 1
//!   1 s     put 3                    get 2
//! ```
//!
//! Times follow from two rules. With P(k) and G(k) the times of the k-th put
//! and get: the k-th put is made when the item is ready, after P(k-1) and what
//! it takes to make it, and not before G(k - capacity) has made room; the k-th
//! get is made when the consumer is done with the item before, and not before
//! P(k). So times do not depend on which side is faster at one instant, and there is
//! one outcome. `waits` computes them; nothing else is measured.
//!
//! `room-for-one` and `room-for-burst`: three items are ready at once, and after
//! the last of them is put it takes 3 s to make the next three; eating takes 1 s
//! each. With room for one the third put of a burst waits 1 s for a get, so the
//! next burst is late and the consumer waits as long for it: for ten items, with
//! three whole bursts before the last one, 3 s each, and the end is at 13 s. With
//! room for a burst no side is ever blocked (K42), and it is at 10 s.
//!
//! `steady`: one item every `make` seconds, `eat` seconds to eat it. Where the
//! rates differ no room is enough: the faster side is blocked once the queue is
//! full, or empty, so K42 holds until then. In the default the producer makes
//! an item a second and the consumer eats one in two. It gets at 1, 3, 5 … s;
//! put k cannot come before get k - 3, at 2k - 7 s, so from the eighth on puts
//! wait, 1 s each, and the sentinel 2 s: 5 s. The consumer waits 1 s for its
//! first item, and has eaten the tenth at 21 s.
//!
//! `any-speed`: durations do not count. There is one producer and one consumer,
//! so items are eaten in order at any speed and any capacity, all of them.

use std::time::Duration;

use unknot_checker::sim::{Exception, Queue, Value, sleep, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::clock::seconds;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bounded-buffer",
    family: "queues",
    about: "a buffer absorbs bursts, until it is full or empty",
    covers: &["E43", "E44", "K42", "S11", "M14"],
    params: &[
        Param { name: "items", about: "items made", default: 10, min: 1, max: 100 },
        Param { name: "capacity", about: "room in the queue", default: 3, min: 1, max: 100 },
        Param { name: "make", about: "seconds to make an item", default: 1, min: 0, max: 60 },
        Param { name: "eat", about: "seconds to eat an item", default: 2, min: 0, max: 60 },
    ],
    variants: &[
        Variant::new(
            "room-for-one",
            "bursts of three every 3 s, one fits; blocked seconds",
            |params| on_the_clock(bursts(params, 1)),
            |params| expect(&bursts(params, 1)),
        )
        .in_virtual_time(),
        Variant::new(
            "room-for-burst",
            "bursts of three every 3 s, three fit; blocked seconds",
            |params| on_the_clock(bursts(params, BURST)),
            |params| expect(&bursts(params, BURST)),
        )
        .in_virtual_time(),
        Variant::new(
            "steady",
            "one item every so many seconds; blocked seconds",
            |params| on_the_clock(steady(params)),
            |params| expect(&steady(params)),
        )
        .in_virtual_time(),
        Variant::new("any-speed", "what is eaten, at any speed", any_speed, |params| {
            let all: Vec<i64> = (1..=params.int("items")).collect();
            Expectation::pass().outcomes([all])
        }),
    ],
    source: source!("bounded_buffer.rs"),
};

const BURST: i64 = 3;

/// What the two sides do, in seconds.
struct Shop {
    capacity: i64,
    /// What it takes to make each item.
    make: Vec<i64>,
    /// What it takes to eat one.
    eat: i64,
}

fn bursts(params: &Params, capacity: i64) -> Shop {
    let make = |i| if i > 0 && i % BURST == 0 { BURST } else { 0 };
    Shop { capacity, make: (0..params.int("items")).map(make).collect(), eat: 1 }
}

fn steady(params: &Params) -> Shop {
    let make = (0..params.int("items")).map(|_| params.int("make")).collect();
    Shop { capacity: params.int("capacity"), make, eat: params.int("eat") }
}

fn blocked(producer: i64, consumer: i64, end: i64) -> Value {
    Value::Record(vec![
        ("producer_blocked", producer.into()),
        ("consumer_blocked", consumer.into()),
        ("end", end.into()),
    ])
}

fn expect(shop: &Shop) -> Expectation {
    Expectation::pass().outcomes([waits(shop)])
}

/// The two rules of the head. The sentinel is ready at once and not eaten.
fn waits(shop: &Shop) -> Value {
    let mut gets: Vec<i64> = vec![];
    let (mut put, mut done, mut producer, mut consumer) = (0, 0, 0, 0);
    let capacity = usize::try_from(shop.capacity).expect("a size");
    let with_sentinel = shop.make.iter().map(|make| (make, shop.eat)).chain([(&0, 0)]);
    for (k, (make, eat)) in with_sentinel.enumerate() {
        let ready = put + make;
        put = if k < capacity { ready } else { ready.max(gets[k - capacity]) };
        producer += put - ready;
        let get = put.max(done);
        consumer += get - done;
        gets.push(get);
        done = get + eat;
    }
    blocked(producer, consumer, done)
}

fn pass(seconds: i64) {
    if seconds > 0 {
        sleep(Duration::from_secs(seconds.unsigned_abs()));
    }
}

/// Runs both sides and says for how long each of them was blocked.
fn on_the_clock(shop: Shop) -> Result<Value, Exception> {
    let queue = Queue::named("buffer", shop.capacity);
    let theirs = queue.clone();
    let producer = spawn_named("producer", move || -> Result<i64, Exception> {
        let mut blocked = 0;
        let mut put = |item| {
            let since = seconds()?;
            theirs.put(item)?;
            blocked += seconds()? - since;
            Ok(())
        };
        for make in shop.make {
            pass(make);
            put(Some(()))?;
        }
        put(None)?;
        Ok(blocked)
    });
    let consumer = spawn_named("consumer", move || -> Result<i64, Exception> {
        let mut blocked = 0;
        loop {
            let since = seconds()?;
            let item = queue.get()?;
            blocked += seconds()? - since;
            if item.is_none() {
                return Ok(blocked);
            }
            pass(shop.eat);
        }
    });
    let (producer, consumer) = (producer.join()??, consumer.join()??);
    Ok(blocked(producer, consumer, seconds()?))
}

fn any_speed(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("buffer", params.int("capacity"));
    let (theirs, items) = (queue.clone(), params.int("items"));
    let producer = spawn_named("producer", move || {
        (1..=items).try_for_each(|item| theirs.put(Some(item)))?;
        theirs.put(None)
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
