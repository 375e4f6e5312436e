//! Which task waits at a queue that is full or empty, and how long (E19 E40 E83; K35
//! K36 K37).
//!
//! A queue has room for a number of items; below 1 means any number. A put can
//! wait for room, not wait, or wait for a time, and a get the same for an item.
//!
//! ```text
//!   main              queue of 3
//!   put 0             0
//!   put 1             0 1
//!   put 2             0 1 2
//!   put 3  BLOCKED    no other task can get
//! ```
//!
//! `put-past-room`: the only user puts one more than fits. Puts into a queue
//! with room never wait, the empty one included: the claim that a put waits on
//! an *empty* queue (K35) is wrong, it waits on a full one. With one task there
//! is one schedule, and it ends stuck. Capacity 0 is never full (K36): then the
//! put goes through, and one item is inside.
//!
//! `get-from-empty`: the same at the other end, whatever the capacity.
//!
//! `refusals`: on an empty queue, a get that may not wait and one that waits for
//! a time raise `Empty`; on a full one, such puts raise `Full` and leave it as
//! it is (K37). No other task is there, so the time is always up. At capacity 0
//! both puts go through.
//!
//! `refusals-on-the-clock`: the same with the time that it takes: none without
//! waiting, otherwise the whole timeout.
//!
//! `timed-put-beside-a-get` and `timed-get-beside-a-put`: durations do not
//! count, so the time may be up before or after the other task comes, and each
//! answer is possible: `Full` and one item less, or in; `Empty` and the item
//! left inside, or got. At capacity 0 the put always goes in.
//!
//! The rules are those of the queues of threads and of processes alike; a put
//! is seen at once.

use std::time::Duration;

use unknot_checker::sim::{Exception, Queue, Value, now, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "queue-block-timeout-table",
    family: "queues",
    about: "puts into a full queue and gets from an empty one",
    covers: &["E19", "E40", "E83", "K35", "K36", "K37"],
    params: &[
        Param { name: "capacity", about: "room, 0 for any number", default: 3, min: 0, max: 100 },
        Param { name: "timeout", about: "seconds of a timed wait", default: 2, min: 1, max: 3600 },
    ],
    variants: &[
        Variant::new(
            "put-past-room",
            "the only user puts one more than fits",
            put_past_room,
            |params| match params.int("capacity") {
                0 => Expectation::pass().outcomes([1]),
                _ => Expectation::pass().always(Kind::Hang).outcomes::<()>([]),
            },
        ),
        Variant::new("get-from-empty", "the only user gets what it never put", get_empty, |_| {
            Expectation::pass().always(Kind::Hang).outcomes::<()>([])
        }),
        Variant::new("refusals", "puts and gets that do not wait for ever", refusals, |params| {
            let put = if params.int("capacity") == 0 { "ok" } else { "Full" };
            Expectation::pass().outcomes([answers(["Empty", "Empty", put, put].map(Value::from))])
        }),
        Variant::new(
            "refusals-on-the-clock",
            "the same, and when each of them is back",
            refusals_on_the_clock,
            |params| {
                let timeout = params.int("timeout");
                let waited = if params.int("capacity") == 0 { 0 } else { timeout };
                let back = [0, timeout, timeout, timeout + waited];
                Expectation::pass().outcomes([answers(back.map(Value::from))])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "timed-put-beside-a-get",
            "a timed put into a full queue, beside a get",
            timed_put_beside_a_get,
            |params| {
                let filled = filling(params);
                let refused = (params.int("capacity") > 0).then(|| answer("Full", filled - 1));
                let answers = [answer("ok", filled)].into_iter().chain(refused);
                Expectation::pass().outcomes(answers)
            },
        ),
        Variant::new(
            "timed-get-beside-a-put",
            "a timed get from an empty queue, beside a put",
            timed_get_beside_a_put,
            |_| Expectation::pass().outcomes([answer("ok", 0), answer("Empty", 1)]),
        ),
    ],
    source: source!("queue_block_timeout_table.rs"),
};

fn new_queue(params: &Params) -> Queue<i64> {
    Queue::named("queue", params.int("capacity"))
}

/// How many items fill a bounded queue; one if it has no bound.
fn filling(params: &Params) -> i64 {
    params.int("capacity").max(1)
}

fn timeout(params: &Params) -> Duration {
    Duration::from_secs(params.int("timeout").unsigned_abs())
}

fn kind_of<T>(result: Result<T, Exception>) -> &'static str {
    result.map_or_else(|raised| raised.kind, |_| "ok")
}

fn answers([get_nowait, get_timed, put_nowait, put_timed]: [Value; 4]) -> Value {
    Value::Record(vec![
        ("get_nowait", get_nowait),
        ("get_timed", get_timed),
        ("put_nowait", put_nowait),
        ("put_timed", put_timed),
    ])
}

fn answer(kind: &str, size: i64) -> Value {
    Value::Record(vec![("answer", kind.into()), ("size", size.into())])
}

fn put_past_room(params: &Params) -> Result<Value, Exception> {
    let queue = new_queue(params);
    for item in 0..=params.int("capacity") {
        queue.put(item)?;
        verify!(!queue.empty());
    }
    Ok(queue.qsize().into())
}

fn get_empty(params: &Params) -> Result<Value, Exception> {
    Ok(new_queue(params).get()?.into())
}

fn refusals(params: &Params) -> Result<Value, Exception> {
    let queue = new_queue(params);
    let get_nowait = kind_of(queue.get_nowait());
    let get_timed = kind_of(queue.get_timeout(timeout(params)));
    (0..filling(params)).try_for_each(|item| queue.put(item))?;
    let put_nowait = kind_of(queue.put_nowait(-1));
    let put_timed = kind_of(queue.put_timeout(-2, timeout(params)));
    let inside = if params.int("capacity") == 0 { 3 } else { params.size("capacity") };
    verify!(queue.qsize() == inside, "what was refused is not inside");
    Ok(answers([get_nowait, get_timed, put_nowait, put_timed].map(Value::from)))
}

fn refusals_on_the_clock(params: &Params) -> Result<Value, Exception> {
    let queue = new_queue(params);
    let seconds = || now().map(|time| Value::from(time.as_secs()));
    let _empty = queue.get_nowait();
    let get_nowait = seconds()?;
    let _empty = queue.get_timeout(timeout(params));
    let get_timed = seconds()?;
    (0..filling(params)).try_for_each(|item| queue.put(item))?;
    let _full = queue.put_nowait(-1);
    let put_nowait = seconds()?;
    let _full = queue.put_timeout(-2, timeout(params));
    Ok(answers([get_nowait, get_timed, put_nowait, seconds()?]))
}

fn timed_put_beside_a_get(params: &Params) -> Result<Value, Exception> {
    let queue = new_queue(params);
    (0..filling(params)).try_for_each(|item| queue.put(item))?;
    let theirs = queue.clone();
    let getter = spawn_named("getter", move || theirs.get());
    let put = kind_of(queue.put_timeout(-1, timeout(params)));
    getter.join()??;
    Ok(Value::Record(vec![("answer", put.into()), ("size", queue.qsize().into())]))
}

fn timed_get_beside_a_put(params: &Params) -> Result<Value, Exception> {
    let queue = new_queue(params);
    let theirs = queue.clone();
    let putter = spawn_named("putter", move || theirs.put(0));
    let got = kind_of(queue.get_timeout(timeout(params)));
    putter.join()??;
    Ok(Value::Record(vec![("answer", got.into()), ("size", queue.qsize().into())]))
}
