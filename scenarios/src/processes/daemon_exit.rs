//! What the end of the program does to workers (E29 E38 E75 E108 E109 E110; K57 K58; M22).
//!
//! Two workers, music and blog, print a line at their begin and one at their end, and
//! work for 3 and 5 seconds in between. Main starts both, prints "over", and ends. The
//! end waits for a worker unless that is a daemon; then it ends the worker.
//!
//! ```text
//!   main           music          blog (daemon)
//!   start, start
//!                                 begin
//!                  begin
//!   over
//!                  end
//!   exit
//!                                 killed, and no end line
//! ```
//!
//! Let b, e be the lines of music, B, E those of blog and o that of main, which no join
//! orders. Nothing is raised when a daemon is cut, so only the outcomes tell it.
//!
//! `no-daemon`: all lines come, in any of 5! / 2! 2! = 30 orders. Each is a class. That a
//! program "hangs" without daemons, as the documents say, is not so: the exit waits.
//!
//! `first-daemon`: B E o, and of music none, b, or b e: 3 orders, 4! / 2! = 12, and 30, in
//! all 45, of which 15 lack the end of music. What is cut is cut behind o, and the cut can come
//! last of all, so each of these can be. `second-daemon`: the same for blog. `both-daemon`:
//! of each the first k lines, k from 0 to 2: 1 order of o alone, 2 times 2 with one line
//! more, 2 times 3 with both lines of one, 6 with one of each, 2 times 12, and 30: 71.
//! To sleep and to end are steps that print nothing: a daemon that has printed one line or
//! both was cut at one of two places, which are two classes: 3 + 12 * 2 + 30 * 2 = 87 for one
//! daemon, and 1 + 4 * 2 + 6 * 2 + 6 * 4 + 24 * 4 + 30 * 4 = 261 for two.
//!
//! `joined-daemons`: main joins both before it prints. All is there: 4! / 2! 2! = 6 orders.
//!
//! `…-timed`: on a clock, which stands still while any task can go on. At 0 s there are b,
//! B and o. Threads that are daemons live until the last other thread has ended: with
//! `first-daemon-timed` until 5 s, so that e at 3 s is always there, 3! orders; with
//! `second-daemon-timed` until 3 s, so E is never there, and 3! orders; with
//! `both-daemon-timed` until 0 s: o, and b and B or not, 1 + 2 + 2 + 3! = 11 orders.
//! Without daemons it is 3! orders and 5 s.
//!
//! `process-first-daemon` and `process-both-daemon`: the same with processes, and the same
//! 45 and 71 orders, since a worker may be as slow as it likes. The documents say that a
//! daemonic process is the same as a daemon thread. On a clock it is not: the end of main
//! tells it to die at once and does not wait for the other process first. With
//! `process-first-daemon-timed` music is dead at 0 s, and o and B come with b or without
//! it: 3! + 2 = 8 orders, and none has e.
//!
//! `orderly-parent` and `killed-parent`: a parent starts a daemonic process and ends, or is
//! killed by main. The child prints three lines, the last of which says whose child it is.
//! An orderly end tells the child to die, and what is printed is cut anywhere: 4 outcomes,
//! in 5 classes, since behind the last line the cut is before or after the end of the child.
//! A killed parent tells no process anything. The child prints all its lines in every
//! execution, and is the child of `init` if it looks after the death, in one class of two.

use std::time::Duration;

