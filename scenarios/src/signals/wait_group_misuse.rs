//! Ways to use a wait group (textbook errors of Go programs).
//!
//! Main starts workers, each of which notes a result, and waits until all have reported to a
//! wait group that they are done. It then counts the results.
//!
//! ```text
//!   T0 (main)          T1 (worker, adds itself)
//!   wait                                      the counter is zero: nothing to wait for
//!   count 0 results
//!                      add 1
//! ```
//!
//! `added-inside`: a worker adds itself. If main waits before that, the wait passes, so any
//! number of results from 0 to all may be counted. With two workers and more there is
//! another error: one of them adds itself after another one has let main go and before main
//! has gone on. In Go that is a panic, since the group is used again too early.
//!
//! `added-once-too-few`: main does not add the first worker, which then takes what was
//! added for another one, or finds nothing. Exactly one report finds the counter at zero,
//! in every schedule: a panic in Go. Main counts all results but one, or all.
//!
//! `a-worker-forgets`: one worker leaves without a report, so the wait never ends.
//!
//! `right`: main adds one before each start. All results are counted.

use unknot_checker::sim::{Atomic, Exception, Value, WaitGroup, spawn_named, verify};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "wait-group-misuse",
    family: "signals",
    about: "main waits until all workers have reported, and counts their results",
    covers: &[],
    params: &[Param { name: "workers", about: "workers", default: 2, min: 1, max: 4 }],
    variants: &[
        Variant::new("added-inside", "each worker adds itself", added_inside, |params| {
            let workers = params.int("workers");
            let too_early = Expectation::pass().sometimes(Kind::InvariantViolation);
            let reused = if workers > 1 { too_early.sometimes(Kind::Exception) } else { too_early };
            reused.outcomes(0..=workers)
        }),
        Variant::new("added-once-too-few", "main does not add the first", too_few, |params| {
            let workers = params.int("workers");
            let raises = Expectation::pass().always(Kind::Exception);
            raises.sometimes(Kind::InvariantViolation).outcomes(workers - 1..=workers)
        }),
        Variant::new("a-worker-forgets", "one worker does not report", a_worker_forgets, |_| {
            Expectation::pass().always(Kind::Hang).outcomes::<Value>([])
        }),
        Variant::new("right", "main adds one before each start", right, |p| {
            Expectation::pass().outcomes([p.int("workers")])
        }),
    ],
    source: source!("wait_group_misuse.rs"),
};

fn added_inside(params: &Params) -> Result<Value, Exception> {
    count(params, |_| 0, |group| group.add(1), |group, _| group.done())
}

fn too_few(params: &Params) -> Result<Value, Exception> {
    count(params, |i| i32::from(i > 1), |_| Ok(()), |group, _| group.done())
}

fn a_worker_forgets(params: &Params) -> Result<Value, Exception> {
    let report = |group: &WaitGroup, i| if i > 1 { group.done() } else { Ok(()) };
    count(params, |_| 1, |_| Ok(()), report)
}

fn right(params: &Params) -> Result<Value, Exception> {
    count(params, |_| 1, |_| Ok(()), |group, _| group.done())
}

/// Main adds what `added` says before it starts a worker, which begins and reports in its
/// way. Returns the results that main counts.
fn count(
    params: &Params,
    added: fn(usize) -> i32,
    begin: fn(&WaitGroup) -> Result<(), Exception>,
    report: fn(&WaitGroup, usize) -> Result<(), Exception>,
) -> Result<Value, Exception> {
    let (group, results) = (WaitGroup::named("workers"), Atomic::named("results", 0));
    for i in 1..=params.size("workers") {
        if added(i) > 0 {
            group.add(added(i))?;
        }
        let (group, results) = (group.clone(), results.clone());
        spawn_named(("worker", i), move || -> Result<(), Exception> {
            begin(&group)?;
            results.fetch_add(1);
            report(&group, i)
        });
    }
    group.wait()?;
    let counted = results.load();
    verify!(counted == params.int("workers"), "{counted} results are counted");
    Ok(counted.into())
}
