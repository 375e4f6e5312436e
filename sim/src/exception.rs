//! Exceptions of the program under test, as data.
//!
//! A primitive that is misused returns an [`Exception`]; one that leaves its
//! task unhandled is a finding. It is a `Result`, not a panic, so that what a
//! task releases on its way out are ordinary steps.

use std::fmt;

/// What a simulated operation raised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exception {
    /// The kind, in the words of the source documents: `RuntimeError`,
    /// `ValueError`, `Full`, `Empty`.
    pub kind: &'static str,
    /// What was wrong.
    pub message: String,
}

impl Exception {
    /// An exception of a kind with a message.
    pub fn new(kind: &'static str, message: impl Into<String>) -> Exception {
        Exception { kind, message: message.into() }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() {
            f.write_str(self.kind)
        } else {
            write!(f, "{}: {}", self.kind, self.message)
        }
    }
}

impl std::error::Error for Exception {}

/// What a task may return: an `Err` that leaves it is an exception that
/// nobody handled.
pub trait Ending {
    /// The exception that the task ended with, if it did.
    fn exception(&self) -> Option<Exception>;
}

impl<T> Ending for Result<T, Exception> {
    fn exception(&self) -> Option<Exception> {
        self.as_ref().err().cloned()
    }
}

macro_rules! plain_endings {
    ($($kind:ty)*) => {$(
        impl Ending for $kind {
            fn exception(&self) -> Option<Exception> {
                None
            }
        }
    )*};
}
plain_endings!(() bool i8 i16 i32 i64 u8 u16 u32 u64 usize isize String &'static str crate::Value);

impl<T> Ending for Vec<T> {
    fn exception(&self) -> Option<Exception> {
        None
    }
}

impl<T> Ending for Option<T> {
    fn exception(&self) -> Option<Exception> {
        None
    }
}
