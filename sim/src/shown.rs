//! How an exception is shown, and which one is when a value of the program is.
//!
//! A value tells what is in it only by showing itself. An exception in it notes that
//! it was shown, so that it can be had as data, with the place where it was made.

use std::cell::RefCell;
use std::fmt;

use crate::exception::Exception;

/// Which exception was shown as text.
enum Shown {
    /// No exception is wanted.
    Unasked,
    /// The first one, if there was any.
    First(Option<Exception>),
}

thread_local! {
    static SHOWN: RefCell<Shown> = const { RefCell::new(Shown::Unasked) };
}

/// Notes that an exception is shown.
fn note(exception: &Exception) {
    SHOWN.with_borrow_mut(|shown| {
        if let Shown::First(first @ None) = shown {
            *first = Some(exception.clone());
        }
    });
}

/// The place is left out: it is told beside an exception, and differs between
/// computers.
impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        note(self);
        let mut shown = f.debug_struct("Exception");
        shown.field("kind", &self.kind).field("message", &self.message).finish()
    }
}

/// What `show` returns, and the first exception that it shows.
pub(crate) fn shown_in<T>(show: impl FnOnce() -> T) -> (T, Option<Exception>) {
    SHOWN.replace(Shown::First(None));
    let text = show();
    match SHOWN.replace(Shown::Unasked) {
        Shown::First(first) => (text, first),
        Shown::Unasked => (text, None),
    }
}
