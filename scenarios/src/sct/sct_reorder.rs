//! Setters each write a and then b; one task looks whether it sees the one without the other.
//!
//! ```text
//!   setter            checker
//!   a = 1
//!                     reads a 1, b 0      the one without the other
//!   b = -1
//! ```
//!
//! `bare`: the checker has to read after the first write of a and before the first of b; or a
//! before all writes, and b after a setter has written both (it reads 0 and -1). Since it is
//! started last, most schedules have all of it behind the setters. `locked`: both writes are one for what takes the lock.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sct-reorder",
    family: "sct",
    about: "setters write two variables, and one task sees the one without the other",
    covers: &[],
    params: &[Param { name: "setters", about: "tasks that write", default: 2, min: 1, max: 100 }],
    variants: &[
        Variant::new("bare", "nothing holds the two writes together", bare, |params| {
            let pass = Expectation::pass().sometimes(Kind::InvariantViolation).outcomes([()]);
            pass.exhausts_if(params.int("setters") <= 3)
        }),
        Variant::new("locked", "a lock holds them together", locked, |params| {
            Expectation::pass().outcomes([()]).exhausts_if(params.int("setters") <= 6)
        }),
    ],
    source: source!("sct_reorder.rs"),
};

fn bare(params: &Params) -> Result<Value, Exception> {
    run(params, None)
}

fn locked(params: &Params) -> Result<Value, Exception> {
    run(params, Some(&Lock::named("lock")))
}

fn run(params: &Params, lock: Option<&Lock>) -> Result<Value, Exception> {
    let (a, b) = (Shared::named("a", 0), Shared::named("b", 0));
    let mut tasks = vec![];
    for _ in 0..params.int("setters") {
        let (a, b, lock) = (a.clone(), b.clone(), lock.cloned());
        tasks.push(spawn(move || -> Result<(), Exception> {
            let _guard = lock.as_ref().map(Lock::lock).transpose()?;
            a.write(1);
            b.write(-1);
            Ok(())
        }));
    }
    let lock = lock.cloned();
    tasks.push(spawn(move || -> Result<(), Exception> {
        let _guard = lock.as_ref().map(Lock::lock).transpose()?;
        let seen = (a.read(), b.read());
        verify!(matches!(seen, (0, 0) | (1, -1)), "saw {seen:?}");
        Ok(())
    }));
    tasks.into_iter().try_for_each(|task| task.join()?)?;
    Ok(().into())
}
