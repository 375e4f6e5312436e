//! What a task of a pool will have returned.

use std::cell::RefCell;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use crate::ending;
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::rt;

/// What a task, or all tasks of a call, returned or raised.
type TaskAnswer<R> = Rc<RefCell<Option<Result<R, Exception>>>>;

/// The result of a task that a pool does, once it is there. Clones are handles to the
/// same one.
pub struct AsyncResult<R> {
    gauge: ObjectId,
    /// How many parts there are, each of which is given.
    n_parts: i64,
    answer: TaskAnswer<R>,
}

impl<R> Clone for AsyncResult<R> {
    fn clone(&self) -> AsyncResult<R> {
        AsyncResult { answer: Rc::clone(&self.answer), ..*self }
    }
}

impl<R> fmt::Debug for AsyncResult<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncResult").field("gauge", &self.gauge).finish_non_exhaustive()
    }
}

impl<R> AsyncResult<R> {
    pub(super) fn new(gauge: ObjectId, n_parts: usize) -> AsyncResult<R> {
        let n_parts = i64::try_from(n_parts).expect("fewer than 2^63 parts");
        AsyncResult { gauge, n_parts, answer: Rc::default() }
    }

    pub(super) fn gauge(&self) -> ObjectId {
        self.gauge
    }

    /// Keeps the answer, as part of the step that gives the last part.
    pub(super) fn keep(&self, answer: Result<R, Exception>) {
        *self.answer.borrow_mut() = Some(answer);
    }

    /// Whether the task has been done. One step.
    #[track_caller]
    #[must_use]
    pub fn ready(&self) -> bool {
        let op = Op::local("ready", Location::caller());
        rt::ask(op.with(self.gauge, Mode::Look, self.n_parts))
    }

    /// Whether the task returned something and raised nothing. One step.
    ///
    /// # Errors
    /// `ValueError` if it has not been done.
    #[track_caller]
    pub fn successful(&self) -> Result<bool, Exception> {
        let op = Op::local("successful", Location::caller());
        let is_ready = rt::step_or_leave(op.with(self.gauge, Mode::Look, self.n_parts))?;
        if !is_ready {
            rt::note(|| Noted::Answer(Text::of("not ready")));
            return Err(rt::raised("ValueError", "the result is not ready"));
        }
        let is_successful = self.answer.borrow().as_ref().is_some_and(Result::is_ok);
        rt::note(|| Noted::Answer(Text::of(is_successful)));
        Ok(is_successful)
    }

    /// Waits until the task has been done, or the time is up. Whether it has been done.
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        self.timed("wait", timeout, Location::caller())
    }

    /// Waits until the task has been done. One step.
    #[track_caller]
    pub fn wait(&self) {
        rt::step(Op::local("wait", Location::caller()).with(self.gauge, Mode::Await, self.n_parts));
    }

    fn timed(
        &self,
        verb: &'static str,
        timeout: Duration,
        location: &'static Location<'static>,
    ) -> bool {
        let op = Op::local(verb, location);
        let wait = op.clone().with(self.gauge, Mode::Await, self.n_parts);
        let trying = op.with(self.gauge, Mode::Look, self.n_parts);
        rt::step_timed(wait, trying, timeout, |granted| granted)
    }
}

impl<R: Clone> AsyncResult<R> {
    /// Waits until the task has been done. One step.
    ///
    /// # Errors
    /// What the task raised.
    #[track_caller]
    pub fn get(&self) -> Result<R, Exception> {
        let op = Op::local("get", Location::caller());
        rt::step_or_leave(op.with(self.gauge, Mode::Await, self.n_parts))?;
        self.answer()
    }

    /// Waits until the task has been done, or the time is up.
    ///
    /// # Errors
    /// What the task raised; `TimeoutError` if it has not been done.
    #[track_caller]
    pub fn get_timeout(&self, timeout: Duration) -> Result<R, Exception> {
        if self.timed("get", timeout, Location::caller()) {
            return self.answer();
        }
        Err(rt::raised("TimeoutError", ""))
    }

    /// The same as [`AsyncResult::get`], for a caller that was asked for it.
    pub(super) fn taken(&self, location: &'static Location<'static>) -> Result<R, Exception> {
        let op = Op::local("next", location);
        rt::step_or_leave(op.with(self.gauge, Mode::Await, self.n_parts))?;
        self.answer()
    }

    fn answer(&self) -> Result<R, Exception> {
        // At the end of an execution there may be none.
        self.answer.borrow().clone().unwrap_or_else(|| Err(Exception::killed()))
    }
}

/// What a task has done that returned this: an `Err` is what it raised.
pub(super) fn answer<R: fmt::Debug + 'static>(returned: R) -> Result<R, Exception> {
    match ending::exception(&returned) {
        Some(exception) => Err(exception),
        None => Ok(returned),
    }
}

/// What the helper of a pool calls with a result, be that one of many. It returns what the
/// callback raises.
pub(super) type ResultCallback<R> = Box<dyn FnOnce(Result<R, Exception>) -> Option<Exception>>;

/// One of two callbacks, by whether the task fails.
pub(super) fn one_of<R: 'static, T: fmt::Debug + 'static, E: fmt::Debug + 'static>(
    callback: impl FnOnce(R) -> T + 'static,
    error_callback: impl FnOnce(Exception) -> E + 'static,
) -> ResultCallback<R> {
    Box::new(move |answer| match answer {
        Ok(value) => ending::exception(&callback(value)),
        Err(exception) => ending::exception(&error_callback(exception)),
    })
}
