//! A number goes up by one and down by one, for ever (E131 E132; K25; M03).
//!
//! Two threads add one to a global number and take it off again, round after
//! round, with a pause in between. Each round leaves the number as it was, so
//! one expects 0 after every round.
//!
//! ```text
//!   T1                T2
//!   read 0 (up)
//!   write 1
//!                     read 1 (up)
//!   read 1 (down)
//!   write 0
//!                     write 2      the way down of T1 is lost
//!                     read 2 (down)
//!                     write 1      1 is left for ever
//! ```
//!
//! `no-lock`, n threads of r rounds: a value is at most the number of ways up
//! written before it, so at most nr, and the last write of all is a way down,
//! so the end is at most nr - 1. It is reached when each way up but the first
//! begins before and ends behind the last way down, as above: then that one is
//! lost, nr - 1 times in all. With k such losses and the other rounds one after
//! another the end is k. In the same way no way down before the first way up
//! can be, so the first one writes at least 0 and each further one takes off
//! at most one: at least -(nr - 1), reached when each way up but the first lies
//! inside the way down before it. So the set is -(nr - 1) to nr - 1. What is
//! not 0 is the `invariant-violation`; it comes of `lost-update`s only.
//!
//! `no-lock-endless`: the program as it stands, cut after a number of steps.
//! Each thread is at 0 or 1 of its round, so the number should lie between 0
//! and n at every moment. It does not: it gets to -1 within eight steps (T1
//! reads 0, T2 goes up and reads 1, T1 writes 1, T2 writes 0, T1 goes down).
//!
//! `read-without-lock`: the threads lock their rounds, but a thread that only
//! looks does not, and sees 0 or the 1 in the middle of a round: a dirty read.
//!
//! `locked`, `locked-endless`: a round is a section under one lock, so it
//! starts from what the last one left: 0, whenever the lock is free.
//!
//! The pauses are outside the rounds and change nothing here, where durations
//! do not count.

use unknot_checker::sim::{
    Exception, JoinHandle, Lock, Shared, Value, always, spawn_named, verify,
};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "inc-dec-drift",
    family: "lost-updates",
    about: "threads count a number up and down again, in rounds",
    covers: &["E131", "E132", "K25", "M03"],
    params: &[
        Param { name: "threads", about: "threads that count", default: 3, min: 2, max: 4 },
        Param { name: "rounds", about: "rounds of each thread", default: 1, min: 1, max: 5 },
    ],
    variants: &[
        Variant::new("no-lock", "up and down with nothing around it", no_lock, |params| {
            let drift = params.int("threads") * params.int("rounds") - 1;
            Expectation::pass()
                .sometimes(Kind::InvariantViolation)
                .sometimes(Kind::LostUpdate)
                .outcomes(-drift..=drift)
                .exhausts_if(drift < 3 || params.int("threads") == 2 && drift == 3)
        }),
        Variant::new(
            "no-lock-endless",
            "the same without an end; watched at every moment",
            no_lock_endless,
            |params| {
                Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .sometimes(Kind::LostUpdate)
                    .outcomes::<Value>([])
                    .bounded()
                    .exhausts_if(params.int("threads") <= 3)
            },
        )
        .cut_after(13),
        Variant::new(
            "read-without-lock",
            "rounds in a lock, beside a reader that looks without it",
            read_without_lock,
            |params| {
                Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .outcomes([0, 1])
                    .exhausts_if(rounds_in_all(params) <= 10)
            },
        ),
        Variant::new("locked", "each round inside a lock", locked, |params| {
            Expectation::pass().outcomes([0]).exhausts_if(rounds_in_all(params) <= 10)
        }),
        Variant::new(
            "locked-endless",
            "rounds inside a lock, without an end",
            locked_endless,
            |_| Expectation::pass().endless(),
        )
        .cut_after(32),
    ],
    source: source!("inc_dec_drift.rs"),
};

fn rounds_in_all(params: &Params) -> i64 {
    params.int("threads") * params.int("rounds")
}

fn no_lock(params: &Params) -> Result<Value, Exception> {
    let (number, rounds) = (Shared::named("number", 0), params.int("rounds"));
    let counted = number.clone();
    join(count(params, move || {
        (0..rounds).for_each(|_| up_and_down(&counted));
        Ok(())
    }))?;
    let left = number.read();
    verify!(left == 0, "{left} is left");
    Ok(left.into())
}

fn no_lock_endless(params: &Params) -> Result<Value, Exception> {
    let (number, threads) = (Shared::named("number", 0), params.int("threads"));
    let watched = number.clone();
    always("the number is between 0 and the threads", move || {
        (0..=threads).contains(&watched.read())
    });
    join(count(params, move || {
        loop {
            up_and_down(&number);
        }
    }))
}

fn read_without_lock(params: &Params) -> Result<Value, Exception> {
    let (number, lock) = (Shared::named("number", 0), Lock::named("lock"));
    let rounds = params.int("rounds");
    let (theirs, counted) = (number.clone(), number);
    let threads = count(params, move || (0..rounds).try_for_each(|_| round(&counted, &lock)));
    let reader = spawn_named("reader", move || {
        let seen = theirs.read();
        verify!(seen == 0, "the reader saw {seen}");
        seen
    });
    let seen = reader.join()?;
    join(threads)?;
    Ok(seen.into())
}

fn locked(params: &Params) -> Result<Value, Exception> {
    let (number, lock) = (Shared::named("number", 0), Lock::named("lock"));
    let (counted, rounds) = (number.clone(), params.int("rounds"));
    join(count(params, move || (0..rounds).try_for_each(|_| round(&counted, &lock))))?;
    Ok(number.read().into())
}

fn locked_endless(params: &Params) -> Result<Value, Exception> {
    let (number, lock) = (Shared::named("number", 0), Lock::named("lock"));
    join(count(params, move || {
        loop {
            round(&number, &lock)?;
        }
    }))
}

fn up_and_down(number: &Shared<i64>) {
    for by in [1, -1] {
        let seen = number.read();
        number.write(seen + by);
    }
}

/// A round inside the lock, which leaves 0.
fn round(number: &Shared<i64>, lock: &Lock) -> Result<(), Exception> {
    let _guard = lock.lock()?;
    up_and_down(number);
    let left = number.read();
    verify!(left == 0, "a round left {left}");
    Ok(())
}

type Started = Vec<JoinHandle<Result<(), Exception>>>;

/// Starts the threads, all of which do the same.
fn count(params: &Params, body: impl Fn() -> Result<(), Exception> + Clone + 'static) -> Started {
    (1..=params.size("threads")).map(|i| spawn_named(("counter", i), body.clone())).collect()
}

fn join(started: Started) -> Result<Value, Exception> {
    for thread in started {
        thread.join()??;
    }
    Ok(Value::Unit)
}
