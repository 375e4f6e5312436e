//! Putters and getters at a queue with room for one (E42; K34, M28).
//!
//! Two tasks put one item each, two tasks get one each. The queue holds one. The
//! tasks stand for processes, which share the queue; a put is seen at once.
//!
//! ```text
//!   putter 1     putter 2        getter 1     getter 2
//!   put 1
//!                put 2 BLOCKED
//!                                get 1
//!                put 2
//!                                             get 2
//! ```
//!
//! `hand-over`: the item that is put first is got first, but which putter and
//! which getter come first is open: the first one is not the one that was
//! started first. So any getter may have any item, n! outcomes for n pairs: 2
//! for two. There are as many puts as gets and each is made as soon as there is
//! room or an item, so no task is left waiting. What holds after every step:
//! there are never more items inside than fit, so a put beyond that came after
//! a get (K34).
//!
//! `late-getters`: the same on the clock, with getters that come later. The
//! first puts, as many as fit, are made at 0 s, and each other put is blocked
//! until the getters come, whichever task makes it.

use std::time::Duration;

use unknot_checker::sim::{Exception, JoinHandle, Queue, Value, always, now, sleep, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bounded-queue-handoff",
    family: "queues",
    about: "putters and getters, one item each, and room for one",
    covers: &["E42", "K34", "M28"],
    params: &[
        Param { name: "pairs", about: "putters, and as many getters", default: 2, min: 1, max: 6 },
        Param { name: "capacity", about: "room in the queue", default: 1, min: 1, max: 100 },
        Param { name: "delay", about: "seconds until getters come", default: 3, min: 0, max: 3600 },
    ],
    variants: &[
        Variant::new("hand-over", "which getter gets which item", hand_over, |params| {
            let items: Vec<i64> = (1..=params.int("pairs")).collect();
            Expectation::pass().outcomes(permutations(&items)).exhausts_if(params.int("pairs") <= 4)
        }),
        Variant::new("late-getters", "when each put is made", late_getters, |params| {
            let made_at_once = params.int("pairs").min(params.int("capacity"));
            let n_blocked = params.int("pairs") - made_at_once;
            let times = (0..made_at_once).map(|_| 0);
            let times = times.chain((0..n_blocked).map(|_| params.int("delay")));
            Expectation::pass()
                .outcomes([times.collect::<Vec<i64>>()])
                .exhausts_if(params.int("pairs") <= 4)
        })
        .in_virtual_time(),
    ],
    source: source!("bounded_queue_handoff.rs"),
};

/// Starts a getter for each putter; each returns the item that it got.
fn start_getters(
    params: &Params,
    queue: &Queue<i64>,
    delay: Duration,
) -> Vec<JoinHandle<Result<i64, Exception>>> {
    let start = |i| {
        let queue = queue.clone();
        spawn_named(("getter", i), move || {
            if !delay.is_zero() {
                sleep(delay);
            }
            queue.get()
        })
    };
    (1..=params.int("pairs")).map(start).collect()
}

fn hand_over(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("queue", params.int("capacity"));
    let (seen, capacity) = (queue.clone(), params.size("capacity"));
    always("no more items than fit", move || seen.qsize() <= capacity);
    let mut putters = vec![];
    for item in 1..=params.int("pairs") {
        let queue = queue.clone();
        putters.push(spawn_named(("putter", item), move || queue.put(item)));
    }
    let getters = start_getters(params, &queue, Duration::ZERO);
    for putter in putters {
        putter.join()??;
    }
    let mut got = vec![];
    for getter in getters {
        got.push(getter.join()??);
    }
    Ok(got.into())
}

fn late_getters(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("queue", params.int("capacity"));
    let mut putters = vec![];
    for item in 1..=params.int("pairs") {
        let queue = queue.clone();
        putters.push(spawn_named(("putter", item), move || -> Result<u64, Exception> {
            queue.put(item)?;
            Ok(now()?.as_secs())
        }));
    }
    let delay = Duration::from_secs(params.int("delay").unsigned_abs());
    let getters = start_getters(params, &queue, delay);
    let mut times = vec![];
    for putter in putters {
        times.push(putter.join()??);
    }
    for getter in getters {
        getter.join()??;
    }
    times.sort_unstable();
    Ok(times.into())
}
