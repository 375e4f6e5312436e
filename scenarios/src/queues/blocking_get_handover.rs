//! A get that waits for a put (E41 E62).
//!
//! Main gets from an empty queue. A child, process (E41) or thread (E62), puts
//! one item after a while. The queue is what the two share.
//!
//! ```text
//!   main                child
//!   get  BLOCKED        sleep
//!                       put 'hello'
//!   get 'hello'
//! ```
//!
//! `no-producer`: no task puts. Main is the only task, so there is one schedule,
//! and it ends with main waiting.
//!
//! `late-put`: the child makes its sleep and its put whatever main does, and the
//! get is enabled from then on, so main always ends with the item. How long the
//! child sleeps does not matter.
//!
//! `late-put-on-the-clock`: main calls get at 0 s and nothing but the put ends
//! its wait, so it is blocked for exactly as long as the child sleeps.

use std::time::Duration;

use unknot_checker::sim::{Exception, Queue, Value, now, sleep, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "blocking-get-handover",
    family: "queues",
    about: "main gets before the child has put anything",
    covers: &["E41", "E62"],
    params: &[Param {
        name: "delay",
        about: "seconds before the put: 10 for the process, 3 for the thread",
        default: 3,
        min: 0,
        max: 3600,
    }],
    variants: &[
        Variant::new("no-producer", "no task will ever put", no_producer, |_| {
            Expectation::pass().always(Kind::Hang).outcomes::<()>([])
        }),
        Variant::new("late-put", "a child puts after a while", late_put, |_| {
            Expectation::pass().outcomes(["hello"])
        }),
        Variant::new(
            "late-put-on-the-clock",
            "the same, and how long main was blocked",
            late_put_on_the_clock,
            |params| Expectation::pass().outcomes([waited("hello", params.int("delay"))]),
        )
        .in_virtual_time(),
    ],
    source: source!("blocking_get_handover.rs"),
};

fn waited(item: &str, seconds: i64) -> Value {
    Value::Record(vec![("got", item.into()), ("blocked", seconds.into())])
}

fn no_producer(_: &Params) -> Result<Value, Exception> {
    let queue: Queue<&str> = Queue::named("queue", 0);
    Ok(queue.get()?.into())
}

fn late_put(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("queue", 0);
    let theirs = queue.clone();
    let delay = Duration::from_secs(params.int("delay").unsigned_abs());
    let child = spawn_named("child", move || {
        sleep(delay);
        theirs.put("hello")
    });
    let item = queue.get()?;
    child.join()??;
    Ok(item.into())
}

fn late_put_on_the_clock(params: &Params) -> Result<Value, Exception> {
    let item = late_put(params)?;
    let blocked = now()?.as_secs();
    Ok(Value::Record(vec![("got", item), ("blocked", blocked.into())]))
}
