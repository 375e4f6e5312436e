//! A bank with four windows (S07).
//!
//! Each window takes deposits and pays out. If its two services exclude one
//! another, four customers are served at once; with a clerk for each service it
//! is eight. Durations count here: a service takes ten minutes, every customer comes
//! when the bank opens, and customer i goes to window i modulo the number of
//! windows. A visitor looks after five minutes how many are being served.
//!
//! ```text
//!   T1 (window 1)     T2 (window 2)     T5 (window 1)
//!   lock window 1
//!                     lock window 2
//!                                       lock window 1  BLOCKED
//!   10 minutes        10 minutes
//!                                       lock window 1
//! ```
//!
//! `one-lock`: nothing is wrong, but a window serves one customer at a time.
//! Time moves only when no task can go on, so after five minutes every window
//! that has customers serves one: min(customers, windows). The longest queue
//! has ceil(customers / windows) people, served one after another.
//!
//! `two-permits`: a window is a semaphore of two. Each serves two of its
//! customers if it has as many, and the longest queue needs half the rounds.
//! Every schedule gives the same numbers; only which customer is first differs.

use std::time::Duration;

use unknot_checker::sim::{Exception, Lock, Semaphore, Value, now, sleep, spawn_named};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::source;

/// How long a service takes, in minutes.
const SERVICE: u64 = 10;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "bank-windows",
    family: "signals",
    about: "four windows serve four customers at once, or eight",
    covers: &["S07"],
    params: &[
        Param { name: "windows", about: "windows of the bank", default: 4, min: 1, max: 10 },
        Param { name: "customers", about: "customers that come", default: 8, min: 1, max: 20 },
    ],
    variants: &[
        Variant::new("one-lock", "one lock a window for both services", one_lock, |p| served(p, 1))
            .in_virtual_time(),
        Variant::new("two-permits", "a permit for each service", two_permits, |p| served(p, 2))
            .in_virtual_time(),
    ],
    source: source!("bank_windows.rs"),
};

fn served(params: &Params, clerks: i64) -> Expectation {
    let (windows, customers) = (params.int("windows"), params.int("customers"));
    let queue = |window| (customers - window + windows - 1) / windows;
    let at_once: i64 = (0..windows).map(|window| queue(window).min(clerks)).sum();
    let rounds = (queue(0) + clerks - 1) / clerks;
    let minutes = u64::try_from(rounds).expect("not negative") * SERVICE;
    // Each window may serve its customers in any order.
    let orders: i64 =
        (0..windows).map(|window| (1..=queue(window).min(9)).product::<i64>()).product();
    Expectation::pass().outcomes([told(at_once, minutes)]).exhausts_if(orders <= 2_000)
}

fn told(at_once: i64, minutes: u64) -> Value {
    Value::Record(vec![("at once", at_once.into()), ("minutes", minutes.into())])
}

fn minutes(n: u64) -> Duration {
    Duration::from_secs(60 * n)
}

fn one_lock(params: &Params) -> Result<Value, Exception> {
    let windows = (1..=params.size("windows")).map(|i| Lock::named(("window", i)));
    let service = |window: &Lock| {
        let _clerk = window.lock()?;
        sleep(minutes(SERVICE));
        Ok(())
    };
    open(params, windows.collect(), service, |window| i64::from(window.locked()))
}

fn two_permits(params: &Params) -> Result<Value, Exception> {
    let windows = (1..=params.size("windows")).map(|i| Semaphore::named(("window", i), 2));
    let service = |window: &Semaphore| {
        let _clerk = window.permit();
        sleep(minutes(SERVICE));
        Ok(())
    };
    open(params, windows.collect(), service, |window| 2 - window.value())
}

/// Lets the customers in; tells how many were served at once, and how long all
/// of it took.
fn open<W: Clone + 'static>(
    params: &Params,
    windows: Vec<W>,
    service: impl Fn(&W) -> Result<(), Exception> + Copy + 'static,
    busy: impl Fn(&W) -> i64,
) -> Result<Value, Exception> {
    let mut customers = vec![];
    for i in 1..=params.size("customers") {
        let window = windows[(i - 1) % windows.len()].clone();
        customers.push(spawn_named(("customer", i), move || service(&window)));
    }
    sleep(minutes(SERVICE / 2));
    let at_once = windows.iter().map(busy).sum();
    for customer in customers {
        customer.join()??;
    }
    Ok(told(at_once, now()?.as_secs() / 60))
}
