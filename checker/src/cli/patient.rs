//! Output that may fail while the command goes on.
//!
//! A reader that stops reading, as `head` does, changes nothing about a verdict, so
//! the command goes on without a message. If the output cannot be written for
//! another reason, as on a full disk, the command goes on as well, and says at the
//! end what was wrong.

use std::io::{self, ErrorKind, Write};

/// A writer that takes everything, and keeps the first error.
pub(super) struct Patient<'a> {
    to: &'a mut dyn Write,
    error: Option<io::Error>,
}

impl<'a> Patient<'a> {
    pub(super) fn new(to: &'a mut dyn Write) -> Patient<'a> {
        Patient { to, error: None }
    }

    /// Why something was not written, unless its reader has gone.
    pub(super) fn error(mut self) -> Option<io::Error> {
        let _ = self.flush();
        self.error.filter(|error| error.kind() != ErrorKind::BrokenPipe)
    }

    fn or_keep<T>(&mut self, done: io::Result<T>, instead: T) -> T {
        done.unwrap_or_else(|error| {
            self.error.get_or_insert(error);
            instead
        })
    }
}

impl Write for Patient<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.error.is_none() {
            let done = self.to.write_all(bytes);
            self.or_keep(done, ());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.error.is_none() {
            let done = self.to.flush();
            self.or_keep(done, ());
        }
        Ok(())
    }
}
