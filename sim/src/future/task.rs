//! Tasks that run a future: `block_on`, `spawn`, and the handles to them.

use std::cell::RefCell;
use std::fmt::{self, Debug};
use std::future::{Future, IntoFuture};
use std::ops::Deref;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::in_turn;
use super::leaf::{Awaited, Leaf};
use super::place::ParkingPlace;
use super::run::{Polled, new_abort, run};
use super::turns::Turns;
use crate::act::Act;
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

/// What is said of a task that panicked.
const NOTHING_RETURNED: &str = "the awaited task returned nothing";

/// What a task comes to: its output, or why there is none.
type Slot<T> = Rc<RefCell<Option<Result<T, Exception>>>>;

/// A task that polls a future. To await it is to wait for its end.
///
/// Dropped, it changes nothing: the task goes on.
pub struct Handle<T> {
    task: Option<(TaskId, ObjectId)>,
    slot: Slot<T>,
    /// The loop in which the task polls.
    turns: Option<Turns>,
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

/// Starts a task that polls a future. One step. In a future of a [`Loop`](super::Loop) the
/// task is one of the same loop. Elsewhere it is as one that
/// [`unknot_sim::spawn`](crate::spawn) starts: other tasks may come between any two steps of
/// it, and the program ends after it.
///
/// What the future comes to is for the task that awaits the handle: an `Err` is a value, and
/// no exception that nothing handled.
#[track_caller]
pub fn spawn<F>(future: F) -> Handle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    start_here(Name::default(), future, Location::caller())
}

/// The same with a name for reports.
#[track_caller]
pub fn spawn_named<F>(name: impl Into<Name>, future: F) -> Handle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    start_here(name.into(), future, Location::caller())
}

/// The same as a daemon: at the end of the program the task is dropped wherever it is, as
/// runtimes do that end with their main future. In a loop all tasks are dropped so, when its
/// main future is ready.
#[track_caller]
pub fn spawn_daemon<F>(name: impl Into<Name>, future: F) -> Handle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    match turns_here() {
        // All tasks of a loop are dropped when its main future is ready.
        Some(turns) => spawn_in(&turns, name.into(), future, Location::caller()),
        None => start(name.into(), true, None, future, Location::caller()),
    }
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
    F: Future<Output: 'static> + 'static,
{
    let location = Location::caller();
    if let Some(turns) = turns_here() {
        // Any task of a loop can be told.
        let handle = spawn_in(&turns, Name::default(), future, location);
        return AbortableHandle { handle, abort: None };
    }
    let abort = (!rt::is_quiet()).then(|| new_abort(location));
    let handle = start(Name::default(), false, abort, future, location);
    AbortableHandle { handle, abort }
}

/// The loop in which the current task polls.
fn turns_here() -> Option<Turns> {
    ParkingPlace::find().filter(|_| !rt::is_quiet()).and_then(|place| place.turns.clone())
}

fn start_here<F>(name: Name, future: F, location: &'static Location<'static>) -> Handle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    match turns_here() {
        Some(turns) => spawn_in(&turns, name, future, location),
        None => start(name, false, None, future, location),
    }
}

/// Starts a task of a loop. One step.
pub(super) fn spawn_in<F>(
    turns: &Turns,
    name: Name,
    future: F,
    location: &'static Location<'static>,
) -> Handle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    let slot = Slot::default();
    let (theirs, own) = (Rc::clone(&slot), turns.clone());
    let body = move || {
        // There is something to be found at the end, be it a panic or not.
        let fills = Fills { slot: Rc::clone(&theirs), location };
        let polled = in_turn::poll(&own, future, location);
        *theirs.borrow_mut() = Some(match polled {
            Polled::Ready(output) => Ok(output),
            Polled::Aborted => Err(cancelled(location)),
        });
        drop(fills);
    };
    Handle { task: turns.spawn(name, body, location), slot, turns: Some(turns.clone()) }
}

/// Fills the slot of a task of a loop that ends without an output. The tasks that wait for it
/// look at the slot once it has left the loop.
struct Fills<T> {
    slot: Slot<T>,
    location: &'static Location<'static>,
}

impl<T> Drop for Fills<T> {
    fn drop(&mut self) {
        let mut slot = self.slot.borrow_mut();
        slot.get_or_insert_with(|| {
            Err(Exception::at(Some(self.location), "JoinError", NOTHING_RETURNED))
        });
    }
}

fn cancelled(location: &'static Location<'static>) -> Exception {
    Exception::at(Some(location), "Cancelled", "the task was aborted")
}

fn start<F>(
    name: Name,
    daemon: bool,
    abort: Option<ObjectId>,
    future: F,
    location: &'static Location<'static>,
) -> Handle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    let slot = Slot::default();
    let theirs = Rc::clone(&slot);
    let body = rt::TaskBody::detached(move || match run(future, abort, location) {
        Ok(Polled::Ready(output)) => {
            *theirs.borrow_mut() = Some(Ok(output));
            None
        }
        Ok(Polled::Aborted) => {
            *theirs.borrow_mut() = Some(Err(cancelled(location)));
            None
        }
        Err(leaving) => Some(leaving),
    });
    Handle { task: rt::spawn(name, body, daemon, location), slot, turns: None }
}

impl<T> AbortableHandle<T> {
    /// Tells the task to drop its future at its next await, or before it begins. One step.
    /// A task that has ended does not care.
    #[track_caller]
    pub fn abort(&self) {
        if let (Some(turns), Some((task, _))) = (&self.handle.turns, self.handle.task) {
            turns.abort(task, Location::caller());
        } else if let Some(abort) = self.abort {
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
    turns: Option<Turns>,
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
            Exception::at(place, "JoinError", NOTHING_RETURNED)
        };
        Some(self.slot.borrow_mut().take().unwrap_or_else(|| Err(failed())))
    }

    fn member(&self, turns: &Turns) -> Option<(TaskId, bool)> {
        let (task, _) = self.task.filter(|_| !self.is_outside(turns))?;
        Some((task, self.slot.borrow().is_some()))
    }

    fn is_outside(&self, turns: &Turns) -> bool {
        self.turns.as_ref().is_none_or(|ours| !ours.is(turns))
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
        let Handle { task, slot, turns } = self;
        Joined(Leaf::new(Joining { task, slot, turns, location: Location::caller() }))
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
