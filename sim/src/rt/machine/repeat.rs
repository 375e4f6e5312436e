//! Steps that an execution has in common with the one before it.
//!
//! A search mostly goes back a few steps and goes on differently. The code of the
//! program has to run again up to there, since nothing else brings its stacks to
//! where they were. But what the machine decided and computed for these steps is
//! known: they are *repeated*. The trace keeps them, gauges are set back to what
//! they showed after the last of them, and whatever a primitive asks in between
//! is answered from the records. The explorer is not asked which task is next.
//!
//! Only a plain execution is repeated. After one with daemons, virtual time, invariants,
//! subscriptions or recorded values all steps are made anew. So are the steps from the first
//! one on where a task asks for something else than the last time, since the explorer
//! has to see that. Where the program creates, touches or chooses something else the
//! execution is *lost*, and made again from the start.

use std::panic::Location;

use super::create::NewTask;
use super::new_object::NewObject;
use super::records::{RecordLengths, Repeat, Repetition, is_same};
use super::state::Machine;
use crate::execution::{Object, Phase, Task};
use crate::id::{ObjectId, TaskId};
use crate::op::Access;
use crate::rt::post::Control;

/// Whether an object is what is created at a place, as far as a repeated step has to know.
#[inline(always)]
fn is_like(
    old: &Object,
    (kind, location): (&'static str, &'static Location<'static>),
    shows: (i64, i64),
) -> bool {
    is_same(old.kind, kind) && is_same(old.location, location) && (old.initial, old.limit) == shows
}

impl Machine {
    /// Takes back all steps from number `same` on, to repeat those before it if that
    /// can be done.
    pub(crate) fn rewind(&mut self, same: usize) {
        let is_possible = same > 0 && same <= self.trace.len() && !self.repeat.is_barred;
        if is_possible {
            self.take_back(same);
        } else {
            self.trace.truncate(0);
            let Repeat { marks, changes, told, .. } = &mut self.repeat;
            marks.clear();
            changes.clear();
            told.clear();
        }
        let repeat = &mut self.repeat;
        (repeat.steps, repeat.accesses, repeat.choices, repeat.answers) = (0, 0, 0, 0);
        repeat.created = 0;
        repeat.is_on = is_possible;
        repeat.is_barred = self.recording;
        repeat.is_lost = false;
    }

    /// Takes back all steps from number `len` on.
    fn take_back(&mut self, len: usize) {
        let Repeat { marks, changes, told, .. } = &mut self.repeat;
        let Some(&mark) = marks.get(len) else { return };
        for (object, showed) in changes.drain(mark.changes as usize..).rev() {
            self.objects[object.index()].shows = showed;
        }
        told.truncate(mark.told as usize);
        marks.truncate(len);
        self.trace.truncate(len);
    }

    /// How many steps were made.
    pub(crate) fn n_made(&self) -> usize {
        if self.repeat.is_on { self.repeat.steps } else { self.trace.len() }
    }

    /// Whether the execution turned out not to be the one before.
    pub(crate) fn is_lost(&self) -> bool {
        self.repeat.is_lost
    }

    /// Notes how far the records go when a step is made.
    pub(crate) fn mark(&mut self) {
        let Repeat { marks, changes, told, created, .. } = &mut self.repeat;
        let (changes, told) = (changes.len() as u32, told.len() as u32);
        marks.push(RecordLengths { changes, told, created: *created });
    }

    /// Notes what a gauge showed before it changed.
    pub(crate) fn changed(&mut self, object: ObjectId, showed: i64) {
        self.repeat.changes.push((object, showed));
    }

    /// The task that made the next step the last time, if it asks for the same.
    #[inline]
    pub(crate) fn next_again(&mut self) -> Repetition {
        let step = self.trace.steps().get(self.repeat.steps);
        let again = step.filter(|step| {
            let Task { phase, pending, .. } = &self.tasks[step.task.index()];
            *phase == Phase::Waiting && is_same(pending.location, step.location)
        });
        if let (Some(step), false) = (again, self.repeat.is_lost) {
            return Repetition::Again(step.task);
        }
        let created = self.repeat.marks.get(self.repeat.steps).map(|mark| mark.created);
        self.take_back(self.repeat.steps);
        let repeat = &mut self.repeat;
        repeat.is_on = false;
        repeat.is_lost |= repeat.accesses != self.trace.n_accesses()
            || repeat.choices != self.trace.n_choices()
            || repeat.answers != repeat.told.len()
            || created.is_some_and(|created| created != repeat.created);
        if repeat.is_lost { Repetition::Lost } else { Repetition::New }
    }

    /// Executes the pending operation of the current task once more.
    #[inline]
    pub(crate) fn execute_again(&mut self) -> bool {
        let Machine { tasks, trace, repeat, post, current, .. } = self;
        let task = &mut tasks[current.index()];
        post.write(*current, Control::Goes, task.pending.location);
        task.phase = Phase::Running;
        task.last_step = Some(repeat.steps as u32);
        repeat.steps += 1;
        if task.pending.is_deferred {
            return task.alive.is_none_or(|alive| repeat.touch(trace, alive));
        }
        let asked = task.pending.accesses.iter();
        asked.fold(true, |granted, access| granted & repeat.touch(trace, access.object))
    }

    /// Whether an access was granted the last time.
    pub(crate) fn touch_again(&mut self, asked: Access) -> bool {
        self.repeat.touch(&self.trace, asked.object)
    }

    /// What was chosen the last time.
    pub(crate) fn choose_again(&mut self, n: u32) -> u32 {
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
    pub(crate) fn tell(&mut self, gauge: ObjectId) -> i64 {
        let Repeat { is_on, is_lost, answers, told, .. } = &mut self.repeat;
        if !*is_on {
            told.push(self.objects[gauge.index()].shows);
            return self.objects[gauge.index()].shows;
        }
        *answers += 1;
        told.get(*answers - 1).copied().unwrap_or_else(|| {
            *is_lost = true;
            0
        })
    }

    /// The next object of a task, if it is a gauge without units that exists already because
    /// the present step is repeated. Asked before anything is said about a new one: most
    /// tasks are started in steps that are repeated.
    #[inline]
    pub(crate) fn next_again_of(
        &mut self,
        creator: TaskId,
        kind: &'static str,
        location: &'static Location<'static>,
    ) -> Option<ObjectId> {
        if !self.repeat.is_on || self.repeat.is_lost {
            return None;
        }
        let created = &mut self.created[creator.index()];
        let id = self.names.object(creator, created.objects);
        let is_it = |old: &&Object| is_like(old, (kind, location), (0, i64::MAX));
        self.objects.get(id.index()).filter(is_it)?;
        created.objects += 1;
        self.repeat.created += 1;
        Some(id)
    }

    /// Counts an object that is created. Returns true if the object exists already because
    /// the present step is repeated.
    pub(crate) fn is_created_again(&mut self, id: ObjectId, new: &NewObject) -> bool {
        self.repeat.created += 1;
        if !self.repeat.is_on || self.repeat.is_lost {
            return false;
        }
        let is_it = |old: &Object| is_like(old, (new.kind, new.location), (new.initial, new.limit));
        let is_again = self.objects.get(id.index()).is_some_and(is_it);
        self.repeat.is_lost = !is_again;
        is_again
    }

    /// Lets a task be created again. False if it is not the same one.
    pub(crate) fn enter_again(&mut self, new: &NewTask) -> bool {
        if !self.repeat.is_on || self.repeat.is_lost {
            return false;
        }
        let started_by = new.started_by.map(|step| &self.trace.steps()[step as usize]);
        let is_child = started_by.is_none_or(|step| step.child == Some(new.id));
        let task = self.tasks.get_mut(new.id.index()).filter(|task| {
            (task.daemon, task.attached, task.process) == (new.daemon, new.attached, new.process)
        });
        let (true, Some(task)) = (is_child, task) else {
            self.repeat.is_lost = true;
            return false;
        };
        task.phase = Phase::Unstarted;
        task.pending.location = new.location;
        task.last_step = None;
        task.failure = None;
        true
    }
}
