//! Lines of workers, and the line of main (E01 E02 E11 E27 E29 E32 E36 E37 E51 E54 E56 E73
//! E74 E89 E102 E103 E120 E121 E135; K60; M29).
//!
//! Main starts workers that print, and prints a line of its own.
//!
//! ```text
//!   main          worker 1      worker 2
//!   start
//!   start
//!                               print 2
//!   print end
//!                 print 1
//! ```
//!
//! Nothing is broken here, unless an order is taken for granted. `threads`: starting is
//! not running, and nothing keeps main from being slow. The lines of one worker are in
//! their order, and the rest is free: with n workers that print l lines each and the one
//! line of main, (nl + 1)! / l!^n orders. All prints touch the terminal and nothing else
//! is shared, so each order is one class. `processes`: the same with one word changed,
//! and the same orders.
//!
//! `thread-and-process`: workers are threads and processes by turns. That a thread starts
//! faster makes its line more likely to be first. Every order is there all the same.
//!
//! `joined-threads` and `joined-processes`: main joins all before it prints. Its line is
//! the last one always; the lines of the workers have (nl)! / l!^n orders.
//!
//! `one-by-one`: main joins each before it starts the next. One order, in one class.
//!
//! E135 prints for ever; here a worker ends after its lines.

use unknot_checker::sim::{Exception, Value, outcome_at_exit};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::worker::{Started, Terminal, Worker, print};
use crate::orders::merges_of;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "start-print-order",
    family: "processes",
    about: "workers print, and main prints a line of its own",
    covers: &[
        "E01", "E02", "E11", "E27", "E29", "E32", "E36", "E37", "E51", "E54", "E56", "E73", "E74",
        "E89", "E102", "E103", "E120", "E121", "E135", "K60", "M29",
    ],
    params: &[
        Param { name: "workers", about: "workers", default: 2, min: 1, max: 10 },
        Param { name: "lines", about: "lines of each worker", default: 1, min: 1, max: 3 },
    ],
    variants: &[
        Variant::new(
            "threads",
            "threads print, and main prints without a join",
            |params| free(params, |_| Worker::Thread),
            any_place,
        ),
        Variant::new(
            "processes",
            "processes print, and main prints without a join",
            |params| free(params, |_| Worker::Process),
            any_place,
        ),
        Variant::new(
            "thread-and-process",
            "threads and processes by turns print, and so does main",
            |params| free(params, |i| if i % 2 == 1 { Worker::Thread } else { Worker::Process }),
            any_place,
        ),
        Variant::new(
            "joined-threads",
            "main joins all threads before it prints",
            |params| joined(params, Worker::Thread),
            last_place,
        ),
        Variant::new(
            "joined-processes",
            "main joins all processes before it prints",
            |params| joined(params, Worker::Process),
            last_place,
        ),
        Variant::new(
            "one-by-one",
            "main joins each process before it starts the next one",
            one_by_one,
            |params| Expectation::pass().outcomes([[lines(params).concat(), end()].concat()]),
        ),
    ],
    source: source!("start_print_order.rs"),
};

/// More orders than these are neither gone through nor listed.
const MOST_ORDERS: u128 = 5_040;

/// What main prints.
fn end() -> Vec<String> {
    vec!["end".to_owned()]
}

/// What a worker prints.
fn line(worker: usize, nth: usize) -> String {
    format!("{worker}.{nth}")
}

/// The lines of each worker.
fn lines(params: &Params) -> Vec<Vec<String>> {
    let of = |worker| (1..=params.size("lines")).map(|nth| line(worker, nth)).collect();
    (1..=params.size("workers")).map(of).collect()
}

/// In how many orders the lines of the workers can come.
fn n_orders(params: &Params) -> u128 {
    let factorial = |n: usize| (1..=n as u128).product::<u128>();
    let (workers, lines) = (params.size("workers"), params.size("lines"));
    factorial(workers * lines) / factorial(lines).pow(u32::try_from(workers).expect("a few"))
}

fn any_place(params: &Params) -> Expectation {
    let n_places = (params.size("workers") * params.size("lines") + 1) as u128;
    if n_orders(params) * n_places > MOST_ORDERS {
        return Expectation::pass().exhausts_if(false);
    }
    Expectation::pass().outcomes(merges_of(&[lines(params), vec![end()]].concat()))
}

fn last_place(params: &Params) -> Expectation {
    if n_orders(params) > MOST_ORDERS {
        return Expectation::pass().exhausts_if(false);
    }
    let orders = merges_of(&lines(params)).into_iter();
    Expectation::pass().outcomes(orders.map(|order| [order, end()].concat()))
}

/// A terminal; the outcome is what is printed in the end.
fn terminal() -> Terminal {
    let terminal = Terminal::named("terminal", vec![]);
    let all = terminal.clone();
    outcome_at_exit(move || all.read());
    terminal
}

fn start(
    params: &Params,
    terminal: &Terminal,
    worker: Worker,
    i: usize,
) -> Result<Started, Exception> {
    let args = (terminal.clone(), i, params.size("lines"));
    worker.start(("worker", i), args, |(terminal, i, lines)| {
        for nth in 1..=lines {
            print(&terminal, line(i, nth));
        }
    })
}

fn free(params: &Params, worker: fn(usize) -> Worker) -> Result<Value, Exception> {
    let terminal = terminal();
    for i in 1..=params.size("workers") {
        start(params, &terminal, worker(i), i)?;
    }
    print(&terminal, "end");
    Ok(Value::Unit)
}

fn joined(params: &Params, worker: Worker) -> Result<Value, Exception> {
    let terminal = terminal();
    let mut workers = vec![];
    for i in 1..=params.size("workers") {
        workers.push(start(params, &terminal, worker, i)?);
    }
    for worker in workers {
        worker.join()?;
    }
    print(&terminal, "end");
    Ok(Value::Unit)
}

fn one_by_one(params: &Params) -> Result<Value, Exception> {
    let terminal = terminal();
    for i in 1..=params.size("workers") {
        start(params, &terminal, Worker::Process, i)?.join()?;
    }
    print(&terminal, "end");
    Ok(Value::Unit)
}
