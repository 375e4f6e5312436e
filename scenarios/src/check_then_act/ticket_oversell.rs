//! Buyers of the last tickets (E35 E39; K20; M16).
//!
//! The number of tickets is in a file that all buyers share, each of them a
//! process: that they share no memory does not help, since they share the file. A buyer
//! checks that there is one left, then reads the number again and writes it back less
//! one. Here a write is one step; that the file is empty for a moment is the story of
//! `ticket-torn-read`. Each buyer has a value of its own in shared memory to say whether it
//! bought, which main reads after the join.
//!
//! ```text
//!   T1                T2
//!   check 1
//!                     check 1
//!   read 1
//!                     read 1
//!   write 0
//!                     write 0     two tickets sold of one
//! ```
//!
//! `no-lock`, B buyers and T tickets. Each of s sales writes what it read less
//! one, so the last of them leaves T - c where c is the length of the chain of
//! sales, each reading what the one before wrote, that leads to it. With s = B
//! any c up to min(B, T) is possible: the others read T, and write before the
//! chain. A buyer is turned away only after some chain of T sales has written
//! 0. Then 0 is left and s is anything from T to B - 1; or a sale outside that
//! chain writes a number above 0 afterwards, which makes s at least T + 1.
//! Where sold and left are not T together, or more than T are sold, it is an
//! `invariant-violation`, and `lost-update`s are why.
//!
//! `no-second-check`: the purchase is locked, but trusts a check made before.
//! Under the lock nothing is lost, so sold and left are always T together. But
//! all buyers that checked in time buy, any number from min(B, T) to B, and the number
//! of tickets left falls below 0.
//!
//! `second-check`, the document's program: it looks again under the lock, and
//! so never sells what is not there: min(B, T) are sold.
//!
//! `all-in-lock`: check and purchase are one section; the same.

use unknot_checker::sim::{Exception, File, Value, process, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "ticket-oversell",
    family: "check-then-act",
    about: "buyers check that tickets are left, then buy one",
    covers: &["E35", "E39", "K20", "M16"],
    params: &[
        Param { name: "buyers", about: "processes that buy", default: 3, min: 2, max: 10 },
        Param { name: "tickets", about: "tickets in the file", default: 2, min: 1, max: 3 },
    ],
    variants: &[
        Variant::new("no-lock", "nothing around check and purchase", no_lock, |params| {
            Expectation::pass()
                .sometimes(Kind::InvariantViolation)
                .sometimes(Kind::LostUpdate)
                .outcomes(unlocked_outcomes(params))
                .exhausts_if(params.int("buyers") <= 4)
        }),
        Variant::new(
            "no-second-check",
            "the purchase in a lock, the check before it",
            no_second_check,
            |params| {
                let (b, t) = sizes(params);
                let expected = Expectation::pass()
                    .outcomes((b.min(t)..=b).map(|sold| sales(sold, t - sold, b - sold)))
                    .exhausts_if(b <= 5);
                if b > t { expected.sometimes(Kind::InvariantViolation) } else { expected }
            },
        ),
        Variant::new(
            "second-check",
            "checks before the lock and once more inside",
            second_check,
            |params| right(params).exhausts_if(params.int("buyers") <= 5),
        ),
        Variant::new("all-in-lock", "check and purchase in one section", all_in_lock, |params| {
            right(params).exhausts_if(params.int("buyers") <= 7)
        }),
    ],
    source: source!("ticket_oversell.rs"),
};

fn sizes(params: &Params) -> (i64, i64) {
    (params.int("buyers"), params.int("tickets"))
}

fn sales(sold: i64, left: i64, rejected: i64) -> Value {
    Value::Record(vec![("sold", sold.into()), ("left", left.into()), ("rejected", rejected.into())])
}

fn right(params: &Params) -> Expectation {
    let (b, t) = sizes(params);
    let sold = b.min(t);
    Expectation::pass().outcomes([sales(sold, t - sold, b - sold)])
}

fn unlocked_outcomes(params: &Params) -> Vec<Value> {
    let (b, t) = sizes(params);
    let nobody_rejected = (1..=b.min(t)).map(|chain| sales(b, t - chain, 0));
    let none_left = (t..b).map(|sold| sales(sold, 0, b - sold));
    let some_left = (t + 1..b).flat_map(|sold| (1..t).map(move |left| sales(sold, left, b - sold)));
    nobody_rejected.chain(none_left).chain(some_left).collect()
}

fn no_lock(params: &Params) -> Result<Value, Exception> {
    sell(params, |file, _| Ok(load(file)? > 0 && buy(file)?))
}

fn no_second_check(params: &Params) -> Result<Value, Exception> {
    sell(params, |file, lock| {
        if load(file)? <= 0 {
            return Ok(false);
        }
        let _guard = lock.lock()?;
        let seen = load(file)?;
        dump(file, seen - 1);
        Ok(true)
    })
}

fn second_check(params: &Params) -> Result<Value, Exception> {
    sell(params, |file, lock| {
        if load(file)? <= 0 {
            return Ok(false);
        }
        let _guard = lock.lock()?;
        buy(file)
    })
}

fn all_in_lock(params: &Params) -> Result<Value, Exception> {
    sell(params, |file, lock| {
        let _guard = lock.lock()?;
        buy(file)
    })
}

/// The number in the file.
fn load(file: &File) -> Result<i64, Exception> {
    let text = file.read();
    text.parse().map_err(|_| Exception::new("JSONDecodeError", format!("no value in '{text}'")))
}

fn dump(file: &File, tickets: i64) {
    file.write(&tickets.to_string());
}

/// Reads the number, writes it less one if it is above 0, and says whether.
fn buy(file: &File) -> Result<bool, Exception> {
    let seen = load(file)?;
    if seen > 0 {
        dump(file, seen - 1);
    }
    Ok(seen > 0)
}

/// Runs the buyers, each of which says whether it bought.
fn sell(
    params: &Params,
    buyer: fn(&File, &process::Lock) -> Result<bool, Exception>,
) -> Result<Value, Exception> {
    let (n, tickets) = sizes(params);
    let (file, lock) = (File::named("tickets", &tickets.to_string()), process::Lock::named("lock"));
    let bought = process::Array::named("bought", vec![false; params.size("buyers")]);
    let mut buyers = vec![];
    for (i, mine) in bought.iter().enumerate() {
        let args = (file.clone(), lock.clone(), mine.clone());
        let buyer = move |(file, lock, mine): (File, process::Lock, process::Value<bool>)| {
            mine.write(buyer(&file, &lock)?);
            Ok::<_, Exception>(())
        };
        buyers.push(process::new(args, buyer).named(("buyer", i + 1)).start()?);
    }
    let mut sold = 0;
    for (buyer, bought) in buyers.into_iter().zip(bought.iter()) {
        buyer.join()?;
        sold += i64::from(bought.read());
    }
    let left = load(&file)?;
    let is_right = sold <= tickets && sold + left == tickets;
    verify!(is_right, "{sold} of {tickets} tickets sold, and {left} left");
    Ok(sales(sold, left, n - sold))
}
