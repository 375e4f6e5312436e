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
use crate::exception::Exception;
use crate::id::{ObjectId, TaskId};
use crate::name::Name;
use crate::rt;

thread_local! {
    /// The futures that were polled in loops, by number.
    static POLLS: RefCell<Polls> = const { RefCell::new(Polls { execution: None, of: vec![] }) };
}

struct Polls {
    execution: Option<u64>,
    of: Vec<(TaskId, Turns)>,
}

/// Lets the loops of an execution go once every task has ended.
struct ForgetPolls;

impl Drop for ForgetPolls {
    fn drop(&mut self) {
        let old = POLLS.with_borrow_mut(|polls| std::mem::take(&mut polls.of));
        drop(old);
    }
}

/// Wakes the task that polls the future with a number. One step.
pub(super) fn wake(poll: usize, location: &'static Location<'static>) {
    let known = POLLS.with_borrow(|polls| polls.of.get(poll).cloned());
    let (task, turns) = known.expect("a waker of this execution is of a future that was polled");
    turns.wake(task, location);
}

/// The tasks of a loop. Clones are handles to the same ones.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    pub(super) baton: Baton,
    state: Rc<TurnsState>,
}

#[derive(Debug, Default)]
struct TurnsState {
    /// Whether a task runs the loop.
    is_running: Cell<bool>,
    /// Whether the main future is ready, so that all others are dropped.
    is_over: Cell<bool>,
    /// The tasks that were started in the loop.
    started: RefCell<Vec<TaskId>>,
    /// The tasks that have given up their turn until they are put in line. One that has its
    /// turn again may still be among them: it is asked for its turn first.
    parked: RefCell<BTreeSet<TaskId>>,
    /// The tasks that were woken while they did not wait for that.
    woken: RefCell<BTreeSet<TaskId>>,
    /// The tasks that were aborted while they did not wait.
    aborted: RefCell<BTreeSet<TaskId>>,
    /// The tasks that have to drop their futures.
    ending: RefCell<BTreeSet<TaskId>>,
}

impl Turns {
    pub(super) fn new(name: Name, location: &'static Location<'static>) -> Turns {
        let baton = Baton::new("Loop", name, location);
        // Its tasks have their turns while a task runs it.
        baton.close();
        Turns { baton, state: Rc::default() }
    }

    /// Whether a task of the loop has left it.
    pub(super) fn has_left(&self, task: TaskId) -> bool {
        self.baton.has_left(task)
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
        let task = self.baton.spawn(name, true, body, location).parts();
        self.state.started.borrow_mut().extend(task.map(|(task, _)| task));
        task
    }

    /// Notes that the current task polls a future. Returns its number.
    pub(super) fn begin(&self) -> usize {
        let now = rt::execution_number();
        let (is_new, number) = POLLS.with_borrow_mut(|polls| {
            let is_new = std::mem::replace(&mut polls.execution, now) != now;
            polls.of.push((rt::current(), self.clone()));
            (is_new, polls.of.len() - 1)
        });
        if is_new {
            rt::keep_to_the_end(ForgetPolls);
        }
        number
    }

    /// Has the current task wait until it is put in line: by one that wakes or aborts it, or
    /// by the end of one of these members. Part of the step with which it gives up its turn.
    pub(super) fn park(&self, members: &[TaskId]) {
        self.baton.await_any(members);
        self.state.parked.borrow_mut().insert(rt::current());
    }

    /// Notes that the current task has its turn again.
    pub(super) fn unpark(&self) {
        self.state.parked.borrow_mut().remove(&rt::current());
    }

    /// Does without a turn what may have to wait.
    ///
    /// # Panics
    /// If the current task does not have its turn.
    pub(super) fn outside<T>(
        &self,
        location: &'static Location<'static>,
        wait: impl FnOnce() -> T,
    ) -> T {
        if !rt::is_quiet() {
            assert!(self.baton.is_mine(), "only a future of the loop can go outside");
        }
        // Until it comes back no task puts it in line.
        self.baton.leave_turn("pass", location, || self.baton.await_any(&[]));
        let value = wait();
        self.baton.enter(location);
        value
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

    /// Puts a task in line that waits. One that has its turn, or is outside, looks at `later`
    /// when it waits next.
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
        let (has_turn, has_place) = (self.baton.has_turn(task), self.baton.has_place(task));
        if has_turn || !has_place && !self.state.parked.borrow().contains(&task) {
            later.borrow_mut().insert(task);
        } else if !has_place {
            self.baton.line_up(task);
        }
    }

    /// Whether the current task was woken or aborted while it did not wait, or the loop ends.
    /// Part of the step with which it gives its turn up.
    pub(super) fn take_reached(&self) -> bool {
        let me = rt::current();
        let is_aborted = self.state.aborted.borrow_mut().remove(&me);
        if is_aborted {
            self.state.ending.borrow_mut().insert(me);
        }
        self.state.woken.borrow_mut().remove(&me) || is_aborted || self.is_over_for(me)
    }

    /// Whether the loop ends, and the task is not the one that runs it.
    fn is_over_for(&self, task: TaskId) -> bool {
        self.state.is_over.get() && self.state.started.borrow().contains(&task)
    }

    /// Whether the current task has to drop its future.
    pub(super) fn is_to_end(&self) -> bool {
        let me = rt::current();
        (self.is_over_for(me) || self.state.ending.borrow().contains(&me)) && !rt::is_quiet()
    }

    /// Has the current task run the loop: those come after it that were started before.
    ///
    /// # Errors
    /// `RuntimeError` if a task runs it.
    pub(super) fn begin_run(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        rt::step(self.baton.op("run", location));
        if !rt::is_quiet() && self.state.is_running.replace(true) {
            return Err(rt::raised("RuntimeError", "the loop is running already"));
        }
        self.baton.open();
        self.baton.come_in(location);
        Ok(())
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
            let parked = self.state.parked.borrow().clone();
            for &task in all[ended..].iter().filter(|task| parked.contains(task)) {
                if !self.baton.has_place(task) {
                    self.baton.line_up(task);
                }
            }
            self.baton.join_all(&all[ended..], location);
            ended = all.len();
        }
        self.state.started.borrow_mut().clear();
        self.state.is_over.set(false);
        self.state.is_running.set(false);
        self.baton.close();
    }
}
