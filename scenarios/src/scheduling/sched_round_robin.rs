//! Round robin: a quantum for each in turn, and what switching costs (S03, M30).
//!
//! A long job and two short ones come at time 0. Each has the core for a quantum at most,
//! and then goes to the end of the line. With 24, 3 and 3 ms and a quantum of 4:
//!
//! ```text
//!   0      4    7    10                    30
//!   | long | s1 | s2 | long                |
//! ```
//!
//! `free-switches`: the long job waits 6 ms and the short ones 4 and 7, 17/3 in the mean:
//! more than shortest job first (3), much less than first come, first served (17), and
//! nothing has to be known of the jobs. Each job runs for the first time after at most one
//! quantum of each job before it.
//!
//! `switching`: each change of the core from one job to another takes a millisecond, in
//! which no job runs. Three changes: waits of 9, 5 and 9 ms, and the end at 33. A quantum
//! of 1 makes nine changes where one of 24 makes two: try `-p quantum=1` and `-p quantum=24`,
//! which is first come, first served.
//!
//! What is declared for other sizes is played through on paper, with a line and nothing
//! else. The policy decides everything: one class each.

use unknot_checker::sim::{Exception, Policy, Value};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::job::{core, millis, on_paper, time, waits_of_three};
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "sched-round-robin",
    family: "scheduling",
    about: "each job has the core for a quantum in turn, and switching may cost time",
    covers: &["S03", "M30"],
    params: &[
        Param { name: "long", about: "ms of the long job", default: 24, min: 1, max: 200 },
        Param { name: "short", about: "ms of each short job", default: 3, min: 1, max: 200 },
        Param { name: "quantum", about: "ms of a quantum", default: 4, min: 1, max: 200 },
        Param { name: "switch", about: "ms of a switch that costs", default: 1, min: 1, max: 50 },
    ],
    variants: &[
        Variant::new(
            "switching",
            "it takes time to switch to another job",
            |params| round_robin(params, time(params, "switch")),
            |params| expected(params, time(params, "switch")),
        )
        .in_virtual_time(),
        Variant::new(
            "free-switches",
            "switching takes no time",
            |params| round_robin(params, 0),
            |params| expected(params, 0),
        )
        .in_virtual_time(),
    ],
    source: source!("sched_round_robin.rs", "job.rs"),
};

fn round_robin(params: &Params, switch: u64) -> Result<Value, Exception> {
    let quantum = millis(time(params, "quantum"));
    let cpu = core(Policy::RoundRobin(quantum))?.switching(millis(switch));
    waits_of_three(params, &cpu)
}

/// A line that all go to the end of is one level that repeats.
fn expected(params: &Params, switch: u64) -> Expectation {
    on_paper(params, std::iter::repeat(time(params, "quantum")), switch)
}
