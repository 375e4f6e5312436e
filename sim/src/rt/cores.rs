//! What a processor of the program asks of the machine.

use std::panic::Location;
use std::time::Duration;

use super::door::unwind_if_over;
use super::local::with;
use super::machine::{Cores, Machine, Stay};
use super::stage::{self, Stage};
use super::timed::micros;
use super::{door, pool, tried};
use crate::act::Act;
use crate::id::{ObjectId, TaskId};
use crate::name::Name;
use crate::op::Op;
use crate::policy::Policy;
use crate::slice::CoreSlice;

/// What the clock knows of a processor.
pub(crate) struct Worked {
    pub(crate) slices: Vec<CoreSlice>,
    /// For each burst its task, when it came to the processor, and when it left it or, if
    /// it has not, what time it is. Times are microseconds.
    pub(crate) stays: Vec<(TaskId, u64, u64)>,
}

/// Creates a processor of the current task.
pub(crate) fn create_cpu(
    name: Name,
    n_cores: usize,
    policy: Policy,
    location: &'static Location<'static>,
) -> ObjectId {
    let cpu = door::create_cell("Cpu", name, location);
    let quanta = match &policy {
        Policy::Fcfs | Policy::Sjf | Policy::Srtf => vec![],
        Policy::RoundRobin(quantum) => vec![micros(*quantum)],
        Policy::Feedback(quanta) => quanta.iter().map(|&quantum| micros(quantum)).collect(),
    };
    with(|world| world.machine.add_cores(Cores::new(cpu, n_cores, policy, quanta)));
    cpu
}

/// Has a core of a processor work for the current task. It costs `switch` if that core
/// last worked for another one.
pub(crate) fn compute(
    cpu: ObjectId,
    burst: Duration,
    switch: Duration,
    location: &'static Location<'static>,
) {
    let op = Op::local("compute", location).acting(Act::Compute);
    if !stage::makes_steps() {
        door::step_quietly(&op);
        return;
    }
    let (burst, switch) = (micros(burst), micros(switch));
    let declare = |machine: &mut Machine| {
        machine.declare_burst(op, cpu, burst, switch);
    };
    unwind_if_over(pool::try_step(declare));
}

/// What a processor has done until now. That changes when the clock moves, as the time
/// does, so asking is no step.
pub(crate) fn worked(cpu: ObjectId) -> Worked {
    if stage::stage() == Stage::Trying {
        tried::try_on(&Op::local("worked", Location::caller()));
    }
    with(|world| {
        let machine = &world.machine;
        let slices = machine.slices.iter().filter(|slice| slice.cpu == cpu).copied().collect();
        let stays = machine.cores(cpu).map_or(&[][..], |cores| &cores.stays);
        let until =
            |&Stay { task, arrived, left }: &Stay| (task, arrived, left.unwrap_or(machine.now));
        Worked { slices, stays: stays.iter().map(until).collect() }
    })
}
