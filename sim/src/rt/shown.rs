//! Which exception is shown when a value of the program is shown as text.
//!
//! A value tells what is in it only by showing itself. An exception in it notes that
//! it was shown, so that it can be had as data, with the place where it was made.

use super::RT;
use crate::exception::Exception;

/// Which exception was shown as text.
pub(super) enum Shown {
    /// It does not matter.
    Unasked,
    /// The first one, if there was any.
    First(Option<Exception>),
}

/// Notes that an exception is shown.
pub(crate) fn show(exception: &Exception) {
    RT.with(|rt| {
        if let Shown::First(first @ None) = &mut *rt.shown.borrow_mut() {
            *first = Some(exception.clone());
        }
    });
}

/// What a function returns that shows something, and the first exception in that.
pub(crate) fn shown_in<T>(show: impl FnOnce() -> T) -> (T, Option<Exception>) {
    RT.with(|rt| rt.shown.replace(Shown::First(None)));
    let text = show();
    match RT.with(|rt| rt.shown.replace(Shown::Unasked)) {
        Shown::First(first) => (text, first),
        Shown::Unasked => (text, None),
    }
}
