//! An account is paid into and drawn from, and a task checks the balance once both are done.
//!
//! ```text
//!   pays in           draws             checks
//!   balance += 20
//!   paid = true
//!                     balance -= 5
//!                     drawn = true
//!                                       paid and drawn: balance 25, not 15
//! ```
//!
//! All is done under one lock. `wrong-sum`: the sum that is compared is wrong, which only a
//! check after both of the others tells. `right-sum` passes. The account ends at 25.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn, verify};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sct-account",
    family: "sct",
    about: "a balance is compared with a sum once two others are done",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("wrong-sum", "compares with what was not paid in", wrong_sum, |_| {
            Expectation::pass().sometimes(Kind::InvariantViolation).outcomes([25])
        }),
        Variant::new("right-sum", "compares with what should be there", right_sum, |_| {
            Expectation::pass().outcomes([25])
        }),
    ],
    source: source!("sct_account.rs"),
};

fn wrong_sum(_: &Params) -> Result<Value, Exception> {
    run(10 + 10 - 5)
}

fn right_sum(_: &Params) -> Result<Value, Exception> {
    run(10 + 20 - 5)
}

fn run(expected: i64) -> Result<Value, Exception> {
    let lock = Lock::named("lock");
    let balance = Shared::named("balance", 10);
    let (paid, drawn) = (Shared::named("paid", false), Shared::named("drawn", false));
    let change = |by: i64, done: &Shared<bool>| {
        let (lock, balance, done) = (lock.clone(), balance.clone(), done.clone());
        spawn(move || -> Result<(), Exception> {
            let _guard = lock.lock()?;
            balance.write(balance.read() + by);
            done.write(true);
            Ok(())
        })
    };
    let tasks = [change(20, &paid), change(-5, &drawn), {
        let (lock, balance) = (lock.clone(), balance.clone());
        spawn(move || -> Result<(), Exception> {
            let _guard = lock.lock()?;
            if paid.read() && drawn.read() {
                let balance = balance.read();
                verify!(balance == expected, "the balance is {balance}");
            }
            Ok(())
        })
    }];
    tasks.into_iter().try_for_each(|task| task.join()?)?;
    Ok(balance.read().into())
}
