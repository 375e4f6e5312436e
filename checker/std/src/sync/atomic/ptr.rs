//! The atomic pointer. The machine knows addresses by numbers, since they differ between
//! executions.

use std::fmt;
use std::sync::atomic::Ordering;

use unknot_sim::raw::Text;

use super::cell::{AtomicCell, Held};
use super::common::replacements;
use crate::run;

impl<T> Held for *mut T {
    fn number(self) -> i64 {
        run::with(|run| run.number_of(self.addr()))
    }

    fn text(self) -> Text {
        if self.is_null() { Text::of("null") } else { Text::of(format_args!("#{}", self.number())) }
    }
}

/// An atomic pointer, as [`std::sync::atomic::AtomicPtr`].
pub struct AtomicPtr<T>(AtomicCell<*mut T>);

impl<T> AtomicPtr<T> {
    /// An atomic with a first value.
    #[must_use]
    #[track_caller]
    pub const fn new(value: *mut T) -> AtomicPtr<T> {
        AtomicPtr(AtomicCell::new(value))
    }

    replacements!(*mut T);
}

/// Declares operations that replace the pointer by what is made of it, and return the old one.
macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident, |$old:ident, $by:ident| $new:expr;)*) => {
        impl<T> AtomicPtr<T> {$(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(&self, $by: usize, order: Ordering) -> *mut T {
                self.0.update(stringify!($name), order, |$old| $new)
            }
        )*}
    };
}

changes! {
    /// Moves it on by so many values, and returns the old one. One step.
    fetch_ptr_add, |old, by| old.wrapping_add(by);
    /// Moves it back by so many values, and returns the old one. One step.
    fetch_ptr_sub, |old, by| old.wrapping_sub(by);
    /// Moves it on by so many bytes, and returns the old one. One step.
    fetch_byte_add, |old, by| old.wrapping_byte_add(by);
    /// Moves it back by so many bytes, and returns the old one. One step.
    fetch_byte_sub, |old, by| old.wrapping_byte_sub(by);
    /// Sets bits of the address, and returns the old one. One step.
    fetch_or, |old, by| old.map_addr(|address| address | by);
    /// Keeps bits of the address, and returns the old one. One step.
    fetch_and, |old, by| old.map_addr(|address| address & by);
    /// Turns bits of the address over, and returns the old one. One step.
    fetch_xor, |old, by| old.map_addr(|address| address ^ by);
}

impl<T> fmt::Pointer for AtomicPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.0.shown(), f)
    }
}

impl<T> Default for AtomicPtr<T> {
    #[track_caller]
    fn default() -> AtomicPtr<T> {
        AtomicPtr::new(std::ptr::null_mut())
    }
}

impl<T> From<*mut T> for AtomicPtr<T> {
    #[track_caller]
    fn from(value: *mut T) -> AtomicPtr<T> {
        AtomicPtr::new(value)
    }
}

/// Shows the value without a step.
impl<T> fmt::Debug for AtomicPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0.shown(), f)
    }
}
