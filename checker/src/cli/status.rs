//! How a command ends: its exit code, and why it did not do its work.

use std::io;

/// How a command ended. The order is that of precedence when several scenarios
/// are checked: wrong usage over output that could not be written over failure over
/// inconclusive over success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Everything as declared.
    Ok,
    /// Too little was observed to tell.
    Inconclusive,
    /// Something is not as declared.
    Failed,
    /// Output that could not be written, as on a full disk.
    Unwritten,
    /// Wrong usage or bad input.
    Usage,
}

impl Status {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Status::Ok => 0,
            Status::Failed => 1,
            Status::Usage => 2,
            Status::Inconclusive => 3,
            Status::Unwritten => 4,
        }
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub enum Trouble {
    /// A mistake of the user, with a message that lists what exists.
    Usage(String),
    /// Nothing to show, though the usage was right.
    Nothing(String),
    /// The program has changed since a file was recorded.
    Changed(String),
    /// Output that cannot be written.
    Io(io::Error),
    /// A file that could not be written, though its folder was there.
    Unwritten(String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::Io(error)
    }
}
