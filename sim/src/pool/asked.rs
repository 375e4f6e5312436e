//! What a program asks of a future.

use std::fmt::Debug;
use std::panic::Location;
use std::time::Duration;

use super::future::{Callback, Future, FutureStage};
use super::work::Work;
use crate::exception::Exception;
use crate::mode::Mode;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt;

impl<R: Debug + 'static> Future<R> {
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
        self.is("cancelled", FutureStage::is_cancelled, Location::caller())
    }

    /// Cancels it, unless a worker has begun it, and says whether it is cancelled. One step,
    /// and one more that tells the tasks that wait for its result. With worker threads,
    /// [`wait`](crate::wait) and [`as_completed`](crate::as_completed) are told by the worker
    /// that comes to it.
    #[track_caller]
    pub fn cancel(&self) -> bool {
        self.cancel_at(Location::caller())
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
        self.raised()
    }

    /// The same until the time is up.
    ///
    /// # Errors
    /// `CancelledError` if it was cancelled; `TimeoutError` if it has not been done.
    #[track_caller]
    pub fn exception_timeout(&self, timeout: Duration) -> Result<Option<Exception>, Exception> {
        self.join_timeout("exception", timeout, Location::caller())?;
        self.raised()
    }

    fn join_timeout(
        &self,
        verb: &'static str,
        timeout: Duration,
        location: &'static Location<'static>,
    ) -> Result<(), Exception> {
        let op = Op::local(verb, location);
        let wait = op.clone().with(self.core.done, Mode::Await, 1);
        let trying = op.with(self.core.done, Mode::Look, 1);
        match rt::step_timed(wait, trying, timeout, |granted| granted) {
            true => Ok(()),
            false => Err(rt::raised("TimeoutError", "")),
        }
    }

    fn raised(&self) -> Result<Option<Exception>, Exception> {
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
        self.join_timeout("result", timeout, Location::caller())?;
        self.answer()
    }

    fn answer(&self) -> Result<R, Exception> {
        match &self.core.inner.borrow().stage {
            FutureStage::Finished(answer) => answer.clone(),
            _ => Err(self.no_answer()),
        }
    }
}
