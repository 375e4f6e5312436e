//! Several programs at once, so that the processor is not idle (S01, S05, S06; K84).
//!
//! Job A computes 10 ms, waits 80 ms for a device, and computes 10 ms. Job B computes 50 ms.
//! There is one core.
//!
//! ```text
//!                 0   10              60        90  100       150
//!   alone         | A |      idle               | A |
//!   batch         | A |      idle               | A |    B     |
//!   io-switch     | A |       B       |  idle   | A |
//! ```
//!
//! `alone`: A takes 100 ms, for 80 of which the core is idle. `batch`: B begins when A has
//! ended: 150 ms, idle for 80. `io-switch`: a job that waits for its device has no core, and
//! B has it: 100 ms, idle for 30. In general the core is idle while A waits and B has
//! ended: max(io - other, 0).
//!
//! `time-sharing`: a quantum of 5 ms for each in turn. A has the core 0-5 and 10-15, so its
//! device is ready at 95 only, and it ends at 105; idle for 35. Nothing is gained for A: what
//! is gained is that B begins at 5 ms and not at 10. In general A computes its first 10 ms in
//! ⌈10/quantum⌉ turns, with a turn of B between each two.
//!
//! `uninterrupted`, `interrupted` (S05): a cook computes 50 ms by the recipe; after 10 ms a child
//! is stung, which takes 5 ms to look after. First come, first served: the cook goes through
//! the recipe first, so the child waits for 40 ms, and the cook for nothing. With the shortest
//! remaining time first the child's 5 ms go before the 40 that are left of the cook's: the
//! place in the recipe is saved at 10 and taken up again at 15, the cook waits for 5 ms, and the
//! child for nothing. That policy stands for a priority of the child here. All is done at 55
//! both ways.
//!
//! `word-processor` (S06): three threads on one text, of which each waits most of the time:
//! keys (10 ms until a key comes, 2 ms to take it in; three of them), display (2 ms, then
//! 10 ms for the screen; three times) and saving (2 ms, then 20 ms for the disk). At 0 the
//! display runs, at 2 saving, at 10 the first key; from then on a key and the display follow
//! one another every 12 ms, and never ask for the core at one time: the last key comes at 34
//! and is taken in at 36, when the last screen is there too. One after the other they would
//! take 36 + 36 + 22 = 94 ms. The core works for 14 ms and is idle for 22.
//!
//! The policy decides everything: one class each.

use unknot_checker::sim::{Cpu, Exception, Policy, Value, now};
use unknot_checker::{Expectation, Param, Params, Scenario, Variant};

use super::job::{Job, Part, core, expect, job, millis, run, time, waits_of};
use crate::source;

/// What each part of A that computes takes, and what B takes.
const OWN: u64 = 10;
const OTHER: u64 = 50;

/// What the cook computes, when the child is stung, and what that takes.
const RECIPE: u64 = 50;
const STUNG_AT: u64 = 10;
const STING: u64 = 5;
/// The rest of the recipe.
const CHILD_WAITS: u64 = RECIPE - STUNG_AT;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "multiprogramming-io-switch",
    family: "scheduling",
    about: "while a job waits for its device, another one may have the core",
    covers: &["S01", "S05", "S06", "K84"],
    params: &[
        Param {
            name: "io",
            about: "ms that A waits for its device",
            default: 80,
            min: 50,
            max: 999,
        },
        Param { name: "quantum", about: "ms of a quantum", default: 5, min: 1, max: 10 },
    ],
    variants: &[
        Variant::new("alone", "A has the machine", alone, |params| {
            let io = time(params, "io");
            takes(io + 2 * OWN, io)
        })
        .in_virtual_time(),
        Variant::new("batch", "B begins when A has ended", batch, |params| {
            let io = time(params, "io");
            takes(io + 2 * OWN + OTHER, io)
        })
        .in_virtual_time(),
        Variant::new("io-switch", "B has the core while A waits", io_switch, |params| {
            // The device is never ready before B has ended.
            let io = time(params, "io");
            takes(io + 2 * OWN, io - OTHER)
        })
        .in_virtual_time(),
        Variant::new("time-sharing", "each has a quantum in turn", time_sharing, |params| {
            let (io, quantum) = (time(params, "io"), time(params, "quantum"));
            let between = (OWN.div_ceil(quantum) - 1) * quantum;
            let ends = OWN + between + io + OWN;
            takes(ends, ends - 2 * OWN - OTHER)
        })
        .in_virtual_time(),
        Variant::new("uninterrupted", "a stung child waits for the cook", uninterrupted, |_| {
            expect([0, CHILD_WAITS], RECIPE + STING)
        })
        .in_virtual_time(),
        Variant::new(
            "interrupted",
            "the cook is interrupted for a stung child",
            interrupted,
            |_| expect([STING, 0], RECIPE + STING),
        )
        .in_virtual_time(),
        Variant::new("word-processor", "keys, display and saving", word_processor, |_| {
            takes(36, 22)
        })
        .in_virtual_time(),
    ],
    source: source!("multiprogramming_io_switch.rs", "job.rs"),
};

