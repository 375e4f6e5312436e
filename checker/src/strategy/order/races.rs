//! From the steps of an execution to what happens before each, and to its races.
//!
//! Races follow a rule that is right for steps that wait: walk the earlier
//! dependent steps, newest first and over all objects together. A step `e` is
//! in a race to reverse if `f` could run after everything that precedes `e` and all
//! steps since that do not depend on `e`. Otherwise `e` enabled `f`, and the walk
//! continues before `e`. The textbook rule looks at immediate predecessors only. It
//! misses the race of a lock with the lock before it, since an unlock stands between
//! the two.
//!
//! The clock of a step is built in its place, after those of the steps before it, so
//! that nothing has to be copied when it is done.

use unknot_sim::{Access, Execution, TaskId, Trace};

use super::events::{Events, NONE, join};
use super::race::{PendingStep, Race};

impl Events {
    /// Adds the steps of an execution that are not known yet, and appends the
    /// races of those from `from` on. Steps that were not made count only if they could
    /// have been made.
    pub(crate) fn extend(&mut self, execution: &Execution<'_>, from: usize, races: &mut Vec<Race>) {
        self.prepare(execution);
        let trace = execution.trace;
        self.reserve(trace);
        for step in self.len()..trace.len() {
            let made = &trace.steps()[step];
            if made.is_fence {
                self.begin_behind_all();
            } else {
                self.begin(made.task);
                let what = PendingStep::new(made.task, trace.accesses(step), step);
                match step < from {
                    true => self.join_dependent(&what),
                    false => self.walk(execution, &what, races),
                }
            }
            self.push(execution);
            if let Some(child) = made.child {
                self.started_by[child.index()] = step as u32;
            }
        }
        for task in execution.unfinished().filter(|task| execution.is_enabled(task.id)) {
            self.begin(task.id);
            self.walk(execution, &PendingStep::pending(task, self.len()), races);
            self.clocks.truncate(self.len() * self.width);
        }
    }

    /// Makes room for all steps of a trace at once: growing little by little leaves behind
    /// buffers that were too small.
    fn reserve(&mut self, trace: &Trace) {
        let more = trace.len().saturating_sub(self.len());
        self.events.reserve(more);
        self.clocks.reserve((more + 1) * self.width);
        self.links.reserve(trace.n_accesses().saturating_sub(self.links.len()));
    }

    /// The clock of the next step, and those of all steps before it.
    fn next(&mut self) -> (&mut [u32], &[u32]) {
        let (known, next) = self.clocks.split_at_mut(self.events.len() * self.width);
        (next, known)
    }

    /// Adds to the clock of the next step what happens before another one.
    fn join(&mut self, step: usize) {
        let width = self.width;
        let (next, known) = self.next();
        join(next, &known[step * width..][..width]);
    }

    /// Begins the clock of a step that is ordered with every other step.
    fn begin_behind_all(&mut self) {
        self.clocks.resize((self.len() + 1) * self.width, 0);
        for task in 0..self.last.len() {
            let last = self.last[task];
            if last != NONE {
                self.join(last as usize);
            }
        }
    }

    /// Begins the clock of the next step of this task, with what happens before
    /// it whatever it touches.
    fn begin(&mut self, task: TaskId) {
        match self.predecessor(task) {
            None => self.clocks.resize((self.len() + 1) * self.width, 0),
            Some(before) => {
                let start = before * self.width;
                self.clocks.extend_from_within(start..start + self.width);
            }
        }
        if let Some(fence) = self.len().checked_sub(1).and_then(|last| self.fence_before(last)) {
            self.join(fence);
        }
    }

    /// The newest earlier step, from a cursor on, on which an access depends and
    /// which is not in a clock.
    #[inline]
    pub(crate) fn earlier(
        &self,
        access: &Access,
        clock: &[u32],
        cursor: &mut u32,
    ) -> Option<usize> {
        while let Some(link) = self.links.get(*cursor as usize) {
            *cursor = link.before;
            let step = link.step as usize;
            if self.is_in(step, clock) {
                if self.covers(&link.access, access) {
                    *cursor = NONE;
                }
            } else if self.dependent(&link.access, access) {
                return Some(step);
            }
        }
        None
    }

