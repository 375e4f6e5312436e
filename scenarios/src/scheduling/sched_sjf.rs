//! Shortest job first: the least mean wait, and long jobs that starve (S03, M30).
//!
//! `at-once`: a long job and n short ones come at time 0. The short ones go first, one
//! after the other, and the long one waits for all of them. With 24, 3 and 3 ms: 6, 0 and
//! 3 ms, 3 in the mean, where first come, first served has 17.
//!
//! `starved`: the short jobs come one at a time, each when the one before it ends:
//!
//! ```text
//!   time     0         3         6         9
//!   long     waits     waits     waits     …
//!   short 1  runs
//!   short 2            runs
//!   short 3                      runs
//! ```
//!
//! None of them waits. The long job waits n short, and so for as long as they keep coming:
//! no bound holds for its wait. Nothing is wrong with any single execution, so the outcome
//! tells it, and grows with `-p jobs=20`.
//!
//! `served-in-turn`: the same arrivals, first come, first served. The long job comes first
//! (its task was started first) and waits for nothing. The i-th short job comes at (i - 1)
//! short and begins at long + (i - 1) short, so each waits for as long as the long one takes.
//!
//! `preemptive`: shortest remaining time first, the example of the textbooks: jobs of 8, 4,
//! 9 and 5 ms come at 0, 1, 2 and 3. Job 1 has 7 left when job 2 comes, and leaves; then come
//! job 4 (5), job 1 (7) and job 3 (9). Waits of 9, 0, 15 and 2 ms, 6.5 in the mean.
//!
//! The policy decides everything: one class each.

use unknot_checker::sim::{Exception, Policy, Value};
use unknot_checker::{Param, Params, Scenario, Variant};

use super::job::{Part, core, expect, job, long_and_shorts, sizes, time, waits_of};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sched-sjf",
    family: "scheduling",
    about: "the shortest job is next, and a long one waits as long as short ones come",
    covers: &["S03", "M30"],
    params: &[
        Param { name: "long", about: "ms of the long job", default: 24, min: 20, max: 1_000 },
        Param { name: "short", about: "ms of each short job", default: 3, min: 1, max: 19 },
        Param { name: "jobs", about: "short jobs", default: 2, min: 1, max: 20 },
    ],
    variants: &[
        Variant::new("starved", "short jobs keep coming", starved, |params| {
            let (long, short, n) = sizes(params);
            expect([n * short].into_iter().chain((0..n).map(|_| 0)), long + n * short)
        })
        .in_virtual_time(),
        Variant::new(
            "served-in-turn",
            "short jobs keep coming, first come, first served",
            served_in_turn,
            |params| {
                let (long, short, n) = sizes(params);
                expect([0].into_iter().chain((0..n).map(|_| long)), long + n * short)
            },
        )
        .in_virtual_time(),
        Variant::new("at-once", "all jobs come at time 0", at_once, |params| {
            let (long, short, n) = sizes(params);
            let shorts = (0..n).map(|i| i * short);
            expect([n * short].into_iter().chain(shorts), long + n * short)
        })
        .in_virtual_time(),
        Variant::new("preemptive", "shortest remaining time first", preemptive, |_| {
            expect([9, 0, 15, 2], 26)
        })
        .in_virtual_time(),
    ],
    source: source!("sched_sjf.rs", "job.rs"),
};

/// The waits of a long job and of short ones that come so many milliseconds after one another.
fn waits(params: &Params, policy: Policy, apart: u64) -> Result<Value, Exception> {
    let (long, shorts) = long_and_shorts(params, apart);
    waits_of(&core(policy)?, &[vec![long], shorts].concat())
}

fn at_once(params: &Params) -> Result<Value, Exception> {
    waits(params, Policy::Sjf, 0)
}

fn starved(params: &Params) -> Result<Value, Exception> {
    waits(params, Policy::Sjf, time(params, "short"))
}

fn served_in_turn(params: &Params) -> Result<Value, Exception> {
    waits(params, Policy::Fcfs, time(params, "short"))
}

fn preemptive(_: &Params) -> Result<Value, Exception> {
    let jobs = [
        job("1", &[Part::Cpu(8)]),
        job("2", &[Part::Io(1), Part::Cpu(4)]),
        job("3", &[Part::Io(2), Part::Cpu(9)]),
        job("4", &[Part::Io(3), Part::Cpu(5)]),
    ];
    waits_of(&core(Policy::Srtf)?, &jobs)
}
