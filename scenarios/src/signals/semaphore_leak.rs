//! A holder dies and takes its permit along (S10; M20).
//!
//! Customers share a few permits. Some of them die of an error while they have
//! one.
//!
//! ```text
//!   T1          T2          T3                 with one permit
//!   acquire
//!   dies
//!               acquire  BLOCKED
//!                           acquire  BLOCKED
//! ```
//!
//! `dies-holding`: the permit of a customer that dies is gone, since a
//! semaphore has no owner that could be missed. With n customers, k permits and
//! d deaths: fewer deaths than permits only make it slower. With d = k and a
//! customer left over it depends on which comes last: stuck if a customer comes
//! after the last death, complete if the deaths take the last permits. So of
//! the 5 schedules of M20 for (3, 1, 1) 3 are stuck. With d > k at most k die,
//! and the next one waits for ever. That is a hang and no deadlock: the takers of
//! the permits have ended, and no task that waits could be waited for. Some customer
//! dies in every execution: while none has died no permit is missing.
//!
//! `with`: a guard gives the permit back on the way out, so all get in, and
//! all d die, each with an exception that nothing handles.
//!
//! `finally`: the permit is given back and the error is handled outside.
//!
//! The outcome is the number of customers that were served: n - d.

use unknot_checker::sim::{Exception, Semaphore, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "semaphore-leak",
    family: "signals",
    about: "some holders of a permit die",
    covers: &["S10", "M20"],
    params: &[
        Param { name: "customers", about: "customers that come", default: 4, min: 1, max: 50 },
        Param { name: "permits", about: "permits of the semaphore", default: 2, min: 1, max: 50 },
        Param {
            name: "dying",
            about: "how many of the customers die",
            default: 2,
            min: 1,
            max: 50,
        },
    ],
    variants: &[
        Variant::new("dies-holding", "the permit is never given back", dies_holding, |params| {
            let (dying, permits) = (dying(params), params.int("permits"));
            let died = served(params).always(Kind::Exception);
            if dying < permits || dying == params.int("customers") && dying == permits {
                died
            } else if dying == permits {
                died.sometimes(Kind::Hang)
            } else {
                died.always(Kind::Hang).outcomes::<i64>([])
            }
        }),
        Variant::new("with", "a guard gives it back, the error goes on", with, |params| {
            served(params).always(Kind::Exception)
        }),
        Variant::new("finally", "it is given back, the error is handled", finally, served),
    ],
    source: source!("semaphore_leak.rs"),
};

/// There are not more deaths than customers.
fn dying(params: &Params) -> i64 {
    params.int("dying").min(params.int("customers"))
}

fn served(params: &Params) -> Expectation {
    let customers = params.int("customers");
    Expectation::pass().outcomes([customers - dying(params)]).exhausts_if(customers <= 6)
}

/// What the customers of some numbers die of.
fn serve(dies: bool) -> Result<(), Exception> {
    if dies { Err(Exception::new("RuntimeError", "the customer fell ill")) } else { Ok(()) }
}

fn dies_holding(params: &Params) -> Result<Value, Exception> {
    come(params, |permits, dies| {
        permits.acquire();
        serve(dies)?;
        permits.release();
        Ok(true)
    })
}

fn with(params: &Params) -> Result<Value, Exception> {
    come(params, |permits, dies| {
        let _permit = permits.permit();
        serve(dies)?;
        Ok(true)
    })
}

fn finally(params: &Params) -> Result<Value, Exception> {
    come(params, |permits, dies| {
        permits.acquire();
        let outcome = serve(dies);
        permits.release();
        Ok(outcome.is_ok())
    })
}

/// All customers come; counts those that were served. The dying ones come
/// first, which says nothing about which of them gets a permit first.
fn come(
    params: &Params,
    visit: impl Fn(&Semaphore, bool) -> Result<bool, Exception> + Copy + 'static,
) -> Result<Value, Exception> {
    let permits = u32::try_from(params.int("permits")).expect("in range");
    let permits = Semaphore::named("permits", permits);
    let mut customers = vec![];
    for i in 1..=params.int("customers") {
        let permits = permits.clone();
        let dies = i <= dying(params);
        let name = if dies { "dying customer" } else { "customer" };
        customers.push(spawn_named((name, i), move || visit(&permits, dies)));
    }
    let mut served = 0;
    for customer in customers {
        served += i64::from(customer.join()?.unwrap_or(false));
    }
    Ok(served.into())
}
