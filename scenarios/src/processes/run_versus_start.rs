//! A call of `run` starts nothing (E32; K61).
//!
//! A process is a class with a method `run`. `start` makes a process and has it call
//! `run`. To call `run` oneself is a call like any other. The body prints in which
//! process it is; main then prints its own.
//!
//! ```text
//!   main                    process
//!   run: print p0
//!   print p0
//!
//!   start
//!   print p0
//!                           print p1
//! ```
//!
//! `run-of-process`: the body prints the number of main, in every execution, and main goes
//! on only behind it. That there is a process of its own is the violation, always.
//! One task, so one class.
//!
//! `start-of-process`: the body prints a number of its own. It and main print in either
//! order: two classes, two outcomes.
//!
//! `run-of-thread` and `start-of-thread`: the same with one word changed. The number is
//! that of main both times, but the name of the running task tells the two apart.

use unknot_checker::sim::process;
use unknot_checker::sim::{Exception, Value, current_name, outcome_at_exit, verify};
use unknot_checker::{Expectation, Kind, Scenario, Variant};

use super::worker::{Terminal, Worker, print};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "run-versus-start",
    family: "processes",
    about: "run is called in place of start",
    covers: &["E32", "K61"],
    params: &[],
    variants: &[
        Variant::new(
            "run-of-process",
            "main calls run of a process",
            |_| greet(Worker::Process, Call::Run),
            |_| in_order("main in p0").always(Kind::InvariantViolation),
        ),
        Variant::new(
            "run-of-thread",
            "main calls run of a thread",
            |_| greet(Worker::Thread, Call::Run),
            |_| in_order("main in p0").always(Kind::InvariantViolation),
        ),
        Variant::new(
            "start-of-process",
            "main starts a process",
            |_| greet(Worker::Process, Call::Start),
            |_| either_order("greeter 1 in p1"),
        ),
        Variant::new(
            "start-of-thread",
            "main starts a thread",
            |_| greet(Worker::Thread, Call::Start),
            |_| either_order("greeter 1 in p0"),
        ),
    ],
    source: source!("run_versus_start.rs"),
};

/// What main prints.
const END: &str = "end of main";

fn in_order(body: &str) -> Expectation {
    Expectation::pass().outcomes([vec![body, END]])
}

fn either_order(body: &str) -> Expectation {
    Expectation::pass().outcomes([vec![body, END], vec![END, body]])
}

/// What main calls.
#[derive(Clone, Copy, Debug)]
enum Call {
    Run,
    Start,
}

/// A thread or a process that prints where it runs.
#[derive(Debug)]
struct Greeter {
    worker: Worker,
    terminal: Terminal,
}

impl Greeter {
    fn run(terminal: &Terminal) {
        let name = current_name();
        print(terminal, format!("{name} in {}", process::pid()));
        verify!(name != "main", "the body runs in {name}");
    }

    fn start(&self) -> Result<(), Exception> {
        let body = |terminal| Greeter::run(&terminal);
        self.worker.start(("greeter", 1), self.terminal.clone(), body).map(drop)
    }
}

fn greet(worker: Worker, call: Call) -> Result<Value, Exception> {
    let terminal = Terminal::named("terminal", vec![]);
    let all = terminal.clone();
    outcome_at_exit(move || all.read());
    let greeter = Greeter { worker, terminal: terminal.clone() };
    match call {
        Call::Run => Greeter::run(&greeter.terminal),
        Call::Start => greeter.start()?,
    }
    print(&terminal, END);
    Ok(Value::Unit)
}
