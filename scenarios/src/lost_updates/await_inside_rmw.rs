//! Futures that await between a read and a write (K71).
//!
//! Each of n futures reads a number, awaits a sleep, and writes one more.
//!
//! ```text
//!   T1             T2             T3
//!   read 0
//!   await
//!                  read 0
//!                  await
//!                                 read 0
//!                                 await
//!   write 1
//!                  write 1                       the update of T1 is lost
//!                                 write 1        the update of T2 is lost
//! ```
//!
//! `await-inside`: in a loop, where control moves at awaits alone. All futures have their first
//! turns before any sleep is over, so all read 0 and n - 1 updates are lost, in the one class
//! that there is: 10 futures end at 1.
//!
//! `no-await`: the read and the write are in one turn, and nothing is lost. So a future of a
//! loop needs a lock as soon as an await lies in between, and not before.
//!
//! `async-lock`: the await inside a lock of futures, which is handed on in order: the sleeps
//! are one after another, and nothing is lost.
//!
//! `on-threads`: the same futures under a runtime with several threads, and sleeps of any
//! length. Between each read and the write of its future others may come anywhere, as among
//! threads: (n!)² classes, which leave 1 to n. `on-threads-locked`: n! orders of owners.

use std::time::Duration;

use unknot_checker::sim::future::sync::Lock;
use unknot_checker::sim::future::{self, Loop};
use unknot_checker::sim::{Exception, Shared, Value};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::clock::seconds;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "await-inside-rmw",
    family: "lost-updates",
    about: "futures await between a read and a write",
    covers: &["K71"],
    params: &[Param { name: "tasks", about: "futures", default: 3, min: 2, max: 50 }],
    variants: &[
        Variant::new(
            "await-inside",
            "an await between read and write",
            |params| in_loop(params, Form::Bare),
            |_| Expectation::pass().always(Kind::LostUpdate).outcomes([outcome(1, 1)]),
        )
        .in_virtual_time(),
        Variant::new(
            "no-await",
            "read and write in one turn",
            |params| in_loop(params, Form::NoAwait),
            |params| Expectation::pass().outcomes([outcome(params.int("tasks"), 0)]),
        )
        .in_virtual_time(),
        Variant::new(
            "async-lock",
            "the await inside a lock",
            |params| in_loop(params, Form::Locked),
            |params| {
                let tasks = params.int("tasks");
                Expectation::pass().outcomes([outcome(tasks, tasks)])
            },
        )
        .in_virtual_time(),
        Variant::new(
            "on-threads",
            "a runtime with several threads",
            |params| on_threads(params, Form::Bare),
            |params| {
                let left = (1..=params.int("tasks")).map(Value::from);
                let expected = Expectation::pass().sometimes(Kind::LostUpdate).outcomes(left);
                expected.exhausts_if(params.int("tasks") <= 4)
            },
        ),
        Variant::new(
            "on-threads-locked",
            "the same inside a lock",
            |params| on_threads(params, Form::Locked),
            |params| {
                let tasks = params.int("tasks");
                Expectation::pass().outcomes([tasks]).exhausts_if(tasks <= 6)
            },
        ),
    ],
    source: source!("await_inside_rmw.rs"),
};

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Bare,
    NoAwait,
    Locked,
}

fn outcome(left: i64, seconds: i64) -> Value {
    Value::Record(vec![("number", left.into()), ("s", seconds.into())])
}

fn in_loop(params: &Params, form: Form) -> Result<Value, Exception> {
    let left = Loop::new().run(count_up(params.int("tasks"), form))??;
    Ok(outcome(left, seconds()?))
}

fn on_threads(params: &Params, form: Form) -> Result<Value, Exception> {
    future::block_on(count_up(params.int("tasks"), form)).map(Value::from)
}

async fn count_up(tasks: i64, form: Form) -> Result<i64, Exception> {
    let (number, lock) = (Shared::named("number", 0), Lock::named("lock"));
    let start = |_| {
        let (number, lock) = (number.clone(), lock.clone());
        future::spawn(async move {
            let _guard = if form == Form::Locked { Some(lock.lock().await) } else { None };
            let seen = number.read();
            if form != Form::NoAwait {
                future::sleep(Duration::from_secs(1)).await;
            }
            number.write(seen + 1);
        })
    };
    let started: Vec<_> = (0..tasks).map(start).collect();
    for task in started {
        task.await?;
    }
    Ok(number.read())
}
