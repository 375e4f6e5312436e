//! Where main joins its threads (E10 E75 E104 E105 E106 E107; K55 K56; M22).
//!
//! Two threads, music and blog, print a line at their begin and one at their end, and
//! work for 3 and 5 seconds in between. Main starts both, joins some, and prints "over".
//!
//! ```text
//!   main          music         blog
//!   start, start
//!                 begin
//!                 end
//!   join music
//!   over
//!                               begin       music was waited for, blog was not
//!                               end
//! ```
//!
//! Nothing is broken here, unless the join of one thread is taken for that of both. All
//! prints touch one terminal and each order of them is a class. Let b, e be the lines of
//! music, B, E those of blog and o that of main. In every order b is before e and B before E.
//!
//! | | o comes | orders | over | ends |
//! |---|---|---|---|---|
//! | `no-join` | anywhere: 5! / 2! 2! | 30 | 0 s | 5 s |
//! | `join-first` | behind e: b e o beside B E, 5! / 3! 2! | 10 | 3 s | 5 s |
//! | `join-second` | behind E: B E o beside b e | 10 | 5 s | 5 s |
//! | `join-in-loop` | last, and B behind e | 1 | 8 s | 8 s |
//! | `join-both` | last: 4! / 2! 2! | 6 | 5 s | 5 s |
//!
//! The forms `-timed` are the same on a clock, which stands still while any task can go on.
//! A line at t seconds is before all later ones, and lines of one moment come in any
//! order that the program allows: without a join b, B and o at 0 s, 3! orders, then e, E. With
//! the first thread, the second or both joined b and B at 0 s, two orders; then e at 3 s,
//! with o behind it where only the first is joined, and E at 5 s, with o behind it otherwise.
//! The clock hides what `join-second` leaves out: there o is behind e as well.
//!
//! The clock is as in the documents: `join-in-loop` takes the sum, all others the longer
//! of the two.

use std::collections::BTreeSet;
use std::time::Duration;

use unknot_checker::sim::{Exception, Value, outcome_at_exit, sleep};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::worker::{Started, Terminal, Worker, print};
use crate::clock::seconds;
use crate::orders::merges_of;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "join-placement",
    family: "processes",
    about: "main joins none, one or both of two threads before its line",
    covers: &["E10", "E75", "E104", "E105", "E106", "E107", "K55", "K56", "M22"],
    params: &[
        Param { name: "music", about: "seconds of the first", default: 3, min: 1, max: 60 },
        Param { name: "blog", about: "seconds of the second", default: 5, min: 1, max: 60 },
    ],
    variants: &[
        Variant::new("no-join", "main joins none", |p| run(p, Joins::None), |_| any(Joins::None)),
        Variant::new(
            "join-first",
            "main joins the first thread",
            |p| run(p, Joins::First),
            |_| any(Joins::First),
        ),
        Variant::new(
            "join-second",
            "main joins the second thread",
            |p| run(p, Joins::Second),
            |_| any(Joins::Second),
        ),
        Variant::new(
            "join-in-loop",
            "main joins each thread before it starts the next",
            |p| run(p, Joins::InLoop),
            |_| any(Joins::InLoop),
        ),
        Variant::new(
            "join-both",
            "main starts both threads, then joins both",
            |p| run(p, Joins::Both),
            |_| any(Joins::Both),
        ),
        Variant::new(
            "no-join-timed",
            "on a clock; main joins none",
            |p| run(p, Joins::None),
            |p| timed(p, Joins::None),
        )
        .in_virtual_time(),
        Variant::new(
            "join-first-timed",
            "on a clock; main joins the first thread",
            |p| run(p, Joins::First),
            |p| timed(p, Joins::First),
        )
        .in_virtual_time(),
        Variant::new(
            "join-second-timed",
            "on a clock; main joins the second thread",
            |p| run(p, Joins::Second),
            |p| timed(p, Joins::Second),
        )
        .in_virtual_time(),
        Variant::new(
            "join-in-loop-timed",
            "on a clock; main joins each thread before it starts the next",
            |p| run(p, Joins::InLoop),
            |p| timed(p, Joins::InLoop),
        )
        .in_virtual_time(),
        Variant::new(
            "join-both-timed",
            "on a clock; main starts both threads, then joins both",
            |p| run(p, Joins::Both),
            |p| timed(p, Joins::Both),
        )
        .in_virtual_time(),
    ],
    source: source!("join_placement.rs"),
};