use unknot_checker::sim::process::{self, Semaphore};
use unknot_checker::sim::{Exception, Value, outcome_at_exit, sleep};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::worker::Exit::{self, Kills, Waits};
use super::worker::Worker::{self, Process, Thread};
use super::worker::{Started, Terminal, print};
use crate::clock::seconds;
use crate::orders::{merges, merges_of};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "daemon-exit",
    family: "processes",
    about: "the end of the program waits for workers, or cuts them short",
    covers: &["E29", "E38", "E75", "E108", "E109", "E110", "K57", "K58", "M22"],
    params: &[
        Param { name: "music", about: "seconds of the first", default: 3, min: 1, max: 60 },
        Param { name: "blog", about: "seconds of the second", default: 5, min: 1, max: 60 },
    ],
    variants: &[
        Variant::new(
            "first-daemon",
            "the first thread is a daemon",
            |p| run(p, Thread, [Kills, Waits]),
            |_| any([Kills, Waits]),
        ),
        Variant::new(
            "second-daemon",
            "the second thread is a daemon",
            |p| run(p, Thread, [Waits, Kills]),
            |_| any([Waits, Kills]),
        ),
        Variant::new(
            "both-daemon",
            "both threads are daemons",
            |p| run(p, Thread, [Kills, Kills]),
            |_| any([Kills, Kills]),
        ),
        Variant::new(
            "process-first-daemon",
            "the first process is a daemon",
            |p| run(p, Process, [Kills, Waits]),
            |_| any([Kills, Waits]),
        ),
        Variant::new(
            "process-both-daemon",
            "both processes are daemons",
            |p| run(p, Process, [Kills, Kills]),
            |_| any([Kills, Kills]),
        ),
        Variant::new(
            "first-daemon-timed",
            "on a clock; the first thread is a daemon",
            |p| run(p, Thread, [Kills, Waits]),
            |p| timed(p, Thread, [Kills, Waits]),
        )
        .in_virtual_time(),
        Variant::new(
            "second-daemon-timed",
            "on a clock; the second thread is a daemon",
            |p| run(p, Thread, [Waits, Kills]),
            |p| timed(p, Thread, [Waits, Kills]),
        )
        .in_virtual_time(),
        Variant::new(
            "both-daemon-timed",
            "on a clock; both threads are daemons",
            |p| run(p, Thread, [Kills, Kills]),
            |p| timed(p, Thread, [Kills, Kills]),
        )
        .in_virtual_time(),
        Variant::new(
            "process-first-daemon-timed",
            "on a clock; the first process is a daemon",
            |p| run(p, Process, [Kills, Waits]),
            |p| timed(p, Process, [Kills, Waits]),
        )
        .in_virtual_time(),
        Variant::new(
            "orderly-parent",
            "the parent of a daemonic process ends",
            |_| orderly_parent(),
            |_| Expectation::pass().outcomes((0..=3).map(|n| said("p1")[..n].to_vec())),
        ),
        Variant::new(
            "killed-parent",
            "the parent of a daemonic process is killed",
            |_| killed_parent(),
            |_| Expectation::pass().outcomes([said("p1"), said("init")]),
        ),
        Variant::new(
            "no-daemon",
            "no thread is a daemon",
            |p| run(p, Thread, [Waits, Waits]),
            |_| any([Waits, Waits]),
        ),
        Variant::new(
            "no-daemon-timed",
            "on a clock; no thread is a daemon",
            |p| run(p, Thread, [Waits, Waits]),
            |p| timed(p, Thread, [Waits, Waits]),
        )
        .in_virtual_time(),
        Variant::new("joined-daemons", "both are daemons, and main joins them", joined, |_| {
            let orders = merges(&LINES[0], &LINES[1]).into_iter();
            Expectation::pass().outcomes(orders.map(|order| [order, vec![OVER]].concat()))
        }),
    ],
    source: source!("daemon_exit.rs"),
};

const LINES: [[&str; 2]; 2] = [["music begins", "music ends"], ["blog begins", "blog ends"]];
const OVER: &str = "over";

/// In which orders so many lines of the two workers can come, and the line of main.
fn orders([music, blog]: [usize; 2]) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = [LINES[0][..music].to_vec(), LINES[1][..blog].to_vec(), vec![OVER]];
    merges_of(&lines).into_iter()
}

/// A daemon is cut after any number of lines.
fn any(exits: [Exit; 2]) -> Expectation {
    let [music, blog] = exits.map(|exit| if exit == Kills { 0..=2 } else { 2..=2 });
    let counts = music.flat_map(|music| blog.clone().map(move |blog| [music, blog]));
    Expectation::pass().outcomes(counts.flat_map(orders))
}

