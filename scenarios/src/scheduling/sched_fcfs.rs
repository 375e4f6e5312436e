//! First come, first served: a convoy behind a long job (S03, M30).
//!
//! A long job and n short ones come at time 0, and a job keeps the core to its end. With
//! 24, 3 and 3 ms:
//!
//! ```text
//!   long-first      0        24   27   30        short-first   0    3    6         30
//!                   | long   | s1 | s2 |                       | s1 | s2 | long    |
//! ```
//!
//! `long-first`: each short job waits for the long one and for the short ones before it,
//! so the i-th waits long + (i - 1) short: 0, 24 and 27 ms, 17 in the mean.
//! `short-first`: the same jobs in the other order: 0, 3 and 6 ms, 3 in the mean. The sum
//! of the work, and so the end, is the same.
//!
//! The policy decides everything: one class each.

use unknot_checker::sim::{Exception, Policy, Value};
use unknot_checker::{Param, Params, Scenario, Variant};

use super::job::{core, expect, long_and_shorts, sizes, waits_of};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sched-fcfs",
    family: "scheduling",
    about: "jobs are served as they come, and short ones may stand behind a long one",
    covers: &["S03", "M30"],
    params: &[
        Param { name: "long", about: "ms of the long job", default: 24, min: 1, max: 1_000 },
        Param { name: "short", about: "ms of each short job", default: 3, min: 1, max: 1_000 },
        Param { name: "jobs", about: "short jobs", default: 2, min: 1, max: 20 },
    ],
    variants: &[
        Variant::new("long-first", "the long job comes first", long_first, |params| {
            let (long, short, n) = sizes(params);
            expect([0].into_iter().chain((0..n).map(|i| long + i * short)), long + n * short)
        })
        .in_virtual_time(),
        Variant::new("short-first", "the short jobs come first", short_first, |params| {
            let (long, short, n) = sizes(params);
            expect((0..=n).map(|i| i * short), long + n * short)
        })
        .in_virtual_time(),
    ],
    source: source!("sched_fcfs.rs", "job.rs"),
};

fn long_first(params: &Params) -> Result<Value, Exception> {
    let (long, shorts) = long_and_shorts(params, 0);
    waits_of(&core(Policy::Fcfs)?, &[vec![long], shorts].concat())
}

fn short_first(params: &Params) -> Result<Value, Exception> {
    let (long, shorts) = long_and_shorts(params, 0);
    waits_of(&core(Policy::Fcfs)?, &[shorts, vec![long]].concat())
}
