//! Prints under a lock, and an end line (E07; M29).
//!
//! Ten processes hold one lock for a second each and print their number. The
//! main process starts them, joins none, and prints its own line.
//!
//! ```text
//!   T0 (main)         T1                T2
//!                                       lock
//!                     lock  BLOCKED
//!   print end
//!                                       print 2
//!                                       unlock
//!                     print 1
//! ```
//!
//! Nothing is broken here: the lock keeps prints apart, and orders nothing.
//!
//! The document has processes, and here they are threads. Processes share the lock and
//! the terminal too, and the end of their parent waits for them as a program does for its
//! threads, so every order below is one of theirs.
//!
//! `untimed`: any process may get the lock next, so the numbers come in any of
//! n! orders. The end line needs no lock and comes at any place among them:
//! before all, since starting is not running, and after all, since nothing
//! keeps the main process from being slow. (n + 1)! orders, each of them once
//! among the classes, since only the order of the prints is left open.
//!
//! `timed`: durations count, and main joins all after its line, to look at the
//! clock. The clock stands still while any task can go on, so the end line comes
//! at 0 s, before the first print at 1 s. Each next process gets the lock at
//! the moment that the one before gives it back: n! orders, and every one of
//! them takes n seconds. Locking makes the work serial.

use std::time::Duration;

use unknot_checker::sim::{
    Exception, JoinHandle, Lock, Shared, Value, now, outcome_at_exit, sleep, spawn_named,
};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::orders::permutations;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "print-under-lock",
    family: "deadlocks",
    about: "processes hold a lock for a second each and print",
    covers: &["E07", "M29"],
    params: &[Param { name: "processes", about: "processes", default: 3, min: 1, max: 10 }],
    variants: &[
        Variant::new("untimed", "the end line is printed without a join", untimed, |params| {
            let n = params.size("processes");
            if n > EXHAUSTED {
                return Expectation::pass().exhausts_if(false);
            }
            let lines = [numbers(n), vec![END.to_owned()]].concat();
            Expectation::pass().outcomes(permutations(&lines))
        }),
        Variant::new("timed", "on a clock; main joins after its end line", timed, |params| {
            let n = params.size("processes");
            if n > EXHAUSTED {
                return Expectation::pass().exhausts_if(false);
            }
            let endings = permutations(&numbers(n)).into_iter().map(|order| {
                let lines = [vec![END.to_owned()], order].concat();
                ending(lines, n as u64)
            });
            Expectation::pass().outcomes(endings)
        })
        .in_virtual_time(),
    ],
    source: source!("print_under_lock.rs"),
};

/// More processes than these have too many orders to go through, or to list.
const EXHAUSTED: usize = 7;
/// The line of the main process.
const END: &str = "end";

/// The lines of the processes.
fn numbers(n: usize) -> Vec<String> {
    (1..=n).map(|i| i.to_string()).collect()
}

fn ending(lines: Vec<String>, seconds: u64) -> Value {
    Value::Record(vec![("printed", lines.into()), ("seconds", seconds.into())])
}

/// All lines so far. A print is one step.
type Terminal = Shared<Vec<String>>;

fn print(terminal: &Terminal, line: impl ToString) {
    terminal.update_in_one_step(|before| [&before[..], &[line.to_string()]].concat());
}

/// Starts the processes and prints the end line.
fn start(params: &Params, terminal: &Terminal) -> Vec<JoinHandle<Result<(), Exception>>> {
    let lock = Lock::named("lock");
    let mut processes = vec![];
    for i in 1..=params.size("processes") {
        let (lock, terminal) = (lock.clone(), terminal.clone());
        processes.push(spawn_named(("process", i), move || {
            let _held = lock.lock()?;
            sleep(Duration::from_secs(1));
            print(&terminal, i);
            Ok(())
        }));
    }
    print(terminal, END);
    processes
}

fn untimed(params: &Params) -> Result<Value, Exception> {
    let terminal = Terminal::named("terminal", vec![]);
    let all = terminal.clone();
    outcome_at_exit(move || all.read());
    start(params, &terminal);
    Ok(Value::Unit)
}

fn timed(params: &Params) -> Result<Value, Exception> {
    let terminal = Terminal::named("terminal", vec![]);
    for process in start(params, &terminal) {
        process.join()??;
    }
    Ok(ending(terminal.read(), now()?.as_secs()))
}