fn told(ends: u64, idle: u64) -> Value {
    Value::Record(vec![("ends", ends.into()), ("idle", idle.into())])
}

fn takes(ends: u64, idle: u64) -> Expectation {
    Expectation::pass().outcomes([told(ends, idle)])
}

/// When all jobs have ended, and for how long the core did nothing until then.
fn idle_of(cpu: &Cpu) -> Result<Value, Exception> {
    let worked = cpu.slices().iter().map(|slice| (slice.to - slice.from).as_millis() as u64).sum();
    let ends = now()?.as_millis() as u64;
    let idle = ends.checked_sub(worked).expect("one core does one thing at a time");
    Ok(told(ends, idle))
}

fn a(params: &Params) -> Job {
    job("A", &[Part::Cpu(OWN), Part::Io(time(params, "io")), Part::Cpu(OWN)])
}

fn b() -> Job {
    job("B", &[Part::Cpu(OTHER)])
}

fn alone(params: &Params) -> Result<Value, Exception> {
    let cpu = core(Policy::Fcfs)?;
    run(&cpu, &[a(params)])?;
    idle_of(&cpu)
}

fn batch(params: &Params) -> Result<Value, Exception> {
    let cpu = core(Policy::Fcfs)?;
    run(&cpu, &[a(params)])?;
    run(&cpu, &[b()])?;
    idle_of(&cpu)
}

fn io_switch(params: &Params) -> Result<Value, Exception> {
    let cpu = core(Policy::Fcfs)?;
    run(&cpu, &[a(params), b()])?;
    idle_of(&cpu)
}

fn time_sharing(params: &Params) -> Result<Value, Exception> {
    let cpu = core(Policy::RoundRobin(millis(time(params, "quantum"))))?;
    run(&cpu, &[a(params), b()])?;
    idle_of(&cpu)
}

fn kitchen(policy: Policy) -> Result<Value, Exception> {
    let child = [Part::Io(STUNG_AT), Part::Cpu(STING)];
    waits_of(&core(policy)?, &[job("cook", &[Part::Cpu(RECIPE)]), job("child", &child)])
}

fn uninterrupted(_: &Params) -> Result<Value, Exception> {
    kitchen(Policy::Fcfs)
}

fn interrupted(_: &Params) -> Result<Value, Exception> {
    kitchen(Policy::Srtf)
}

fn word_processor(_: &Params) -> Result<Value, Exception> {
    let cpu = core(Policy::Fcfs)?;
    let keys = [Part::Io(10), Part::Cpu(2)].repeat(3);
    let display = [Part::Cpu(2), Part::Io(10)].repeat(3);
    let saving = [Part::Cpu(2), Part::Io(20)];
    run(&cpu, &[job("keys", &keys), job("display", &display), job("saving", &saving)])?;
    idle_of(&cpu)
}
