//! A process is joined while what it has put lies in its feeder (E46 E92; K49).
//!
//! A child puts its results into a queue and ends. A put leaves the item with a feeder, a
//! thread of the child, which writes it into the pipe of the queue. The pipe holds h
//! items that no process got, and the child has ended only when everything is written.
//!
//! ```text
//!   T0 (main)           T1 (child)            F1 (its feeder), a pipe for one item
//!                       put 1, put 2
//!                                             write 1
//!   join T1  BLOCKED    waits for F1          write 2  BLOCKED until 1 is got
//! ```
//!
//! In all forms but one the puts themselves never wait: the queue has room without end.
//!
//! `join-first`: main joins the child, and gets n items then. Until the join returns nothing
//! is got, so h items are written at most. If n is more than h the feeder waits for ever,
//! the child for it and main for the child: a `hang` always, since any process that has
//! the queue could get. If n is at most h all is well. The feeder writes in the order of the
//! puts and main gets in that order, each get after its write: one class.
//!
//! `timeout-and-leave`: the join has a timeout, and main ends without getting. If n is more than
//! h the child has not ended when the time is up, whenever that is, and the end of the program
//! joins the child once more: the same `hang`, one class. Otherwise the child ends before the
//! time is up, or after: two classes and two outcomes.
//!
//! `at-once`: a queue without a feeder and with room for h. Its puts write, so it is the child
//! that waits, in its put h + 1, and main behind it: a `hang` under the same condition. To
//! see the child stand in a put says more than to see it not end after its last line.
//!
//! `main-puts`: main puts n items itself and no process gets any. It comes to its end and
//! the program does not, since the feeder of main has to be done first: a `hang` if n is more
//! than h.
//!
//! `timeout-then-drain`: the join has a timeout, and main gets the items after it, whatever it
//! said, and joins again. If n is more than h the first join is always in vain, one class;
//! otherwise it may be or not, two classes. All items come in every execution.
//!
//! `drain-first`: main gets the items and then joins. Each get makes room, so the feeder
//! writes all and the child ends. One class, one outcome. `drained-by-another`: main
//! joins the child at once while another process gets, as the consumer of E46 does. After
//! the join main puts the sentinel. All items are written before that, so it is the last,
//! and the consumer has all: one class, and one outcome.
//!
//! Real pipes hold bytes, 65,536 of them. Small results never show any of this.

use std::time::Duration;

use unknot_checker::sim::process::{self, Process};
use unknot_checker::sim::{Exception, Value, done};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "join-before-drain",
    family: "queues",
    about: "a process is joined before what it has put is got",
    covers: &["E46", "E92", "K49"],
    params: &[
        Param { name: "items", about: "items that are put", default: 2, min: 1, max: 10 },
        Param { name: "holds", about: "items that the pipe holds", default: 1, min: 1, max: 10 },
    ],
    variants: &[
        Variant::new("join-first", "main joins, and gets then", join_first, |params| {
            if_it_fits(params, [all(params)])
        }),
        Variant::new(
            "timeout-and-leave",
            "main joins for a while, and ends",
            timeout_and_leave,
            |params| if_it_fits(params, [true, false].map(is_in_time)),
        ),
        Variant::new(
            "at-once",
            "main joins, and the queue has no feeder",
            |params| {
                let holds = params.int("holds");
                joined_first(params, &process::Queue::at_once("results", holds))
            },
            |params| if_it_fits(params, [all(params)]),
        ),
        Variant::new("main-puts", "main puts, and no process gets", main_puts, |params| {
            if_it_fits(params, [Value::Unit])
        }),
        Variant::new(
            "timeout-then-drain",
            "main joins for a while, gets, and joins again",
            timeout_then_drain,
            |params| Expectation::pass().outcomes([all(params)]),
        ),
        Variant::new("drain-first", "main gets, and joins then", drain_first, |params| {
            Expectation::pass().outcomes([all(params)])
        }),
        Variant::new(
            "drained-by-another",
            "main joins while another process gets",
            drained_by_another,
            |params| Expectation::pass().outcomes([all(params)]),
        ),
    ],
    source: source!("join_before_drain.rs"),
};

/// What is said of a form that hangs if there are more items than the pipe holds.
fn if_it_fits(params: &Params, outcomes: impl IntoIterator<Item = Value>) -> Expectation {
    if params.int("items") > params.int("holds") {
        Expectation::pass().always(Kind::Hang).outcomes::<Value>([])
    } else {
        Expectation::pass().outcomes(outcomes)
    }
}

fn all(params: &Params) -> Value {
    (1..=params.int("items")).collect::<Vec<_>>().into()
}

/// Whether a child has ended when the time is up.
fn is_in_time(yes: bool) -> Value {
    Value::Record(vec![("in time", yes.into())])
}

type Results = process::Queue<i64>;

/// How long main waits for a child.
const PATIENCE: Duration = Duration::from_secs(5);

fn results(params: &Params) -> Results {
    Results::on_pipe("results", 0, u32::try_from(params.int("holds")).expect("a few"))
}

fn put_all(params: &Params, results: &Results) -> Result<Process, Exception> {
    let items = params.int("items");
    let body = move |results: Results| (1..=items).try_for_each(|item| results.put(item));
    process::new(results.clone(), body).named("child").start()
}

fn get_all(params: &Params, results: &Results) -> Result<Value, Exception> {
    let got = (0..params.int("items")).map(|_| results.get());
    Ok(got.collect::<Result<Vec<_>, _>>()?.into())
}

fn joined_first(params: &Params, results: &Results) -> Result<Value, Exception> {
    put_all(params, results)?.join()?;
    get_all(params, results)
}

fn join_first(params: &Params) -> Result<Value, Exception> {
    joined_first(params, &results(params))
}

fn timeout_and_leave(params: &Params) -> Result<Value, Exception> {
    let child = put_all(params, &results(params))?;
    Ok(is_in_time(child.join_timeout(PATIENCE)))
}

fn main_puts(params: &Params) -> Result<Value, Exception> {
    let results = results(params);
    (1..=params.int("items")).try_for_each(|item| results.put(item))?;
    Ok(Value::Unit)
}

fn timeout_then_drain(params: &Params) -> Result<Value, Exception> {
    let results = results(params);
    let child = put_all(params, &results)?;
    child.join_timeout(PATIENCE);
    let got = get_all(params, &results)?;
    child.join()?;
    Ok(got)
}

fn drain_first(params: &Params) -> Result<Value, Exception> {
    let results = results(params);
    let child = put_all(params, &results)?;
    let got = get_all(params, &results)?;
    child.join()?;
    Ok(got)
}

type Shelf = process::Queue<Option<i64>>;

fn drained_by_another(params: &Params) -> Result<Value, Exception> {
    let holds = u32::try_from(params.int("holds")).expect("a few");
    let shelf = Shelf::on_pipe("shelf", 0, holds);
    let items = params.int("items");
    let body = move |shelf: Shelf| (1..=items).try_for_each(|item| shelf.put(Some(item)));
    let child = process::new(shelf.clone(), body).named("child").start()?;
    let eaten = process::Value::named("eaten", vec![]);
    let consumer = process::new((shelf.clone(), eaten.clone()), |(shelf, eaten)| {
        let mut all: Vec<i64> = vec![];
        while let Some(item) = shelf.get()? {
            all.push(item);
        }
        eaten.write(all);
        done(())
    });
    let consumer = consumer.named("consumer").start()?;
    child.join()?;
    shelf.put(None)?;
    consumer.join()?;
    Ok(eaten.read().into())
}
