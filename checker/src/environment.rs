//! Everything that is read from the surrounding process is read here.
//!
//! Apart from the two doors, [`crate::cli::main`] and the checks of
//! [`crate::library`], no code knows of the environment, so the same input
//! gives the same bytes. The clock is read between executions, in the watch that
//! the first door makes, only for limits on time and for progress.
//! The number of cores changes no output. Variables that the standard
//! library, clap or the test harness read for themselves are not seen from
//! here.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Instant;

use anstream::{AutoStream, ColorChoice};

use crate::report::style::Style;
use crate::search::jobs::Jobs;

/// The variable with which a test replays one schedule instead of searching.
pub(crate) const REPLAY: &str = "UNKNOT_REPLAY";

/// The variable that names the folder for what failing tests write.
const REPORTS: &str = "UNKNOT_REPORTS";

/// The time, of which only differences mean something.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Standard output, and whether words are coloured there: on a terminal that can show
/// colours, unless a variable says otherwise (<https://no-color.org>,
/// <https://bixense.com/clicolors>).
pub(crate) fn output() -> (Box<dyn Write>, Style) {
    let output = std::io::stdout();
    match AutoStream::choice(&output) {
        ColorChoice::Never => (Box::new(output.lock()), Style::Plain),
        // A console of Windows may have to be told that colours come.
        _ => (Box::new(AutoStream::always(output.lock())), Style::Colour),
    }
}

/// Whether standard error is a terminal, on which a line can be rewritten.
pub(crate) fn shows_progress() -> bool {
    std::io::stderr().is_terminal()
}

/// The width of the terminal of standard output, in columns.
pub(crate) fn output_columns() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0.into())
}

/// The width of the terminal of standard error, in columns.
pub(crate) fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| width.0.into())
}

/// How many threads can run at once.
pub(crate) fn cores() -> Option<Jobs> {
    std::thread::available_parallelism().ok()
}

/// A complaint about a variable that is meant for shuttle: nothing here reads it, so
/// the command would not do what its user expects.
pub(crate) fn shuttle_complaint() -> Option<String> {
    let set = std::env::vars_os().map(|(key, _)| key.to_string_lossy().into_owned());
    let key = set.into_iter().find(|key| key.starts_with("SHUTTLE_"))?;
    Some(format!("{key} is set; it is for shuttle and changes nothing here, so unset it"))
}

/// The schedule to replay. A variable without a text counts as unset, since
/// that is how a shell takes one away from a single command.
pub(crate) fn schedule_to_replay() -> Result<Option<String>, String> {
    let Some(value) = std::env::var_os(REPLAY) else { return Ok(None) };
    match value.into_string() {
        Ok(text) if text.trim().is_empty() => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(value) => Err(format!("{REPLAY} is not UTF-8: {}", value.to_string_lossy())),
    }
}

/// The folder in which a failing check leaves what shows it again. A variable without a
/// text counts as unset.
pub(crate) fn reports() -> Option<PathBuf> {
    std::env::var_os(REPORTS).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Ends the process, whatever its other threads do.
pub(crate) fn leave(code: u8) -> ! {
    std::process::exit(code.into())
}

/// Writes past the capture of a test that passes.
pub(crate) fn say(text: &str) {
    // If standard error is closed, nothing can be done.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The Rust test that runs on this thread, as far as the harness tells: it
/// names its threads, but runs tests on the main one if it has no other.
pub(crate) fn test_name() -> Option<String> {
    let thread = std::thread::current();
    let name = thread.name().filter(|name| *name != "main")?;
    let is_path = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
    is_path.then(|| name.to_owned())
}
