//! Feeders: threads that write to other processes what their own puts into a queue.
//!
//! A feeder is a pseudo-task for each queue and process, without a coroutine. It exists
//! from when the queue comes to the process, and goes through its operations again and
//! again. Data of the program is moved by a function that the queue gives, which makes no steps
//! and says what was touched.
//!
//! A process does not end before its feeders have written everything. The first process has
//! no end of its own: there the exit waits for that, and an execution that ends with
//! something unwritten is stuck.

use std::rc::Rc;

use super::feeding::{Feeding, NewFeeder};
use super::state::Machine;
use crate::execution::{Feeder, Phase};
use crate::id::{ObjectId, Role, TaskId};
use crate::mode::Mode;
use crate::op::Access;

impl Machine {
    /// Creates a feeder of the process of a task, which has the feeder in its name.
    pub(crate) fn create_feeder(&mut self, of: TaskId, new: NewFeeder) {
        let nth = self.created[of.index()].feeders;
        self.created[of.index()].feeders += 1;
        let id = self.names.feeder(of, nth);
        let process = self.task(of).process;
        self.enter_pseudo_task(id, Role::Feeder, of, new.name.clone());
        let life = self.processes[process as usize].life;
        let task = self.task_mut(id);
        task.process = process;
        // What daemon threads put at the last moment is written before the end, or never.
        task.alive = life.map(|life| life.alive);
        self.feeders.push(Feeder { task: id, process, unfed: new.unfed });
        self.feeding.push(Feeding { new, next: 0 });
        self.await_item(self.feeders.len() - 1);
    }

    /// Has a feeder wait for its next operation.
    fn await_item(&mut self, nth: usize) {
        let Feeding { ref new, next } = self.feeding[nth];
        let mut op = new.ops[next].clone();
        let task = self.task_mut(self.feeders[nth].task);
        op.accesses.extend(task.alive.map(|alive| Access::new(alive, Mode::Read, 0)));
        task.pending = op;
        task.phase = Phase::Waiting;
    }

    /// Makes the rest of the step of a feeder that was picked.
    pub(super) fn feed(&mut self, task: TaskId) {
        let nth = self.feeders.iter().position(|feeder| feeder.task == task);
        let nth = nth.expect("a feeder is known");
        let Feeding { ref new, next } = self.feeding[nth];
        let (feed, n) = (Rc::clone(&new.feed), new.ops.len());
        let fed = feed(next, self.recording);
        for access in fed.accesses {
            self.touch(access);
        }
        self.note(|| fed.noted);
        self.feeding[nth].next = (next + 1) % n;
        self.await_item(nth);
    }

    /// The gauges of the feeders of a process that its end has to wait for.
    pub(super) fn unfed_of(&self, process: u32) -> Vec<ObjectId> {
        let daemons = self.live.iter().map(|&id| self.task(id));
        let has_daemons = daemons
            .filter(|task| task.process == process && task.role == Role::Program)
            .any(|task| task.daemon);
        let feeders = self.feeders.iter().zip(&self.feeding);
        let of_process = feeders.filter(|(feeder, _)| feeder.process == process);
        // What a daemon puts may come later, so it must not decide which steps there are.
        let used = of_process.filter(|(_, feeding)| has_daemons || feeding.new.is_used.get());
        let mut used: Vec<Feeder> = used.map(|(&feeder, _)| feeder).collect();
        used.sort_by(|a, b| self.names.order(a.task, b.task));
        used.into_iter().map(|feeder| feeder.unfed).collect()
    }

    /// Whether everything is written that the first process has put.
    pub(crate) fn is_all_fed(&self) -> bool {
        let mut of_first = self.feeders.iter().filter(|feeder| feeder.process == 0);
        of_first.all(|feeder| self.object(feeder.unfed).shows == 0)
    }
}
