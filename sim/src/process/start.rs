//! Starting processes.

use std::fmt::Debug;
use std::panic::Location;

use super::handle::{KillableProcess, Process};
use crate::ending;
use crate::exception::Exception;
use crate::fork::{Fork, Forking, Reads};
use crate::name::Name;
use crate::rt::{self, NewProcess, ProcessKind};

/// Starts a process with arguments. The body must not capture what cannot be copied bit by
/// bit, such as a handle: that is what the arguments are for.
///
/// ```
/// use unknot_sim::{Lock, done, process, run_once};
///
/// run_once(|| {
///     let lock = Lock::named("lock");
///     lock.acquire();
///     // The copy is held too, by the task that goes on in the process.
///     let child = process::start(lock.clone(), |lock| lock.release())?;
///     child.join()?;
///     assert_eq!(child.exit_code(), Some(0));
///     assert!(lock.locked());
///     done(())
/// });
/// ```
///
/// # Errors
/// `AssertionError` if a daemon thread or a daemonic process starts one.
#[track_caller]
pub fn start<A: Fork, T: Debug + 'static>(
    args: A,
    body: impl FnOnce(A) -> T + Copy + 'static,
) -> Result<Process, Exception> {
    launch(args, body, Name::default(), ProcessKind::Plain, Location::caller())
}

/// A process that is about to be started.
pub fn new<A: Fork, T: Debug + 'static, F: FnOnce(A) -> T + Copy + 'static>(
    args: A,
    body: F,
) -> Builder<A, F> {
    Builder { args, body, name: Name::default(), is_daemonic: false }
}

/// A process that is about to be started.
#[derive(Debug)]
#[must_use = "a process runs only once it is started"]
pub struct Builder<A, F> {
    args: A,
    body: F,
    name: Name,
    is_daemonic: bool,
}

/// A process that is about to be started, and may be told to die.
#[derive(Debug)]
#[must_use = "a process runs only once it is started"]
pub struct KillableBuilder<A, F>(Builder<A, F>);

impl<A: Fork, T: Debug + 'static, F: FnOnce(A) -> T + Copy + 'static> Builder<A, F> {
    /// The same with a name for reports.
    pub fn named(self, name: impl Into<Name>) -> Builder<A, F> {
        Builder { name: name.into(), ..self }
    }

    /// The same, told to die at the end of the process that starts it.
    pub fn daemonic(self) -> Builder<A, F> {
        Builder { is_daemonic: true, ..self }
    }

    /// The same with a handle that can tell it to die.
    pub fn killable(self) -> KillableBuilder<A, F> {
        KillableBuilder(self)
    }

    /// Starts it. One step.
    ///
    /// # Errors
    /// `AssertionError` if a daemon thread or a daemonic process starts one.
    #[track_caller]
    pub fn start(self) -> Result<Process, Exception> {
        let Builder { args, body, name, is_daemonic } = self;
        let kind = if is_daemonic { ProcessKind::Daemonic } else { ProcessKind::Plain };
        launch(args, body, name, kind, Location::caller())
    }
}

impl<A: Fork, T: Debug + 'static, F: FnOnce(A) -> T + Copy + 'static> KillableBuilder<A, F> {
    /// Starts it. One step.
    ///
    /// # Errors
    /// `AssertionError` if a daemon thread or a daemonic process starts one.
    #[track_caller]
    pub fn start(self) -> Result<KillableProcess, Exception> {
        let Builder { args, body, name, is_daemonic } = self.0;
        let kind = if is_daemonic { ProcessKind::Daemonic } else { ProcessKind::Killable };
        launch(args, body, name, kind, Location::caller()).map(KillableProcess::of)
    }
}

fn launch<A: Fork, T: Debug + 'static>(
    args: A,
    body: impl FnOnce(A) -> T + Copy + 'static,
    name: Name,
    kind: ProcessKind,
    location: &'static Location<'static>,
) -> Result<Process, Exception> {
    let mut reads = Reads::default();
    args.reads(&mut reads);
    let main = rt::start_process(NewProcess { name, kind, location }, &reads.accesses)?;
    if let Some(main) = main {
        let forked = args.fork(&mut Forking::new(rt::current(), main));
        let body = move || ending::exception(&body(forked));
        rt::give_body(main, rt::TaskBody::detached(body));
    }
    Ok(Process::of(main))
}
