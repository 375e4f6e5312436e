//! JSON, for programs that read reports.

use std::io;

use serde::Serialize;

/// Prints any report data as one document.
///
/// # Errors
/// If the output cannot be written.
pub fn write(data: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, data)?;
    writeln!(out)
}
