//! The baton of a group of tasks, of which one at a time has its turn.
//!
//! A task that wants the baton and does not get it stands in line, and waits at its *seat*,
//! a gauge that no other task waits on. The baton is handed on in the order of the line, by
//! a step of the task that has it. So no two tasks ever compete for it, and a program of
//! which all is under one baton, in virtual time, has one class. What waits for something
//! outside passes the baton, waits as any task does, and enters again.
//!
//! Each step that moves the baton or the line updates one cell, whether it changes anything
//! or not: what it does depends on the steps before it.
//!
//! A task that ends with the baton passes it on in its last step.
//!
//! What this misses: a runtime may hand on in another order than first come, first served.

use std::fmt::Debug;
use std::panic::Location;
use std::time::Duration;

use crate::act::Act;
use crate::execution::{Ownership, Purpose};
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt::{self, BatonId, NewObject};
use crate::task::{self, JoinHandle};

/// A baton. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub(crate) struct Baton {
    id: BatonId,
    /// What every step updates that moves the baton or the line.
    cell: ObjectId,
    /// What the task that has the baton owns.
    hold: ObjectId,
}

impl Baton {
    /// A baton that no task has. The kind is what it belongs to, for reports.
    pub(crate) fn new(
        kind: &'static str,
        name: Name,
        location: &'static Location<'static>,
    ) -> Baton {
        let cell = rt::create_cell(kind, name.clone(), location);
        let hold = NewObject::new(kind, name, location).part_of(cell).serving(Purpose::Baton);
        let hold = rt::create(hold.showing(1).at_most(1).owned(Ownership::Owners));
        Baton { id: rt::create_baton(cell, hold), cell, hold }
    }

    /// Has nothing go on under the baton once the current task has ended.
    pub(crate) fn end_with_current(&self) {
        rt::master_baton(self.id);
    }

    /// A step that may move the baton. What it does is said afterwards, as part of it.
    pub(crate) fn op(&self, verb: &'static str, location: &'static Location<'static>) -> Op {
        Op::local(verb, location).with(self.cell, Mode::Update, 0)
    }

    /// A step of something else that may move the baton too. What it asks for itself is to
    /// be said as part of the step as well.
    pub(crate) fn joined(&self, op: Op) -> Op {
        op.with(self.cell, Mode::Update, 0)
    }

    /// Whether the current task has the baton.
    pub(crate) fn is_mine(&self) -> bool {
        rt::holder_of(self.id) == Some(rt::current())
    }

    /// Whether the current task may do what only the one with the baton can do. One that may
    /// not panics with this complaint, unless it is being unwound.
    pub(crate) fn is_allowed(&self, complaint: impl FnOnce() -> String) -> bool {
        let is_allowed = rt::is_quiet() || self.is_mine();
        if !is_allowed {
            rt::raise_misuse(rt::raised("RuntimeError", complaint()));
        }
        is_allowed
    }

    /// Waits until the task has the baton: one step if it is free, otherwise two.
    pub(crate) fn enter(&self, location: &'static Location<'static>) {
        rt::step(self.op("enter", location));
        self.come_in(location);
    }

    /// Takes the baton as part of the step, or waits for it: one step more. Others may have
    /// put the task in line already.
    pub(crate) fn come_in(&self, location: &'static Location<'static>) {
        if rt::is_quiet() {
            return;
        }
        if !self.has_place(rt::current()) {
            if rt::take_baton(self.id) {
                return;
            }
            self.line_up(rt::current());
        }
        self.await_turn("enter", None, location);
    }

    /// Passes the baton to the task that is next, and goes on without it. One step.
    pub(crate) fn pass(&self, location: &'static Location<'static>) {
        rt::step(self.op("pass", location));
        self.hand_on();
    }

    /// Lets all others that stand in line go first: two steps, or one where there are none.
    pub(crate) fn rotate(&self, verb: &'static str, location: &'static Location<'static>) {
        rt::step(self.op(verb, location));
        if rt::is_quiet() || !rt::is_any_next(self.id) {
            return;
        }
        self.line_up(rt::current());
        self.hand_on();
        self.await_turn(verb, None, location);
    }

    /// Does without the baton what may have to wait.
    pub(crate) fn without<T>(
        &self,
        location: &'static Location<'static>,
        wait: impl FnOnce() -> T,
    ) -> T {
        self.pass(location);
        let value = wait();
        self.enter(location);
        value
    }

    /// Lets time pass without the baton. In virtual time that is two steps, and the end of
    /// the sleep is part of the step of the clock.
    pub(crate) fn sleep(&self, duration: Duration, location: &'static Location<'static>) {
        if rt::now().is_none() {
            return self.without(location, || rt::sleep(duration, location));
        }
        if duration.is_zero() {
            return self.rotate("sleep", location);
        }
        rt::step(self.op("sleep", location));
        self.set_timer(duration);
        self.hand_on();
        self.await_turn("sleep", None, location);
    }

    /// Waits until a task that was started in the group has ended: one step if it has,
    /// otherwise two. Where it has, the baton is not touched.
    pub(crate) fn join<T>(&self, handle: &JoinHandle<T>, location: &'static Location<'static>) {
        let Some((task, end)) = handle.id().zip(handle.end()) else { return };
        let op = Op::local("join", location).acting(Act::Join).with(end, Mode::Below, 1);
        rt::step(self.joined(op).deferred());
        if rt::is_quiet() || !rt::also(end, Mode::Below, 1) {
            return;
        }
        rt::also(self.cell, Mode::Update, 0);
        rt::join_in_line(self.id, task);
        self.hand_on();
        self.await_turn("join", Some(end), location);
    }

