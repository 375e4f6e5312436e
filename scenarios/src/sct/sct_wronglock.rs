//! One task counts under another lock than all others.
//!
//! ```text
//!   T1                T2
//!   lock right        lock wrong
//!   read 0
//!                     read 0
//!                     write 1
//!   write 1                        the update of T2 is lost
//! ```
//!
//! `two-locks`: those under one lock count one after the other; the odd one out can come in
//! between any of them, and loses an update or has its own lost. The last write decides: n + 1
//! tasks count, and the end is n + 1, or any smaller number down to 1, since the odd one out may
//! read first of all and write last of all. `one-lock`: n + 1.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sct-wronglock",
    family: "sct",
    about: "one task counts under another lock than the others",
    covers: &[],
    params: &[Param {
        name: "others",
        about: "tasks under one lock",
        default: 2,
        min: 1,
        max: 100,
    }],
    variants: &[
        Variant::new("two-locks", "the first task takes the wrong one", two_locks, |params| {
            let others = params.int("others");
            let pass = Expectation::pass().sometimes(Kind::LostUpdate).outcomes(1..=others + 1);
            pass.exhausts_if(others <= 4)
        }),
        Variant::new("one-lock", "all take the same", one_lock, |params| {
            let others = params.int("others");
            Expectation::pass().outcomes([others + 1]).exhausts_if(others <= 5)
        }),
    ],
    source: source!("sct_wronglock.rs"),
};

fn two_locks(params: &Params) -> Result<Value, Exception> {
    run(params, Lock::named("wrong"), Lock::named("right"))
}

fn one_lock(params: &Params) -> Result<Value, Exception> {
    let lock = Lock::named("lock");
    run(params, lock.clone(), lock)
}

fn run(params: &Params, first: Lock, others: Lock) -> Result<Value, Exception> {
    let count = Shared::named("count", 0);
    let mut tasks = vec![];
    for nth in 0..=params.int("others") {
        let (count, lock) = (count.clone(), if nth == 0 { first.clone() } else { others.clone() });
        tasks.push(spawn(move || -> Result<(), Exception> {
            let _guard = lock.lock()?;
            count.write(count.read() + 1);
            Ok(())
        }));
    }
    tasks.into_iter().try_for_each(|task| task.join()?)?;
    Ok(count.read().into())
}
