//! Futures: tasks of an executor, and what becomes of them.

use std::cell::RefCell;
use std::fmt::{self, Debug};
use std::panic::Location;
use std::rc::Rc;

use super::waiter::Waiter;
use crate::exception::Exception;
use crate::id::ObjectId;

/// A task of an executor, and what becomes of it. Clones are handles to the same one.
pub struct Future<R> {
    pub(super) core: Rc<Core<R>>,
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

/// What a future is made of.
pub(super) struct Core<R> {
    /// The cell of its stage.
    pub(super) state: ObjectId,
    /// The gauge that shows 1 once it has been done or cancelled.
    pub(super) done: ObjectId,
    /// The gauge that shows 1 once tasks that wait for several futures see that.
    pub(super) seen: ObjectId,
    pub(super) notifier: Notifier,
    pub(super) location: &'static Location<'static>,
    pub(super) inner: RefCell<FutureParts<R>>,
}

pub(super) struct FutureParts<R> {
    pub(super) stage: FutureStage<R>,
    pub(super) work: Option<Box<dyn FnOnce() -> R>>,
    /// What the work has returned, before that is told.
    pub(super) answer: Option<Result<R, Exception>>,
    pub(super) callbacks: Vec<Callback<R>>,
    pub(super) waiters: Waiters,
}

pub(super) type Callback<R> = Box<dyn FnOnce(&Future<R>)>;

/// The tasks that wait for several futures, and as which one each knows this one.
pub(super) type Waiters = Vec<(Rc<Waiter>, usize)>;

/// Which task tells those that wait for several futures that one was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notifier {
    /// The worker that comes to it.
    Worker,
    /// The task that cancels it.
    Canceller,
}

pub(super) enum FutureStage<R> {
    Pending,
    Running,
    Cancelled(Notice),
    Finished(Result<R, Exception>),
}

/// Whether tasks that wait for several futures see that this one was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// Not yet: a worker is to come to it.
    Due,
    Given,
    /// They never do: a shutdown has taken it from the workers.
    Never,
}

/// What tasks that wait for several futures see of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeenAs {
    Unfinished,
    Done,
    /// It has raised something.
    Raised,
}

impl<R> FutureStage<R> {
    pub(super) fn is_done(&self) -> bool {
        matches!(self, FutureStage::Cancelled(_) | FutureStage::Finished(_))
    }

    pub(super) fn is_cancelled(&self) -> bool {
        matches!(self, FutureStage::Cancelled(_))
    }

    pub(super) fn seen(&self) -> SeenAs {
        match self {
            FutureStage::Finished(Err(_)) => SeenAs::Raised,
            FutureStage::Finished(Ok(_)) | FutureStage::Cancelled(Notice::Given) => SeenAs::Done,
            FutureStage::Pending | FutureStage::Running | FutureStage::Cancelled(_) => {
                SeenAs::Unfinished
            }
        }
    }
}

impl<R> FutureParts<R> {
    /// Puts it into a stage. Returns its callbacks, which are to be called then.
    pub(super) fn enter(&mut self, stage: FutureStage<R>) -> Vec<Callback<R>> {
        self.stage = stage;
        std::mem::take(&mut self.callbacks)
    }
}
