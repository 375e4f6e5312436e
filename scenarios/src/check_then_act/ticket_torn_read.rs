//! A file is empty while it is written (E35 E39; K21; M16).
//!
//! As `ticket-oversell` with the document's lock, but the file is what it is in
//! the document: a JSON text that all processes share, since a file belongs to no process.
//! To write it, a buyer opens it, which truncates it, and then puts the new text in: two
//! steps. A task that reads in between gets no number.
//!
//! ```text
//!   T1                T2
//!   check 1
//!   lock, read 1
//!   truncate
//!                     check ""     JSONDecodeError: the buyer dies
//!   write 0
//! ```
//!
//! `check-outside-lock`, B buyers and T tickets: the purchases exclude one
//! another, but a check can fall between truncation and text, and then it is an
//! `exception`. Nothing is oversold, since the number is read again inside.
//! Until T are sold the number is above 0 and no buyer is turned away: with s
//! sold, 1 <= s < T, all others have died, B - s of them, and a ticket stays
//! unsold for each that is left. One can be sold first, and all others check
//! while its file is truncated, so every such s is possible. With all T sold
//! the other B - T have died or been turned away, in any numbers. For 3 buyers
//! of 2 tickets: 6 of 474 schedules leave a ticket unsold, 72 kill one buyer.
//! So the claim that the lock keeps the data consistent holds for the file
//! between two purchases, not for a task that looks at it without the lock.
//!
//! `check-inside-lock`: a task that looks has the lock, so no task is in the middle of
//! writing. min(B, T) are sold, the others turned away.
//!
//! `copy-and-rename`: the check stays outside, but the new text goes to another
//! file, which then takes the name of the first in one step. There is no moment
//! at which the file is empty; the second check does the rest.
//!
//! How a buyer ends is told by its exit code, and what it bought by a value in shared
//! memory that it alone writes. No other task touches either before main has joined it,
//! so that adds nothing to the orders of the steps.

use unknot_checker::sim::process::{self, Across};
use unknot_checker::sim::{Exception, File, Value};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "ticket-torn-read",
    family: "check-then-act",
    about: "buyers look at a file that is being written",
    covers: &["E35", "E39", "K21", "M16"],
    params: &[
        Param { name: "buyers", about: "processes that buy", default: 3, min: 2, max: 10 },
        Param { name: "tickets", about: "tickets in the file", default: 2, min: 1, max: 3 },
    ],
    variants: &[
        Variant::new(
            "check-outside-lock",
            "looks before the lock and once more inside",
            check_outside_lock,
            |params| {
                Expectation::pass()
                    .sometimes(Kind::Exception)
                    .outcomes(torn_outcomes(params))
                    .exhausts_if(params.int("buyers") <= 5)
            },
        ),
        Variant::new(
            "check-inside-lock",
            "looks only with the lock held",
            check_inside_lock,
            |params| right(params).exhausts_if(params.int("buyers") <= 7),
        ),
        Variant::new(
            "copy-and-rename",
            "looks before the lock; a purchase replaces the file",
            copy_and_rename,
            |params| right(params).exhausts_if(params.int("buyers") <= 5),
        ),
    ],
    source: source!("ticket_torn_read.rs"),
};

/// How many tickets were sold and are left, how many buyers were turned away
/// and died.
fn sales([sold, left, rejected, crashed]: [i64; 4]) -> Value {
    Value::Record(vec![
        ("sold", sold.into()),
        ("left", left.into()),
        ("rejected", rejected.into()),
        ("crashed", crashed.into()),
    ])
}

fn torn_outcomes(params: &Params) -> Vec<Value> {
    let (b, t) = (params.int("buyers"), params.int("tickets"));
    let unsold = (1..t.min(b + 1)).map(|sold| [sold, t - sold, 0, b - sold]);
    let all_sold = (0..=b - t).map(|crashed| [t, 0, b - t - crashed, crashed]);
    unsold.chain(all_sold).map(sales).collect()
}

fn right(params: &Params) -> Expectation {
    let (b, t) = (params.int("buyers"), params.int("tickets"));
    let sold = b.min(t);
    Expectation::pass().outcomes([sales([sold, t - sold, b - sold, 0])])
}

/// What all buyers share.
#[derive(Clone)]
struct Counter {
    file: File,
    copy: File,
    lock: process::Lock,
}

fn check_outside_lock(params: &Params) -> Result<Value, Exception> {
    sell(params, |counter| {
        if load(&counter.file)? == 0 {
            return Ok(false);
        }
        let _guard = counter.lock.lock()?;
        buy(counter, |counter, text| dump(&counter.file, &text))
    })
}

fn check_inside_lock(params: &Params) -> Result<Value, Exception> {
    sell(params, |counter| {
        let _guard = counter.lock.lock()?;
        buy(counter, |counter, text| dump(&counter.file, &text))
    })
}

fn copy_and_rename(params: &Params) -> Result<Value, Exception> {
    sell(params, |counter| {
        if load(&counter.file)? == 0 {
            return Ok(false);
        }
        let _guard = counter.lock.lock()?;
        buy(counter, |counter, text| {
            dump(&counter.copy, &text);
            counter.file.replace(&counter.copy.read());
        })
    })
}

/// Buys a ticket if there is one, and says whether.
fn buy(counter: &Counter, replace: fn(&Counter, String)) -> Result<bool, Exception> {
    let seen = load(&counter.file)?;
    if seen > 0 {
        replace(counter, json(seen - 1));
    }
    Ok(seen > 0)
}

fn json(tickets: i64) -> String {
    format!("{{\"count\": {tickets}}}")
}

/// Opens a file to write, which truncates it, and puts a text in.
fn dump(file: &File, text: &str) {
    file.truncate();
    file.write(text);
}

/// Reads the number of tickets.
fn load(file: &File) -> Result<i64, Exception> {
    let text = file.read();
    let number = text.strip_prefix("{\"count\": ").and_then(|rest| rest.strip_suffix('}'));
    number
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| Exception::new("JSONDecodeError", format!("no value in '{text}'")))
}

/// What became of a buyer that did not die.
const BOUGHT: i64 = 1;
const REJECTED: i64 = 2;

/// Runs the buyers, each of which says whether it bought.
fn sell(
    params: &Params,
    buyer: fn(&Counter) -> Result<bool, Exception>,
) -> Result<Value, Exception> {
    let counter = Across::of(Counter {
        file: File::named("tickets.json", &json(params.int("tickets"))),
        copy: File::named("tickets.new", ""),
        lock: process::Lock::named("lock"),
    });
    let ends = process::Array::named("ends", vec![0; params.size("buyers")]);
    let mut buyers = vec![];
    for (i, end) in ends.iter().enumerate() {
        let buyer = move |(counter, end): (Across<Counter>, process::Value<i64>)| {
            end.write(if buyer(&counter)? { BOUGHT } else { REJECTED });
            Ok::<_, Exception>(())
        };
        let new = process::new((counter.clone(), end.clone()), buyer);
        buyers.push(new.named(("buyer", i + 1)).start()?);
    }
    let (mut sold, mut rejected, mut crashed) = (0, 0, 0);
    for (buyer, end) in buyers.iter().zip(ends.iter()) {
        buyer.join()?;
        match (buyer.exit_code(), end.read()) {
            (Some(0), BOUGHT) => sold += 1,
            (Some(0), _) => rejected += 1,
            _ => crashed += 1,
        }
    }
    Ok(sales([sold, load(&counter.file)?, rejected, crashed]))
}
