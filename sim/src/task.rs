//! Tasks: starting them, waiting for their end, and looking at them.
//!
//! A start is part of the step that asked for it: the new task runs at once up
//! to its first operation, which no other task can observe. An end is a step of its
//! own, since joins wait for it. A daemon is killed when the last attached
//! task has ended; a pseudo-task does that, at any time after.

use std::fmt::{self, Debug};
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use crate::act::Act;
use crate::exception::Exception;
use crate::id::{ObjectId, TaskId};
use crate::mode::Mode;
use crate::name::Name;
use crate::noted::{Noted, Text};
use crate::op::Op;
use crate::ready::{Readiness, Ready};
use crate::rt::{self, Joinable, Returned, TaskBody};
use crate::value::Value;

/// A started task.
///
/// ```
/// use unknot_sim::{done, run_once, spawn};
///
/// run_once(|| {
///     let task = spawn(|| 7);
///     assert_eq!(task.join()?, 7);
///     done(())
/// });
/// ```
pub struct JoinHandle<T> {
    task: Option<(TaskId, ObjectId)>,
    result: Rc<dyn Returned<T>>,
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("task", &self.task).finish_non_exhaustive()
    }
}

/// Starts a task without a name. It may return whatever can be shown; an `Err`, of any
/// type, that leaves it is an exception that nothing handled.
///
/// ```
/// use unknot_sim::{Shared, done, run_once, spawn};
///
/// run_once(|| {
///     let x = Shared::new(0);
///     let theirs = x.clone();
///     spawn(move || theirs.write(1)).join()?;
///     done(x.read())
/// });
/// ```
#[track_caller]
pub fn spawn<T: Debug + 'static>(body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    start(Name::default(), false, body, Location::caller())
}

/// Starts a task with a name for reports.
///
/// ```
/// use unknot_sim::{current_name, done, run_once, spawn_named};
///
/// run_once(|| {
///     let name = spawn_named("worker", || current_name()).join()?;
///     assert_eq!(name, "worker");
///     done(())
/// });
/// ```
#[track_caller]
pub fn spawn_named<T: Debug + 'static>(
    name: impl Into<Name>,
    body: impl FnOnce() -> T + 'static,
) -> JoinHandle<T> {
    start(name.into(), false, body, Location::caller())
}

/// Starts a daemon: no task waits for it at the end of the program, and it is
/// killed there wherever it is. A task that a daemon starts is a daemon as well.
///
/// ```
/// use unknot_sim::{Queue, done, run_once, spawn_daemon};
///
/// run_once(|| {
///     let jobs = Queue::named("jobs", 0);
///     let theirs = jobs.clone();
///     spawn_daemon("worker", move || {
///         loop {
///             theirs.get()?;
///             theirs.task_done()?;
///         }
///         #[allow(unreachable_code)]
///         done(())
///     });
///     jobs.put(1)?;
///     jobs.join();
///     // The worker still waits for a job, and is killed.
///     done(())
/// });
/// ```
#[track_caller]
pub fn spawn_daemon<T: Debug + 'static>(
    name: impl Into<Name>,
    body: impl FnOnce() -> T + 'static,
) -> JoinHandle<T> {
    start(name.into(), true, body, Location::caller())
}

pub(crate) fn start<T: Debug + 'static>(
    name: Name,
    daemon: bool,
    body: impl FnOnce() -> T + 'static,
    location: &'static Location<'static>,
) -> JoinHandle<T> {
    start_by(Op::local("spawn", location).acting(Act::Spawn), name, daemon, body)
}

/// Starts a task by a step that may touch more than a start does.
pub(crate) fn start_by<T: Debug + 'static>(
    op: Op,
    name: Name,
    daemon: bool,
    body: impl FnOnce() -> T + 'static,
) -> JoinHandle<T> {
    let shared = Rc::new(Joinable::new(body));
    let body = TaskBody::Joined(Rc::<Joinable<_, T>>::clone(&shared));
    JoinHandle { task: rt::spawn_by(op, name, body, daemon), result: shared }
}

