//! What a search is doing, for a look from another thread.
//!
//! A task that never makes a step again keeps its thread for ever, and with it the
//! search. So each search has a *post*: whenever a task is given control, what it is
//! given control for is written there. A write costs two stores a step; only a look
//! ([`ProgramName::posts`]) makes a text of it.
//!
//! What it can miss: a look in the midst of a write may see the task of one step and the
//! place of another. For a search that has been silent for long the look is right.

use std::cell::RefCell;
use std::fmt;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::id::{Creation, TaskId, TaskPath};
use crate::name::Name;

thread_local! {
    static NAME: RefCell<Option<ProgramName>> = const { RefCell::new(None) };
}

/// The name of a program, with the posts of the searches that run it.
#[derive(Clone, Debug)]
pub struct ProgramName(Arc<ProgramPosts>);

#[derive(Debug)]
struct ProgramPosts {
    name: Box<str>,
    posts: Mutex<Vec<Weak<Post>>>,
}

impl<T: Into<Box<str>>> From<T> for ProgramName {
    fn from(name: T) -> ProgramName {
        ProgramName(Arc::new(ProgramPosts { name: name.into(), posts: Mutex::default() }))
    }
}

impl fmt::Display for ProgramName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.name)
    }
}

impl ProgramName {
    /// What the tasks with control do, one task for each search that runs the program.
    #[must_use]
    pub fn posts(&self) -> Vec<Posted> {
        let posts = lock(&self.0.posts);
        posts.iter().filter_map(|post| post.upgrade()?.read()).collect()
    }
}

/// The name of the program that this thread runs, where it is known.
#[must_use]
pub fn program_name() -> Option<ProgramName> {
    NAME.with_borrow(Clone::clone)
}

/// Names the program that `run` runs, for messages about a search that does not come to
/// its end. Threads that `run` starts have to be told again.
pub fn with_program_name<T>(name: Option<ProgramName>, run: impl FnOnce() -> T) -> T {
    struct Restore(Option<ProgramName>);
    impl Drop for Restore {
        fn drop(&mut self) {
            NAME.set(self.0.take());
        }
    }
    let _restore = Restore(NAME.replace(name));
    run()
}

/// Locks; a panic of another thread left nothing half done in there.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a task was given control for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// To begin.
    Begins,
    /// To go on after a step.
    Goes,
    /// To say whether a condition holds that it waits for.
    Answers,
    /// To leave, since the execution is over.
    Leaves,
}

impl Control {
    const ALL: [Control; 4] = [Control::Begins, Control::Goes, Control::Answers, Control::Leaves];
}

/// A task that has control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Its path, and its name if it has one.
    pub task: String,
    /// What it has control for.
    pub control: Control,
    /// The file and the line of its last step, or of the step that started it; nothing for
    /// a main task that has made no step.
    pub place: Option<(&'static str, u32)>,
}

/// Stands for no task: the search decides, or looks at an execution.
const NONE: u32 = u32::MAX;

/// Where the kind of control begins in a number with the task.
const CONTROL: u32 = 30;

/// What one search is doing.
#[derive(Debug)]
pub(crate) struct Post {
    /// The task, and what it has control for.
    who: AtomicU32,
    /// The place of its last step, made of a reference that is good for ever; null
    /// where there is none. A number of the file and a line in its place would take four
    /// times as many instructions a step.
    place: AtomicPtr<Location<'static>>,
    /// Where the tasks come from and what they are called, by their numbers. Paths of
    /// tasks deep in the tree are long, and made only for a look.
    tasks: Mutex<Vec<Option<(Creation, Name)>>>,
}

impl Post {
    /// A post of a search that this thread begins.
    pub(super) fn new() -> Arc<Post> {
        let post = Arc::new(Post {
            who: AtomicU32::new(NONE),
            place: AtomicPtr::default(),
            tasks: Mutex::default(),
        });
        if let Some(name) = program_name() {
            let mut posts = lock(&name.0.posts);
            posts.retain(|post| post.strong_count() > 0);
            posts.push(Arc::downgrade(&post));
        }
        post
    }

    /// Says what a task is called.
    pub(super) fn call(&self, task: TaskId, origin: Creation, name: &Name) {
        let mut tasks = lock(&self.tasks);
        if tasks.len() <= task.index() {
            tasks.resize(task.index() + 1, None);
        }
        tasks[task.index()] = Some((origin, name.clone()));
    }

    /// The path of a task, and its name if it has one.
    fn label(&self, task: TaskId) -> Option<String> {
        let tasks = lock(&self.tasks);
        let called = |task: TaskId| tasks.get(task.index())?.as_ref();
        let (_, name) = called(task)?;
        let origin = |task| called(task).expect("a task is called before those it starts").0;
        let path = TaskPath::of(task, origin);
        Some(if name.is_empty() { path.to_string() } else { format!("{path} '{name}'") })
    }

    /// A task is given control, after a step at a place or for one.
    #[inline]
    pub(super) fn write(&self, task: TaskId, control: Control, place: &'static Location<'static>) {
        self.who.store(task.0 | (control as u32) << CONTROL, Ordering::Relaxed);
        self.place.store(ptr::from_ref(place).cast_mut(), Ordering::Relaxed);
    }

    /// A task is given control for the first time, after the step that started it.
    pub(super) fn begin(&self, task: TaskId) {
        self.who.store(task.0 | (Control::Begins as u32) << CONTROL, Ordering::Relaxed);
        if task == TaskId::MAIN {
            self.place.store(ptr::null_mut(), Ordering::Relaxed);
        }
    }

    /// No task has control.
    pub(super) fn clear(&self) {
        self.who.store(NONE, Ordering::Relaxed);
    }

    fn read(&self) -> Option<Posted> {
        let who = self.who.load(Ordering::Relaxed);
        if who == NONE {
            return None;
        }
        let control = Control::ALL[(who >> CONTROL) as usize];
        let task = self.label(TaskId(who & !(3 << CONTROL))).unwrap_or_default();
        let place = self.place.load(Ordering::Relaxed);
        #[expect(unsafe_code, reason = "no type of std shares a reference among threads")]
        // SAFETY: It is null or was made of a `&'static Location`.
        let place = unsafe { place.as_ref() };
        Some(Posted { task, control, place: place.map(|at| (at.file(), at.line())) })
    }
}