    /// The same for the next step.
    fn next_earlier(&self, access: &Access, cursor: &mut u32) -> Option<usize> {
        self.earlier(access, &self.clocks[self.len() * self.width..], cursor)
    }

    /// Adds what the next step depends on.
    fn join_dependent(&mut self, what: &PendingStep<'_>) {
        for access in what.accesses {
            let mut cursor = self.heads[access.object.index()];
            while let Some(step) = self.next_earlier(access, &mut cursor) {
                self.join(step);
            }
        }
    }

    /// Whether a step is in the clock of the next one.
    fn is_known(&self, step: u32) -> bool {
        self.is_in(step as usize, &self.clocks[self.len() * self.width..])
    }

    /// Adds what the next step depends on, and appends its races.
    fn walk(&mut self, execution: &Execution<'_>, what: &PendingStep<'_>, races: &mut Vec<Race>) {
        self.enabling.clear();
        match what.accesses {
            [access] => self.walk_one(execution, what, access, races),
            _ => self.walk_all(execution, what, races),
        }
        for i in 0..self.enabling.len() {
            self.join(self.enabling[i] as usize);
        }
    }

    /// Walks the steps that touched the same object as the next step, if it touches only
    /// one.
    fn walk_one(
        &mut self,
        execution: &Execution<'_>,
        what: &PendingStep<'_>,
        access: &Access,
        races: &mut Vec<Race>,
    ) {
        let mut cursor = self.heads[access.object.index()];
        while let Some(first) = self.next_earlier(access, &mut cursor) {
            self.meet(execution, what, first, races);
        }
    }

    /// The same for any number of objects, newest first over all of them.
    fn walk_all(
        &mut self,
        execution: &Execution<'_>,
        what: &PendingStep<'_>,
        races: &mut Vec<Race>,
    ) {
        let mut cursors = std::mem::take(&mut self.cursors);
        cursors.clear();
        cursors.extend(what.accesses.iter().map(|a| self.heads[a.object.index()]));
        while let Some(first) = self.next_dependent(what, &mut cursors) {
            self.meet(execution, what, first, races);
        }
        self.cursors = cursors;
    }

    /// Tells whether the next step races with a step that it depends on, or was
    /// enabled by it.
    fn meet(
        &mut self,
        execution: &Execution<'_>,
        what: &PendingStep<'_>,
        first: usize,
        races: &mut Vec<Race>,
    ) {
        let later = self.len();
        if !what.may_be_kept(execution) || self.is_possible_without(execution, what, later, first) {
            races.push(Race { first, later, task: what.task });
            self.join(first);
        } else {
            self.enabling.push(first as u32);
        }
    }

    /// The newest step not yet passed on which the next step depends and which is
    /// not in its clock.
    fn next_dependent(&self, candidate: &PendingStep<'_>, cursors: &mut [u32]) -> Option<usize> {
        loop {
            let mut newest = None;
            for (cursor, access) in cursors.iter_mut().zip(candidate.accesses) {
                newest = newest.max(self.pass_known(access, cursor));
            }
            let newest = newest?;
            let mut dependent = false;
            for (cursor, access) in cursors.iter_mut().zip(candidate.accesses) {
                while let Some(link) = self.links.get(*cursor as usize)
                    && link.step == newest
                {
                    dependent |= self.dependent(&link.access, access);
                    *cursor = link.before;
                }
            }
            if dependent {
                return Some(newest as usize);
            }
        }
    }

    /// Moves on to a step that is not in the clock.
    fn pass_known(&self, access: &Access, cursor: &mut u32) -> Option<u32> {
        while let Some(link) = self.links.get(*cursor as usize) {
            if !self.is_known(link.step) {
                return Some(link.step);
            }
            *cursor = if self.covers(&link.access, access) { NONE } else { link.before };
        }
        None
    }
}