fn join(location: &'static Location<'static>) -> Op {
    Op::local("join", location).acting(Act::Join)
}

impl<T> JoinHandle<T> {
    /// The task with the gauge of its end, unless it was refused at the end of an execution.
    pub(crate) fn parts(&self) -> Option<(TaskId, ObjectId)> {
        self.task
    }

    /// The task, unless it was refused at the end of an execution.
    pub(crate) fn id(&self) -> Option<TaskId> {
        self.task.map(|(task, _)| task)
    }

    /// The gauge that shows 1 once it has ended.
    pub(crate) fn end(&self) -> Option<ObjectId> {
        self.task.map(|(_, done)| done)
    }

    /// What a task returned that is known to have ended.
    pub(crate) fn result(self) -> Result<T, Exception> {
        let value = self.result.take();
        // A task that was refused at the end of an execution has no number.
        let of = self.task.map_or(TaskId::MAIN, |(task, _)| task);
        value.ok_or_else(|| {
            let place = Some(rt::place_of_failure(of));
            Exception::at(place, "JoinError", "the joined task returned nothing")
        })
    }

    /// Waits until the task has finished, and returns what it returned.
    ///
    /// # Errors
    /// `JoinError` if the task panicked and so returned nothing.
    #[track_caller]
    pub fn join(self) -> Result<T, Exception> {
        if let Some((_, done)) = self.task {
            rt::step_or_leave(join(Location::caller()).with(done, Mode::Await, 1))?;
        }
        self.result()
    }

    /// Waits until the task has finished or the time is up. Whether it has.
    #[track_caller]
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        let Some((_, done)) = self.task else { return false };
        let op = join(Location::caller());
        let wait = op.clone().with(done, Mode::Await, 1);
        rt::step_timed(wait, op.with(done, Mode::Look, 1), timeout, |granted| granted)
    }

    /// Whether the task has not finished. One step.
    #[track_caller]
    #[must_use]
    pub fn is_alive(&self) -> bool {
        let Some((_, done)) = self.task else { return false };
        let op = Op::local("is_alive", Location::caller()).acting(Act::LookAtEnds);
        let finished = rt::step(op.with(done, Mode::Look, 1));
        rt::note(|| Noted::Answer(Text::of(!finished)));
        !finished
    }
}

/// The name of the running task, or its number if it has none.
///
/// ```
/// assert_eq!(unknot_sim::run_once(unknot_sim::current_name).to_string(), "main");
/// ```
#[must_use]
pub fn current_name() -> String {
    rt::task_name(rt::current())
}

/// The names of the tasks that have started and not finished, in the order in
/// which they were created. One step.
///
/// ```
/// use unknot_sim::{Event, enumerate, run_once, spawn_named};
///
/// run_once(|| {
///     let go = Event::new();
///     let theirs = go.clone();
///     let task = spawn_named("worker", move || theirs.wait());
///     assert_eq!(enumerate(), ["main", "worker"]);
///     go.set();
///     task.join()
/// });
/// ```
#[track_caller]
#[must_use]
pub fn enumerate() -> Vec<String> {
    let alive = rt::enumerate(Location::caller());
    rt::tell_apart();
    alive.into_iter().map(rt::task_name).collect()
}

/// How many tasks have started and not finished. One step.
///
/// ```
/// unknot_sim::run_once(|| assert_eq!(unknot_sim::active_count(), 1));
/// ```
#[track_caller]
#[must_use]
pub fn active_count() -> usize {
    let n_alive = rt::enumerate(Location::caller()).len();
    rt::tell_apart();
    n_alive
}

/// A scheduling point that touches nothing.
///
/// ```
/// unknot_sim::run_once(|| unknot_sim::yield_now());
/// ```
#[track_caller]
pub fn yield_now() {
    rt::step(Op::local("yield", Location::caller()).acting(Act::Yield));
}

/// Passes virtual time; when durations do not count, a scheduling point, since
/// a sleep may last any time.
///
/// ```
/// use std::time::Duration;
/// use unknot_sim::{run_once, sleep};
///
/// run_once(|| sleep(Duration::from_secs(1)));
/// ```
#[track_caller]
pub fn sleep(duration: Duration) {
    rt::sleep(duration, Location::caller());
}

