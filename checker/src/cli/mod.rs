//! The command line, as a library: any crate with a catalogue gets it whole
//! with a one-line `main`.
//!
//! Printing happens here and in [`crate::report`] only, and exit codes are
//! decided in one place: [`Status`].

mod args;
mod catalogue;
mod check;
mod checkpoint;
mod claims;
mod completions;
mod diff;
mod explain;
mod file;
mod gantt;
mod graph;
mod help;
mod interrupt;
mod list;
mod long;
mod long_args;
mod man;
mod merge;
mod onlooker;
mod output;
mod page;
mod patient;
mod planned;
mod printer;
mod progress;
mod promote;
mod replay;
mod replay_target;
mod save;
mod select;
mod start;
mod status;
mod terminal;
mod unit;
mod values;
mod watchdog;
mod writing_args;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use crate::environment;
use crate::report::look::Look;
use crate::report::shell;
use args::{Args, Command};
use patient::Patient;

pub use catalogue::Catalogue;
pub use interrupt::Interrupt;
pub use status::{Status, Trouble};
pub use terminal::Terminal;

/// Runs the command line of this process on a catalogue.
#[must_use]
pub fn main<'a>(catalogue: impl Into<Catalogue<'a>>) -> ExitCode {
    if let Some(complaint) = environment::shuttle_complaint() {
        eprintln!("error: {complaint}");
        return ExitCode::from(Status::Usage.code());
    }
    let (mut out, style) = environment::output();
    let terminal = Terminal {
        look: Look { style, ..Look::default() }.wide(environment::output_columns()),
        progress: environment::shows_progress().then(|| Box::new(io::stderr()) as Box<_>),
        log: Some(Box::new(io::stderr())),
        columns: environment::columns(),
        interrupt: Interrupt::of_this_process(),
        cores: environment::cores(),
    };
    let err = &mut io::stderr();
    ExitCode::from(run_on(terminal, std::env::args_os(), catalogue, &mut out, err).code())
}

/// Runs one command line; the first argument is the program's name.
pub fn run<'a>(
    args: impl IntoIterator<Item = OsString>,
    catalogue: impl Into<Catalogue<'a>>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Status {
    run_on(Terminal::default(), args, catalogue, out, err)
}

/// Runs one command line with output to a terminal.
pub fn run_on<'a>(
    terminal: Terminal,
    args: impl IntoIterator<Item = OsString>,
    catalogue: impl Into<Catalogue<'a>>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Status {
    let args: Vec<OsString> = args.into_iter().collect();
    let (program, called) = (program_name(args.first()), file_name(args.first()));
    let Catalogue { scenarios: catalogue, topics, path } = catalogue.into();
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            let text = error.render();
            let is_error = error.use_stderr();
            // If standard error is closed, nothing can be done.
            let _ = if is_error { write!(err, "{text}") } else { write!(out, "{text}") };
            return if is_error { Status::Usage } else { Status::Ok };
        }
    };
    let mut out = Patient::new(out);
    let Some(command) = args.command else {
        // If standard error is closed, nothing can be done.
        let _ = start::write(&program, catalogue, err);
        return Status::Usage;
    };
    let done = match command {
        Command::List(args) if args.claims => claims::run(&args, topics, &mut out),
        Command::List(args) => list::run(&args, catalogue, &mut out),
        Command::Check(args) => check::run(&args, catalogue, terminal, &program, (&mut out, err)),
        Command::Merge(args) => merge::run(args, catalogue, terminal, &program, (&mut out, err)),
        Command::Replay(args) => {
            replay::run(&args, catalogue, terminal.look, &program, &mut out, err)
        }
        Command::Graph(args) => {
            graph::run(&args, catalogue, terminal.look, &program, &mut out, err)
        }
        Command::Explain(args) => {
            explain::run(&args, catalogue, (terminal.look, &program), &mut out, err)
        }
        Command::Diff(args) => {
            diff::run(&args, catalogue, (terminal.look, &program), &mut out, err)
        }
        Command::Gantt(args) => gantt::run(&args, catalogue, terminal.look, &mut out, err),
        Command::Promote(args) => promote::run(&args, (catalogue, path), &mut out, err),
        Command::Completions(args) => completions::run(&args, &called, &mut out),
        Command::Man(args) => man::run(&args, &mut out),
    };
    let status = done.unwrap_or_else(|trouble| {
        let (status, message) = match trouble {
            Trouble::Usage(message) => (Status::Usage, message),
            Trouble::Nothing(message) | Trouble::Changed(message) => (Status::Failed, message),
            Trouble::Io(error) => (Status::Unwritten, error.to_string()),
            Trouble::Unwritten(message) => (Status::Unwritten, message),
        };
        let _ = writeln!(err, "error: {message}");
        status
    });
    match out.error() {
        Some(error) => {
            let _ = writeln!(err, "error: cannot write the output: {error}");
            status.max(Status::Unwritten)
        }
        None => status,
    }
}

/// The name by which the tool was called, as a shell reads it back.
fn program_name(first: Option<&OsString>) -> String {
    shell::command(&first.map_or("unknot".into(), |first| first.to_string_lossy()))
}

/// The same without folders, as a shell completes it.
fn file_name(first: Option<&OsString>) -> String {
    let name = first.and_then(|first| Path::new(first).file_stem());
    name.map_or("unknot".into(), |name| name.to_string_lossy()).into_owned()
}
