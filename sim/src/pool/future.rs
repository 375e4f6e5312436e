//! Futures: tasks of an executor, and what becomes of them.

use std::cell::RefCell;
use std::fmt::{self, Debug};
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::result::answer;
use super::waiter::Waiter;
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt::{self, NewObject};

/// A task of an executor, and what becomes of it. Clones are handles to the same one.
pub struct Future<R> {
    core: Rc<Core<R>>,
}

/// What a future is made of.
struct Core<R> {
    /// The cell of its stage.
    state: ObjectId,
    /// The gauge that shows 1 once it has been done or cancelled.
    done: ObjectId,
    location: &'static Location<'static>,
    inner: RefCell<FutureParts<R>>,
}

struct FutureParts<R> {
    stage: FutureStage<R>,
    work: Option<Box<dyn FnOnce() -> R>>,
    /// What the work has returned, before that is told.
    answer: Option<Result<R, Exception>>,
    callbacks: Vec<Callback<R>>,
    waiters: Vec<(Rc<Waiter>, usize)>,
}

type Callback<R> = Box<dyn FnOnce(&Future<R>)>;

enum FutureStage<R> {
    Pending,
    Running,
    Cancelled,
    Finished(Result<R, Exception>),
}

impl<R> FutureStage<R> {
    fn is_done(&self) -> bool {
        matches!(self, FutureStage::Cancelled | FutureStage::Finished(_))
    }
}

/// What is told to others once a future has been done.
struct Tell<R> {
    callbacks: Vec<Callback<R>>,
    waiters: Vec<(Rc<Waiter>, usize)>,
}

impl<R> Clone for Future<R> {
    fn clone(&self) -> Future<R> {
        Future { core: Rc::clone(&self.core) }
    }
}

impl<R> Debug for Future<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Future").field("done", &self.core.done).finish_non_exhaustive()
    }
}

/// A future for the executor that does it, whatever it returns.
pub(super) trait Work {
    /// Begins it, unless it has been cancelled. One step.
    fn begin(&self) -> Result<bool, Exception>;

    /// Does it. Nothing is told yet.
    fn run(&self);

    /// Tells that it has been done, and runs its callbacks. One step, and those of these.
    fn finish(&self) -> Result<(), Exception>;

    /// The cell of its stage.
    fn state(&self) -> ObjectId;

    /// Cancels it as part of a step that updates its stage, unless it has begun. Returns
    /// what is left to do then.
    fn cancel_in_step(&self) -> Option<Box<dyn FnOnce()>>;

    /// The gauge to which the step after that gives.
    fn done(&self) -> ObjectId;

    /// Lets go what it was to run.
    fn forget(&self);
}

impl<R: Debug + 'static> Future<R> {
    /// A task that has not begun; a part of the object that stands for all of them.
    pub(super) fn new(
        new: NewObject,
        work: Box<dyn FnOnce() -> R>,
        location: &'static Location<'static>,
    ) -> Future<R> {
        let (done, state) = (rt::create(new.clone()), rt::create(new));
        let inner = FutureParts {
            stage: FutureStage::Pending,
            work: Some(work),
            answer: None,
            callbacks: vec![],
            waiters: vec![],
        };
        Future { core: Rc::new(Core { state, done, location, inner: RefCell::new(inner) }) }
    }

    fn settle(&self, stage: FutureStage<R>) -> Tell<R> {
        let mut inner = self.core.inner.borrow_mut();
        inner.stage = stage;
        Tell {
            callbacks: std::mem::take(&mut inner.callbacks),
            waiters: std::mem::take(&mut inner.waiters),
        }
    }

    fn tell(&self, Tell { callbacks, waiters }: Tell<R>) {
        for (waiter, nth) in waiters {
            waiter.tell(nth, self.core.location);
        }
        for callback in callbacks {
            callback(self);
        }
    }

    /// Says that a step looks at its stage.
    pub(super) fn looked_at(&self, op: Op) -> Op {
        op.with(self.core.state, Mode::Update, 0)
    }

    /// Whether it has been done; otherwise the waiter is told once it has. Part of a step
    /// that looks at its stage.
    pub(super) fn await_in_step(&self, waiter: &Rc<Waiter>, nth: usize) -> bool {
        let mut inner = self.core.inner.borrow_mut();
        let is_done = inner.stage.is_done();
        if !is_done {
            inner.waiters.push((Rc::clone(waiter), nth));
        }
        is_done
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

    fn is(
        &self,
        verb: &'static str,
        is: impl FnOnce(&FutureStage<R>) -> bool,
        at: &'static Location<'static>,
    ) -> bool {
        rt::step(Op::local(verb, at).with(self.core.state, Mode::Read, 0));
        let is = is(&self.core.inner.borrow().stage);
        rt::note(|| Noted::Answer(Text::of(is)));
        is
    }

    /// Whether it has been done or cancelled. One step.
    #[track_caller]
    #[must_use]
    pub fn done(&self) -> bool {
        self.is("done", FutureStage::is_done, Location::caller())
    }

    /// Whether a worker has begun it, and has not done it. One step.
    #[track_caller]
    #[must_use]
    pub fn running(&self) -> bool {
        self.is("running", |stage| matches!(stage, FutureStage::Running), Location::caller())
    }

    /// Whether it has been cancelled. One step.
    #[track_caller]
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.is("cancelled", |stage| matches!(stage, FutureStage::Cancelled), Location::caller())
    }

    /// Cancels it, unless a worker has begun it, and says whether it is cancelled. One step,
    /// and one more that tells the tasks that wait for it.
    #[track_caller]
    pub fn cancel(&self) -> bool {
        let location = Location::caller();
        let op = || Op::local("cancel", location);
        rt::step(self.looked_at(op()));
        if rt::is_quiet() {
            return false;
        }
        let rest = self.cancel_in_step();
        let is_cancelled = matches!(self.core.inner.borrow().stage, FutureStage::Cancelled);
        rt::note(|| Noted::Answer(Text::of(is_cancelled)));
        if let Some(rest) = rest {
            rt::step(op().with(self.core.done, Mode::Give, 1));
            rest();
        }
        is_cancelled
    }

    /// Has a callback called with the future once it has been done or cancelled: at once
    /// by the calling task if it has been, otherwise by the task that does or cancels it:
    /// the worker in a pool of threads, the helper in a pool of processes. What it returns
    /// is not looked at. One step, and those of the callback.
    #[track_caller]
    pub fn add_done_callback<T>(&self, callback: impl FnOnce(&Future<R>) -> T + 'static) {
        let op = Op::local("add_done_callback", Location::caller());
        rt::step(self.looked_at(op));
        if rt::is_quiet() {
            return;
        }
        let callback: Callback<R> = Box::new(move |future| _ = callback(future));
        let is_done = self.core.inner.borrow().stage.is_done();
        match is_done {
            true => callback(self),
            false => self.core.inner.borrow_mut().callbacks.push(callback),
        }
    }

    /// Waits until it has been done or cancelled, and returns what was raised, if anything
    /// was. One step.
    ///
    /// # Errors
    /// `CancelledError` if it was cancelled.
    #[track_caller]
    pub fn exception(&self) -> Result<Option<Exception>, Exception> {
        self.join("exception", Location::caller())?;
        match &self.core.inner.borrow().stage {
            FutureStage::Finished(answer) => Ok(answer.as_ref().err().cloned()),
            _ => Err(self.no_answer()),
        }
    }

    fn no_answer(&self) -> Exception {
        match rt::is_quiet() {
            true => Exception::killed(),
            false => rt::raised("CancelledError", ""),
        }
    }
}