/// Virtual time since the start of the program. It moves only when nothing
/// else can run.
///
/// ```
/// // Durations do not count here, so there is no clock.
/// unknot_sim::run_once(|| assert!(unknot_sim::now().is_err()));
/// ```
///
/// # Errors
/// `TimeError` when durations do not count.
#[track_caller]
pub fn now() -> Result<Duration, Exception> {
    match rt::now() {
        Some(now) => Ok(now),
        None => Err(Exception::new("TimeError", "there is no clock when durations do not count")),
    }
}

/// One of `n` values, each of which the search explores. 0 if `n` is below 2.
///
/// ```
/// let chosen = unknot_sim::run_once(|| unknot_sim::choose(3));
/// assert_eq!(chosen.to_string(), "0", "one execution takes the first value");
/// ```
#[track_caller]
#[must_use]
pub fn choose(n: u32) -> u32 {
    rt::choose(n, Location::caller())
}

/// Gives way until something that the task has read since it last did so has
/// been changed by another task. For loops that poll. To write to a variable what it
/// holds already is no change.
///
/// ```
/// use unknot_sim::{Atomic, run_once, spawn, yield_until_changed};
///
/// run_once(|| {
///     let flag = Atomic::named("flag", 0);
///     let theirs = flag.clone();
///     let task = spawn(move || theirs.store(1));
///     while flag.load() == 0 {
///         yield_until_changed();
///     }
///     task.join()
/// });
/// ```
#[track_caller]
pub fn yield_until_changed() {
    rt::yield_until_changed(Location::caller());
}

/// Waits until a condition holds.
///
/// The condition may read any objects, and must do nothing else: it is called
/// whenever what it looked at first has changed, and once more when the task goes on.
///
/// Where it first reads a variable (an [`Atomic`](crate::Atomic), or a
/// [`Shared`](crate::Shared) of a type that owns nothing on the heap), that is one step,
/// which waits until the condition does not come out false from this one value. A
/// condition on one variable is only that step, and the task never looks in vain.
/// Other reads are steps of their own. If the condition comes out false from these, or
/// first reads something else than a variable, the task looks again once another task
/// has changed something that it read.
///
/// ```
/// use unknot_sim::{Atomic, run_once, spawn, wait_until};
///
/// run_once(|| {
///     let flag = Atomic::named("flag", 0);
///     let theirs = flag.clone();
///     let task = spawn(move || theirs.store(1));
///     wait_until(|| flag.load() == 1);
///     task.join()
/// });
/// ```
#[track_caller]
pub fn wait_until(mut condition: impl FnMut() -> bool) {
    rt::wait_until(&mut condition, Location::caller());
}

/// Has the outcome made from the final state, when every task has ended or been
/// killed, instead of from what main returns. Primitives that are read inside
/// give what is stored.
///
/// ```
/// use unknot_sim::{Atomic, outcome_at_exit, run_once, spawn_daemon};
///
/// let outcome = run_once(|| {
///     let count = Atomic::named("count", 0);
///     let (theirs, last) = (count.clone(), count);
///     outcome_at_exit(move || last.load());
///     spawn_daemon("counter", move || _ = theirs.fetch_add(1));
/// });
/// // The daemon is killed before or after its step.
/// assert!(["0", "1"].contains(&outcome.to_string().as_str()));
/// ```
pub fn outcome_at_exit<V: Into<Value>>(outcome: impl FnOnce() -> V + 'static) {
    rt::at_exit(move || outcome().into());
}

impl<T> JoinHandle<T> {
    /// What shows that the task has ended; nothing if it was refused.
    pub(crate) fn end_readiness(&self) -> Option<Readiness> {
        self.task.map(|(_, done)| Readiness::new(done, 1))
    }
}

impl<T> Ready for JoinHandle<T> {
    fn readiness(&self, _: &'static Location<'static>) -> Result<Option<Readiness>, Exception> {
        Ok(self.end_readiness())
    }
}
