//! What a step does to the machine.
//!
//! Plain data and integer arithmetic: nothing here knows of coroutines or of
//! strategies.

use std::panic::Location;

use super::state::{InARow, Machine, Subscription};
use crate::execution::{Failure, Phase};
use crate::id::TaskId;
use crate::mode::Mode;
use crate::noted::Noted;
use crate::op::{Access, Effect, Op};
use crate::rt::limits::TimeMode;
use crate::rt::post::Control;

impl Machine {
    /// Declares what the current task is about to do. The operation is swapped with the
    /// last one and not copied: a copy of what was just written in parts has to wait for
    /// those writes.
    pub(crate) fn declare(&mut self, op: &mut Op) {
        let task = &mut self.tasks[self.current.index()];
        std::mem::swap(&mut task.pending, op);
        if let Some(alive) = task.alive {
            task.pending.accesses.push(Access::new(alive, Mode::Read, 0));
        }
        task.phase = Phase::Waiting;
    }

    /// Declares a wait that ends after `micros` with a try.
    pub(crate) fn declare_timed(&mut self, mut wait: Op, mut trying: Op, micros: u64) {
        let location = wait.location;
        match self.time {
            TimeMode::Any if self.timeouts_at(location) >= self.max_timeouts => {
                self.timeouts_used_up = true;
                self.declare(&mut wait);
            }
            TimeMode::Any => self.declare(&mut trying),
            TimeMode::Virtual if micros == 0 => self.declare(&mut trying),
            TimeMode::Virtual => {
                self.declare(&mut wait);
                self.await_deadline(trying, self.now.saturating_add(micros));
            }
        }
    }

    /// Declares a wait that ends with a try once no other task can go on, whether durations
    /// count or not.
    pub(crate) fn declare_until_idle(&mut self, mut wait: Op, trying: Op) {
        self.declare(&mut wait);
        // Where they count, time passes while a task polls.
        let deadline = match self.time {
            TimeMode::Any => self.now,
            TimeMode::Virtual => self.now.saturating_add(1),
        };
        self.await_deadline(trying, deadline);
    }

    /// Has the declared wait of the current task end with a try at some time.
    fn await_deadline(&mut self, trying: Op, deadline: u64) {
        let id = self.current;
        if self.trying.len() <= id.index() {
            self.trying.resize(id.index() + 1, None);
        }
        self.trying[id.index()] = Some(trying);
        self.task_mut(id).deadline = Some(deadline);
        self.enter_clock();
    }

    pub(crate) fn timeouts_at(&self, location: &'static Location<'static>) -> u32 {
        let of = |row: &&InARow| row.task == self.current && row.location == location;
        self.in_a_row.iter().find(of).map_or(0, |row| row.n)
    }

    /// Notes how a timed wait of the current task ended.
    pub(crate) fn count_timeout(&mut self, location: &'static Location<'static>, granted: bool) {
        let current = self.current;
        let row = self.in_a_row.iter_mut().find(|r| r.task == current && r.location == location);
        match row {
            Some(row) if granted => row.n = 0,
            Some(row) => row.n += 1,
            None if granted => {}
            None => self.in_a_row.push(InARow { task: current, location, n: 1 }),
        }
    }

    /// Gives the turn to a task that was picked.
    pub(crate) fn resume(&mut self, task: TaskId) {
        let stays = self.trace.steps().last().is_some_and(|last| last.task == task);
        self.preempting = !stays && self.preempts(task);
        self.current = task;
    }

    /// Executes the pending operation of the current task. False if a bounded
    /// or trying access was refused.
    #[inline]
    pub(crate) fn execute(&mut self) -> bool {
        if self.repeat.is_on { self.execute_again() } else { self.execute_anew() }
    }

    fn execute_anew(&mut self) -> bool {
        let id = self.current;
        let step = u32::try_from(self.trace.len()).expect("fewer than 2^32 steps");
        self.mark();
        let preempts = std::mem::take(&mut self.preempting);
        let task = &mut self.tasks[id.index()];
        debug_assert!(task.phase == Phase::Waiting, "a task executes what it declared");
        task.phase = Phase::Running;
        task.last_step = Some(step);
        task.deadline = None;
        self.post.write(id, Control::Goes, task.pending.location);
        self.trace.push(id, &task.pending, preempts);
        // The cell that a killable task always reads is not the primitive's to defer.
        let (alive, is_deferred) = (task.alive, task.pending.is_deferred);
        let mut granted = true;
        for i in 0..task.pending.accesses.len() {
            let access = self.tasks[id.index()].pending.accesses[i];
            if !is_deferred || Some(access.object) == alive {
                granted &= self.touch(access);
            }
        }
        granted
    }

    /// Carries out one more access as part of the last step.
    pub(crate) fn touch(&mut self, asked: Access) -> bool {
        // Made anew and not changed in place: a copy of what was just written in
        // parts would have to wait for those writes.
        let Access { object, slot, amount, mode, order, .. } = asked;
        if self.repeat.is_on {
            return self.touch_again(asked);
        }
        let state = &mut self.objects[object.index()];
        let granted = asked.is_granted_at(state.shows, state.limit);
        let access = Access { object, slot, amount, mode, granted, order };
        let (showed, shows) = (state.shows, access.effect().on(state.shows));
        if shows != showed {
            state.shows = shows;
            self.changed(object, showed);
        }
        self.trace.touch(access);
        let has_onlookers =
            self.subscriptions.len() + self.awaits.now.len() + self.invariants.len() > 0;
        if has_onlookers && access.mutates() {
            self.tell_onlookers(&access);
        }
        granted
    }

    /// Tells all that look at an object that it was changed, or may have been.
    #[cold]
    fn tell_onlookers(&mut self, access: &Access) {
        self.give_to_subscribers(access);
        if access.writes() {
            self.awaits.written(access.object);
        }
        self.touch_invariants(access.object);
    }

    /// Gives to all tasks that ever parked until an object changes. No task leaves
    /// the list: if only the first change gave, two changes of different objects
    /// would not commute though they share nothing.
    fn give_to_subscribers(&mut self, access: &Access) {
        for i in 0..self.subscriptions.len() {
            let Subscription { object, slot, gauge } = self.subscriptions[i];
            if (object, slot) == (access.object, access.slot) {
                let is_change = access.effect() != Effect::Add(0);
                self.touch(Access::new(gauge, Mode::Give, is_change.into()));
            }
        }
    }

    /// Notes the value that the last step read or wrote, when recording.
    pub(crate) fn note(&mut self, value: impl FnOnce() -> Option<Noted>) {
        if self.recording && !self.trace.is_empty() {
            let step = u32::try_from(self.trace.len() - 1).expect("fewer than 2^32 steps");
            if let Some(value) = value() {
                self.values.insert(step, value);
            }
        }
    }

    pub(crate) fn fail(&mut self, task: TaskId, failure: Failure) {
        self.task_mut(task).failure = Some(failure);
    }
}
