//! Two withdrawals, one of which the account can bear (E116; M27).
//!
//! The document's account has a lock around each change of its balance, but
//! never asks whether there is enough. Here it asks: 100 are there, and each
//! withdrawal wants 80.
//!
//! ```text
//!   T1                T2
//!   enough? 100
//!                     enough? 100
//!   lock, take 80
//!                     lock, take 80     -60
//! ```
//!
//! `check-outside-lock`, n withdrawals: only one fits. But each withdrawal that checks
//! before the first one takes its money takes its own, so their number k is any from 1
//! to n: 100 - 80 k are left. A balance below 0 is the `invariant-violation`.
//! No update is lost, for the balance is read again under the lock. With two
//! withdrawals 6 of 10 schedules end at -60 and 4 at 20.
//!
//! `check-inside-lock`: check and change are one section. The first sees 100,
//! all others 20: 20 are left.

use unknot_checker::sim::{Exception, Lock, Shared, Value, always, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "overdraft-check-outside-lock",
    family: "check-then-act",
    about: "withdrawals check that there is enough, then take it",
    covers: &["E116", "M27"],
    params: &[Param {
        name: "withdrawals",
        about: "threads that withdraw 80 of 100",
        default: 2,
        min: 2,
        max: 5,
    }],
    variants: &[
        Variant::new(
            "check-outside-lock",
            "checks, then takes the lock and the money",
            check_outside_lock,
            |params| {
                let n = params.int("withdrawals");
                Expectation::pass()
                    .sometimes(Kind::InvariantViolation)
                    .outcomes((1..=n).map(|k| START - k * AMOUNT))
                    .exhausts_if(n <= 4)
            },
        ),
        Variant::new(
            "check-inside-lock",
            "checks and takes the money in one section",
            check_inside_lock,
            |_| Expectation::pass().outcomes([START - AMOUNT]),
        ),
    ],
    source: source!("overdraft_check_outside_lock.rs"),
};

const START: i64 = 100;
const AMOUNT: i64 = 80;

fn check_outside_lock(params: &Params) -> Result<Value, Exception> {
    withdraw(params, |balance, lock| {
        if balance.read() >= AMOUNT {
            let _guard = lock.lock()?;
            let seen = balance.read();
            balance.write(seen - AMOUNT);
        }
        Ok(())
    })
}

fn check_inside_lock(params: &Params) -> Result<Value, Exception> {
    withdraw(params, |balance, lock| {
        let _guard = lock.lock()?;
        let seen = balance.read();
        if seen >= AMOUNT {
            balance.write(seen - AMOUNT);
        }
        Ok(())
    })
}

/// Runs the withdrawals and says what is left.
fn withdraw(
    params: &Params,
    body: fn(&Shared<i64>, &Lock) -> Result<(), Exception>,
) -> Result<Value, Exception> {
    let (balance, lock) = (Shared::named("balance", START), Lock::named("lock"));
    let watched = balance.clone();
    always("the balance is not below 0", move || watched.read() >= 0);
    let mut threads = vec![];
    for i in 1..=params.size("withdrawals") {
        let (balance, lock) = (balance.clone(), lock.clone());
        threads.push(spawn_named(("withdrawal", i), move || body(&balance, &lock)));
    }
    for thread in threads {
        thread.join()??;
    }
    Ok(balance.read().into())
}
