//! Conditions that have to hold always: which of them a step may have changed.

use std::panic::Location;

use super::state::Machine;
use crate::execution::Violation;
use crate::id::ObjectId;
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

    /// Notes that a condition did not hold after the last step.
    pub(crate) fn violate(&mut self, message: String, location: &'static Location<'static>) {
        let last = self.n_made().checked_sub(1);
        let task = last.map_or(self.current, |step| self.trace.steps()[step].task);
        let step = last.and_then(|step| u32::try_from(step).ok());
        self.violations.push(Violation { task, step, message, location });
    }
}
