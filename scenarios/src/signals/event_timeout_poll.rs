//! Workers that remind while they wait (E81; K30).
//!
//! As in `event-latch`, but a worker waits 2 s at a time and says each time
//! that it still waits. The server is up after 3 s.
//!
//! ```text
//!   0 s   T1 reminds, waits        T0 (main) looks for the server
//!   2 s   T1 reminds, waits
//!   3 s                            T0 sets
//!   3 s   T1 passes
//! ```
//!
//! `plain-wait-setter-dies`: the task that would set the event dies before.
//! No other task sets it, so the workers wait for ever in every execution, and
//! its exception is unhandled.
//!
//! `gives-up`: the same, but a worker gives up after three waits of one period.
//! A wait with a timeout returns after it though nothing was set (K30), and
//! tells that it was not. So all end: the workers after three periods, the setter
//! with its exception when it should have set the event. Durations count.
//!
//! `timed-wait`: durations count. A worker looks at 0, p, 2p … seconds and
//! reminds if the event is not set, so it reminds once for each of these times
//! before the set at s: ceil(s / p) times, 2 for 3 s and 2 s. If s is one of
//! these times, the two come at the same moment in either order, and each
//! worker may or may not remind once more.
//!
//! `timed-wait-untimed`: durations do not count, so a wait may end at any time
//! and the number of reminders is free. The outcome is how many of the workers
//! reminded at all: each of 0 to all, since the event may be set before or after
//! a worker first looks. A worker could remind for ever, so this is bounded.

use std::fmt::Debug;
use std::time::Duration;

use unknot_checker::sim::{Event, Exception, Value, now, sleep, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// How many waits a worker makes before it gives up.
const TRIES: u64 = 3;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "event-timeout-poll",
    family: "signals",
    about: "workers remind while they wait for a server",
    covers: &["E81", "K30"],
    params: &[
        Param { name: "workers", about: "workers that wait", default: 2, min: 1, max: 5 },
        Param { name: "period", about: "seconds of one wait", default: 2, min: 1, max: 10 },
        Param {
            name: "set",
            about: "when the event is set, in seconds",
            default: 3,
            min: 1,
            max: 30,
        },
    ],
    variants: &[
        Variant::new("plain-wait-setter-dies", "no task sets the event", plain_wait, |_| {
            let stuck = Expectation::pass().always(Kind::Hang).always(Kind::Exception);
            stuck.outcomes::<i64>([])
        }),
        Variant::new("gives-up", "the setter dies, the workers give up", gives_up, |params| {
            let given_up = TRIES * seconds(params, "period").as_secs();
            let seconds = given_up.max(seconds(params, "set").as_secs());
            let gone = Expectation::pass().always(Kind::Exception);
            gone.outcomes([seconds]).exhausts_if(params.int("workers") <= 3)
        })
        .in_virtual_time(),
        Variant::new("timed-wait", "reminds once a period, and counts", timed_wait, |params| {
            let reminders = reminded(params).into_iter().map(Value::from);
            Expectation::pass().outcomes(reminders).exhausts_if(params.int("workers") <= 3)
        })
        .in_virtual_time(),
        Variant::new("timed-wait-untimed", "a wait may end at any time", untimed, |params| {
            let workers = params.int("workers");
            Expectation::pass().outcomes(0..=workers).bounded().exhausts_if(workers <= 2)
        }),
    ],
    source: source!("event_timeout_poll.rs"),
};

fn seconds(params: &Params, name: &str) -> Duration {
    Duration::from_secs(u64::try_from(params.int(name)).expect("in range"))
}

/// The numbers of reminders of all workers that are possible.
fn reminded(params: &Params) -> Vec<Vec<i64>> {
    let (period, set) = (params.int("period"), params.int("set"));
    let least = (set + period - 1) / period;
    let most = if set % period == 0 { least + 1 } else { least };
    let mut all = vec![vec![]];
    for _ in 0..params.int("workers") {
        let one_more =
            |counts: &Vec<i64>| (least..=most).map(|n| [&counts[..], &[n]].concat()).collect();
        all = all.iter().flat_map(|counts| -> Vec<Vec<i64>> { one_more(counts) }).collect();
    }
    all
}

/// Starts the setter, or one that dies instead, and the workers. Returns what
/// each worker returned.
fn start<T: Debug + 'static>(
    params: &Params,
    dies: bool,
    body: impl Fn(&Event) -> Result<T, Exception> + Clone + 'static,
) -> Result<Vec<T>, Exception> {
    let ready = Event::named("redis ready");
    let bell = ready.clone();
    let after = seconds(params, "set");
    let setter = spawn_named("setter", move || {
        sleep(after);
        if dies {
            return Err(Exception::new("ConnectionError", "no such server"));
        }
        bell.set();
        Ok(())
    });
    let worker = |i| {
        let (ready, body) = (ready.clone(), body.clone());
        spawn_named(("worker", i), move || body(&ready))
    };
    let workers: Vec<_> = (1..=params.size("workers")).map(worker).collect();
    // As in Python, joining tells nothing about how the setter ended.
    let _ended = setter.join()?;
    workers.into_iter().map(|worker| worker.join()?).collect()
}

/// Reminds and waits until the event is set. Returns the number of reminders.
fn remind(ready: &Event, period: Duration) -> i64 {
    let mut reminders = 0;
    while !ready.is_set() {
        reminders += 1;
        ready.wait_timeout(period);
    }
    reminders
}

fn plain_wait(params: &Params) -> Result<Value, Exception> {
    start(params, true, |ready| {
        ready.wait();
        Ok(())
    })?;
    Ok(Value::Unit)
}

fn gives_up(params: &Params) -> Result<Value, Exception> {
    let period = seconds(params, "period");
    start(params, true, move |ready| {
        // One wait after the other, until one of them says that it is set.
        Ok((0..TRIES).any(|_| ready.wait_timeout(period)))
    })?;
    Ok(now()?.as_secs().into())
}

fn timed_wait(params: &Params) -> Result<Value, Exception> {
    let period = seconds(params, "period");
    Ok(start(params, false, move |ready| Ok(remind(ready, period)))?.into())
}

fn untimed(params: &Params) -> Result<Value, Exception> {
    let period = seconds(params, "period");
    let reminders = start(params, false, move |ready| Ok(remind(ready, period)))?;
    Ok(reminders.into_iter().filter(|&n| n > 0).count().into())
}
