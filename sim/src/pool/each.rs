//! Results of calls that have many tasks.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use super::places::Places;
use super::result::{AsyncResult, ResultCallback};
use crate::exception::Exception;
use crate::id::ObjectId;
use crate::mode::Mode;
use crate::op::Op;
use crate::rt::{self, NewObject};

/// The parts of one result.
pub(super) struct Each<R> {
    result: AsyncResult<Vec<R>>,
    parts: RefCell<Vec<Vec<R>>>,
    n_missing: Cell<usize>,
    /// What the first part raised that failed.
    raised: RefCell<Option<Exception>>,
    /// What the helper calls once all parts are there.
    callback: Cell<Option<ResultCallback<Vec<R>>>>,
}

impl<R: Clone> Each<R> {
    /// Of no part the result is there, and no callback is called.
    pub(super) fn new(
        result: AsyncResult<Vec<R>>,
        n_parts: usize,
        callback: Option<ResultCallback<Vec<R>>>,
    ) -> Each<R> {
        if n_parts == 0 {
            result.keep(Ok(vec![]));
        }
        let parts = RefCell::new((0..n_parts).map(|_| vec![]).collect());
        let n_missing = Cell::new(n_parts);
        Each { result, parts, n_missing, raised: RefCell::default(), callback: callback.into() }
    }

    pub(super) fn gauge(&self) -> ObjectId {
        self.result.gauge()
    }

    /// Adds a part.
    pub(super) fn add(&self, nth: usize, part: Result<Vec<R>, Exception>) {
        match part {
            Ok(part) => self.parts.borrow_mut()[nth] = part,
            Err(exception) => _ = self.raised.borrow_mut().get_or_insert(exception),
        }
        self.n_missing.set(self.n_missing.get() - 1);
    }

    /// All parts, or what the first one raised that failed, if all are there.
    fn whole(&self) -> Option<Result<Vec<R>, Exception>> {
        let is_whole = self.n_missing.get() == 0;
        let all = || self.parts.borrow().iter().flatten().cloned().collect();
        is_whole.then(|| self.raised.borrow().clone().map_or_else(|| Ok(all()), Err))
    }

    /// Calls the callback if all parts are there. Returns what that raises.
    pub(super) fn call(&self) -> Option<Exception> {
        let whole = self.whole()?;
        self.callback.take().and_then(|callback| callback(whole))
    }

    /// Keeps the result if all parts are there.
    pub(super) fn keep(&self) {
        if let Some(whole) = self.whole() {
            self.result.keep(whole);
        }
    }
}

/// The results of `imap`, in the order of what they are results of.
#[derive(Debug)]
pub struct OrderedResults<R> {
    left: VecDeque<AsyncResult<R>>,
    location: &'static Location<'static>,
}

impl<R> OrderedResults<R> {
    pub(super) fn new(
        results: Vec<AsyncResult<R>>,
        location: &'static Location<'static>,
    ) -> OrderedResults<R> {
        OrderedResults { left: results.into(), location }
    }
}

impl<R: Clone> Iterator for OrderedResults<R> {
    type Item = Result<R, Exception>;

    /// Waits for the next one. One step.
    fn next(&mut self) -> Option<Result<R, Exception>> {
        Some(self.left.pop_front()?.taken(self.location))
    }
}

/// Results by the order in which they were delivered.
pub(super) struct Numbered<R> {
    places: Places,
    answers: RefCell<Vec<Option<Result<R, Exception>>>>,
}

impl<R> fmt::Debug for Numbered<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Numbered").field("places", &self.places).finish_non_exhaustive()
    }
}

impl<R> Numbered<R> {
    /// The places are derived from an object of this call.
    pub(super) fn new(of: ObjectId, new: NewObject) -> Numbered<R> {
        Numbered { places: Places::new(of, new), answers: RefCell::default() }
    }

    /// Keeps the next one as part of a step that is in order with the others. Returns the
    /// gauge to which the next step gives.
    pub(super) fn keep(&self, answer: Result<R, Exception>) -> ObjectId {
        let mut answers = self.answers.borrow_mut();
        let nth = u32::try_from(answers.len()).expect("fewer than 2^32 results");
        answers.push(Some(answer));
        self.places.gauge(nth)
    }
}

/// The results of `imap_unordered`, in the order in which they were delivered.
#[derive(Debug)]
pub struct ResultsAsTheyCome<R> {
    numbered: Rc<Numbered<R>>,
    n: usize,
    n_taken: usize,
    location: &'static Location<'static>,
}

impl<R> ResultsAsTheyCome<R> {
    pub(super) fn new(
        numbered: Rc<Numbered<R>>,
        n: usize,
        location: &'static Location<'static>,
    ) -> ResultsAsTheyCome<R> {
        ResultsAsTheyCome { numbered, n, n_taken: 0, location }
    }
}

impl<R> Iterator for ResultsAsTheyCome<R> {
    type Item = Result<R, Exception>;

    /// Waits for the next one. One step.
    fn next(&mut self) -> Option<Result<R, Exception>> {
        if self.n_taken == self.n {
            return None;
        }
        let nth = self.n_taken;
        self.n_taken += 1;
        let gauge = self.numbered.places.gauge(u32::try_from(nth).expect("it was delivered"));
        let op = Op::local("next", self.location).with(gauge, Mode::Await, 1);
        if let Err(exception) = rt::step_or_leave(op) {
            return Some(Err(exception));
        }
        let answer = self.numbered.answers.borrow_mut().get_mut(nth).and_then(Option::take);
        Some(answer.unwrap_or_else(|| Err(Exception::killed())))
    }
}
