//! Joining a queue has nothing to do with its being empty (E84; K38, M13).
//!
//! The documents say that join waits until the queue is empty. It waits until
//! as many items have been reported as were put.
//!
//! ```text
//!   main              worker          inside   not reported
//!   put 1, put 2                      1 2      2
//!                     get 1, get 2             2
//!   join  BLOCKED     ends                     2
//! ```
//!
//! `empty-unreported`: the worker gets all items and sees that the queue is
//! empty, which it is, since no task puts after that. It reports none of them,
//! so the join waits for ever, always.
//!
//! `full-reported`: the worker gets one item and reports as many as were put.
//! Nothing raises, for all puts come before the worker is started. The count is
//! 0 and the join returns with all items but one inside, always: what main took
//! for granted is an `invariant-violation`.
//!
//! `join-before-puts`: the producer has its own task, and main joins the queue
//! at once. Before the first put the count is 0, and so it is after any report
//! that came before the next put: join may return at any of these moments, and
//! any number of items, from 0 to n, may be handled when main looks. Sometimes
//! it is fewer than n, an `invariant-violation`.
//!
//! `join-after-puts`: main joins the producer first. No put comes after that,
//! so the count is 0 exactly when all n are reported, and each is handled before
//! it is reported. Reports follow gets one by one, so the join returns.

use unknot_checker::sim::{Atomic, Exception, JoinHandle, Queue, Value, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "queue-join-not-empty",
    family: "queues",
    about: "a join of the queue is taken for 'the queue is empty'",
    covers: &["E84", "K38", "M13"],
    params: &[Param { name: "items", about: "items put", default: 2, min: 2, max: 50 }],
    variants: &[
        Variant::new(
            "empty-unreported",
            "all items are got, none is reported",
            empty_unreported,
            |_| Expectation::pass().always(Kind::Hang).outcomes::<()>([]),
        ),
        Variant::new(
            "full-reported",
            "one item is got, as many as were put are reported",
            full_reported,
            |params| {
                Expectation::pass()
                    .always(Kind::InvariantViolation)
                    .outcomes([params.int("items") - 1])
            },
        ),
        Variant::new(
            "join-before-puts",
            "main joins the queue and not the producer",
            |params| shop(params, false),
            |params| {
                Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .outcomes(0..=params.int("items"))
                    .exhausts_if(params.int("items") <= 10)
            },
        ),
        Variant::new(
            "join-after-puts",
            "main joins the producer, then the queue",
            |params| shop(params, true),
            |params| {
                let n = params.int("items");
                Expectation::pass().outcomes([n]).exhausts_if(n <= 10)
            },
        ),
    ],
    source: source!("queue_join_not_empty.rs"),
};

fn filled(params: &Params) -> Result<Queue<i64>, Exception> {
    let queue = Queue::named("queue", 0);
    (0..params.int("items")).try_for_each(|item| queue.put(item))?;
    Ok(queue)
}

fn empty_unreported(params: &Params) -> Result<Value, Exception> {
    let queue = filled(params)?;
    let (theirs, n) = (queue.clone(), params.int("items"));
    let worker = spawn_named("worker", move || -> Result<(), Exception> {
        (0..n).try_for_each(|_| theirs.get().map(drop))?;
        verify!(theirs.empty());
        Ok(())
    });
    queue.join();
    worker.join()??;
    Ok(queue.qsize().into())
}

fn full_reported(params: &Params) -> Result<Value, Exception> {
    let queue = filled(params)?;
    let (theirs, n) = (queue.clone(), params.int("items"));
    let worker = spawn_named("worker", move || -> Result<(), Exception> {
        theirs.get()?;
        (0..n).try_for_each(|_| theirs.task_done())
    });
    queue.join();
    let left = queue.qsize();
    verify!(left == 0, "the queue was joined, and {left} items are inside");
    worker.join()??;
    Ok(left.into())
}

fn start_producer(queue: &Queue<i64>, n: i64) -> JoinHandle<Result<(), Exception>> {
    let queue = queue.clone();
    spawn_named("producer", move || (0..n).try_for_each(|item| queue.put(item)))
}

/// Starts both sides, joins the queue, and looks at what has been handled.
fn shop(params: &Params, joins_producer: bool) -> Result<Value, Exception> {
    let n = params.int("items");
    let (queue, handled) = (Queue::named("queue", 0), Atomic::named("handled", 0));
    let producer = start_producer(&queue, n);
    let (theirs, count) = (queue.clone(), handled.clone());
    let worker = spawn_named("worker", move || -> Result<(), Exception> {
        for _ in 0..n {
            theirs.get()?;
            count.fetch_add(1);
            theirs.task_done()?;
        }
        Ok(())
    });
    let mut producer = Some(producer);
    if joins_producer && let Some(producer) = producer.take() {
        producer.join()??;
    }
    queue.join();
    let handled = handled.load();
    verify!(handled == n, "the queue was joined, and {handled} of {n} items are handled");
    if let Some(producer) = producer {
        producer.join()??;
    }
    worker.join()??;
    Ok(handled.into())
}
