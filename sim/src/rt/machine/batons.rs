//! Batons: which task of a group has its turn, and the line of those that are next.
//!
//! All tasks of a group update one cell in each step that moves the baton or joins the
//! line, so what such a step does depends on nothing that the search does not know of. A
//! task that is next is given its *seat*, a gauge on which no other task waits.
//!
//! Everything here is part of the last step, which has updated the cell. Timers are the
//! exception: they are run by the step of the clock ([`super::timers`]).

use smallvec::SmallVec;

use super::line::{BatonId, BatonLine};
use super::state::Machine;
use crate::execution::Phase;
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::op::Access;

impl Machine {
    /// Adds a baton that no task has.
    pub(crate) fn create_baton(&mut self, cell: ObjectId, hold: ObjectId) -> BatonId {
        let id = BatonId(u32::try_from(self.batons.len()).expect("fewer than 2^32 batons"));
        self.batons.push(BatonLine::new(cell, hold));
        id
    }

    /// Whether there may be tasks that take turns.
    pub(crate) fn has_groups(&self) -> bool {
        !self.batons.is_empty() || !self.last_words.is_empty()
    }

    pub(super) fn line(&mut self, baton: BatonId) -> &mut BatonLine {
        &mut self.batons[baton.0 as usize]
    }

    /// The task that has the baton, or is about to go on with it.
    pub(crate) fn holder_of(&self, baton: BatonId) -> Option<TaskId> {
        self.batons[baton.0 as usize].holder
    }

    /// Has nothing go on under a baton once the current task has ended.
    pub(crate) fn master_baton(&mut self, baton: BatonId) {
        let current = self.current;
        self.line(baton).master = Some(current);
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

    /// Frees a baton, and gives it to no task in line until it is opened.
    pub(crate) fn close_baton(&mut self, baton: BatonId) {
        let line = self.line(baton);
        line.is_closed = true;
        let hold = line.holder.take().map(|_| line.hold);
        if let Some(hold) = hold {
            self.touch(Access::new(hold, Mode::Give, 1));
        }
    }

    /// Has a free baton be taken by the current task, and later given to the next in line.
    pub(crate) fn open_baton(&mut self, baton: BatonId) {
        self.line(baton).is_closed = false;
    }

    /// Puts a task at the end of the line, or gives it a free baton. Its timers are taken
    /// back.
    pub(crate) fn line_up(&mut self, baton: BatonId, task: TaskId) {
        let line = self.line(baton);
        line.timers.retain(|timer| timer.task != task);
        debug_assert!(!line.next.contains(&task), "a task stands in line once");
        if line.holder.is_some() || line.is_closed {
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

    /// Has the current task stand in line once a member has left.
    pub(crate) fn join_in_line(&mut self, baton: BatonId, task: TaskId) {
        let current = self.current;
        let line = self.line(baton);
        debug_assert!(line.members.contains(&task), "a member that has not left is joined");
        line.joining.push((current, task));
    }

    /// Has the current task stand in line once any of these members has left, and for no others
    /// that it was to wait for before.
    pub(crate) fn await_any(&mut self, baton: BatonId, members: &[TaskId]) {
        let current = self.current;
        let line = self.line(baton);
        line.joining.retain(|(joining, _)| *joining != current);
        line.joining.extend(members.iter().map(|&member| (current, member)));
    }

    /// Whether a task was started in the group and has not left it.
    pub(crate) fn is_member(&self, baton: BatonId, task: TaskId) -> bool {
        self.batons[baton.0 as usize].members.contains(&task)
    }

    /// The batons of the groups that a task is in.
    fn batons_of(&self, task: TaskId) -> impl Iterator<Item = BatonId> {
        let is_in =
            move |line: &BatonLine| line.holder == Some(task) || line.members.contains(&task);
        let all = (0..).zip(&self.batons).filter(move |(_, line)| is_in(line));
        all.map(|(nth, _)| BatonId(nth))
    }

    /// What the last step of a task touches besides its end, in a program with groups of tasks
    /// that take turns.
    #[cold]
    pub(crate) fn touched_by_leaving(&self, task: TaskId) -> SmallVec<[Access; 2]> {
        let cells = self.batons_of(task).map(|baton| self.batons[baton.0 as usize].cell);
        let mut touched: SmallVec<[Access; 2]> =
            cells.map(|cell| Access::new(cell, Mode::Update, 0)).collect();
        let last = self.last_words.iter().filter(|(of, _)| *of == task);
        touched.extend(last.flat_map(|(_, accesses)| accesses.iter().copied()));
        touched
    }

    /// Has the current task touch more in its last step, which comes next.
    pub(crate) fn say_at_end(&mut self, accesses: &[Access]) {
        self.last_words.push((self.current, SmallVec::from_slice(accesses)));
    }

    /// Has the current task leave the groups that it is in, as part of the last step that it
    /// makes in them.
    #[cold]
    pub(crate) fn leave_groups(&mut self) {
        let batons: SmallVec<[BatonId; 2]> = self.batons_of(self.current).collect();
        for baton in batons {
            self.leave_baton(baton);
        }
    }

    /// Hands the baton on if the current task has it: an exception may have ended a wait
    /// outside.
    fn leave_baton(&mut self, baton: BatonId) {
        let current = self.current;
        let line = self.line(baton);
        line.members.remove(&current);
        line.timers.retain(|timer| timer.task != current);
        if line.master == Some(current) {
            return;
        }
        let is_holder = line.holder == Some(current);
        let mut woken: SmallVec<[TaskId; 2]> = SmallVec::new();
        line.joining.retain(|&(joining, of)| {
            if of == current {
                woken.push(joining);
            }
            of != current
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
