//! A daemon consumer is cut short at exit (E57 E108; M27).
//!
//! A producer puts items into an unbounded queue, and a daemon eats them. Main
//! joins the producer and ends, and the end of the process kills the daemon
//! wherever it is.
//!
//! ```text
//!   T0 (main)             T1 (producer)     T2 (daemon)
//!                         put 1, 2, 3
//!                                           get 1, eat 1
//!   join T1, ends                           get 2
//!   exit of the process                     killed with 2 in its hand
//! ```
//!
//! `exit-at-once`: nothing orders the end of main and what the daemon does, so
//! it may have been killed after any of its steps. With n items that is between
//! two items, k eaten and n - k left for k from 0 to n, or with one in its
//! hand, k eaten and n - 1 - k left for k from 0 to n - 1, and that one gone:
//! 2n + 1 outcomes. A kill raises nothing and no task is left to notice, so only
//! the outcomes tell it. The model counts an item as eaten when it is
//! got, so it has n + 1.
//!
//! `join-the-queue`: main joins the queue after the producer. That returns when
//! every item has been reported as done, and the daemon reports after eating.
//! So all are eaten, always. That all have been put by then takes the join of
//! the producer: the queue may be done with too early.
//!
//! The documents have threads. A daemonic process is told to die at the end of its parent,
//! and may be cut after any of its steps as well; what a killed one leaves is the story of
//! `daemon-exit`.
//!
//! E57 is the same lesson for a thread that sets a variable: what it did is
//! certain for main only after a join.

use unknot_checker::sim::{
    Exception, Queue, Shared, Value, outcome_at_exit, spawn_daemon, spawn_named,
};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "daemon-consumer-cut",
    family: "queues",
    about: "a daemon consumer is killed at exit, mid-meal",
    covers: &["E57", "E108", "M27"],
    params: &[Param { name: "items", about: "items that are put", default: 3, min: 1, max: 30 }],
    variants: &[
        Variant::new(
            "exit-at-once",
            "main joins the producer only",
            |params| market(params, false),
            |params| {
                let n = params.int("items");
                let between = (0..=n).map(|eaten| outcome(eaten, n - eaten));
                let in_hand = (0..n).map(|eaten| outcome(eaten, n - 1 - eaten));
                Expectation::pass().outcomes(between.chain(in_hand)).exhausts_if(n <= 10)
            },
        ),
        Variant::new(
            "join-the-queue",
            "main waits until all items are reported as done",
            |params| market(params, true),
            |params| {
                let n = params.int("items");
                Expectation::pass().outcomes([outcome(n, 0)]).exhausts_if(n <= 10)
            },
        ),
    ],
    source: source!("daemon_consumer_cut.rs"),
};

fn outcome(eaten: i64, left: i64) -> Value {
    Value::Record(vec![("eaten", eaten.into()), ("left", left.into())])
}

fn market(params: &Params, joins_queue: bool) -> Result<Value, Exception> {
    let items = params.int("items");
    let queue = Queue::named("counter", 0);
    let eaten = Shared::named("eaten", 0);
    let (table, stomach) = (queue.clone(), eaten.clone());
    spawn_daemon("consumer", move || -> Result<(), Exception> {
        loop {
            let _item: i64 = table.get()?;
            stomach.update_in_one_step(|n| n + 1);
            table.task_done()?;
        }
    });
    let (left, shelf) = (queue.clone(), queue.clone());
    outcome_at_exit(move || {
        outcome(eaten.read(), i64::try_from(left.qsize()).expect("a few items"))
    });
    let producer = spawn_named("producer", move || (1..=items).try_for_each(|i| shelf.put(i)));
    producer.join()??;
    if joins_queue {
        queue.join();
    }
    Ok(Value::Unit)
}
