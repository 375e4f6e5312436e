//! What is done once.
//!
//! Two gauges. The first shows 1 unless a task is at it, and each call waits for that. The
//! second shows 1 from when it is done; a call that finds it so takes nothing, so all such
//! calls commute. A task that has seen it done needs no more steps: it stays so. A third one,
//! where tasks may wait for it to be done, shows 1 while it is poisoned and no task is at it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;

use smallvec::SmallVec;
use unknot_sim::raw::{self, Mode, NewObject, ObjectId, Op, Ownership, TaskId};

use crate::object::{self, Object, Primitive};

/// What is done once, in any form.
pub(super) struct OnceState {
    object: Object,
    /// The gauge that shows 1 from when it is done, in the present execution.
    done: Cell<Option<ObjectId>>,
    /// The gauge that shows 1 while it is poisoned.
    bad: Cell<Option<ObjectId>>,
    is_poisoned: Cell<bool>,
    /// The tasks that have seen it done.
    seen_by: RefCell<SmallVec<[TaskId; 4]>>,
    /// Whether it was done where there is no execution.
    is_done: Cell<bool>,
}

/// How a call goes on.
pub(super) enum Entered {
    /// It is done.
    Done,
    /// This task is to do it.
    Mine,
}

impl OnceState {
    #[track_caller]
    pub(super) const fn new() -> OnceState {
        OnceState {
            object: Object::new(),
            done: Cell::new(None),
            bad: Cell::new(None),
            is_poisoned: Cell::new(false),
            seen_by: RefCell::new(SmallVec::new_const()),
            is_done: Cell::new(false),
        }
    }

    pub(super) fn object(&self) -> &Object {
        &self.object
    }

    pub(super) fn describe(new: NewObject) -> NewObject {
        new.showing(1).at_most(1).owned(Ownership::Owners)
    }

    /// Makes the other gauges.
    pub(super) fn begin(&self, kind: &'static str, free: ObjectId, is_waited_for: bool) {
        let part = |shows: bool| {
            object::create_placed(kind, self.object.place(), |new| {
                new.showing(shows.into()).part_of(free)
            })
        };
        self.done.set(Some(part(self.is_done.get())));
        self.bad.set(is_waited_for.then(|| part(self.is_poisoned.get() && !self.is_done.get())));
        self.seen_by.borrow_mut().clear();
    }

    pub(super) fn is_poisoned(&self) -> bool {
        self.is_poisoned.get()
    }

    /// Says that it is done, without a step: no other task can look.
    pub(super) fn set_done(&mut self, is_done: bool) {
        self.is_done.set(is_done);
        self.is_poisoned.set(false);
        self.object.forget();
    }

    /// The gauges of what calls, and of what is done.
    fn gauges(&self) -> (ObjectId, ObjectId) {
        let free = self.object.known().expect("it was reached before");
        (free, self.done.get().expect("it comes with the first gauge"))
    }

    fn has_seen(&self) -> bool {
        self.seen_by.borrow().contains(&raw::current())
    }

    fn sees(&self) {
        if !self.has_seen() {
            self.seen_by.borrow_mut().push(raw::current());
        }
    }

    /// Waits until no task is at it, and says whether it is done.
    pub(super) fn enter(&self, verb: &'static str, place: &'static Location<'static>) -> Entered {
        let (free, done) = self.gauges();
        if self.has_seen() {
            return Entered::Done;
        }
        let op = Op::local(verb, place).with(free, Mode::Await, 1).with(done, Mode::Below, 1);
        let op = op.with(free, Mode::Drop, 1).with(free, Mode::Own, 1);
        raw::step(match self.bad.get() {
            Some(bad) => op.with(bad, Mode::Set, 0).deferred(),
            None => op.deferred(),
        });
        if raw::is_quiet() {
            return if self.is_done.get() { Entered::Done } else { Entered::Mine };
        }
        raw::also(free, Mode::Await, 1);
        if raw::also(done, Mode::Below, 1) {
            raw::also(free, Mode::Drop, 1);
            raw::also(free, Mode::Own, 1);
            if let Some(bad) = self.bad.get().filter(|_| self.is_poisoned()) {
                raw::also(bad, Mode::Set, 0);
            }
            return Entered::Mine;
        }
        raw::withhold(free, Mode::Drop, 1);
        self.sees();
        Entered::Done
    }

    /// Says that this task is through with it.
    pub(super) fn leave(&self, place: &'static Location<'static>, is_done: bool) {
        let (free, done) = self.gauges();
        let op = Op::local("done", place).with(free, Mode::Give, 1);
        raw::step(match (is_done, self.bad.get()) {
            (true, _) => op.with(done, Mode::Set, 1),
            (false, Some(bad)) => op.with(bad, Mode::Set, 1),
            (false, None) => op,
        });
        if raw::is_quiet() {
            return;
        }
        if is_done {
            self.is_done.set(true);
            self.is_poisoned.set(false);
            self.sees();
        }
    }

