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
//! `errors-ignored`: the second one fails after its sleep, and the wait has a limit, at which
//! the first is still asleep. Both go unseen: the wait itself raises nothing, and says nothing
//! of what it left behind.
//!
//! `looked-at`: what the wait returns tells the failure from the result and what is left.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use unknot_checker::sim::future::{self, Loop};
use unknot_checker::sim::{Exception, Value, choose, now, verify};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "async-wait-set-order",
    family: "coroutines",
    about: "coroutines are waited for as a set or as a list",
    covers: &["E71", "E138"],
    params: &[],
    variants: &[
        Variant::new("set", "started in any order", set, |_| {
            Expectation::pass().outcomes([
                outcome("hello1 hello2 world again", 3),
                outcome("hello2 hello1 world again", 3),
            ])
        })
        .in_virtual_time(),
        Variant::new("list", "started in the order of a list", list, |_| {
            Expectation::pass().outcomes([outcome("hello1 hello2 world again", 3)])
        })
        .in_virtual_time(),
        Variant::new("errors-ignored", "done and pending are not looked at", ignored, |_| {
            Expectation::pass().always(Kind::InvariantViolation)
        })
        .in_virtual_time(),
        Variant::new("looked-at", "each of done and pending is looked at", looked_at, |_| {
            Expectation::pass().outcomes([outcome("1 failed, 1 left", 2)])
        })
        .in_virtual_time(),
    ],
    source: source!("async_wait_set_order.rs"),
};

fn outcome(said: &str, seconds: u64) -> Value {
    let seconds = i64::try_from(seconds).expect("short programs");
    Value::Record(vec![("said", said.into()), ("s", seconds.into())])
}

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
    Ok(outcome(&words, now()?.as_secs()))
}

fn set(_: &Params) -> Result<Value, Exception> {
    both(if choose(2) == 0 { [true, false] } else { [false, true] })
}

fn list(_: &Params) -> Result<Value, Exception> {
    both([true, false])
}

/// The second one fails after 2 s; the wait has a limit of 2 s as well. Tells how many have
/// failed and how many are left.
fn with_a_failure() -> Result<(usize, usize), Exception> {
    Loop::new().run(async {
        let tasks = [3, 1].map(|seconds| {
            future::spawn(async move {
                future::sleep(Duration::from_secs(seconds)).await;
                if seconds == 1 { Err(Exception::new("ValueError", "no world")) } else { Ok(()) }
            })
        });
        let (done, pending) = future::wait(tasks, Some(Duration::from_secs(2))).await;
        let failed = done.iter().filter(|one| !matches!(one, Ok(Ok(())))).count();
        (failed, pending.len())
    })
}

fn ignored(_: &Params) -> Result<Value, Exception> {
    let unseen = with_a_failure()?;
    verify!(unseen == (0, 0), "{} failed and {} left, unseen", unseen.0, unseen.1);
    Ok(Value::Unit)
}

fn looked_at(_: &Params) -> Result<Value, Exception> {
    let (failed, left) = with_a_failure()?;
    Ok(outcome(&format!("{failed} failed, {left} left"), now()?.as_secs()))
}
