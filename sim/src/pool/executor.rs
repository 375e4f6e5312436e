//! Executors: pools whose tasks are futures.

use std::cell::Cell;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use super::crew::{Crew, Shutdown};
use super::future::Future;
use super::staff::Staff;
use crate::exception::Exception;
use crate::name::Name;
use crate::process::message::Message;
use crate::rt::{self, Lifetime};

/// Declares an executor with workers of a kind.
macro_rules! executor {
    ($(#[$doc:meta])* $name:ident, $staff:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name {
            crew: Rc<Crew>,
            /// Whether dropping this handle shuts the executor down.
            closes: Cell<bool>,
        }

        impl Clone for $name {
            fn clone(&self) -> $name {
                $name { crew: Rc::clone(&self.crew), closes: Cell::new(false) }
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                if self.closes.take() {
                    // Nothing is waited for, so nothing is raised.
                    _ = self.crew.shutdown(Shutdown::Return, self.crew.location());
                }
            }
        }

        impl $name {
            /// Starts the workers. One step for each, and one for the helper of worker
            /// processes.
            ///
            /// # Errors
            /// `ValueError` if there is to be no worker; `AssertionError` if a daemon
            /// thread or a daemonic process starts worker processes.
            #[track_caller]
            pub fn new(max_workers: usize) -> Result<$name, Exception> {
                $name::start(Name::default(), max_workers, Location::caller())
            }

            /// The same with a name for reports.
            ///
            /// # Errors
            /// `ValueError` if there is to be no worker; `AssertionError` if a daemon
            /// thread or a daemonic process starts worker processes.
            #[track_caller]
            pub fn named(name: impl Into<Name>, max_workers: usize) -> Result<$name, Exception> {
                $name::start(name.into(), max_workers, Location::caller())
            }

            fn start(
                name: Name,
                max_workers: usize,
                location: &'static Location<'static>,
            ) -> Result<$name, Exception> {
                let crew = Crew::start(stringify!($name), name, max_workers, $staff, location)?;
                Ok($name { crew, closes: Cell::new(true) })
            }

            /// Does something with it, and shuts it down then, as the end of a `with` block
            /// does: waits until all tasks have been done.
            ///
            /// # Errors
            /// Those of the body.
            #[track_caller]
            pub fn within<T>(
                self,
                body: impl FnOnce(&$name) -> Result<T, Exception>,
            ) -> Result<T, Exception> {
                let location = Location::caller();
                let returned = body(&self);
                self.closes.set(false);
                self.crew.shutdown(Shutdown::Wait, location)?;
                returned
            }

            /// Takes no more tasks. Two steps, two more to cancel tasks, and one for each
            /// worker and the helper that is waited for.
            ///
            /// # Errors
            /// None of the tasks.
            #[track_caller]
            pub fn shutdown(&self, how: Shutdown) -> Result<(), Exception> {
                self.closes.set(false);
                self.crew.shutdown(how, Location::caller())
            }
        }
    };
}

executor! {
    /// A pool of worker threads. Dropping it shuts it down without waiting, and the end of
    /// the program waits for its tasks; clones are handles that do not.
    ///
    /// ```
    /// use unknot_sim::{Shutdown, ThreadPoolExecutor, done, run_once};
    ///
    /// run_once(|| {
    ///     let executor = ThreadPoolExecutor::new(2)?;
    ///     let future = executor.submit(|| 3 * 3)?;
    ///     future.add_done_callback(|future| assert!(future.done()));
    ///     assert_eq!(future.result()?, 9);
    ///     executor.shutdown(Shutdown::Wait)?;
    ///     let refused = executor.submit(|| 1).map_err(|exception| exception.kind);
    ///     assert_eq!(refused.err(), Some("RuntimeError"));
    ///     done(())
    /// });
    /// ```
    ThreadPoolExecutor, Staff::Threads
}

executor! {
    /// A pool of worker processes with a helper thread, which tells futures that they have
    /// been done, in that order, and runs their callbacks. Dropping it shuts it down
    /// without waiting, and the end of the program waits for its tasks; clones are handles
    /// that do not.
    ///
    /// ```
    /// use unknot_sim::process::ProcessPoolExecutor;
    /// use unknot_sim::{done, run_once};
    ///
    /// run_once(|| {
    ///     let executor = ProcessPoolExecutor::new(2)?;
    ///     let squares: Result<Vec<i32>, _> = executor.map([1, 2, 3], |n| n * n)?.collect();
    ///     assert_eq!(squares?, [1, 4, 9]);
    ///     done(())
    /// });
    /// ```
    ProcessPoolExecutor, Staff::Processes(Lifetime::UntilDone)
}