/// A daemon is cut when its time has come: of what it prints at that moment it may have
/// printed all or nothing, and nothing of what is later.
fn timed(params: &Params, worker: Worker, exits: [Exit; 2]) -> Expectation {
    let times = ["music", "blog"].map(|name| [0, params.int(name)]);
    let waited_for = (0..2).filter(|&i| exits[i] == Waits).map(|i| times[i][1]);
    let end = waited_for.max().unwrap_or(0);
    // The end of main tells a process, the end of the last thread a daemon.
    let cut = if worker == Process { 0 } else { end };
    let [music, blog] = [0, 1].map(|i| match exits[i] {
        Waits => 2..=2,
        Kills => {
            let until =
                |late: fn(&i64, &i64) -> bool| times[i].iter().filter(|at| !late(at, &cut)).count();
            until(i64::ge)..=until(i64::gt)
        }
    });
    let at = |line: &&str| {
        let of = |i: usize| LINES[i].iter().position(|known| known == line).map(|n| times[i][n]);
        of(0).or(of(1)).unwrap_or(0)
    };
    let counts = music.flat_map(|music| blog.clone().map(move |blog| [music, blog]));
    let orders = counts.flat_map(orders).filter(|lines| lines.is_sorted_by_key(at));
    Expectation::pass().outcomes(orders.map(|lines| {
        let lines = lines.iter().map(|line| format!("{line} at {} s", at(line)));
        outcome(lines.collect(), end)
    }))
}

fn outcome(lines: Vec<String>, seconds: i64) -> Value {
    Value::Record(vec![("printed", lines.into()), ("seconds", seconds.into())])
}

/// A terminal; the outcome is what is printed in the end, and when that is.
fn terminal() -> Terminal {
    let terminal = Terminal::named("terminal", vec![]);
    let all = terminal.clone();
    outcome_at_exit(move || match seconds() {
        Ok(end) => outcome(all.read(), end),
        Err(_) => all.read().into(),
    });
    terminal
}

/// Prints a line, with the time if there is a clock.
#[track_caller]
fn say(terminal: &Terminal, line: &str) {
    match seconds() {
        Ok(at) => print(terminal, format!("{line} at {at} s")),
        Err(_) => print(terminal, line),
    }
}

/// Starts music and blog.
fn start(
    params: &Params,
    terminal: &Terminal,
    worker: Worker,
    exits: [Exit; 2],
) -> Result<[Started; 2], Exception> {
    let start = |i: usize| {
        let duration = Duration::from_secs(params.size(["music", "blog"][i]) as u64);
        let args = (terminal.clone(), i, duration);
        worker.start_for(exits[i], ("worker", i + 1), args, |(terminal, i, duration)| {
            say(&terminal, LINES[i][0]);
            sleep(duration);
            say(&terminal, LINES[i][1]);
        })
    };
    Ok([start(0)?, start(1)?])
}

fn run(params: &Params, worker: Worker, exits: [Exit; 2]) -> Result<Value, Exception> {
    let terminal = terminal();
    start(params, &terminal, worker, exits)?;
    say(&terminal, OVER);
    Ok(Value::Unit)
}

fn joined(params: &Params) -> Result<Value, Exception> {
    let terminal = terminal();
    for worker in start(params, &terminal, Thread, [Kills, Kills])? {
        worker.join()?;
    }
    say(&terminal, OVER);
    Ok(Value::Unit)
}

/// What a child of this parent says.
fn said(parent: &str) -> Vec<String> {
    vec!["begin".to_owned(), "end".to_owned(), format!("child of {parent}")]
}

/// Starts a daemonic process.
fn start_child(terminal: &Terminal) -> Result<(), Exception> {
    let child = process::new(terminal.clone(), |terminal| {
        print(&terminal, "begin");
        print(&terminal, "end");
        let parent = process::ppid();
        print(&terminal, format!("child of {parent}"));
    });
    child.named("child").daemonic().start().map(drop)
}

fn orderly_parent() -> Result<Value, Exception> {
    let parent = process::new(terminal(), |terminal| start_child(&terminal));
    parent.named("parent").start()?;
    Ok(Value::Unit)
}

fn killed_parent() -> Result<Value, Exception> {
    let (has_started, never) = (Semaphore::named("has started", 0), Semaphore::named("never", 0));
    let args = (terminal(), has_started.clone(), never);
    let parent = process::new(args, |(terminal, has_started, never)| {
        start_child(&terminal)?;
        has_started.release();
        never.acquire();
        Ok::<(), Exception>(())
    });
    let parent = parent.named("parent").killable().start()?;
    has_started.acquire();
    parent.kill();
    Ok(Value::Unit)
}
