//! Chopsticks and noodles (E59 E60; K15; M06 M07).
//!
//! To eat, a guest needs the chopsticks and the noodles. One group of guests
//! takes the chopsticks first, the other group the noodles.
//!
//! ```text
//!   T1 (one group)          T2 (other group)
//!   lock chopsticks
//!                           lock noodles
//!   lock noodles  BLOCKED
//!                           lock chopsticks  BLOCKED
//! ```
//!
//! `opposite-orders`: a guest of each group can hold what the other one wants,
//! and every other guest then waits behind them. Two of one group cannot: the guest
//! that has the first thing is alone in wanting the second. With one guest a group,
//! 2 of 6 schedules deadlock: those in which both take their first thing. With
//! two a group it is 80 of 192, and with three, as in the document, 5,418 of
//! 13,050.
//!
//! `one-order`: all take the chopsticks first. The holder of the noodles then
//! always has the chopsticks too, so no cycle of waits can form. (2k)! orders.
//!
//! `one-rlock`: one reentrant lock under both names. A guest that has it has both,
//! so the guests eat one after another. The cure is that one lock is left;
//! reentrancy is needed only since the code still takes it twice.

use unknot_checker::sim::{Exception, Lock, RLock, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "ab-ba-noodles",
    family: "deadlocks",
    about: "guests take chopsticks and noodles, in two orders",
    covers: &["E59", "E60", "K15", "M06", "M07"],
    params: &[Param { name: "group", about: "guests in each group", default: 2, min: 1, max: 10 }],
    variants: &[
        Variant::new(
            "opposite-orders",
            "one group takes the chopsticks first, the other the noodles",
            opposite_orders,
            |params| {
                Expectation::pass()
                    .sometimes(Kind::Deadlock)
                    .outcomes([()])
                    .exhausts_if(params.int("group") <= 3)
            },
        ),
        Variant::new("one-order", "all guests take the chopsticks first", one_order, |params| {
            Expectation::pass().outcomes([()]).exhausts_if(params.int("group") <= 4)
        }),
        Variant::new("one-rlock", "both names mean one reentrant lock", one_rlock, |params| {
            Expectation::pass().outcomes([()]).exhausts_if(params.int("group") <= 4)
        }),
    ],
    source: source!("ab_ba_noodles.rs"),
};

fn opposite_orders(params: &Params) -> Result<Value, Exception> {
    let (chopsticks, noodles) = (Lock::named("chopsticks"), Lock::named("noodles"));
    dinner(params, move |swapped| {
        let (first, second) =
            if swapped { (&noodles, &chopsticks) } else { (&chopsticks, &noodles) };
        let _first = first.lock()?;
        let _second = second.lock()?;
        Ok(())
    })
}

fn one_order(params: &Params) -> Result<Value, Exception> {
    let (chopsticks, noodles) = (Lock::named("chopsticks"), Lock::named("noodles"));
    dinner(params, move |_| {
        let _first = chopsticks.lock()?;
        let _second = noodles.lock()?;
        Ok(())
    })
}

fn one_rlock(params: &Params) -> Result<Value, Exception> {
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

/// Starts both groups; a guest is told whether it belongs to the second one.
fn dinner(
    params: &Params,
    eat: impl Fn(bool) -> Result<(), Exception> + Clone + 'static,
) -> Result<Value, Exception> {
    let mut guests = vec![];
    for swapped in [false, true] {
        for i in 1..=params.size("group") {
            let eat = eat.clone();
            let name = if swapped { "noodles first" } else { "chopsticks first" };
            guests.push(spawn_named((name, i), move || eat(swapped)));
        }
    }
    for guest in guests {
        guest.join()??;
    }
    Ok(Value::Unit)
}
