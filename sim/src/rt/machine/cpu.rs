//! Cores, which the clock hands out.
//!
//! A task that computes leaves a *burst* with a processor, and waits; only the step of the
//! clock ends that wait. In each of its steps the clock gives the cores to bursts as the
//! policy says, moves to the next event (a deadline, or the end of a burst or of a
//! quantum), charges the bursts that ran meanwhile, and takes the cores from those that
//! have to leave. A step of the clock is ordered with every other one, and what it decides
//! depends on nothing but the state before it: which bursts there are, when they came to
//! the line, and the paths of their tasks. In which order tasks declared their bursts
//! between two such steps makes no difference, so nothing of all this can race.

use super::cores::{Burst, Cores};
use super::state::Machine;
use crate::execution::Phase;
use crate::id::{ObjectId, TaskId};
use crate::op::Op;
use crate::rt::limits::TimeMode;

impl Machine {
    /// Adds a processor. Their order is that of their places in the program.
    pub(crate) fn add_cores(&mut self, cores: Cores) {
        let place = |cores: &Cores| self.names.object_origin(cores.cpu);
        let at = self.cpus.partition_point(|known| place(known) < place(&cores));
        self.cpus.insert(at, cores);
    }

    pub(crate) fn cores(&self, cpu: ObjectId) -> Option<&Cores> {
        self.cpus.iter().find(|cores| cores.cpu == cpu)
    }

    /// Declares that the current task computes for so long. Where durations do not count
    /// that is a scheduling point.
    pub(crate) fn declare_burst(&mut self, mut op: Op, cpu: ObjectId, micros: u64, cost: u64) {
        if self.time == TimeMode::Any || micros == 0 {
            self.declare(&mut op);
            return;
        }
        // The gauge of a task that has not ended is opened by no step. When the clock will
        // end the wait is not known before it has given a core to the task.
        let (task, now) = (self.current, self.now);
        let wait = op.clone().guarded(self.task(task).done, 1);
        self.declare_timed(wait, op, u64::MAX);
        let burst = Burst::new(task, micros, cost, now);
        let mut all = self.cpus.iter_mut();
        let cores = all.find(|cores| cores.cpu == cpu).expect("a processor is created first");
        cores.bursts.push(burst);
    }

    /// Has the cores work until the next event, which is `deadline` if nothing happens
    /// before, and gives the tasks that have computed enough that time as their deadline.
    /// Returns it.
    pub(super) fn run_cores(&mut self, deadline: u64) -> u64 {
        let Machine { cpus, tasks, names, slices, now, .. } = self;
        for cores in cpus.iter_mut() {
            cores.forget(*now, |task| tasks[task.index()].phase != Phase::Waiting);
            cores.arrive(names);
            cores.dispatch(*now);
        }
        let ends = cpus.iter().filter_map(|cores| cores.next_event(*now));
        let next = ends.chain([deadline]).min().expect("there is a deadline");
        let n_before = slices.len();
        for cores in cpus.iter_mut() {
            let ended = |task: TaskId| tasks[task.index()].deadline = Some(next);
            cores.run(*now, next, slices, ended);
        }
        slices[n_before..].sort_by_key(|slice| slice.from);
        next
    }
}
