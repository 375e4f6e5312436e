//! Tasks that are alike: classes that differ only in which of them is which are one.
//!
//! `locked`: the counter inside one lock, n! classes of which each is each other one with other
//! names: 1 up to renaming, for any n.
//!
//! `bare`: the counter without a lock, (n!)² classes. Each write stands at its own place in the
//! order of all writes, so to exchange tasks always makes another class: each is one of n! that
//! differ in names alone, and n! are left up to renaming. Any number of updates but all may
//! be lost, so the end is one of 1 to n.
//!
//! `buyers`: each looks whether a ticket is left, and if so, looks once more under a lock and
//! takes it. However many there are, the first t that have the lock get one.

use unknot_checker::sim::{Exception, Lock, Shared, Value, spawn_many_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bench-crowd",
    family: "bench",
    about: "tasks that are alike, and which of them is which does not matter",
    covers: &[],
    params: &[
        Param { name: "n", about: "tasks", default: 5, min: 1, max: 100 },
        Param { name: "tickets", about: "tickets, for buyers", default: 2, min: 1, max: 3 },
    ],
    variants: &[
        Variant::new("locked", "read, then write one more, inside a lock", locked, |params| {
            Expectation::pass().outcomes([params.int("n")])
        }),
        Variant::new("bare", "read, then write one more", bare, |params| {
            let n = params.int("n");
            let expected = Expectation::pass().outcomes(1..=n).exhausts_if(n <= 8);
            if n > 1 { expected.sometimes(Kind::LostUpdate) } else { expected }
        }),
        Variant::new("buyers", "check, then check and take in a lock", buyers, |params| {
            let (n, tickets) = (params.int("n"), params.int("tickets"));
            Expectation::pass().outcomes([n.min(tickets)]).exhausts_if(n <= 10)
        }),
    ],
    source: source!("bench_crowd.rs"),
};

fn locked(params: &Params) -> Result<Value, Exception> {
    count(params, Some(Lock::named("lock")))
}

fn bare(params: &Params) -> Result<Value, Exception> {
    count(params, None)
}

fn count(params: &Params, lock: Option<Lock>) -> Result<Value, Exception> {
    let x = Shared::named("x", 0);
    let theirs = x.clone();
    let crowd = spawn_many_named("counter", params.size("n"), move || -> Result<(), Exception> {
        let _guard = lock.as_ref().map(Lock::lock).transpose()?;
        let seen = theirs.read();
        theirs.write(seen + 1);
        Ok(())
    });
    crowd.join()?.into_iter().collect::<Result<(), Exception>>()?;
    Ok(x.read().into())
}

fn buyers(params: &Params) -> Result<Value, Exception> {
    let (left, lock) = (Shared::named("left", params.int("tickets")), Lock::named("lock"));
    let crowd = spawn_many_named("buyer", params.size("n"), move || -> Result<bool, Exception> {
        if left.read() == 0 {
            return Ok(false);
        }
        let _guard = lock.lock()?;
        let now = left.read();
        if now == 0 {
            return Ok(false);
        }
        left.write(now - 1);
        verify!(now > 0, "{now} tickets were left");
        Ok(true)
    });
    let bought = crowd.join()?.into_iter().collect::<Result<Vec<bool>, Exception>>()?;
    let sold = bought.into_iter().filter(|&bought| bought).count();
    Ok(i64::try_from(sold).expect("few").into())
}
