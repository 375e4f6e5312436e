//! The tasks of a loop: futures that take turns, as under a runtime with one thread.
//!
//! Each future is polled by a task of its own, and all tasks of a loop share a baton
//! ([`crate::coro::baton`]). Control moves only where a future has to wait: an await of what
//! is there goes on at once. In virtual time, and with nothing outside, a program of which
//! all is in one loop has one class.
//!
//! What waits for something outside the loop, such as the end of a thread, passes the baton,
//! waits as any task does, and enters again. What blocks inside a future keeps the baton.
//!
//! Tasks outside may wake a task of the loop, or abort it. What they do is a step that
//! updates the cell of the baton, and is looked at only in steps that do so as well: a task
//! that has its turn, or is about to, looks when it gives its turn up.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use crate::coro::baton::Baton;
use crate::id::{ObjectId, TaskId};
use crate::name::Name;
use crate::rt;

thread_local! {
    /// In which loop each task of the execution polls that has polled in one.
    static LOOPS: RefCell<Loops> = const { RefCell::new(Loops { execution: None, of: vec![] }) };
}

struct Loops {
    execution: Option<u64>,
    of: Vec<(TaskId, Turns)>,
}

/// Wakes a task that polls in a loop. One step.
pub(super) fn wake(task: TaskId, location: &'static Location<'static>) {
    let turns = LOOPS.with_borrow(|loops| {
        let known = loops.of.iter().rfind(|(known, _)| *known == task);
        known.filter(|_| loops.execution == rt::execution_number()).map(|(_, turns)| turns.clone())
    });
    turns.expect("the waker of a loop is one of a task that polls in it").wake(task, location);
}

/// The tasks of a loop. Clones are handles to the same ones.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    pub(super) baton: Baton,
    state: Rc<TurnsState>,
}

#[derive(Debug, Default)]
struct TurnsState {
    /// Whether the main future is ready, so that all others are dropped.
    is_over: Cell<bool>,
    /// The tasks that were started in the loop.
    started: RefCell<Vec<TaskId>>,
    /// The tasks that poll a future.
    polling: RefCell<BTreeSet<TaskId>>,
    /// The tasks that were woken while they had their turn.
    woken: RefCell<BTreeSet<TaskId>>,
    /// The tasks that were aborted while they had their turn.
    aborted: RefCell<BTreeSet<TaskId>>,
    /// The tasks that have to drop their futures.
    ending: RefCell<BTreeSet<TaskId>>,
}

impl Turns {
    pub(super) fn new(name: Name, location: &'static Location<'static>) -> Turns {
        Turns { baton: Baton::new("Loop", name, location), state: Rc::default() }
    }

    /// Whether both are of one loop.
    pub(super) fn is(&self, other: &Turns) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
    }

    /// Starts a task of the loop, which stands in line from then on. Returns it with the gauge
    /// of its end. One step.
    pub(super) fn spawn<T: Debug + 'static>(
        &self,
        name: Name,
        body: impl FnOnce() -> T + 'static,
        location: &'static Location<'static>,
    ) -> Option<(TaskId, ObjectId)> {
        let task = self.baton.spawn(name, false, body, location).parts();
        self.state.started.borrow_mut().extend(task.map(|(task, _)| task));
        task
    }

    /// Notes that the current task polls a future, until it no longer does.
    pub(super) fn begin(&self) {
        let (me, now) = (rt::current(), rt::execution_number());
        self.state.polling.borrow_mut().insert(me);
        let old = LOOPS.with_borrow_mut(|loops| {
            let is_old = std::mem::replace(&mut loops.execution, now) != now;
            let old = if is_old { std::mem::take(&mut loops.of) } else { vec![] };
            loops.of.push((me, self.clone()));
            old
        });
        drop(old);
    }

    /// Notes that the current task polls no more.
    pub(super) fn end(&self) {
        self.state.polling.borrow_mut().remove(&rt::current());
    }

    /// Wakes a task. One step.
    fn wake(&self, task: TaskId, location: &'static Location<'static>) {
        self.reach("wake", task, &self.state.woken, location);
    }

    /// Has a task drop its future at its next turn. One step.
    pub(super) fn abort(&self, task: TaskId, location: &'static Location<'static>) {
        self.reach("abort", task, &self.state.aborted, location);
        let is_later = || self.state.aborted.borrow().contains(&task);
        if !rt::is_quiet() && !is_later() {
            self.state.ending.borrow_mut().insert(task);
        }
    }

    /// Puts a task in line that waits. One that has its turn looks at `later` when it gives
    /// that up.
    fn reach(
        &self,
        verb: &'static str,
        task: TaskId,
        later: &RefCell<BTreeSet<TaskId>>,
        location: &'static Location<'static>,
    ) {
        rt::step(self.baton.op(verb, location));
        if rt::is_quiet() {
            return;
        }
        if self.baton.has_turn(task) {
            later.borrow_mut().insert(task);
        } else if !self.baton.has_place(task) && self.state.polling.borrow().contains(&task) {
            self.baton.line_up(task);
        }
    }

    /// Whether the current task was woken or aborted while it had its turn. Part of the step
    /// with which it gives the turn up.
    pub(super) fn take_reached(&self) -> bool {
        let me = rt::current();
        let is_aborted = self.state.aborted.borrow_mut().remove(&me);
        if is_aborted {
            self.state.ending.borrow_mut().insert(me);
        }
        self.state.woken.borrow_mut().remove(&me) || is_aborted
    }

    /// Whether the current task has to drop its future.
    pub(super) fn is_to_end(&self) -> bool {
        let me = rt::current();
        let is_of_others = || self.state.started.borrow().contains(&me);
        let is_over = self.state.is_over.get() && is_of_others();
        (is_over || self.state.ending.borrow().contains(&me)) && !rt::is_quiet()
    }

    /// Has all other tasks of the loop end, waits for that, and passes the baton.
    pub(super) fn end_others(&self, location: &'static Location<'static>) {
        let mut ended = 0;
        // A future that is dropped may start others, and so may tasks outside.
        loop {
            rt::step(self.baton.op("end loop", location));
            if rt::is_quiet() {
                return;
            }
            let all = self.state.started.borrow().clone();
            if all.len() == ended {
                break;
            }
            self.state.is_over.set(true);
            let polling = self.state.polling.borrow().clone();
            for &task in all[ended..].iter().filter(|task| polling.contains(task)) {
                if !self.baton.has_place(task) {
                    self.baton.line_up(task);
                }
            }
            self.baton.join_all(&all[ended..], location);
            ended = all.len();
        }
        self.state.started.borrow_mut().clear();
        self.state.is_over.set(false);
        self.baton.hand_on();
    }
}
