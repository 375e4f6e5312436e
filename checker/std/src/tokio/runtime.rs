//! As `tokio::runtime`: each task is a thread of the execution, so a runtime has nothing to say
//! of how many there are.
//!
//! What it can miss: tasks that a runtime ends when it is dropped go on here, and the execution
//! waits for their end.

use std::future::Future;
use std::io;

use super::task::{self, JoinHandle};

/// A runtime.
#[derive(Debug)]
pub struct Runtime(());

/// What starts tasks in a runtime.
#[derive(Clone, Debug)]
pub struct Handle(());

/// What a runtime is like before it is made.
#[derive(Debug)]
pub struct Builder(());

/// Declares what a runtime and its handle have in common.
macro_rules! runs {
    ($($name:ident)*) => {$(
        impl $name {
            /// Polls a future until it is ready.
            #[track_caller]
            pub fn block_on<F: Future>(&self, future: F) -> F::Output {
                crate::future::block_on(future)
            }

            /// Starts a task that polls a future. One step.
            #[track_caller]
            pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
            where
                F: Future + Send + 'static,
                F::Output: Send + 'static,
            {
                task::spawn(future)
            }

            /// Starts a task that calls a closure, which may block. One step.
            #[track_caller]
            pub fn spawn_blocking<T: Send + 'static>(
                &self,
                f: impl FnOnce() -> T + Send + 'static,
            ) -> JoinHandle<T> {
                task::spawn_blocking(f)
            }
        }
    )*};
}

runs!(Runtime Handle);

impl Runtime {
    /// A runtime.
    ///
    /// # Errors
    /// Never.
    pub fn new() -> io::Result<Runtime> {
        Ok(Runtime(()))
    }

    /// What starts tasks in it.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &Handle(())
    }
}

impl Handle {
    /// That of the running task.
    #[must_use]
    pub fn current() -> Handle {
        Handle(())
    }
}

impl Builder {
    /// A runtime with several threads.
    #[must_use]
    pub fn new_multi_thread() -> Builder {
        Builder(())
    }

    /// A runtime with one thread; here its tasks are interleaved at each step all the same.
    #[must_use]
    pub fn new_current_thread() -> Builder {
        Builder(())
    }

    /// Nothing: tasks are as many as the program starts.
    pub fn worker_threads(&mut self, _: usize) -> &mut Builder {
        self
    }

    /// Nothing: the clock is there.
    pub fn enable_time(&mut self) -> &mut Builder {
        self
    }

    /// The same.
    pub fn enable_all(&mut self) -> &mut Builder {
        self
    }

    /// Makes the runtime.
    ///
    /// # Errors
    /// Never.
    pub fn build(&mut self) -> io::Result<Runtime> {
        Runtime::new()
    }
}
