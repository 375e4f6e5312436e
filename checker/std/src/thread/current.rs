//! Threads, and what they are parked at.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;
use unknot_sim::raw::{self, Mode, ObjectId, Op, TaskId, Want};

use super::local::Slots;
use crate::object::Object;
use crate::{run, time};

/// The threads of one execution, and their locals.
#[derive(Default)]
pub(crate) struct Threads {
    known: SmallVec<[(TaskId, Thread); 4]>,
    pub(super) locals: Vec<(TaskId, Slots)>,
}

/// A thread, as [`std::thread::Thread`].
#[derive(Clone)]
pub struct Thread(Arc<ThreadParts>);

struct ThreadParts {
    id: ThreadId,
    name: Option<String>,
    token: Object,
}

#[expect(unsafe_code, reason = "tasks share a thread")]
// SAFETY: tasks share a thread, and no reference into it is kept across a step.
unsafe impl Sync for ThreadParts {}
#[expect(unsafe_code, reason = "tasks share a thread")]
// SAFETY: as above.
unsafe impl Send for ThreadParts {}

/// Tells a thread from the others of an execution.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ThreadId(u32);

impl fmt::Debug for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ThreadId({})", self.0 + 1)
    }
}

impl Thread {
    /// The thread of a task that was started there.
    pub(super) fn enter(
        task: TaskId,
        name: Option<String>,
        place: &'static Location<'static>,
    ) -> Thread {
        let parts = ThreadParts { id: ThreadId(task.0), name, token: Object::at(place) };
        let thread = Thread(Arc::new(parts));
        run::with(|run| run.threads.known.push((task, thread.clone())));
        thread
    }

    /// A thread that never runs, where tasks are not started any more.
    pub(super) fn nobody(name: Option<String>, place: &'static Location<'static>) -> Thread {
        let id = ThreadId(u32::MAX - 1);
        Thread(Arc::new(ThreadParts { id, name, token: Object::at(place) }))
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> ThreadId {
        self.0.id
    }

    /// Its name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    fn token(&self) -> ObjectId {
        self.0
            .token
            .id("park token", |new| new.wanted_for(Want::Notification).raised_by(&["unpark"]))
    }

    /// Lets the thread go on that is parked, or will be. One step.
    #[track_caller]
    pub fn unpark(&self) {
        raw::step(Op::local("unpark", Location::caller()).with(self.token(), Mode::Set, 1));
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").field("id", &self.id()).field("name", &self.name()).finish()
    }
}

/// The running thread.
#[must_use]
pub fn current() -> Thread {
    run::with(|run| run.asked_for_itself());
    this_thread()
}

fn this_thread() -> Thread {
    let task = raw::current();
    let known = run::with(|run| {
        let known = &run.threads.known;
        known.iter().find(|(of, _)| *of == task).map(|(_, thread)| thread.clone())
    });
    let name = (task == TaskId::MAIN).then(|| "main".to_owned());
    known.unwrap_or_else(|| Thread::enter(task, name, Location::caller()))
}

/// Waits until the thread is let go on; that may have been before. One step.
#[track_caller]
pub fn park() {
    let (place, token) = (Location::caller(), this_thread().token());
    if crate::spurious::wakes(place) {
        return;
    }
    raw::step(Op::local("park", place).with(token, Mode::Take, 1));
}

/// The same until the time is up.
#[track_caller]
pub fn park_timeout(duration: Duration) {
    let (place, token) = (Location::caller(), this_thread().token());
    let op = Op::local("park", place);
    let wait = op.clone().with(token, Mode::Take, 1);
    let trying = time::passing(op.with(token, Mode::Try, 1), duration);
    raw::step_timed(wait, trying, duration, |granted| granted);
}

/// Whether the running thread unwinds because of a panic.
#[must_use]
pub fn panicking() -> bool {
    match run::is_inside() {
        true => {
            run::with(|run| run.asked_for_itself());
            raw::is_panicking()
        }
        false => std::thread::panicking(),
    }
}