    pub(super) fn poison(&self) {
        if !raw::is_quiet() {
            self.is_poisoned.set(true);
        }
    }

    /// Whether it is done. One step, unless this task has seen it.
    pub(super) fn look(&self, verb: &'static str, place: &'static Location<'static>) -> bool {
        let (_, done) = self.gauges();
        if self.has_seen() {
            return true;
        }
        let is_done = raw::ask(Op::local(verb, place).with(done, Mode::Look, 1));
        if raw::is_quiet() {
            return self.is_done.get();
        }
        if is_done {
            self.sees();
        }
        is_done
    }

    /// Waits until it is done. One step, unless this task has seen it.
    pub(super) fn wait(&self, place: &'static Location<'static>) {
        let (_, done) = self.gauges();
        if !self.has_seen() {
            raw::step(Op::local("wait", place).with(done, Mode::Await, 1));
            self.sees();
        }
    }

    /// The same, or until it is poisoned; whether it is done.
    fn wait_or_fail(&self, place: &'static Location<'static>) -> bool {
        let (_, done) = self.gauges();
        if self.has_seen() {
            return true;
        }
        let bad = self.bad.get().expect("one that is waited for has the gauge");
        let op = Op::local("wait", place).with(done, Mode::AnyOf, 1);
        raw::step(op.with(bad, Mode::AnyOf, 1).deferred());
        if raw::is_quiet() {
            return true;
        }
        let is_done = raw::also(done, Mode::AnyOf, 1);
        raw::also(bad, Mode::AnyOf, 1);
        if is_done {
            self.sees();
        }
        is_done
    }
}

/// What is done once, as [`std::sync::Once`].
pub struct Once(OnceState);

// Tasks share a thread, and the parts are reached inside of steps alone.
super::shared!(Once);

/// What is known where a closure is called once.
#[derive(Debug)]
pub struct OnceCall {
    is_poisoned: bool,
}

impl Primitive for Once {
    const KIND: &'static str = "Once";

    fn object(&self) -> &Object {
        self.0.object()
    }

    fn describe(&self, new: NewObject) -> NewObject {
        OnceState::describe(new)
    }

    fn begin(&self, whole: ObjectId) {
        self.0.begin(Once::KIND, whole, true);
    }
}

impl Once {
    /// What was not done.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Once {
        Once(OnceState::new())
    }

    fn local(&self) -> &OnceState {
        &self.reach().0.0
    }

    /// Calls the closure, unless that was done; waits while another task is at it.
    ///
    /// # Panics
    /// If another closure has panicked here.
    #[track_caller]
    pub fn call_once(&self, f: impl FnOnce()) {
        self.call(Location::caller(), false, |_| f());
    }

    /// The same, also if another closure has panicked here.
    #[track_caller]
    pub fn call_once_force(&self, f: impl FnOnce(&OnceCall)) {
        self.call(Location::caller(), true, f);
    }

    fn call(&self, place: &'static Location<'static>, is_forced: bool, f: impl FnOnce(&OnceCall)) {
        let this = self.local();
        if let Entered::Done = this.enter("call_once", place) {
            return;
        }
        let is_poisoned = this.is_poisoned();
        let mut left = Left { this, place, is_done: false, poisons: true };
        assert!(
            !is_poisoned || is_forced || raw::is_quiet(),
            "Once instance has previously been poisoned"
        );
        f(&OnceCall { is_poisoned });
        left.is_done = true;
    }

    /// Whether it was done. One step.
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        self.local().look("is_completed", Location::caller())
    }

    /// Waits until it was done.
    ///
    /// # Panics
    /// If a closure has panicked here.
    #[track_caller]
    pub fn wait(&self) {
        let is_done = self.local().wait_or_fail(Location::caller());
        assert!(is_done, "Once instance has previously been poisoned");
    }

    /// Waits until it was done, also if a closure has panicked here.
    #[track_caller]
    pub fn wait_force(&self) {
        self.local().wait(Location::caller());
    }
}

impl OnceCall {
    /// Whether another closure has panicked.
    #[must_use]
    pub fn is_poisoned(&self) -> bool {
        self.is_poisoned
    }
}

/// Leaves what a task is at, also if that panics.
pub(super) struct Left<'a> {
    pub(super) this: &'a OnceState,
    pub(super) place: &'static Location<'static>,
    pub(super) is_done: bool,
    pub(super) poisons: bool,
}

impl Drop for Left<'_> {
    fn drop(&mut self) {
        if !self.is_done && self.poisons {
            self.this.poison();
        }
        self.this.leave(self.place, self.is_done);
    }
}

impl Default for Once {
    #[track_caller]
    fn default() -> Once {
        Once::new()
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}
