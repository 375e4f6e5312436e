//! Tasks that run a future: `block_on`, `spawn`, and the handles to them.

use std::cell::RefCell;
use std::fmt::{self, Debug};
use std::future::{Future, IntoFuture};
use std::ops::Deref;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::leaf::{Awaited, Leaf};
use super::run::{Polled, new_abort, run};
use crate::act::Act;
use crate::ending;
use crate::exception::Exception;
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::op::Op;
use crate::rt;

/// Has the current task poll a future until it is ready, and returns what it comes to.
///
/// ```
/// use unknot_sim::{future, run_once};
///
/// let sum = run_once(|| {
///     future::block_on(async {
///         let task = future::spawn(async { 3 });
///         unknot_sim::done(task.await? + 4)
///     })
/// });
/// assert_eq!(sum.to_string(), "7");
/// ```
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    match run(future, None, Location::caller()) {
        Ok(Polled::Ready(output)) => output,
        Ok(Polled::Aborted) => unreachable!("no task can abort this one"),
        Err(_) => rt::leave_at_the_end(),
    }
}

/// What a task comes to: its output, or why there is none.
type Slot<T> = Rc<RefCell<Option<Result<T, Exception>>>>;

/// A task that polls a future. To await it is to wait for its end.
///
/// Dropped, it changes nothing: the task goes on.
pub struct Handle<T> {
    task: Option<(TaskId, ObjectId)>,
    slot: Slot<T>,
}

/// A task that polls a future and may be told to drop it.
pub struct AbortableHandle<T> {
    handle: Handle<T>,
    abort: Option<ObjectId>,
}

impl<T> Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("task", &self.task).finish_non_exhaustive()
    }
}

impl<T> Debug for AbortableHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortableHandle").field("task", &self.handle.task).finish_non_exhaustive()
    }
}

impl<T> Deref for AbortableHandle<T> {
    type Target = Handle<T>;

    fn deref(&self) -> &Handle<T> {
        &self.handle
    }
}

/// Starts a task that polls a future. One step; the task is as one that
/// [`unknot_sim::spawn`](crate::spawn) starts, so other tasks may come between any two steps
/// of it, and the program ends after it.
#[track_caller]
pub fn spawn<F>(future: F) -> Handle<F::Output>
where
    F: Future<Output: Debug> + 'static,
{
    start(Name::default(), false, None, future, Location::caller())
}

/// The same with a name for reports.
#[track_caller]
pub fn spawn_named<F>(name: impl Into<Name>, future: F) -> Handle<F::Output>
where
    F: Future<Output: Debug> + 'static,
{
    start(name.into(), false, None, future, Location::caller())
}

/// The same as a daemon: at the end of the program the task is dropped wherever it is, as
/// runtimes do that end with their main future.
#[track_caller]
pub fn spawn_daemon<F>(name: impl Into<Name>, future: F) -> Handle<F::Output>
where
    F: Future<Output: Debug> + 'static,
{
    start(name.into(), true, None, future, Location::caller())
}

/// Starts a task that may be told to drop its future. Each of its awaits looks at whether it
/// was told; no other task pays for that.
///
/// ```
/// use unknot_sim::{done, future, run_once};
///
/// run_once(|| {
///     future::block_on(async {
///         let never = future::spawn_abortable(std::future::pending::<()>());
///         never.abort();
///         assert_eq!(never.await.map_err(|e| e.kind), Err("Cancelled"));
///     })
/// });
/// ```
#[track_caller]
pub fn spawn_abortable<F>(future: F) -> AbortableHandle<F::Output>
where
    F: Future<Output: Debug> + 'static,
{
    let location = Location::caller();
    let abort = (!rt::is_quiet()).then(|| new_abort(location));
    let handle = start(Name::default(), false, abort, future, location);
    AbortableHandle { handle, abort }
}

fn start<F>(
    name: Name,
    daemon: bool,
    abort: Option<ObjectId>,
    future: F,
    location: &'static Location<'static>,
) -> Handle<F::Output>
where
    F: Future<Output: Debug> + 'static,
{
    let slot = Slot::default();
    let theirs = Rc::clone(&slot);
    let body = Box::new(move || match run(future, abort, location) {
        Ok(Polled::Ready(output)) => {
            let exception = ending::exception(&output);
            *theirs.borrow_mut() = Some(Ok(output));
            exception
        }
        Ok(Polled::Aborted) => {
            let told = Exception::at(Some(location), "Cancelled", "the task was aborted");
            *theirs.borrow_mut() = Some(Err(told));
            None
        }
        Err(leaving) => Some(leaving),
    });
    Handle { task: rt::spawn(name, body, daemon, location), slot }
}

impl<T> AbortableHandle<T> {
    /// Tells the task to drop its future at its next await, or before it begins. One step.
    /// A task that has ended does not care.
    #[track_caller]
    pub fn abort(&self) {
        if let Some(abort) = self.abort {
            rt::step(Op::local("abort", Location::caller()).with(abort, Mode::Set, 1));
        }
    }
}

impl<T> Handle<T> {
    /// Whether the task has ended. One step.
    #[track_caller]
    #[must_use]
    pub fn is_finished(&self) -> bool {
        let Some((_, done)) = self.task else { return false };
        let op = Op::local("is_finished", Location::caller()).acting(Act::LookAtEnds);
        rt::ask(op.with(done, Mode::Look, 1))
    }
}

/// Waits for the end of a task.
struct Joining<T> {
    task: Option<(TaskId, ObjectId)>,
    slot: Slot<T>,
    location: &'static Location<'static>,
}

impl<T> Joining<T> {
    fn op(&self, mode: Mode) -> Op {
        let op = Op::local("await", self.location).acting(Act::Join);
        match self.task {
            Some((_, done)) => op.with(done, mode, 1),
            None => op,
        }
    }
}

impl<T: 'static> Awaited for Joining<T> {
    type Output = Result<T, Exception>;

    fn wait(&self) -> Op {
        self.op(Mode::Await)
    }

    fn trying(&self) -> Op {
        self.op(Mode::Look)
    }

    fn resolve(&self, granted: bool) -> Option<Result<T, Exception>> {
        if !granted && !rt::is_quiet() {
            return None;
        }
        let failed = || {
            let of = self.task.map_or(TaskId::MAIN, |(task, _)| task);
            let place = Some(rt::place_of_failure(of));
            Exception::at(place, "JoinError", "the awaited task returned nothing")
        };
        Some(self.slot.borrow_mut().take().unwrap_or_else(|| Err(failed())))
    }
}

/// The end of a task: what it came to. `Cancelled` if it was aborted, `JoinError` if it
/// panicked.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Joined<T: 'static>(Leaf<Joining<T>>);

impl<T> Debug for Joined<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joined").finish_non_exhaustive()
    }
}

impl<T: 'static> Future for Joined<T> {
    type Output = Result<T, Exception>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T: 'static> IntoFuture for Handle<T> {
    type Output = Result<T, Exception>;
    type IntoFuture = Joined<T>;

    #[track_caller]
    fn into_future(self) -> Joined<T> {
        let Handle { task, slot } = self;
        Joined(Leaf::new(Joining { task, slot, location: Location::caller() }))
    }
}

impl<T: 'static> IntoFuture for AbortableHandle<T> {
    type Output = Result<T, Exception>;
    type IntoFuture = Joined<T>;

    #[track_caller]
    fn into_future(self) -> Joined<T> {
        self.handle.into_future()
    }
}
