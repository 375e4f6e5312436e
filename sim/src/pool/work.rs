//! A future as its executor has it: begun, done, told, cancelled.
//!
//! A task that waits for the result of a future goes on when that is cancelled. One that
//! waits for several futures is told only once a worker comes to the cancelled one; if a
//! shutdown has taken it from the workers, never. That is so in Python, where `wait` and
//! `as_completed` hang on such a future. With worker processes a thread of the executor comes
//! to it, which does nothing else; so the task that cancels it tells at once.

use std::cell::RefCell;
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use super::future::{
    Callback, Core, Future, FutureParts, FutureStage, Notice, Notifier, SeenAs, Waiters,
};
use super::result::answer;
use super::waiter::Waiter;
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// A future for the executor that does it, whatever it returns.
pub(super) trait Work {
    /// Begins it, unless it has been cancelled. One step, and those that tell of that.
    fn begin(&self) -> Result<bool, Exception>;

    /// Does it. Nothing is told yet.
    fn run(&self);

    /// Tells that it has been done, and runs its callbacks. One step, and those of these.
    fn finish(&self) -> Result<(), Exception>;

    /// Says that a step looks at its stage.
    fn looked_at(&self, op: Op) -> Op;

    /// Takes it from the workers as part of a step that looks at its stage, and cancels it
    /// unless it has begun. Returns what is left to do then.
    fn drop_in_step(&self) -> Option<Cancelled>;

    /// Lets go what it was to run.
    fn forget(&self);
}

/// What is left to do when a future was cancelled.
pub(super) struct Cancelled {
    /// The gauges to which the next step gives.
    gauges: Vec<ObjectId>,
    rest: Box<dyn FnOnce()>,
}

impl Cancelled {
    pub(super) fn given(&self, op: Op) -> Op {
        self.gauges.iter().fold(op, |op, &gauge| op.with(gauge, Mode::Give, 1))
    }

    /// Tells of it, and runs its callbacks, after that step.
    pub(super) fn tell(self) {
        (self.rest)();
    }
}

impl<R: Debug + 'static> Future<R> {
    /// A task that has not begun; a part of the object that stands for all of them.
    pub(super) fn new(
        new: NewObject,
        notifier: Notifier,
        work: Box<dyn FnOnce() -> R>,
        location: &'static Location<'static>,
    ) -> Future<R> {
        let (done, seen) = (rt::create(new.clone()), rt::create(new.clone()));
        let state = rt::create(new);
        let inner = RefCell::new(FutureParts {
            stage: FutureStage::Pending,
            work: Some(work),
            answer: None,
            callbacks: vec![],
            waiters: vec![],
        });
        Future { core: Rc::new(Core { state, done, seen, notifier, location, inner }) }
    }

    fn tell(&self, waiters: Waiters, seen: SeenAs) {
        for (waiter, nth) in waiters {
            waiter.tell(nth, seen == SeenAs::Raised, self.core.location);
        }
    }

    fn call(&self, callbacks: Vec<Callback<R>>) {
        callbacks.into_iter().for_each(|callback| callback(self));
    }

    /// What a task sees that waits for several futures. Part of a step that looks at its
    /// stage.
    pub(super) fn seen_in_step(&self) -> SeenAs {
        self.core.inner.borrow().stage.seen()
    }

    /// Has the waiter told once it is seen. Part of the same step.
    pub(super) fn await_in_step(&self, waiter: &Rc<Waiter>, nth: usize) {
        self.core.inner.borrow_mut().waiters.push((Rc::clone(waiter), nth));
    }

    /// Waits until it has been done or cancelled. One step.
    pub(super) fn join(
        &self,
        verb: &'static str,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        rt::step_or_leave(Op::local(verb, location).with(self.core.done, Mode::Await, 1))?;
        Ok(())
    }

    /// Waits until tasks that wait for several futures see that. One step.
    pub(super) fn see(&self, location: &'static Location<'static>) -> Result<(), Exception> {
        rt::step_or_leave(Op::local("wait", location).with(self.core.seen, Mode::Await, 1))?;
        Ok(())
    }

    /// Cancels it as part of a step that looks at its stage, unless it has begun.
    fn cancel_as(&self, notice: Notice) -> Option<Cancelled> {
        let mut inner = self.core.inner.borrow_mut();
        if !matches!(inner.stage, FutureStage::Pending) {
            return None;
        }
        let work = inner.work.take();
        let callbacks = inner.enter(FutureStage::Cancelled(notice));
        let mut gauges = vec![self.core.done];
        let mut waiters = vec![];
        if notice == Notice::Given {
            gauges.push(self.core.seen);
            waiters = std::mem::take(&mut inner.waiters);
        }
        let future = self.clone();
        let rest = move || {
            // Dropping what it owned may run code of the program.
            drop(work);
            future.tell(waiters, SeenAs::Done);
            future.call(callbacks);
        };
        Some(Cancelled { gauges, rest: Box::new(rest) })
    }

    /// Cancels it, unless a worker has begun it, and says whether it is cancelled. One step,
    /// one more that tells of it, and those of callbacks.
    pub(super) fn cancel_at(&self, location: &'static Location<'static>) -> bool {
        let op = || Op::local("cancel", location);
        rt::step(self.looked_at(op()));
        if rt::is_quiet() {
            return false;
        }
        let cancelled = self.cancel_as(match self.core.notifier {
            Notifier::Worker => Notice::Due,
            Notifier::Canceller => Notice::Given,
        });
        let is_cancelled = self.core.inner.borrow().stage.is_cancelled();
        rt::note(|| Noted::Answer(Text::of(is_cancelled)));
        if let Some(cancelled) = cancelled {
            rt::step(cancelled.given(op()));
            cancelled.tell();
        }
        is_cancelled
    }
}