impl<R: Clone + Debug + 'static> Future<R> {
    /// Waits until it has been done or cancelled. One step.
    ///
    /// # Errors
    /// What was raised; `CancelledError` if it was cancelled.
    #[track_caller]
    pub fn result(&self) -> Result<R, Exception> {
        self.result_at(Location::caller())
    }

    pub(super) fn result_at(&self, location: &'static Location<'static>) -> Result<R, Exception> {
        self.join("result", location)?;
        self.answer()
    }

    /// Waits until it has been done or cancelled, or the time is up.
    ///
    /// # Errors
    /// What was raised; `CancelledError` if it was cancelled; `TimeoutError` if it has not
    /// been done.
    #[track_caller]
    pub fn result_timeout(&self, timeout: Duration) -> Result<R, Exception> {
        let op = Op::local("result", Location::caller());
        let wait = op.clone().with(self.core.done, Mode::Await, 1);
        let trying = op.with(self.core.done, Mode::Look, 1);
        match rt::step_timed(wait, trying, timeout, |granted| granted) {
            true => self.answer(),
            false => Err(rt::raised("TimeoutError", "")),
        }
    }

    fn answer(&self) -> Result<R, Exception> {
        match &self.core.inner.borrow().stage {
            FutureStage::Finished(answer) => answer.clone(),
            _ => Err(self.no_answer()),
        }
    }
}

impl<R: Debug + 'static> Work for Future<R> {
    fn begin(&self) -> Result<bool, Exception> {
        rt::step_or_leave(self.looked_at(Op::local("begin task", self.core.location)))?;
        let mut inner = self.core.inner.borrow_mut();
        let begins = matches!(inner.stage, FutureStage::Pending) && !rt::is_quiet();
        if begins {
            inner.stage = FutureStage::Running;
        }
        Ok(begins)
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
        rt::step_or_leave(self.looked_at(op))?;
        let answer = self.core.inner.borrow_mut().answer.take();
        if let Some(answer) = answer.filter(|_| !rt::is_quiet()) {
            let tell = self.settle(FutureStage::Finished(answer));
            self.tell(tell);
        }
        Ok(())
    }

    fn state(&self) -> ObjectId {
        self.core.state
    }

    fn cancel_in_step(&self) -> Option<Box<dyn FnOnce()>> {
        let is_pending = matches!(self.core.inner.borrow().stage, FutureStage::Pending);
        if !is_pending {
            return None;
        }
        let work = self.core.inner.borrow_mut().work.take();
        let (tell, future) = (self.settle(FutureStage::Cancelled), self.clone());
        Some(Box::new(move || {
            // Dropping what it owned may run code of the program.
            drop(work);
            future.tell(tell);
        }))
    }

    fn done(&self) -> ObjectId {
        self.core.done
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
