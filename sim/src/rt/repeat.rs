//! Steps that an execution has in common with the one before it.
//!
//! A search mostly goes back a few steps and goes on differently. The code of the
//! program has to run again up to there, since nothing else brings its stacks to
//! where they were. But what the machine decided and computed for these steps is
//! known: they are *repeated*. The trace keeps them, gauges are set back to what
//! they showed behind the last of them, and whatever a primitive asks in between
//! is answered from the records. Nobody is asked who is next.
//!
//! Only what a plain execution does is repeated. After one with daemons, virtual
//! time, invariants, watches, recorded values or a panic of the program all steps
//! are made anew. So they are from where a task asks for something else than the
//! last time, for the explorer to see it. Where the same was asked for and touches
//! something else the execution is *lost*, and made again from the start.

use super::create::NewTask;
use super::machine::Machine;
use crate::execution::{Phase, Task};
use crate::id::{ObjectId, TaskId};
use crate::op::Access;

/// How far the records went when a step was made.
#[derive(Clone, Copy, Debug)]
struct Mark {
    changes: u32,
    shown: u32,
}

/// What is known of the execution before, and how much of it was repeated.
#[derive(Debug, Default)]
pub(super) struct Repeat {
    /// Whether the present steps are repeated.
    pub(super) is_on: bool,
    /// Whether something happened that cannot be repeated.
    pub(super) is_barred: bool,
    /// Whether the program did not do the same again.
    is_lost: bool,
    /// Steps, accesses, choices and shown numbers that were repeated.
    steps: usize,
    accesses: usize,
    choices: usize,
    shown: usize,
    /// For each step of the trace.
    marks: Vec<Mark>,
    /// Gauges that changed, with what they showed before.
    changes: Vec<(ObjectId, i64)>,
    /// What primitives were told that gauges show.
    told: Vec<i64>,
}

/// What comes next in an execution that is repeated.
pub(super) enum Next {
    /// This task makes its step again.
    Again(TaskId),
    /// What comes is new.
    New,
    /// It is not the same execution.
    Lost,
}

impl Machine {
    /// Takes back all steps from number `same` on, to repeat those before it.
    /// Returns whether there are any.
    pub(super) fn rewind(&mut self, same: usize) -> bool {
        let is_possible = same > 0 && same <= self.trace.len() && !self.repeat.is_barred;
        self.take_back(if is_possible { same } else { 0 });
        let repeat = &mut self.repeat;
        (repeat.steps, repeat.accesses, repeat.choices, repeat.shown) = (0, 0, 0, 0);
        repeat.is_on = is_possible;
        repeat.is_barred = self.recording;
        repeat.is_lost = false;
        is_possible
    }

    /// Takes back all steps from number `len` on.
    fn take_back(&mut self, len: usize) {
        let Repeat { marks, changes, told, .. } = &mut self.repeat;
        let Some(&Mark { changes: n_changes, shown }) = marks.get(len) else { return };
        for (object, showed) in changes.drain(n_changes as usize..).rev() {
            self.objects[object.index()].shows = showed;
        }
        told.truncate(shown as usize);
        marks.truncate(len);
        self.trace.truncate(len);
    }

    /// How many steps were made.
    pub(super) fn n_made(&self) -> usize {
        if self.repeat.is_on { self.repeat.steps } else { self.trace.len() }
    }

    /// Whether the execution turned out not to be the one before.
    pub(super) fn is_lost(&self) -> bool {
        self.repeat.is_lost
    }

    /// Notes how far the records go when a step is made.
    pub(super) fn mark(&mut self) {
        let Repeat { marks, changes, told, .. } = &mut self.repeat;
        marks.push(Mark { changes: changes.len() as u32, shown: told.len() as u32 });
    }

    /// Notes what a gauge showed before it changed.
    pub(super) fn changed(&mut self, object: ObjectId, showed: i64) {
        self.repeat.changes.push((object, showed));
    }

    /// Who made the next step the last time, if that task asks for the same.
    pub(super) fn next_again(&mut self) -> Next {
        let step = self.trace.steps().get(self.repeat.steps);
        let again = step.filter(|step| {
            let Task { phase, pending, .. } = &self.tasks[step.task.index()];
            // One place of the program is nearly always one address.
            let is_there = std::ptr::eq(pending.location, step.location);
            *phase == Phase::Waiting && (is_there || pending.location == step.location)
        });
        if let (Some(step), false) = (again, self.repeat.is_lost) {
            return Next::Again(step.task);
        }
        self.take_back(self.repeat.steps);
        let repeat = &mut self.repeat;
        repeat.is_on = false;
        repeat.is_lost |= repeat.accesses != self.trace.n_accesses()
            || repeat.choices != self.trace.n_choices()
            || repeat.shown != repeat.told.len();
        if repeat.is_lost { Next::Lost } else { Next::New }
    }

    /// Executes the pending operation of the current task once more.
    pub(super) fn execute_again(&mut self) -> bool {
        let task = &mut self.tasks[self.current.index()];
        task.phase = Phase::Running;
        task.last_step = Some(self.repeat.steps as u32);
        self.repeat.steps += 1;
        let mut granted = true;
        if !task.pending.is_deferred {
            for i in 0..task.pending.accesses.len() {
                let access = self.tasks[self.current.index()].pending.accesses[i];
                granted &= self.touch_again(access);
            }
        }
        granted
    }

    /// Whether an access was granted the last time.
    pub(super) fn touch_again(&mut self, asked: Access) -> bool {
        let made = self.trace.nth_access(self.repeat.accesses);
        let Some(made) = made.filter(|made| made.object == asked.object) else {
            self.repeat.is_lost = true;
            return false;
        };
        self.repeat.accesses += 1;
        made.granted
    }

    /// What was chosen the last time.
    pub(super) fn choose_again(&mut self, n: u32) -> u32 {
        match self.trace.nth_choice(self.repeat.choices) {
            Some((value, of)) if of == n => {
                self.repeat.choices += 1;
                value
            }
            _ => {
                self.repeat.is_lost = true;
                0
            }
        }
    }

    /// What a gauge shows, or showed the last time.
    pub(super) fn tell(&mut self, gauge: ObjectId) -> i64 {
        let Repeat { is_on, is_lost, shown, told, .. } = &mut self.repeat;
        if !*is_on {
            told.push(self.objects[gauge.index()].shows);
            return self.objects[gauge.index()].shows;
        }
        *shown += 1;
        told.get(*shown - 1).copied().unwrap_or_else(|| {
            *is_lost = true;
            0
        })
    }

    /// Lets a task come into being again.
    pub(super) fn enter_again(&mut self, new: &NewTask) {
        let task = &mut self.tasks[new.id.index()];
        task.phase = Phase::Unstarted;
        task.pending.location = new.location;
        task.last_step = None;
        task.failure = None;
    }
}
