//! Conditions that have to hold always: which of them a step may have changed.

use std::panic::Location;

use super::state::{Invariant, Machine};
use crate::execution::{Phase, Violation};
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::op::Access;

impl Machine {
    /// Orders the last step with the others that touch what a condition looks at.
    pub(crate) fn touch_invariants(&mut self, object: ObjectId) {
        for i in 0..self.invariants.len() {
            if self.invariants[i].objects.contains(&object) {
                self.invariants_due = true;
                self.invariants[i].is_due = true;
                let cell = self.invariants[i].cell;
                self.trace.touch(Access::new(cell, Mode::Update, 0));
            }
        }
    }

    /// Adds a condition that has to hold from now on.
    pub(crate) fn add_invariant(&mut self, invariant: Invariant) {
        self.invariants.push(invariant);
        for i in 0..self.live.len() {
            if self.task(self.live[i]).phase == Phase::Killed {
                self.declare_conditions(self.live[i], self.invariants.len() - 1);
            }
        }
    }

    /// Adds to what a killed task was about to touch what a step orders besides for the
    /// conditions from number `from` on. Of a step that is never made a search knows only
    /// what is declared.
    pub(super) fn declare_conditions(&mut self, task: TaskId, from: usize) {
        let Machine { tasks, invariants, .. } = self;
        let accesses = &mut tasks[task.index()].pending.accesses;
        for Invariant { objects, cell, .. } in &invariants[from..] {
            let changes = |access: &Access| access.mutates() && objects.contains(&access.object);
            if accesses.iter().any(changes) {
                accesses.push(Access::new(*cell, Mode::Update, 0));
            }
        }
    }

    /// Notes that a condition did not hold after the last step.
    pub(crate) fn violate(&mut self, message: String, location: &'static Location<'static>) {
        let last = self.n_made().checked_sub(1);
        let task = last.map_or(self.current, |step| self.trace.steps()[step].task);
        let step = last.and_then(|step| u32::try_from(step).ok());
        self.violations.push(Violation { task, step, message, location });
    }
}
