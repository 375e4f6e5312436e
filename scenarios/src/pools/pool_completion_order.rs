//! The order in which a pool does its tasks (E08 E09 E95 E126; K64 M24).
//!
//! A pool of w workers is given n tasks. The first w begin at once; each other one waits
//! until a worker is free, and the tasks begin in the order in which they were given.
//!
//! ```text
//!   main              worker 1      worker 2
//!   give 0, 1, 2
//!                     does 0        does 1
//!                                   has done 1
//!                                   does 2
//!                                   has done 2
//!                     has done 0
//!   1, 2, 0
//! ```
//!
//! `as-they-come`: main takes the results as they come. At each moment any of the tasks
//! that are being done may be the next one, and these are w as long as tasks are left, then
//! one less with each: w · w · … · w · (w−1) · … · 1 = w! w^(n−w) orders, each an outcome.
//! The k-th task can be done as the first only if k ≤ w, so with w < n these are not all n!.
//! A program that takes this order for that of the tasks is wrong in all outcomes but one.
//!
//! `in-order`: main asks for one result after the other. `map`: one call gives all
//! results. In both they are in the order of the tasks whatever the order of completion.
//! One outcome.
//!
//! All three have as many classes as there are orders of completion, 8 for (n, w) = (4, 2)
//! and 162 for (6, 3): which worker is free next decides which one does which task, and
//! nothing else that two tasks do touches the same object. A `map` puts neighbours together
//! once there are more than four tasks for a worker, and then has fewer classes.

use unknot_checker::sim::process::Pool;
use unknot_checker::sim::{Exception, Value};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use crate::orders::completion_orders;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "pool-completion-order",
    family: "pools",
    about: "the order in which the workers of a pool are done",
    covers: &["E08", "E09", "E95", "E126", "K64", "M24"],
    params: &[
        Param { name: "tasks", about: "tasks", default: 4, min: 1, max: 100 },
        Param { name: "workers", about: "workers of the pool", default: 2, min: 1, max: 5 },
    ],
    variants: &[
        Variant::new("as-they-come", "results are taken as they come", as_they_come, any_order),
        Variant::new("in-order", "results are asked for one after the other", in_order, sorted),
        Variant::new("map", "one call gives all results", map, sorted),
    ],
    source: source!("pool_completion_order.rs"),
};

fn sizes(params: &Params) -> (usize, usize) {
    (params.size("tasks"), params.size("workers"))
}

/// More orders than these are not gone through.
const MOST_ORDERS: usize = 400_000;

/// Whether all orders of completion are gone through.
fn are_few(params: &Params) -> bool {
    let (n, n_workers) = sizes(params);
    let at_once = n_workers.min(n);
    let of_first = at_once.saturating_pow((n - at_once) as u32);
    (1..=at_once).fold(of_first, usize::saturating_mul) <= MOST_ORDERS
}

fn any_order(params: &Params) -> Expectation {
    let (n, n_workers) = sizes(params);
    match are_few(params) {
        true => Expectation::pass().outcomes(completion_orders(n, n_workers)),
        false => Expectation::pass().exhausts_if(false),
    }
}

fn sorted(params: &Params) -> Expectation {
    let in_order: Vec<usize> = (0..params.size("tasks")).collect();
    Expectation::pass().outcomes([in_order]).exhausts_if(are_few(params))
}

fn as_they_come(params: &Params) -> Result<Value, Exception> {
    let (n, n_workers) = sizes(params);
    let pool = Pool::named("pool", n_workers)?;
    let results = pool.imap_unordered(0..n, |task| task)?;
    pool.close();
    let results = results.collect::<Result<Vec<usize>, Exception>>()?;
    pool.join()?;
    Ok(results.into())
}

fn in_order(params: &Params) -> Result<Value, Exception> {
    let (n, n_workers) = sizes(params);
    let pool = Pool::named("pool", n_workers)?;
    let mut results = vec![];
    for task in 0..n {
        results.push(pool.apply_async(task, |task| task)?);
    }
    pool.close();
    pool.join()?;
    let results = results.iter().map(|result| result.get());
    Ok(results.collect::<Result<Vec<usize>, Exception>>()?.into())
}

fn map(params: &Params) -> Result<Value, Exception> {
    let (n, n_workers) = sizes(params);
    let pool = Pool::named("pool", n_workers)?;
    Ok(pool.map(0..n, |task| task)?.into())
}
