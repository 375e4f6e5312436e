//! Threads test for room, then put without waiting (E40 E83; M27).
//!
//! A bounded queue raises Full at a put that may not wait. To be safe, a thread
//! tests first whether the queue is full.
//!
//! ```text
//!   T1                T2
//!   is it full? no
//!                     is it full? no
//!   put 1
//!                     put 2           Full
//! ```
//!
//! `test-then-put`, n threads and room for c: no task gets, so c items are put
//! and the other n - c threads fail. Each of them sees that the queue is full
//! and leaves, or does not see it yet and dies of Full, an `exception`. All of
//! the n - c can die, if all test first, and none, if they come one after
//! another: 0 to n - c do. With two threads and room for one, 4 of 6 schedules
//! raise. There is room for all if n <= c.
//!
//! `blocking-put`: one step that waits for room, which main makes by getting n
//! items: nothing is lost, and the items come in any of the n! orders.
//!
//! `catch-full`: one step that puts or raises, and the exception is caught: c
//! are put and the others refused, always.

use unknot_checker::sim::{Exception, JoinHandle, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "full-then-put-nowait",
    family: "check-then-act",
    about: "threads test that a queue has room, then put",
    covers: &["E40", "E83", "M27"],
    params: &[
        Param { name: "threads", about: "threads that put one item", default: 2, min: 2, max: 4 },
        Param { name: "capacity", about: "room in the queue", default: 1, min: 1, max: 3 },
    ],
    variants: &[
        Variant::new("test-then-put", "if not full, then put", test_then_put, |params| {
            let (put, refused) = places(params);
            let expected = Expectation::pass()
                .outcomes((0..=refused).map(|raised| puts(put, refused - raised, raised)));
            if refused > 0 { expected.sometimes(Kind::Exception) } else { expected }
        }),
        Variant::new("blocking-put", "waits for room", blocking_put, |params| {
            Expectation::pass()
                .outcomes(permutations(&(1..=params.int("threads")).collect::<Vec<_>>()))
        }),
        Variant::new("catch-full", "puts, and catches Full", catch_full, |params| {
            let (put, refused) = places(params);
            Expectation::pass().outcomes([puts(put, refused, 0)])
        }),
    ],
    source: source!("full_then_put_nowait.rs"),
};

/// How many threads find a place, and how many do not.
fn places(params: &Params) -> (i64, i64) {
    let threads = params.int("threads");
    let put = threads.min(params.int("capacity"));
    (put, threads - put)
}

fn puts(put: i64, refused: i64, raised: i64) -> Value {
    Value::Record(vec![("put", put.into()), ("refused", refused.into()), ("raised", raised.into())])
}

fn test_then_put(params: &Params) -> Result<Value, Exception> {
    let queue = queue(params);
    count(start(params, &queue, |queue, item| {
        if queue.full() {
            return Ok(false);
        }
        queue.put_nowait(item)?;
        Ok(true)
    }))
}

fn blocking_put(params: &Params) -> Result<Value, Exception> {
    let queue = queue(params);
    let threads = start(params, &queue, |queue, item| {
        queue.put(item)?;
        Ok(true)
    });
    let got: Result<Vec<i64>, Exception> =
        (0..params.int("threads")).map(|_| queue.get()).collect();
    count(threads)?;
    Ok(got?.into())
}

fn catch_full(params: &Params) -> Result<Value, Exception> {
    let queue = queue(params);
    count(start(params, &queue, |queue, item| Ok(queue.put_nowait(item).is_ok())))
}

fn queue(params: &Params) -> Queue<i64> {
    Queue::named("queue", params.int("capacity"))
}

/// A thread says whether it put its item.
type Putter = JoinHandle<Result<bool, Exception>>;

fn start(
    params: &Params,
    queue: &Queue<i64>,
    body: fn(&Queue<i64>, i64) -> Result<bool, Exception>,
) -> Vec<Putter> {
    let start = |i: i64| -> Putter {
        let queue = queue.clone();
        spawn_named(("putter", i), move || body(&queue, i))
    };
    (1..=params.int("threads")).map(start).collect()
}

fn count(putters: Vec<Putter>) -> Result<Value, Exception> {
    let (mut put, mut refused, mut raised) = (0, 0, 0);
    for putter in putters {
        match putter.join()? {
            Ok(true) => put += 1,
            Ok(false) => refused += 1,
            Err(_) => raised += 1,
        }
    }
    Ok(puts(put, refused, raised))
}
