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
//! In these the processes are threads, and a put is visible at once. `process-queue`: the
//! processes of `empty-means-end` are processes. A put leaves the item with a feeder, and it
//! is visible once that has written it. A put itself is seen by nothing but the feeder, so
//! what the readers can see is one more delay, and adds nothing: the same outcomes, the same
//! findings, and as many classes.
//!
//! `own-puts`: one task puts all items and then gets until the queue is empty. There is no
//! other task that could be late: all N are read, in one class.
//! `own-puts-process-queue`: now there is one, the feeder. The queue can be empty just after a
//! put, and 0 to N items are read. Let the look number j see w items written. It leaves
//! if w = j - 1 and reads one more otherwise, up to look N + 1. Looks see no fewer than
//! those before, so there are Catalan(k) ways to read k items, and what is written after the
//! last look makes no difference: Catalan(0) + … + Catalan(N) classes, 9 for N = 3.

use unknot_checker::sim::process::{self, Array};
use unknot_checker::sim::{Exception, JoinHandle, Queue, Value, done, spawn_named, verify};
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
            any_number,
        ),
        Variant::new(
            "process-queue",
            "the same with processes and a queue with a feeder",
            processes,
            any_number,
        ),
        Variant::new(
            "own-puts-process-queue",
            "one process puts all, and gets until the queue is empty",
            |params| {
                let queue = process::Queue::named("queue", 0);
                let put = |item| queue.put(item);
                own_puts(params, put, || queue.empty(), || queue.get())
            },
            |params| {
                Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .outcomes((0..=params.int("items")).map(read))
            },
        ),
        Variant::new(
            "own-puts",
            "the same with a queue of threads",
            |params| {
                let queue = Queue::named("queue", 0);
                own_puts(params, |item| queue.put(item), || queue.empty(), || queue.get())
            },
            |params| Expectation::pass().outcomes([read(params.int("items"))]),
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

fn any_number(params: &Params) -> Expectation {
    let (items, readers) = (params.int("items"), params.int("readers"));
    let expected = Expectation::pass()
        .sometimes(Kind::InvariantViolation)
        .outcomes((0..=items).map(read))
        .exhausts_if(readers == 1 || readers <= 3 && items <= 3);
    if readers > 1 { expected.sometimes(Kind::Hang) } else { expected }
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
    settle(params, n_read)
}

/// Looks at how many items were read.
fn settle(params: &Params, n_read: i64) -> Result<Value, Exception> {
    let items = params.int("items");
    verify!(n_read == items, "{n_read} of {items} items were read");
    Ok(read(n_read))
}

fn processes(params: &Params) -> Result<Value, Exception> {
    let queue = process::Queue::<i64>::named("queue", 0);
    let items = params.int("items");
    let body = move |queue: process::Queue<i64>| (0..items).try_for_each(|item| queue.put(item));
    let writer = process::new(queue.clone(), body).named("writer").start()?;
    let read = Array::named("read", vec![0; params.size("readers")]);
    let start = |i: usize| {
        let body = move |(queue, read): (process::Queue<i64>, Array<i64>)| {
            let mut n_read = 0;
            while !queue.empty() {
                queue.get()?;
                n_read += 1;
            }
            read[i].write(n_read);
            done(())
        };
        process::new((queue.clone(), read.clone()), body).named(("reader", i + 1)).start()
    };
    let readers = (0..params.size("readers")).map(start).collect::<Result<Vec<_>, _>>()?;
    writer.join()?;
    readers.into_iter().try_for_each(|reader| reader.join())?;
    settle(params, read.iter().map(|read| read.read()).sum())
}

/// One task puts all items and gets until the queue is empty.
fn own_puts(
    params: &Params,
    put: impl Fn(i64) -> Result<(), Exception>,
    empty: impl Fn() -> bool,
    get: impl Fn() -> Result<i64, Exception>,
) -> Result<Value, Exception> {
    (0..params.int("items")).try_for_each(put)?;
    let mut n_read = 0;
    while !empty() {
        get()?;
        n_read += 1;
    }
    settle(params, n_read)
}
