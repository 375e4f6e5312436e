//! A set of tasks, of which the results come in the order in which the tasks end.

use std::collections::VecDeque;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use unknot_sim::raw::Want;

use super::super::sync::waited;
use super::handle::{self, AbortHandle, JoinError, JoinHandle};
use crate::primitive::{Core, Place, Waiter, opaque};

/// The tasks that have ended, by number, and what waits for the next.
struct Done {
    numbers: VecDeque<usize>,
    waiter: Option<Arc<Waiter>>,
}

/// Tasks, as `tokio::task::JoinSet`. Dropped, it tells all of them to drop their futures.
pub struct JoinSet<T> {
    done: Arc<Core<Done>>,
    tasks: Vec<(usize, JoinHandle<T>)>,
    n_started: usize,
}

opaque!(JoinSet<T>);

impl<T> Default for JoinSet<T> {
    #[track_caller]
    fn default() -> JoinSet<T> {
        JoinSet::new()
    }
}

impl<T> JoinSet<T> {
    /// No tasks.
    #[must_use]
    #[track_caller]
    pub fn new() -> JoinSet<T> {
        let done = Core::new("JoinSet", Done { numbers: VecDeque::new(), waiter: None });
        JoinSet { done: Arc::new(done), tasks: vec![], n_started: 0 }
    }

    /// How many tasks there are of which the result was not taken.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Tells all tasks to drop their futures. One step each.
    #[track_caller]
    pub fn abort_all(&mut self) {
        self.tasks.iter().for_each(|(_, task)| task.abort());
    }

    /// Lets all tasks go on, and forgets them.
    pub fn detach_all(&mut self) {
        self.tasks.clear();
    }
}

impl<T: 'static> JoinSet<T> {
    /// Starts a task that polls a future. One step.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.start(future, Location::caller())
    }

    /// Starts a task that calls a closure, which may block. One step.
    #[track_caller]
    pub fn spawn_blocking(&mut self, f: impl FnOnce() -> T + Send + 'static) -> AbortHandle
    where
        T: Send,
    {
        self.start(async { f() }, Location::caller())
    }

    fn start<F>(&mut self, future: F, place: Place) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let (done, number) = (Arc::clone(&self.done), self.n_started);
        self.n_started += 1;
        let at_end = move || {
            done.change("end", place, |done| {
                done.numbers.push_back(number);
                if let Some(waiter) = done.waiter.take() {
                    waiter.tell();
                }
            });
        };
        let task = handle::start(future, at_end, place);
        let abort = task.abort_handle();
        self.tasks.push((number, task));
        abort
    }

    /// Waits until a task ends; none if there are no tasks.
    #[track_caller]
    pub fn join_next(&mut self) -> impl Future<Output = Option<Result<T, JoinError>>> {
        let place = Location::caller();
        async move {
            while !self.tasks.is_empty() {
                let waiter = self.done.waiter(Want::Result, &["end"]);
                let found = self.done.change("join_next", place, |done| {
                    let number = done.numbers.pop_front();
                    done.waiter = number.is_none().then(|| Arc::clone(&waiter));
                    number
                });
                match found.flatten() {
                    Some(number) => {
                        if let Some(task) = self.take(number) {
                            return Some(task.join(place));
                        }
                    }
                    None => waited(&waiter.park("join_next", place)).await,
                }
            }
            None
        }
    }

    /// The result of a task that has ended, if there is one.
    #[track_caller]
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        let place = Location::caller();
        loop {
            let number = self.done.change("try_join_next", place, |done| done.numbers.pop_front());
            if number == Some(None) {
                self.done.nothing_changed();
            }
            if let Some(task) = self.take(number.flatten()?) {
                return Some(task.join(place));
            }
        }
    }

    fn take(&mut self, number: usize) -> Option<JoinHandle<T>> {
        let at = self.tasks.iter().position(|(of, _)| *of == number)?;
        Some(self.tasks.remove(at).1)
    }

    /// Waits until all tasks have ended. Returns their values in the order of their ends.
    ///
    /// # Panics
    /// If a task has, or was told to drop its future.
    #[track_caller]
    pub fn join_all(mut self) -> impl Future<Output = Vec<T>> {
        let place = Location::caller();
        async move {
            let mut values = vec![];
            while let Some(ended) = self.join_next().await {
                match ended {
                    Ok(value) => values.push(value),
                    Err(error) if error.is_panic() => {
                        std::panic::resume_unwind(error.into_panic());
                    }
                    Err(error) => panic!("{error} ({place})"),
                }
            }
            values
        }
    }

    /// Tells all tasks to drop their futures, and waits until they have ended.
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        if crate::run::is_inside() {
            self.abort_all();
        }
    }
}
