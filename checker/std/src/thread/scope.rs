//! Threads that borrow.

#![expect(unsafe_code, reason = "a scoped thread borrows from the stack of another one")]

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::rc::Rc;

use unknot_sim::raw::{self, ObjectId, TaskId};

use super::builder::start;
use super::current::Thread;
use super::handle::{Started, wait_for};

/// A scope for threads that borrow, as [`std::thread::Scope`].
pub struct Scope<'scope, 'env: 'scope> {
    started: RefCell<Vec<(TaskId, ObjectId)>>,
    /// Threads that panicked, and were not joined for that to be told.
    n_unjoined: Rc<Cell<usize>>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

// SAFETY: tasks share a thread, and no reference into it is kept across a step.
unsafe impl Sync for Scope<'_, '_> {}

/// Runs a closure that may start threads which borrow from here, and waits for all of them.
///
/// # Panics
/// If the closure does, or a thread that was not joined.
#[track_caller]
pub fn scope<'env, T>(f: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T) -> T {
    let place = Location::caller();
    let scope = Scope {
        started: RefCell::default(),
        n_unjoined: Rc::default(),
        scope: PhantomData,
        env: PhantomData,
    };
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    if let Err(payload) = &result
        && raw::must_go_on(&**payload)
    {
        // All that was started here is newer, and was unwound before.
        resume_unwind(result.err().expect("looked at above"));
    }
    let mut nth = 0;
    while let Some(task) = { scope.started.borrow().get(nth).copied() } {
        wait_for(Some(task), place);
        nth += 1;
    }
    match result {
        Err(payload) => resume_unwind(payload),
        Ok(_) if scope.n_unjoined.get() > 0 => panic!("a scoped thread panicked"),
        Ok(value) => value,
    }
}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread that may borrow from the scope. One step.
    #[track_caller]
    pub fn spawn<T: Send + 'scope>(
        &'scope self,
        f: impl FnOnce() -> T + Send + 'scope,
    ) -> ScopedJoinHandle<'scope, T> {
        self.start(None, Location::caller(), f)
    }

    pub(super) fn start<T: Send + 'scope>(
        &'scope self,
        name: Option<String>,
        place: &'static Location<'static>,
        f: impl FnOnce() -> T + Send + 'scope,
    ) -> ScopedJoinHandle<'scope, T> {
        let n_unjoined = Rc::clone(&self.n_unjoined);
        let panicked = move || n_unjoined.set(n_unjoined.get() + 1);
        // SAFETY: the scope waits for the thread, or is unwound after it.
        let started = unsafe { start(name, place, f, panicked) };
        self.started.borrow_mut().extend(started.task);
        ScopedJoinHandle { started, n_unjoined: Rc::clone(&self.n_unjoined), scope: PhantomData }
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

// SAFETY: tasks share a thread, and no reference into it is kept across a step.
unsafe impl<T: Send> Send for ScopedJoinHandle<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for ScopedJoinHandle<'_, T> {}

/// A scoped thread, as [`std::thread::ScopedJoinHandle`].
pub struct ScopedJoinHandle<'scope, T> {
    started: Started<T>,
    n_unjoined: Rc<Cell<usize>>,
    scope: PhantomData<&'scope ()>,
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Waits until the thread has ended. One step.
    ///
    /// # Errors
    /// What the thread panicked with.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        let result = self.started.join(Location::caller());
        if result.is_err() && !raw::is_quiet() {
            self.n_unjoined.set(self.n_unjoined.get().saturating_sub(1));
        }
        result
    }

    /// Whether the thread has ended. One step.
    #[must_use]
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.started.is_finished(Location::caller())
    }

    /// The thread.
    #[must_use]
    pub fn thread(&self) -> &Thread {
        &self.started.thread
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedJoinHandle").finish_non_exhaustive()
    }
}
