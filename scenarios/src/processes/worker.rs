//! A thread or a process with the same body, and the terminal on which both print. The
//! program for one and for the other differs in one word.

use unknot_checker::sim::process::{self, Fork, Process};
use unknot_checker::sim::{Exception, JoinHandle, spawn_daemon, spawn_named};

/// What a worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worker {
    Thread,
    Process,
}

/// Whether the end of the program waits for a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// It waits.
    Waits,
    /// It ends the worker.
    Kills,
}

/// A worker that was started.
#[derive(Debug)]
pub(super) enum Started {
    Thread(JoinHandle<()>),
    Process(Process),
}

impl Worker {
    /// Starts a worker for which the end of the program waits.
    #[track_caller]
    pub(super) fn start<A: Fork>(
        self,
        name: (&'static str, usize),
        args: A,
        body: fn(A),
    ) -> Result<Started, Exception> {
        self.start_for(Exit::Waits, name, args, body)
    }

    #[track_caller]
    pub(super) fn start_for<A: Fork>(
        self,
        exit: Exit,
        name: (&'static str, usize),
        args: A,
        body: fn(A),
    ) -> Result<Started, Exception> {
        let process = |args| process::new(args, body).named(name);
        Ok(match (self, exit) {
            (Worker::Thread, Exit::Waits) => Started::Thread(spawn_named(name, move || body(args))),
            (Worker::Thread, Exit::Kills) => {
                Started::Thread(spawn_daemon(name, move || body(args)))
            }
            (Worker::Process, Exit::Waits) => Started::Process(process(args).start()?),
            (Worker::Process, Exit::Kills) => Started::Process(process(args).daemonic().start()?),
        })
    }
}

impl Started {
    #[track_caller]
    pub(super) fn join(self) -> Result<(), Exception> {
        match self {
            Started::Thread(thread) => thread.join(),
            Started::Process(process) => process.join(),
        }
    }
}

/// All lines so far, for threads and processes.
pub(super) type Terminal = process::Value<Vec<String>>;

/// Prints a line. One step.
#[track_caller]
pub(super) fn print(terminal: &Terminal, line: impl ToString) {
    terminal.update_in_one_step(|before| [&before[..], &[line.to_string()]].concat());
}
