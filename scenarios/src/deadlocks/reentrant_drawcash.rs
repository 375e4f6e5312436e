//! Cash with interest (E116; M07).
//!
//! An account has a lock of its own. Withdrawing takes it; drawing cash takes
//! it too, adds five percent of interest, and withdraws.
//!
//! ```text
//!   T1
//!   lock account              drawing cash
//!   lock account  BLOCKED     withdrawing, inside it
//! ```
//!
//! `plain-lock`: the second acquire waits for the release of the first, which
//! comes only after it. One thread, one schedule, and it waits for itself.
//!
//! `rlock`: the owner may go one level deeper. 100 and 5 percent of it are
//! drawn from 1,000: 895 are left.
//!
//! The document defines the method, the only one that needs the reentrant lock,
//! and never calls it.

use unknot_checker::sim::{Exception, Lock, RLock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "reentrant-drawcash",
    family: "deadlocks",
    about: "drawing cash locks the account and withdraws under it",
    covers: &["E116", "M07"],
    params: &[],
    variants: &[
        Variant::new("plain-lock", "the account has a plain lock", plain_lock, |_| {
            Expectation::pass().always(Kind::Deadlock).outcomes::<Value>([])
        }),
        Variant::new("rlock", "the account has a reentrant lock", rlock, |_| {
            Expectation::pass().outcomes([895])
        }),
    ],
    source: source!("reentrant_drawcash.rs"),
};

const BALANCE: i64 = 1_000;
const CASH: i64 = 100;
const INTEREST_PERCENT: i64 = 5;

fn plain_lock(_: &Params) -> Result<Value, Exception> {
    let lock = Lock::named("account");
    draw_cash(move |section| {
        let _held = lock.lock()?;
        section()
    })
}

fn rlock(_: &Params) -> Result<Value, Exception> {
    let lock = RLock::named("account");
    draw_cash(move |section| {
        let _held = lock.lock()?;
        section()
    })
}

/// What is done with an account under its lock.
type Section<'a> = &'a dyn Fn() -> Result<(), Exception>;

/// A customer draws cash; `locked` carries out a section under the lock.
fn draw_cash(
    locked: impl Fn(Section<'_>) -> Result<(), Exception> + 'static,
) -> Result<Value, Exception> {
    let balance = Shared::named("balance", BALANCE);
    let account = balance.clone();
    let customer = spawn_named("customer", move || {
        let withdraw = |amount| {
            locked(&|| {
                account.write(account.read() - amount);
                Ok(())
            })
        };
        locked(&|| withdraw(CASH + CASH * INTEREST_PERCENT / 100))
    });
    customer.join()??;
    Ok(balance.read().into())
}
