//! A place for one item, with one condition for those that fill and those that empty it.
//!
//! ```text
//!   empties A         empties B         fills C           fills D
//!   waits             waits
//!                                       fills, wakes A
//!                                                         waits
//!   empties, wakes B
//!                     finds it empty, waits               for ever, with all others
//! ```
//!
//! `wakes-one`: the one that is woken may be of the wrong kind, and then none is left to go on.
//! `wakes-all`: each looks again.

use unknot_checker::sim::{Condition, Exception, Lock, Shared, Value, spawn_named};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sct-one-condition",
    family: "sct",
    about: "one condition for those that fill a place and those that empty it",
    covers: &[],
    params: &[Param { name: "pairs", about: "tasks of each kind", default: 2, min: 1, max: 50 }],
    variants: &[
        Variant::new("wakes-one", "wakes one that waits", wakes_one, |params| {
            let pairs = params.int("pairs");
            let pass = Expectation::pass().outcomes([()]).exhausts_if(pairs <= 2);
            if pairs == 1 { pass } else { pass.sometimes(Kind::Hang) }
        }),
        Variant::new("wakes-all", "wakes all that wait", wakes_all, |params| {
            Expectation::pass().outcomes([()]).exhausts_if(params.int("pairs") <= 2)
        }),
    ],
    source: source!("sct_one_condition.rs"),
};

fn wakes_one(params: &Params) -> Result<Value, Exception> {
    run(params, false)
}

fn wakes_all(params: &Params) -> Result<Value, Exception> {
    run(params, true)
}

fn run(params: &Params, wakes_all: bool) -> Result<Value, Exception> {
    let lock = Lock::named("lock");
    let changed = Condition::named("changed", &lock);
    let is_full = Shared::named("full", false);
    let pairs = params.int("pairs");
    let mut tasks = vec![];
    for nth in 0..2 * pairs {
        let (lock, changed, is_full) = (lock.clone(), changed.clone(), is_full.clone());
        let empties = nth >= pairs;
        let name = if empties { "empties" } else { "fills" };
        tasks.push(spawn_named((name, nth % pairs + 1), move || -> Result<(), Exception> {
            let _guard = lock.lock()?;
            changed.wait_for(|| is_full.read() == empties)?;
            is_full.write(!empties);
            if wakes_all { changed.notify_all() } else { changed.notify(1) }
        }));
    }
    tasks.into_iter().try_for_each(|task| task.join()?)?;
    Ok(().into())
}
