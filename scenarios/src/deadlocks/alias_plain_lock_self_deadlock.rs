//! One plain lock under two names (E61; M07).
//!
//! The noodles and the chopsticks of the hungry guests are bound to one lock,
//! which cured the deadlock while that lock was reentrant. Now it is a plain
//! one.
//!
//! ```text
//!   T1                              T2
//!   lock chopsticks
//!   lock noodles  BLOCKED                           by T1 itself
//!                                   lock noodles  BLOCKED   behind T1
//! ```
//!
//! `plain-lock`: the first guest to come in takes the lock and then asks for it
//! again. Only the owner could give it back, and the owner waits: a cycle of
//! one task. All others find the lock taken. So in every schedule all guests
//! are stuck, a guest alone as well, and the schedules differ only in which guest
//! came in first: n of them.
//!
//! `rlock`: the second acquire of the owner is a nested one and never waits.
//! The guests eat one after another, in any of n! orders.

use unknot_checker::sim::{Exception, Lock, RLock, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "alias-plain-lock-self-deadlock",
    family: "deadlocks",
    about: "chopsticks and noodles are one lock, and a guest takes both",
    covers: &["E61", "M07"],
    params: &[Param { name: "guests", about: "guests", default: 3, min: 1, max: 10 }],
    variants: &[
        Variant::new("plain-lock", "both names mean one plain lock", plain_lock, |_| {
            Expectation::pass().always(Kind::Deadlock).outcomes::<Value>([])
        }),
        Variant::new("rlock", "both names mean one reentrant lock", rlock, |params| {
            Expectation::pass().outcomes([()]).exhausts_if(params.int("guests") <= 8)
        }),
    ],
    source: source!("alias_plain_lock_self_deadlock.rs"),
};

fn plain_lock(params: &Params) -> Result<Value, Exception> {
    let chopsticks = Lock::named("chopsticks and noodles");
    let noodles = chopsticks.clone();
    dinner(params, move |swapped| {
        let (first, second) =
            if swapped { (&noodles, &chopsticks) } else { (&chopsticks, &noodles) };
        let _first = first.lock()?;
        let _second = second.lock()?;
        Ok(())
    })
}

fn rlock(params: &Params) -> Result<Value, Exception> {
    let chopsticks = RLock::named("chopsticks and noodles");
    let noodles = chopsticks.clone();
    dinner(params, move |swapped| {
        let (first, second) =
            if swapped { (&noodles, &chopsticks) } else { (&chopsticks, &noodles) };
        let _first = first.lock()?;
        let _second = second.lock()?;
        Ok(())
    })
}

/// Starts the guests; every other one takes the noodles first.
fn dinner(
    params: &Params,
    eat: impl Fn(bool) -> Result<(), Exception> + Clone + 'static,
) -> Result<Value, Exception> {
    let mut guests = vec![];
    for i in 1..=params.size("guests") {
        let eat = eat.clone();
        guests.push(spawn_named(("guest", i), move || eat(i % 2 == 0)));
    }
    for guest in guests {
        guest.join()??;
    }
    Ok(Value::Unit)
}
