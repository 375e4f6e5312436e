//! Producers and consumers of a buffer for one item, made of a lock and two
//! conditions.
//!
//! A task that finds the buffer in the wrong state waits in a loop; a task that changed
//! it notifies one waiter of the other condition. A class is the order of the
//! sections that the lock keeps apart, with the waiter that each notification
//! chose. With one producer of k items and one consumer it is 2·4^(k-1).
//!
//! `any-waiter`: a notification wakes any of the parked waiters.
//!
//! `first-waiter`: it wakes the one that came first, so there are fewer classes
//! as soon as two of a kind can wait.
//!
//! One notification at a time is enough. A woken waiter may find that another
//! task was faster, and waits again; but then that task got through in its
//! place, changed the buffer and notified. Producers wait only for "empty" and
//! consumers only for "full", so no notification wakes the wrong kind. The
//! shares of the consumers add up to what is produced, so all tasks get through, and
//! everything is taken exactly once.

use unknot_checker::sim::{Condition, Exception, Lock, Shared, Value, Wake, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-bounded-buffer",
    family: "bench",
    about: "producers and consumers share a buffer for one item",
    covers: &[],
    params: &[
        Param { name: "n", about: "producers", default: 2, min: 1, max: 100 },
        Param { name: "consumers", about: "consumers", default: 1, min: 1, max: 100 },
        Param { name: "items", about: "items of each producer", default: 1, min: 1, max: 100 },
    ],
    variants: &[
        Variant::new(
            "any-waiter",
            "a notification wakes any waiter",
            |params| market(params, Wake::Any),
            expect,
        ),
        Variant::new(
            "first-waiter",
            "a notification wakes the waiter that came first",
            |params| market(params, Wake::First),
            expect,
        ),
    ],
    source: source!("bench_bounded_buffer.rs"),
};

fn expect(params: &Params) -> Expectation {
    let total = params.int("n") * params.int("items");
    let all: Vec<i64> = (0..total).collect();
    let n_tasks = params.int("n") + params.int("consumers");
    Expectation::pass().outcomes([all]).exhausts_if(total <= 4 && n_tasks <= 4)
}

/// A buffer for one item.
#[derive(Clone)]
struct Buffer {
    item: Shared<Option<i64>>,
    lock: Lock,
    empty: Condition,
    full: Condition,
}

impl Buffer {
    fn new(wake: Wake) -> Buffer {
        let lock = Lock::named("lock");
        Buffer {
            item: Shared::named("item", None),
            empty: Condition::named("empty", &lock).waking(wake),
            full: Condition::named("full", &lock).waking(wake),
            lock,
        }
    }

    fn put(&self, item: i64) -> Result<(), Exception> {
        let _guard = self.lock.lock()?;
        self.empty.wait_for(|| self.item.read().is_none())?;
        self.item.write(Some(item));
        self.full.notify(1)
    }

    fn take(&self) -> Result<Option<i64>, Exception> {
        let _guard = self.lock.lock()?;
        self.full.wait_for(|| self.item.read().is_some())?;
        let item = self.item.update_in_one_step(|_| None);
        self.empty.notify(1)?;
        Ok(item)
    }
}

fn market(params: &Params, wake: Wake) -> Result<Value, Exception> {
    let (n, n_consumers) = (params.int("n"), params.int("consumers"));
    let items = params.int("items");
    let buffer = Buffer::new(wake);
    let mut producers = vec![];
    for i in 0..n {
        let buffer = buffer.clone();
        producers.push(spawn_named(("producer", i + 1), move || -> Result<(), Exception> {
            (i * items..(i + 1) * items).try_for_each(|item| buffer.put(item))
        }));
    }
    let mut consumers = vec![];
    for i in 0..n_consumers {
        let buffer = buffer.clone();
        // Where items cannot be shared evenly, the first consumers get one more.
        let share = (n * items + n_consumers - 1 - i) / n_consumers;
        consumers.push(spawn_named(("consumer", i + 1), move || {
            (0..share).map(|_| buffer.take()).collect::<Result<Vec<Option<i64>>, Exception>>()
        }));
    }
    for producer in producers {
        producer.join()??;
    }
    let mut taken = vec![];
    for consumer in consumers {
        taken.extend(consumer.join()??.into_iter().flatten());
    }
    taken.sort_unstable();
    Ok(taken.into())
}