impl ThreadPoolExecutor {
    /// Has a worker call a function. Two steps. An `Err` that it returns is what it raised.
    ///
    /// # Errors
    /// `RuntimeError` after the shutdown.
    #[track_caller]
    pub fn submit<R: Debug + 'static>(
        &self,
        f: impl FnOnce() -> R + 'static,
    ) -> Result<Future<R>, Exception> {
        self.crew.submit(Box::new(f), Location::caller())
    }

    /// Has workers do the same with each of these. Two steps each; each result is got with
    /// a step, in the order of what they are results of.
    ///
    /// # Errors
    /// `RuntimeError` after the shutdown.
    #[track_caller]
    pub fn map<A: 'static, R: Debug + 'static>(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Clone + 'static,
    ) -> Result<Mapped<R>, Exception> {
        map(&self.crew, items, f, Location::caller())
    }
}

impl ProcessPoolExecutor {
    /// Has a worker call a function that captures no handle. Two steps. An `Err` that it
    /// returns is what it raised.
    ///
    /// # Errors
    /// `RuntimeError` after the shutdown.
    #[track_caller]
    pub fn submit<A: Message, R: Message + Debug>(
        &self,
        args: A,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<Future<R>, Exception> {
        self.crew.submit(Box::new(move || f(args)), Location::caller())
    }

    /// Has workers do the same with each of these. Two steps each; each result is got with
    /// a step, in the order of what they are results of.
    ///
    /// # Errors
    /// `RuntimeError` after the shutdown.
    #[track_caller]
    pub fn map<A: Message, R: Message + Debug>(
        &self,
        items: impl IntoIterator<Item = A>,
        f: impl FnOnce(A) -> R + Copy + 'static,
    ) -> Result<Mapped<R>, Exception> {
        map(&self.crew, items, f, Location::caller())
    }
}

fn map<A: 'static, R: Debug + 'static>(
    crew: &Crew,
    items: impl IntoIterator<Item = A>,
    f: impl FnOnce(A) -> R + Clone + 'static,
    location: &'static Location<'static>,
) -> Result<Mapped<R>, Exception> {
    let submit = |item| {
        let f = f.clone();
        crew.submit(Box::new(move || f(item)), location)
    };
    let left = items.into_iter().map(submit).collect::<Result<VecDeque<_>, Exception>>()?;
    Ok(Mapped { left, is_begun: false, location })
}

/// The results of a call with many tasks, in the order of what they are results of. Once one
/// has been asked for, those whose results never are asked for are cancelled, the last one
/// first: where a task has failed, and where this is dropped.
#[derive(Debug)]
pub struct Mapped<R: Debug + 'static> {
    left: VecDeque<Future<R>>,
    /// Whether a result has been asked for.
    is_begun: bool,
    location: &'static Location<'static>,
}

impl<R: Debug + 'static> Mapped<R> {
    /// The futures whose results have not been asked for.
    #[must_use]
    pub fn futures(mut self) -> Vec<Future<R>> {
        std::mem::take(&mut self.left).into()
    }

    fn cancel(&mut self) {
        // At the end of an execution nothing is cancelled any more.
        while !rt::is_quiet()
            && let Some(future) = self.left.pop_back()
        {
            future.cancel_at(self.location);
        }
    }
}

impl<R: Debug + 'static> Drop for Mapped<R> {
    fn drop(&mut self) {
        if self.is_begun {
            self.cancel();
        }
    }
}

impl<R: Clone + Debug + 'static> Iterator for Mapped<R> {
    type Item = Result<R, Exception>;

    /// Waits for the next one. One step, and those that cancel the others if it has failed.
    fn next(&mut self) -> Option<Result<R, Exception>> {
        self.is_begun = true;
        let result = self.left.pop_front()?.result_at(self.location);
        if result.is_err() {
            self.cancel();
        }
        Some(result)
    }
}