impl<R: Debug + 'static> Work for Future<R> {
    fn begin(&self) -> Result<bool, Exception> {
        let op = || Op::local("begin task", self.core.location);
        rt::step_or_leave(self.looked_at(op()))?;
        if rt::is_quiet() {
            return Ok(false);
        }
        let waiters = {
            let mut inner = self.core.inner.borrow_mut();
            match inner.stage {
                FutureStage::Pending => {
                    inner.stage = FutureStage::Running;
                    return Ok(true);
                }
                FutureStage::Cancelled(Notice::Due) => {
                    inner.stage = FutureStage::Cancelled(Notice::Given);
                    std::mem::take(&mut inner.waiters)
                }
                _ => return Ok(false),
            }
        };
        rt::step_or_leave(op().with(self.core.seen, Mode::Give, 1))?;
        self.tell(waiters, SeenAs::Done);
        Ok(false)
    }

    fn run(&self) {
        let work = self.core.inner.borrow_mut().work.take();
        if let Some(work) = work {
            let answer = answer(work());
            self.core.inner.borrow_mut().answer = Some(answer);
        }
    }

    fn finish(&self) -> Result<(), Exception> {
        let op = Op::local("deliver", self.core.location).with(self.core.done, Mode::Give, 1);
        rt::step_or_leave(self.looked_at(op.with(self.core.seen, Mode::Give, 1)))?;
        let answer = self.core.inner.borrow_mut().answer.take();
        let Some(answer) = answer.filter(|_| !rt::is_quiet()) else { return Ok(()) };
        let (callbacks, waiters, seen) = {
            let mut inner = self.core.inner.borrow_mut();
            let callbacks = inner.enter(FutureStage::Finished(answer));
            (callbacks, std::mem::take(&mut inner.waiters), inner.stage.seen())
        };
        self.tell(waiters, seen);
        self.call(callbacks);
        Ok(())
    }

    fn looked_at(&self, op: Op) -> Op {
        op.with(self.core.state, Mode::Update, 0)
    }

    fn drop_in_step(&self) -> Option<Cancelled> {
        let mut inner = self.core.inner.borrow_mut();
        if let FutureStage::Cancelled(notice @ Notice::Due) = &mut inner.stage {
            *notice = Notice::Never;
        }
        drop(inner);
        self.cancel_as(Notice::Never)
    }

    fn forget(&self) {
        let left = {
            let mut inner = self.core.inner.borrow_mut();
            let waiters = std::mem::take(&mut inner.waiters);
            (inner.work.take(), std::mem::take(&mut inner.callbacks), waiters)
        };
        // Dropping it may run code of the program.
        drop(left);
    }
}
