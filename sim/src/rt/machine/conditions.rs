//! Waits until a condition holds, and the versions of a variable of which it does.

use std::panic::Location;

use smallvec::SmallVec;

use super::awaits::Awaiting;
use super::new_object::NewObject;
use super::state::Machine;
use crate::execution::{Phase, Purpose};
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::op::Op;
use crate::trace::Until;

/// The operations that write variables.
const WRITES: &[&str] = &[
    "store",
    "swap",
    "fetch_add",
    "fetch_sub",
    "fetch_and",
    "fetch_or",
    "fetch_xor",
    "fetch_max",
    "fetch_min",
    "compare_exchange",
    "write",
    "update",
];

/// A version of a variable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Version {
    /// The step that wrote it; `None` for the first one.
    pub(crate) step: Option<u32>,
    /// What an atomic integer held.
    pub(crate) amount: i64,
}

impl Machine {
    /// The versions of a variable since the current task last touched it, oldest
    /// first: those that a look at it could find.
    pub(crate) fn versions(&self, cell: ObjectId) -> SmallVec<[Version; 4]> {
        let steps = self.trace.steps();
        let mut versions: SmallVec<[Version; 4]> = SmallVec::new();
        let mut is_known = false;
        for step in (0..steps.len()).rev() {
            let accesses = self.trace.accesses(step).iter().rev();
            let mut touches = accesses.filter(|access| access.object == cell).peekable();
            is_known |= touches.peek().is_some() && steps[step].task == self.current;
            if let Some(write) = touches.find(|access| access.writes()) {
                versions.push(Version { step: Some(step as u32), amount: write.amount });
                if is_known {
                    versions.reverse();
                    return versions;
                }
            }
        }
        versions.push(Version { step: None, amount: self.object(cell).initial });
        versions.reverse();
        versions
    }

    /// The gauge on which the current task waits for conditions on a variable.
    pub(crate) fn gauge_for(&mut self, cell: ObjectId) -> ObjectId {
        let task = self.current;
        let known = self.awaits.gauges.iter().rev().find(|(t, c, _)| (*t, *c) == (task, cell));
        if let Some(&(_, _, gauge)) = known {
            return gauge;
        }
        let variable = self.object(cell);
        let new = NewObject::new(variable.kind, variable.name.clone(), variable.location);
        let new = new.part_of(cell).serving(Purpose::Awaited).raised_by(WRITES);
        let gauge = self.create_object(new);
        self.awaits.gauges.push((task, cell, gauge));
        gauge
    }

    /// Declares the first look of a condition.
    pub(crate) fn declare_until(&mut self, until: Until, location: &'static Location<'static>) {
        let (task, cell) = (self.current, until.cell);
        self.repeat.is_barred = true;
        let gauge = self.gauge_for(cell);
        self.objects[gauge.index()].shows = i64::from(until.holds_now());
        let nth = self.trace.wait_until(until);
        self.awaits.now.push(Awaiting { task, cell, gauge, nth, is_due: false });
        let op = Op::local("await", location).with(cell, Mode::Until, 0);
        self.declare(&mut op.guarded(gauge, 1));
    }

    /// Ends the wait of the current task.
    pub(crate) fn end_until(&mut self) {
        let task = self.current;
        self.awaits.now.retain(|one| one.task != task);
    }

    /// The next task that has to say whether it could go on after the last step. No task
    /// is asked where the step wrote what was there already.
    pub(crate) fn next_to_ask(&mut self) -> Option<TaskId> {
        for i in 0..self.awaits.now.len() {
            let Awaiting { task, cell, gauge, .. } = self.awaits.now[i];
            if !self.awaits.now[i].is_due
                || !matches!(self.task(task).phase, Phase::Waiting | Phase::Killed)
            {
                continue;
            }
            let last = self.trace.accesses(self.trace.len() - 1);
            if last.iter().any(|access| access.object == cell && access.changes()) {
                self.awaits.asking = Some(task);
                return Some(task);
            }
            let held = self.object(gauge).shows > 0;
            self.answer(i, held);
        }
        None
    }

    /// Notes whether a condition holds of the version that was written last.
    pub(crate) fn answer(&mut self, i: usize, holds: bool) {
        let Awaiting { gauge, nth, .. } = self.awaits.now[i];
        self.awaits.now[i].is_due = false;
        self.objects[gauge.index()].shows = i64::from(holds);
        self.trace.found(nth, holds);
    }

    /// The same for the task that the machine asked.
    pub(crate) fn answer_asked(&mut self, holds: bool) {
        let task = self.current;
        let i = self.awaits.now.iter().position(|one| one.task == task);
        self.answer(i.expect("a task is asked while it waits"), holds);
    }

    /// Whether the current task was given control to answer.
    pub(crate) fn is_asking(&mut self) -> bool {
        self.awaits.asking.take().is_some()
    }
}
