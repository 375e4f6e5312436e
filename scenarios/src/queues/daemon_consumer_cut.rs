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
//! `daemonic-process` and `daemonic-process-joined`: the same with processes and a queue with
//! feeders. Main joins the producer, which has ended only when its feeder has written
//! everything. Then the end of main tells the consumer to die, and the death comes at any
//! time after that. Until then the consumer does what the daemon does, so the outcomes are
//! the same. A real one that is killed inside a get leaves the queue unusable, which
//! no task is left to notice.
//!
//! E57 is the same lesson for a thread that sets a variable: what it did is
//! certain for main only after a join.

use unknot_checker::sim::process::{self, JoinableQueue};
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
            cut_anywhere,
        ),
        Variant::new(
            "daemonic-process",
            "the same with processes and a queue with feeders",
            |params| processes(params, Wait::ForProducer),
            cut_anywhere,
        ),
        Variant::new(
            "join-the-queue",
            "main waits until all items are reported as done",
            |params| market(params, true),
            all_eaten,
        ),
        Variant::new(
            "daemonic-process-joined",
            "the same with processes and a queue with feeders",
            |params| processes(params, Wait::ForReports),
            all_eaten,
        ),
    ],
    source: source!("daemon_consumer_cut.rs"),
};

fn outcome(eaten: i64, left: i64) -> Value {
    Value::Record(vec![("eaten", eaten.into()), ("left", left.into())])
}

fn cut_anywhere(params: &Params) -> Expectation {
    let n = params.int("items");
    let between = (0..=n).map(|eaten| outcome(eaten, n - eaten));
    let in_hand = (0..n).map(|eaten| outcome(eaten, n - 1 - eaten));
    Expectation::pass().outcomes(between.chain(in_hand)).exhausts_if(n <= 10)
}

fn all_eaten(params: &Params) -> Expectation {
    let n = params.int("items");
    Expectation::pass().outcomes([outcome(n, 0)]).exhausts_if(n <= 10)
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

/// What main waits for before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// The end of the producer.
    ForProducer,
    /// That, and that each item is reported as done.
    ForReports,
}

type Counter = JoinableQueue<i64>;

/// Eats what there is, and reports it.
fn eat_for_ever((table, stomach): (Counter, process::Value<i64>)) -> Result<(), Exception> {
    loop {
        table.get()?;
        stomach.update_in_one_step(|n| n + 1);
        table.task_done()?;
    }
}

fn processes(params: &Params, wait: Wait) -> Result<Value, Exception> {
    let items = params.int("items");
    let queue = Counter::named("counter", 0);
    let eaten = process::Value::named("eaten", 0);
    let args = (queue.clone(), eaten.clone());
    let consumer = process::new(args, eat_for_ever);
    consumer.named("consumer").daemonic().start()?;
    let left = queue.clone();
    outcome_at_exit(move || {
        outcome(eaten.read(), i64::try_from(left.qsize()).expect("a few items"))
    });
    let body = move |shelf: Counter| (1..=items).try_for_each(|i| shelf.put(i));
    process::new(queue.clone(), body).named("producer").start()?.join()?;
    if wait == Wait::ForReports {
        queue.join();
    }
    Ok(Value::Unit)
}
