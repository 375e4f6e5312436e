//! Coroutines that are waited for as a set (E71 E138).
//!
//! Two coroutines of a loop each say hello, sleep 3 s and 2 s, and say their word. They are
//! waited for together.
//!
//! ```text
//!   first          second
//!   hello
//!   sleep 3
//!                  hello
//!                  sleep 2
//!                  world          2 s
//!   again                         3 s
//! ```
//!
//! `set`: a set has no order, so either is started first. What they say at first comes in
//! either order; what they say at last is decided by the clock. Two schedules.
//!
//! `list`: a list has one, and so has what they say. One class.
//!
//! In the other two forms the second coroutine fails after 1.5 s, the first one sleeps for 3.5 s,
//! and the wait has a limit of some seconds.
//!
//! `errors-ignored`: what the wait returns is dropped. The wait raises nothing, so the failure
//! goes unseen, and so does what the limit has left behind. A condition says that both have come
//! to their ends, and fails, always: the second one has not, nor has the first one within 3 s.
//!
//! `looked-at`: what the wait returns tells the failure from the result and what is left. Within
//! 1 s both are left, within 2 or 3 s one has failed and one is left, and a longer limit is
//! never reached: after 3.5 s none is left.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use unknot_checker::sim::future::{self, Handle, Loop};
use unknot_checker::sim::{Exception, Value, choose, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::clock::{milliseconds, said_after, seconds};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "async-wait-set-order",
    family: "coroutines",
    about: "coroutines are waited for as a set or as a list",
    covers: &["E71", "E138"],
    params: &[Param {
        name: "timeout",
        about: "seconds of the limit",
        default: 2,
        min: 1,
        max: 10,
    }],
    variants: &[
        Variant::new("set", "started in any order", set, |_| {
            Expectation::pass().outcomes([
                said_after("hello1 hello2 world again", 3),
                said_after("hello2 hello1 world again", 3),
            ])
        })
        .in_virtual_time(),
        Variant::new("list", "started in the order of a list", list, |_| {
            Expectation::pass().outcomes([said_after("hello1 hello2 world again", 3)])
        })
        .in_virtual_time(),
        Variant::new("errors-ignored", "done and pending are dropped", ignored, |params| {
            let ended = i64::from(params.int("timeout") > 3);
            Expectation::pass().always(Kind::InvariantViolation).outcomes([ended])
        })
        .in_virtual_time(),
        Variant::new("looked-at", "each of done and pending is looked at", looked_at, |params| {
            let timeout = params.int("timeout");
            let (failed, left) = match timeout {
                1 => (0, 2),
                2 | 3 => (1, 1),
                _ => (1, 0),
            };
            Expectation::pass().outcomes([told(failed, left, (timeout * 1_000).min(3_500))])
        })
        .in_virtual_time(),
    ],
    source: source!("async_wait_set_order.rs"),
};

type Said = Rc<RefCell<Vec<&'static str>>>;

async fn one(said: Said, first: bool) {
    let (hello, seconds, word) =
        if first { ("hello1", 3, "again") } else { ("hello2", 2, "world") };
    said.borrow_mut().push(hello);
    future::sleep(Duration::from_secs(seconds)).await;
    said.borrow_mut().push(word);
}

fn both(order: [bool; 2]) -> Result<Value, Exception> {
    let said = Said::default();
    let tasks = order.map(|first| one(Rc::clone(&said), first));
    Loop::new().run(async move {
        let (done, pending) = future::wait(tasks.map(future::spawn), None).await;
        assert_eq!((done.len(), pending.len()), (2, 0), "a wait without a limit is for all");
    })?;
    let words = said.borrow().join(" ");
    Ok(said_after(&words, seconds()?))
}

fn set(_: &Params) -> Result<Value, Exception> {
    both(if choose(2) == 0 { [true, false] } else { [false, true] })
}

fn list(_: &Params) -> Result<Value, Exception> {
    both([true, false])
}

/// Both coroutines: the second one fails. Each that does not says so in `ended`.
fn with_a_failure(ended: &Rc<Cell<i64>>) -> [Handle<Result<(), Exception>>; 2] {
    [(3_500, Ok(())), (1_500, Err(Exception::new("ValueError", "no world")))].map(|(ms, result)| {
        let ended = Rc::clone(ended);
        future::spawn(async move {
            future::sleep(Duration::from_millis(ms)).await;
            result?;
            ended.set(ended.get() + 1);
            Ok(())
        })
    })
}

fn limit(params: &Params) -> Option<Duration> {
    Some(Duration::from_secs(params.int("timeout").unsigned_abs()))
}

fn ignored(params: &Params) -> Result<Value, Exception> {
    let (limit, ended) = (limit(params), Rc::new(Cell::new(0)));
    Loop::new().run(async {
        let _done_and_pending = future::wait(with_a_failure(&ended), limit).await;
    })?;
    verify!(ended.get() == 2, "{} of 2 have come to their ends", ended.get());
    Ok(ended.get().into())
}

fn told(failed: i64, left: i64, ms: i64) -> Value {
    Value::Record(vec![("failed", failed.into()), ("left", left.into()), ("ms", ms.into())])
}

fn looked_at(params: &Params) -> Result<Value, Exception> {
    let limit = limit(params);
    let (failed, left) = Loop::new().run(async {
        let (done, pending) = future::wait(with_a_failure(&Rc::default()), limit).await;
        let failed = done.iter().filter(|one| !matches!(one, Ok(Ok(()))));
        (failed.count(), pending.len())
    })?;
    Ok(told(failed as i64, left as i64, milliseconds()?))
}
