//! Exceptions of the program under test, as data.
//!
//! A primitive that is misused returns an [`Exception`]; one that leaves its
//! task unhandled is a finding. It is a `Result`, not a panic, so that what a
//! task releases on its way out are ordinary steps.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::Location;

/// What a simulated operation raised.
///
/// ```
/// use unknot_sim::{Exception, done, run_once, spawn};
///
/// run_once(|| {
///     let task = spawn(|| 1);
///     match task.join()? {
///         1 => done(()),
///         other => Err(Exception::new("ValueError", format!("{other} is not 1"))),
///     }
/// });
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exception {
    /// The kind, in the words of the source documents: `RuntimeError`,
    /// `ValueError`, `Full`, `Empty`.
    pub kind: &'static str,
    /// What was wrong.
    pub message: String,
    raised_at: RaisedAt,
}

/// Where an exception was made. The place is no part of what the exception is: two of
/// one kind with one message are equal, so that outcomes do not differ by a line.
#[derive(Clone, Copy, Debug)]
struct RaisedAt(Option<&'static Location<'static>>);

impl PartialEq for RaisedAt {
    fn eq(&self, _: &RaisedAt) -> bool {
        true
    }
}

impl Eq for RaisedAt {}

impl PartialOrd for RaisedAt {
    fn partial_cmp(&self, other: &RaisedAt) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RaisedAt {
    fn cmp(&self, _: &RaisedAt) -> Ordering {
        Ordering::Equal
    }
}

impl Hash for RaisedAt {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Exception {
    /// Another exception at the same place.
    pub(crate) fn renamed(self, kind: &'static str, message: &str) -> Exception {
        Exception { kind, message: message.to_owned(), ..self }
    }

    /// An exception of a kind with a message. Its place is that of the call, and stays
    /// so when tasks pass it on.
    #[track_caller]
    pub fn new(kind: &'static str, message: impl Into<String>) -> Exception {
        Exception { kind, message: message.into(), raised_at: RaisedAt(Some(Location::caller())) }
    }

    /// Where it was made; `None` if the machine made it to end a task.
    #[must_use]
    pub fn place(&self) -> Option<&'static Location<'static>> {
        self.raised_at.0
    }

    /// An exception that was raised at a place.
    pub(crate) fn at(
        place: Option<&'static Location<'static>>,
        kind: &'static str,
        message: impl Into<String>,
    ) -> Exception {
        Exception { kind, message: message.into(), raised_at: RaisedAt(place) }
    }

    /// An error of the program with this text, at the place of the exception in it.
    pub(crate) fn of_error(text: &str, inner: Option<&Exception>) -> Exception {
        let raised_at = RaisedAt(inner.and_then(Exception::place));
        Exception { kind: "Err", message: text.to_owned(), raised_at }
    }

    /// The exception with which a task leaves at the end of an execution.
    pub(crate) fn killed() -> Exception {
        Exception { kind: "Killed", message: String::new(), raised_at: RaisedAt(None) }
    }
}

/// The end of a closure that raises only exceptions of the primitives: `Ok`, for
/// closures with no other hint at their type of error.
///
/// ```
/// use unknot_sim::{Lock, done, run_once};
///
/// run_once(|| {
///     let lock = Lock::named("lock");
///     let _guard = lock.lock()?;
///     done(())
/// });
/// ```
///
/// # Errors
/// None.
pub fn done<T>(value: T) -> Result<T, Exception> {
    Ok(value)
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
