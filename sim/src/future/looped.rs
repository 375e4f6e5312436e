//! Loops: runtimes with one thread, where control moves at awaits alone.

use std::fmt::Debug;
use std::future::Future;
use std::panic::Location;

use super::in_turn::poll;
use super::place::ParkingPlace;
use super::run::Polled;
use super::task::{self, Handle};
use super::turns::Turns;
use crate::exception::Exception;
use crate::name::Name;
use crate::rt;
use crate::task::JoinHandle;

/// A loop that polls futures in turns. Clones are handles to the same one.
///
/// A future keeps its turn until it has to wait. So in virtual time there is one order of
/// all that happens in a loop, and a program of which all is in one has one class.
///
/// ```
/// use unknot_sim::future::{self, Loop};
/// use unknot_sim::{Shared, done, run_once};
///
/// let sum = run_once(|| {
///     Loop::new().run(async {
///         let sum = Shared::named("sum", 0);
///         let tasks: Vec<_> = (0..3)
///             .map(|_| {
///                 let sum = sum.clone();
///                 future::spawn(async move {
///                     let seen = sum.read();
///                     future::yield_now().await;
///                     sum.write(seen + 1);
///                 })
///             })
///             .collect();
///         for task in tasks {
///             task.await?;
///         }
///         done(sum.read())
///     })?
/// });
/// // Each has read before the first one writes.
/// assert_eq!(sum.to_string(), "1");
/// ```
#[derive(Clone, Debug)]
pub struct Loop {
    turns: Turns,
}

impl Default for Loop {
    #[track_caller]
    fn default() -> Loop {
        Loop::new()
    }
}

impl Loop {
    /// A loop in which nothing runs.
    #[track_caller]
    #[must_use]
    pub fn new() -> Loop {
        Loop { turns: Turns::new(Name::from("loop"), Location::caller()) }
    }

    /// Has the current task poll a future as the main one of the loop until it is ready. Then
    /// all other futures of the loop are dropped, one after another, at their next turns.
    ///
    /// # Errors
    /// `RuntimeError` if another task runs the loop, or inside a future of a loop: a thread
    /// runs one loop at a time.
    #[track_caller]
    pub fn run<F: Future>(&self, future: F) -> Result<F::Output, Exception> {
        let location = Location::caller();
        let is_inside = ParkingPlace::find().is_some_and(|place| place.turns.is_some());
        if is_inside && !rt::is_quiet() {
            let message = "a loop is run inside another one";
            return Err(Exception::at(Some(location), "RuntimeError", message));
        }
        self.turns.begin_run(location)?;
        let Polled::Ready(output) = poll(&self.turns, future, location) else {
            unreachable!("the main future of a loop is not told to end")
        };
        self.turns.end_others(location);
        Ok(output)
    }

    /// Starts a task of the loop that polls a future once it is its turn. One step.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> Handle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        task::spawn_in(&self.turns, Name::default(), future, Location::caller())
    }

    /// Has a function called in the loop, from any task. One step.
    #[track_caller]
    pub fn call_soon_threadsafe<T: Debug + 'static>(&self, function: impl FnOnce() -> T + 'static) {
        self.turns.spawn(Name::default(), function, Location::caller());
    }

    /// Does outside the loop what may have to wait: other futures of the loop have their turns
    /// meanwhile. For sockets, locks of threads, and the like. A future that is aborted
    /// meanwhile is dropped at its next await.
    ///
    /// # Panics
    /// Outside the futures of the loop.
    #[track_caller]
    pub fn outside<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.turns.outside(Location::caller(), wait)
    }

    /// The end of a thread, as something that the loop waits for outside.
    ///
    /// # Errors
    /// `JoinError` if the thread panicked.
    #[track_caller]
    pub fn join<T>(&self, thread: JoinHandle<T>) -> Result<T, Exception> {
        self.outside(|| thread.join())
    }
}
