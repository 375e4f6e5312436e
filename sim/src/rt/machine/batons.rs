//! Batons: which task of a group has its turn, and the line of those that are next.
//!
//! All tasks of a group update one cell in each step that moves the baton or joins the
//! line, so what such a step does depends on nothing that the search does not know of. A
//! task that is next is given its *seat*, a gauge on which no other task waits.
//!
//! Everything here is part of the last step, which has updated the cell. Timers are the
//! exception: they are run by the step of the clock ([`super::timers`]).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use smallvec::SmallVec;

use super::baton_line::{BatonId, BatonLine};
use super::state::Machine;
use crate::execution::Phase;
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::op::{Access, Op};

impl Machine {
    /// Adds a baton that no task has.
    pub(crate) fn create_baton(&mut self, cell: ObjectId, hold: ObjectId) -> BatonId {
        let id = BatonId(u32::try_from(self.batons.len()).expect("fewer than 2^32 batons"));
        self.batons.push(BatonLine {
            cell,
            hold,
            holder: None,
            next: VecDeque::new(),
            seats: BTreeMap::new(),
            timers: vec![],
            members: BTreeSet::new(),
            joining: vec![],
        });
        id
    }

    /// Whether there are any.
    pub(crate) fn has_batons(&self) -> bool {
        !self.batons.is_empty()
    }

    pub(super) fn line(&mut self, baton: BatonId) -> &mut BatonLine {
        &mut self.batons[baton.0 as usize]
    }

    /// The task that has the baton, or is about to go on with it.
    pub(crate) fn holder_of(&self, baton: BatonId) -> Option<TaskId> {
        self.batons[baton.0 as usize].holder
    }

    /// Whether a task waits for the baton.
    pub(crate) fn is_any_next(&self, baton: BatonId) -> bool {
        !self.batons[baton.0 as usize].next.is_empty()
    }

    /// Whether a task stands in line, or has its turn or is about to.
    pub(crate) fn has_place(&self, baton: BatonId, task: TaskId) -> bool {
        let line = &self.batons[baton.0 as usize];
        line.holder == Some(task) || line.next.contains(&task)
    }

    /// The gauge that a task waits on, if it has one.
    pub(crate) fn seat_of(&self, baton: BatonId, task: TaskId) -> Option<ObjectId> {
        self.batons[baton.0 as usize].seats.get(&task).copied()
    }

    /// Notes the gauge that a task waits on.
    pub(crate) fn give_seat(&mut self, baton: BatonId, task: TaskId, seat: ObjectId) {
        self.line(baton).seats.insert(task, seat);
    }

    /// Gives a free baton to the current task. Whether it was free.
    pub(crate) fn take_baton(&mut self, baton: BatonId) -> bool {
        let current = self.current;
        let line = self.line(baton);
        if line.holder.is_some() {
            return false;
        }
        line.holder = Some(current);
        let hold = line.hold;
        self.touch(Access::new(hold, Mode::Try, 1));
        true
    }

    /// Puts a task at the end of the line, or gives it a free baton. Its timers are taken
    /// back.
    pub(crate) fn line_up(&mut self, baton: BatonId, task: TaskId) {
        let line = self.line(baton);
        line.timers.retain(|timer| timer.task != task);
        debug_assert!(!line.next.contains(&task), "a task stands in line once");
        if line.holder.is_some() {
            line.next.push_back(task);
            return;
        }
        line.holder = Some(task);
        let seat = line.seats[&task];
        self.touch(Access::new(seat, Mode::Give, 1));
    }

    /// Has the task that is next go on, or frees the baton.
    pub(crate) fn hand_on(&mut self, baton: BatonId) {
        let line = self.line(baton);
        let (hold, next) = (line.hold, line.next.pop_front());
        line.holder = next;
        let seat = next.map(|next| line.seats[&next]);
        self.touch(Access::new(hold, Mode::Give, 1));
        if let Some(seat) = seat {
            self.touch(Access::new(seat, Mode::Give, 1));
        }
    }

    /// Notes that a task was started in the group, which it leaves at its end.
    pub(crate) fn add_member(&mut self, baton: BatonId, task: TaskId) {
        self.line(baton).members.insert(task);
    }

    /// Has the current task stand in line once all of these members have left. The first that
    /// has not; if there is none, nothing is to be waited for.
    pub(crate) fn join_in_line(&mut self, baton: BatonId, tasks: &[TaskId]) -> Option<TaskId> {
        let current = self.current;
        let line = self.line(baton);
        let left = tasks.iter().filter(|task| line.members.contains(task)).copied();
        let left: SmallVec<[TaskId; 4]> = left.collect();
        let first = left.first().copied();
        if first.is_some() {
            line.joining.push((current, left));
        }
        first
    }

    /// Has the current task stand in line once any of these members has left, and for no others
    /// that it was to wait for before.
    pub(crate) fn await_any(&mut self, baton: BatonId, members: &[TaskId]) {
        let current = self.current;
        let line = self.line(baton);
        line.joining.retain(|(joining, _)| *joining != current);
        let each = members.iter().map(|&member| (current, SmallVec::from_slice(&[member])));
        line.joining.extend(each);
    }

    /// The step with which a task that is about to end leaves a group.
    #[cold]
    pub(crate) fn leave_baton(&self, task: TaskId) -> Option<(BatonId, Op)> {
        let is_in = |line: &BatonLine| line.holder == Some(task) || line.members.contains(&task);
        let nth = self.batons.iter().position(is_in)?;
        let op = Op::local("leave", self.last_place(task));
        let op = op.with(self.batons[nth].cell, Mode::Update, 0);
        Some((BatonId(u32::try_from(nth).expect("fewer than 2^32 batons")), op))
    }

    /// Notes that the current task has left the group for good, and hands its baton on if it
    /// has it: an exception may have ended a wait outside.
    pub(crate) fn has_left(&mut self, baton: BatonId) {
        let current = self.current;
        let line = self.line(baton);
        line.members.remove(&current);
        line.timers.retain(|timer| timer.task != current);
        let is_holder = line.holder == Some(current);
        let mut woken: SmallVec<[TaskId; 4]> = SmallVec::new();
        line.joining.retain_mut(|(joining, left)| {
            left.retain(|task| *task != current);
            if left.is_empty() {
                woken.push(*joining);
            }
            !left.is_empty()
        });
        line.joining.retain(|(joining, _)| *joining != current);
        for task in woken {
            if !self.has_place(baton, task) {
                self.line_up(baton, task);
            }
        }
        if is_holder {
            self.hand_on(baton);
        }
    }

    /// Whether a task can still make a step.
    pub(super) fn is_left(&self, task: TaskId) -> bool {
        matches!(self.task(task).phase, Phase::Waiting | Phase::Running | Phase::Unstarted)
    }
}