    /// Gives up the turn, and waits until the task is put in line by another, or by what
    /// `before` does as part of the step. Two steps.
    pub(crate) fn suspend(
        &self,
        verb: &'static str,
        sought: Option<ObjectId>,
        location: &'static Location<'static>,
        before: impl FnOnce(),
    ) {
        self.leave_turn(verb, location, before);
        self.await_turn(verb, sought, location);
    }

    /// Gives up the turn, and does `before` as part of the step. One step.
    pub(crate) fn leave_turn(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
        before: impl FnOnce(),
    ) {
        rt::step(self.op(verb, location));
        if !rt::is_quiet() {
            before();
            self.hand_on();
        }
    }

    /// Whether a task stands in line, or has its turn or is about to. Part of a step that
    /// updates the cell.
    pub(crate) fn has_place(&self, task: TaskId) -> bool {
        rt::has_place(self.id, task)
    }

    /// Whether a task has its turn, or is about to. Part of a step that updates the cell.
    pub(crate) fn has_turn(&self, task: TaskId) -> bool {
        rt::holder_of(self.id) == Some(task)
    }

    /// Whether a task has left the group, in which it was started.
    pub(crate) fn has_left(&self, task: TaskId) -> bool {
        rt::end_of_member(self.id, task).is_none()
    }

    /// Frees the baton, and gives it to no task in line until a task has opened it again.
    /// Part of a step that updates the cell, or before any.
    pub(crate) fn close(&self) {
        if !rt::is_quiet() {
            rt::close_baton(self.id);
        }
    }

    /// Gives the baton to the next in line from now on.
    pub(crate) fn open(&self) {
        if !rt::is_quiet() {
            rt::open_baton(self.id);
        }
    }

    /// Has the current task stand in line again once any of these members has left the group.
    /// Part of the step with which it gives up its turn.
    pub(crate) fn await_any(&self, members: &[TaskId]) {
        rt::await_any(self.id, members);
    }

    /// The gauge that the current task waits on for its turn.
    pub(crate) fn seat(&self) -> ObjectId {
        self.seat_of(rt::current())
    }

    /// Waits until all these members have left the group: for each one step if it has, and
    /// otherwise two.
    pub(crate) fn join_all(&self, members: &[TaskId], location: &'static Location<'static>) {
        for &member in members {
            rt::step(self.op("join", location).acting(Act::Join));
            if rt::is_quiet() {
                return;
            }
            if let Some(end) = rt::end_of_member(self.id, member) {
                rt::join_in_line(self.id, member);
                self.hand_on();
                self.await_turn("join", Some(end), location);
            }
        }
    }

    /// Starts a task that stands in line from its start on. One step.
    pub(crate) fn spawn<T: Debug + 'static>(
        &self,
        name: Name,
        daemon: bool,
        body: impl FnOnce() -> T + 'static,
        location: &'static Location<'static>,
    ) -> JoinHandle<T> {
        let op = self.op("spawn", location).acting(Act::Spawn).deferred();
        let theirs = self.clone();
        let body = move || {
            theirs.await_turn("begin", None, location);
            body()
        };
        let handle = task::start_by(op, name, daemon, body);
        if let Some(task) = handle.id() {
            rt::also(self.cell, Mode::Update, 0);
            rt::add_member(self.id, task);
            self.line_up(task);
        }
        handle
    }

    /// Puts a task at the end of the line, or gives it the baton if that is free. Part of a
    /// step that updates the cell, as is all that follows here.
    pub(crate) fn line_up(&self, task: TaskId) {
        if !rt::is_quiet() {
            self.seat_of(task);
            rt::line_up(self.id, task);
        }
    }

    /// Has the task that is next go on, or frees the baton.
    pub(crate) fn hand_on(&self) {
        if !rt::is_quiet() {
            rt::hand_on(self.id);
        }
    }

    /// Puts the current task in line once the time is up. Where durations do not count there
    /// is no such timer.
    pub(crate) fn set_timer(&self, duration: Duration) {
        if !rt::is_quiet() {
            self.seat_of(rt::current());
            rt::set_timer(self.id, duration);
        }
    }

    /// Waits until the task has the baton, for which it stands in line or will be put there
    /// by another. `sought` is what the wait is there for, if it is not the baton. One step.
    pub(crate) fn await_turn(
        &self,
        verb: &'static str,
        sought: Option<ObjectId>,
        location: &'static Location<'static>,
    ) {
        if !rt::is_quiet() {
            rt::step(self.turn_op(verb, sought, location));
        }
    }

    /// The step with which the current task goes on with the baton.
    pub(crate) fn turn_op(
        &self,
        verb: &'static str,
        sought: Option<ObjectId>,
        location: &'static Location<'static>,
    ) -> Op {
        let seat = self.seat_of(rt::current());
        let wait = Op::local(verb, location).with(seat, Mode::Take, 1);
        wait.with(sought.unwrap_or(self.hold), Mode::On, 1).with(self.hold, Mode::Try, 1)
    }

    /// The gauge that a task of the group waits on.
    fn seat_of(&self, task: TaskId) -> ObjectId {
        rt::seat_of(self.id, task).unwrap_or_else(|| {
            let new = NewObject::new("seat", Name::default(), rt::creation_place(self.cell));
            let seat = rt::create(new.part_of(self.cell));
            rt::give_seat(self.id, task, seat);
            seat
        })
    }
}
