//! A stack with a lock around each push and pop, and a look outside of it.
//!
//! ```text
//!   T1                        T2
//!   is it empty? no
//!                             is it empty? no
//!                             lock: pop
//!   lock: pop                                  of an empty stack
//! ```
//!
//! One item lies there, and two tasks take one if there is one. `looks-outside`: both see the
//! same item, and both take one. `looks-inside`: one of the two gets it. Main returns how many
//! were taken.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn, verify};
use unknot_checker::{Expectation, Kind, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sct-stack",
    family: "sct",
    about: "tasks look outside of a lock whether a stack is empty",
    covers: &[],
    params: &[],
    variants: &[
        Variant::new("looks-outside", "looks before it takes the lock", looks_outside, |_| {
            Expectation::pass().sometimes(Kind::InvariantViolation).outcomes([1, 2])
        }),
        Variant::new("looks-inside", "looks with the lock held", looks_inside, |_| {
            Expectation::pass().outcomes([1])
        }),
    ],
    source: source!("sct_stack.rs"),
};

fn looks_outside(_: &Params) -> Result<Value, Exception> {
    run(false)
}

fn looks_inside(_: &Params) -> Result<Value, Exception> {
    run(true)
}

fn run(looks_inside: bool) -> Result<Value, Exception> {
    let (lock, height) = (Lock::named("lock"), Shared::named("height", 1));
    let take = || {
        let (lock, height) = (lock.clone(), height.clone());
        spawn(move || -> Result<i64, Exception> {
            if !looks_inside && height.read() == 0 {
                return Ok(0);
            }
            let _guard = lock.lock()?;
            let now = height.read();
            if looks_inside && now == 0 {
                return Ok(0);
            }
            verify!(now > 0, "there is nothing to take");
            height.write(now - 1);
            Ok(1)
        })
    };
    let (one, other) = (take(), take());
    Ok((one.join()?? + other.join()??).into())
}
