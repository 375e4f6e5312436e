//! Several processes put, one gets (E91 E122).
//!
//! Process i puts i * i + 1 into a queue, for i from 0, and main gets as many
//! items as there are processes. A process queue is shared by all of them.
//!
//! ```text
//!   T0 (main)     T1 (process 0)     T2 (process 1)
//!                                    put 2
//!                 put 1
//!   get 2
//!   get 1
//! ```
//!
//! `all-put`: each process puts once, so main gets each item once and never
//! waits in vain. The items come in the order of the puts, which nothing
//! orders: n! orders, each with an outcome and a class of its own. The moment at which
//! main gets its items makes no difference. Nor does it matter that the puts of
//! processes are seen later than they are made: the order in which they are
//! seen is what counts. Here a put is seen at once.

use unknot_checker::sim::{Exception, Queue, Value, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "queue-fan-in",
    family: "queues",
    about: "several processes put, and main gets in any order",
    covers: &["E91", "E122"],
    params: &[Param { name: "n", about: "processes that put", default: 3, min: 1, max: 7 }],
    variants: &[Variant::new(
        "all-put",
        "main gets one item from each process",
        all_put,
        |params| {
            let items: Vec<i64> = (0..params.int("n")).map(item).collect();
            Expectation::pass().outcomes(permutations(&items))
        },
    )],
    source: source!("queue_fan_in.rs"),
};

fn item(i: i64) -> i64 {
    i * i + 1
}

fn all_put(params: &Params) -> Result<Value, Exception> {
    let queue = Queue::named("queue", 0);
    let mut processes = vec![];
    for i in 0..params.int("n") {
        let queue = queue.clone();
        processes.push(spawn_named(("process", i), move || queue.put(item(i))));
    }
    let mut got = vec![];
    for _ in &processes {
        got.push(queue.get()?);
    }
    for process in processes {
        process.join()??;
    }
    Ok(got.into())
}
