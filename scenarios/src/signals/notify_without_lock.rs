//! A notification without the lock (a textbook lost wake-up of C++ and Rust programs).
//!
//! A condition variable may be notified without its lock. That is harmless as long as what
//! is waited for changes under the lock: then no change comes between the look of a waiter
//! and its parking.
//!
//! ```text
//!   T0 (main)               T1 (sets ready)
//!   lock
//!   is it ready? no
//!                           ready = true
//!                           notify                 no task waits
//!   wait  BLOCKED
//! ```
//!
//! `changed-outside`: nothing keeps the change from coming there, and the notification is
//! lost.
//!
//! `changed-under-lock`: the change comes before the lock is taken, or when main has parked.
//! The notification may come at any time after it.

use unknot_checker::sim::{Atomic, Condition, Exception, Lock, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "notify-without-lock",
    family: "signals",
    about: "a condition is notified by a task that does not have its lock",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("changed-outside", "changes the flag without the lock", outside, |_| {
            Expectation::pass().sometimes(Kind::Hang).outcomes([1])
        }),
        Variant::new("changed-under-lock", "changes the flag under the lock", under_lock, |_| {
            Expectation::pass().outcomes([1])
        }),
    ],
    source: source!("notify_without_lock.rs"),
};

fn outside(_: &Params) -> Result<Value, Exception> {
    wait_until_ready(|_, ready| {
        ready.store(1);
        Ok(())
    })
}

fn under_lock(_: &Params) -> Result<Value, Exception> {
    wait_until_ready(|lock, ready| {
        let _held = lock.lock()?;
        ready.store(1);
        Ok(())
    })
}

/// Main waits for the flag, and another task changes it and notifies.
fn wait_until_ready(
    change: fn(&Lock, &Atomic) -> Result<(), Exception>,
) -> Result<Value, Exception> {
    let (lock, ready) = (Lock::named("lock"), Atomic::named("ready", 0));
    let changed = Condition::named("changed", &lock).notified_by_any_task();
    let (their_lock, theirs, bell) = (lock.clone(), ready.clone(), changed.clone());
    spawn_named("setter", move || -> Result<(), Exception> {
        change(&their_lock, &theirs)?;
        bell.notify_all()
    });
    let _held = lock.lock()?;
    changed.wait_for(|| ready.load() == 1)?;
    Ok(ready.load().into())
}
