//! A reader takes an empty queue for the end (E03; K50; M11).
//!
//! A writer process puts three items into a queue; a reader process gets items
//! until it finds the queue empty, and leaves.
//!
//! ```text
//!   T1 (writer)       T2 (reader)
//!   put A
//!                     is it empty? no
//!                     get A
//!                     is it empty? yes: leaves
//!   put B
//!   put C                                   no task reads B and C
//! ```
//!
//! `empty-means-end`, N items: the reader may look before the first put, or
//! after any of its gets before the next put, so 0 to N items are read. Fewer
//! than N is the `invariant-violation`. With one reader, test and get cannot
//! disagree, as no other task takes an item. Two readers can both see the last
//! item, and the one that comes second waits for ever in get: a `hang`. Several
//! readers that run one after another read what one of them would, so complete
//! executions again read 0 to N.
//!
//! `sentinel`: the end is said, by one None for each reader. Each reader stops
//! at the first None that it gets, so each gets one, and the queue is first in
//! first out: all items are read before.
//!
//! A put is visible at once here. That of a process queue may be visible later,
//! which is one more delay before the put and adds nothing.

use unknot_checker::sim::{Exception, JoinHandle, Queue, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "reader-leaves-when-empty",
    family: "check-then-act",
    about: "readers leave when they find the queue empty",
    covers: &["E03", "K50", "M11"],
    params: &[
        Param { name: "items", about: "items that the writer puts", default: 3, min: 1, max: 6 },
        Param { name: "readers", about: "processes that read", default: 2, min: 1, max: 4 },
    ],
    variants: &[
        Variant::new(
            "empty-means-end",
            "gets until the queue is empty",
            empty_means_end,
            |params| {
                let (items, readers) = (params.int("items"), params.int("readers"));
                let expected = Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .outcomes((0..=items).map(read))
                    .exhausts_if(readers == 1 || readers <= 3 && items <= 3);
                if readers > 1 { expected.sometimes(Kind::Hang) } else { expected }
            },
        ),
        Variant::new("sentinel", "gets until it gets the end", sentinel, |params| {
            Expectation::pass().outcomes([read(params.int("items"))])
        }),
    ],
    source: source!("reader_leaves_when_empty.rs"),
};

fn read(items: i64) -> Value {
    Value::Record(vec![("read", items.into())])
}

fn empty_means_end(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("queue", 0);
    let theirs = queue.clone();
    let items = params.int("items");
    let writer = spawn_named("writer", move || (0..items).try_for_each(|item| theirs.put(item)));
    let readers = start_readers(params, move || {
        let mut n_read = 0;
        while !queue.empty() {
            queue.get()?;
            n_read += 1;
        }
        Ok(n_read)
    });
    finish(params, writer, readers)
}

fn sentinel(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("queue", 0);
    let theirs = queue.clone();
    let (items, ends) = (params.int("items"), params.size("readers"));
    let writer = spawn_named("writer", move || {
        let ends = std::iter::repeat_n(None, ends);
        (0..items).map(Some).chain(ends).try_for_each(|item| theirs.put(item))
    });
    let readers = start_readers(params, move || {
        let mut n_read = 0;
        while queue.get()?.is_some() {
            n_read += 1;
        }
        Ok(n_read)
    });
    finish(params, writer, readers)
}

/// A reader says how many items it read.
type Reader = JoinHandle<Result<i64, Exception>>;

fn start_readers(
    params: &Params,
    body: impl Fn() -> Result<i64, Exception> + Clone + 'static,
) -> Vec<Reader> {
    (1..=params.size("readers")).map(|i| spawn_named(("reader", i), body.clone())).collect()
}

fn finish(
    params: &Params,
    writer: JoinHandle<Result<(), Exception>>,
    readers: Vec<Reader>,
) -> Result<Value, Exception> {
    writer.join()??;
    let mut n_read = 0;
    for reader in readers {
        n_read += reader.join()??;
    }
    let items = params.int("items");
    verify!(n_read == items, "{n_read} of {items} items were read");
    Ok(read(n_read))
}