/// Which threads main joins before its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joins {
    None,
    First,
    Second,
    InLoop,
    Both,
}

const BEGINS: [&str; 2] = ["music begins", "blog begins"];
const ENDS: [&str; 2] = ["music ends", "blog ends"];
const OVER: &str = "over";

/// All orders in which the lines can come.
fn orders(joins: Joins) -> BTreeSet<Vec<&'static str>> {
    let [music, blog] = [0, 1].map(|i| vec![BEGINS[i], ENDS[i]]);
    let (over, and_over) = (vec![OVER], |thread: &[_]| [thread, &[OVER]].concat());
    match joins {
        Joins::None => merges_of(&[music, blog, over]),
        Joins::First => merges_of(&[and_over(&music), blog]),
        Joins::Second => merges_of(&[music, and_over(&blog)]),
        Joins::InLoop => BTreeSet::from([[music, blog, over].concat()]),
        Joins::Both => merges_of(&[music, blog]).iter().map(|threads| and_over(threads)).collect(),
    }
}

fn any(joins: Joins) -> Expectation {
    Expectation::pass().outcomes(orders(joins))
}

/// At which second each line is printed, and when all has ended.
fn timed(params: &Params, joins: Joins) -> Expectation {
    let (music, blog) = (params.int("music"), params.int("blog"));
    let longer = music.max(blog);
    let (starts, ends) = match joins {
        Joins::InLoop => ([0, music], [music, music + blog]),
        _ => ([0, 0], [music, blog]),
    };
    let over = match joins {
        Joins::None => 0,
        Joins::First => music,
        Joins::Second => blog,
        Joins::InLoop => music + blog,
        Joins::Both => longer,
    };
    let at = |line: &&str| match *line {
        OVER => over,
        line => {
            let (i, is_end) = (usize::from(line.starts_with("blog")), line.ends_with("ends"));
            if is_end { ends[i] } else { starts[i] }
        }
    };
    let orders = orders(joins).into_iter().filter(|lines| lines.is_sorted_by_key(at));
    let outcomes = orders.map(|lines| {
        let lines = lines.iter().map(|line| format!("{line} at {} s", at(line)));
        outcome(lines.collect(), ends[0].max(ends[1]))
    });
    Expectation::pass().outcomes(outcomes)
}

fn outcome(lines: Vec<String>, seconds: i64) -> Value {
    Value::Record(vec![("printed", lines.into()), ("seconds", seconds.into())])
}

/// Prints a line, with the time if there is a clock.
#[track_caller]
fn say(terminal: &Terminal, line: &str) {
    match seconds() {
        Ok(at) => print(terminal, format!("{line} at {at} s")),
        Err(_) => print(terminal, line),
    }
}

fn start(params: &Params, terminal: &Terminal, i: usize) -> Result<Started, Exception> {
    let duration = Duration::from_secs(params.size(["music", "blog"][i]) as u64);
    Worker::Thread.start(("thread", i + 1), (terminal.clone(), i, duration), |args| {
        let (terminal, i, duration) = args;
        say(&terminal, BEGINS[i]);
        sleep(duration);
        say(&terminal, ENDS[i]);
    })
}

fn run(params: &Params, joins: Joins) -> Result<Value, Exception> {
    let terminal = Terminal::named("terminal", vec![]);
    let all = terminal.clone();
    outcome_at_exit(move || match seconds() {
        Ok(end) => outcome(all.read(), end),
        Err(_) => all.read().into(),
    });
    let music = start(params, &terminal, 0)?;
    if joins == Joins::InLoop {
        music.join()?;
        start(params, &terminal, 1)?.join()?;
    } else {
        let blog = start(params, &terminal, 1)?;
        if matches!(joins, Joins::First | Joins::Both) {
            music.join()?;
        }
        if matches!(joins, Joins::Second | Joins::Both) {
            blog.join()?;
        }
    }
    say(&terminal, OVER);
    Ok(Value::Unit)
}
