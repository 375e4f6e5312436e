//! Multilevel feedback: demotion of long jobs, and their starvation (S03, M30).
//!
//! A job begins at the highest of three levels. When it has used up the quantum of its
//! level it goes to the end of the level below; the last one has no quantum. The highest
//! level that is not empty has the core, and takes it from a lower one.
//!
//! `bursts`: 24, 3 and 3 ms at time 0 with quanta of 2 and 4:
//!
//! ```text
//!   level 0  0-2 long   2-4 s1    4-6 s2
//!   level 1  6-10 long  10-11 s1  11-12 s2
//!   level 2  12-30 long
//! ```
//!
//! Waits of 6, 8 and 9 ms. The long job is found out by its quanta alone: nothing has to be
//! known of the jobs before. What is declared for other sizes is played through on
//! paper, with a line for each level and nothing else.
//!
//! `starved`: jobs that need one quantum of the highest level keep coming, each when the one
//! before it ends. The long job has its first quantum, is demoted, and then waits for all of
//! them: n jobs, n quanta, and no bound as long as they keep coming.
//!
//! The policy decides everything: one class each.

use unknot_checker::sim::{Exception, Policy, Value};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::job::{Part, core, expect, job, millis, on_paper, time, waits_of, waits_of_three};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sched-mlfq",
    family: "scheduling",
    about: "jobs that use up their quantum go down a level, and may starve there",
    covers: &["S03", "M30"],
    params: &[
        Param { name: "long", about: "ms of the long job", default: 24, min: 21, max: 200 },
        Param {
            name: "short",
            about: "ms of each of two short jobs",
            default: 3,
            min: 1,
            max: 200,
        },
        Param { name: "first", about: "ms of the first quantum", default: 2, min: 1, max: 20 },
        Param { name: "second", about: "ms of the second quantum", default: 4, min: 1, max: 200 },
        Param { name: "jobs", about: "jobs that keep coming", default: 5, min: 1, max: 20 },
    ],
    variants: &[
        Variant::new("starved", "jobs of one quantum keep coming", starved, |params| {
            let (first, n) = (time(params, "first"), time(params, "jobs"));
            expect(
                [n * first].into_iter().chain((0..n).map(|_| 0)),
                time(params, "long") + n * first,
            )
        })
        .in_virtual_time(),
        Variant::new("bursts", "all jobs come at time 0", bursts, expected).in_virtual_time(),
    ],
    source: source!("sched_mlfq.rs", "job.rs"),
};

fn policy(params: &Params) -> Policy {
    Policy::Feedback(["first", "second"].map(|name| millis(time(params, name))).to_vec())
}

fn bursts(params: &Params) -> Result<Value, Exception> {
    waits_of_three(params, &core(policy(params))?)
}

/// The last level has no quantum.
fn expected(params: &Params) -> Expectation {
    on_paper(params, [time(params, "first"), time(params, "second"), u64::MAX], 0)
}

fn starved(params: &Params) -> Result<Value, Exception> {
    let first = time(params, "first");
    let mut jobs = vec![job("long", &[Part::Cpu(time(params, "long"))])];
    for i in 1..=time(params, "jobs") {
        jobs.push(job(format!("short {i}"), &[Part::Io(i * first), Part::Cpu(first)]));
    }
    waits_of(&core(policy(params))?, &jobs)
}
