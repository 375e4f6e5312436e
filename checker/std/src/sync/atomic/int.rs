//! Atomic integers, and the atomic truth value.

use std::fmt;
use std::sync::atomic::Ordering;

use unknot_sim::raw::Text;

use super::cell::{AtomicCell, Held};
use super::common::replacements;
use crate::run;

/// What every atomic of a plain value has.
macro_rules! atomic {
    ($(#[$doc:meta])* $name:ident, $value:ty, $number:expr) => {
        impl Held for $value {
            fn number(self) -> i64 {
                let number: fn($value) -> i64 = $number;
                number(self)
            }

            fn text(self) -> Text {
                Text::of(self)
            }
        }

        $(#[$doc])*
        pub struct $name(AtomicCell<$value>);

        impl $name {
            /// An atomic with a first value.
            #[must_use]
            #[track_caller]
            pub const fn new(value: $value) -> $name {
                $name(AtomicCell::new(value))
            }

            replacements!($value);

            /// Replaces the value if it is the expected one, and returns what was there.
            #[track_caller]
            pub fn compare_and_swap(
                &self,
                expected: $value,
                new: $value,
                order: Ordering,
            ) -> $value {
                let failure = match order {
                    Ordering::Release | Ordering::Relaxed => Ordering::Relaxed,
                    Ordering::SeqCst => Ordering::SeqCst,
                    _ => Ordering::Acquire,
                };
                let found = self.compare_exchange(expected, new, order, failure);
                found.unwrap_or_else(|found| found)
            }

            /// Keeps the bits of both, and returns the old value. One step.
            #[track_caller]
            pub fn fetch_and(&self, value: $value, order: Ordering) -> $value {
                self.0.update("fetch_and", order, |old| old & value)
            }

            /// The same, and turns them over.
            #[track_caller]
            pub fn fetch_nand(&self, value: $value, order: Ordering) -> $value {
                self.0.update("fetch_nand", order, |old| !(old & value))
            }

            /// Keeps the bits of either, and returns the old value. One step.
            #[track_caller]
            pub fn fetch_or(&self, value: $value, order: Ordering) -> $value {
                self.0.update("fetch_or", order, |old| old | value)
            }

            /// Keeps the bits in which both differ, and returns the old value. One step.
            #[track_caller]
            pub fn fetch_xor(&self, value: $value, order: Ordering) -> $value {
                self.0.update("fetch_xor", order, |old| old ^ value)
            }

            /// The value without a step. What others do at the same time is not seen.
            ///
            /// # Safety
            /// No other task may write at the same time.
            #[doc(hidden)]
            #[expect(unsafe_code, reason = "as that of loom")]
            pub unsafe fn unsync_load(&self) -> $value {
                self.0.peek()
            }

            /// Where the value is. What is done there is not seen.
            #[must_use]
            pub fn as_ptr(&self) -> *mut $value {
                self.0.as_ptr()
            }
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> $name {
                $name::new(<$value>::default())
            }
        }

        impl From<$value> for $name {
            #[track_caller]
            fn from(value: $value) -> $name {
                $name::new(value)
            }
        }

        /// Looks at the value. One step.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0.shown(), f)
            }
        }
    };
}

/// What atomic integers have besides.
macro_rules! atomic_integer {
    ($name:ident, $value:ident) => {
        atomic_integer!($name, $value, |value| value as i64);
    };
    ($name:ident, $value:ident, $number:expr) => {
        atomic! {
            #[doc = concat!("An atomic `", stringify!($value), "`, as that of `std::sync::atomic`.")]
            $name, $value, $number
        }

        impl $name {
            /// Adds, wrapping around, and returns the old value. One step.
            #[track_caller]
            pub fn fetch_add(&self, value: $value, order: Ordering) -> $value {
                self.0.update("fetch_add", order, |old| old.wrapping_add(value))
            }

            /// Subtracts, wrapping around, and returns the old value. One step.
            #[track_caller]
            pub fn fetch_sub(&self, value: $value, order: Ordering) -> $value {
                self.0.update("fetch_sub", order, |old| old.wrapping_sub(value))
            }

            /// Keeps the larger one, and returns the old value. One step.
            #[track_caller]
            pub fn fetch_max(&self, value: $value, order: Ordering) -> $value {
                self.0.update("fetch_max", order, |old| old.max(value))
            }

            /// Keeps the smaller one, and returns the old value. One step.
            #[track_caller]
            pub fn fetch_min(&self, value: $value, order: Ordering) -> $value {
                self.0.update("fetch_min", order, |old| old.min(value))
            }
        }
    };
}

atomic_integer!(AtomicI8, i8);
atomic_integer!(AtomicI16, i16);
atomic_integer!(AtomicI32, i32);
atomic_integer!(AtomicI64, i64);
atomic_integer!(AtomicIsize, isize);
atomic_integer!(AtomicU8, u8);
atomic_integer!(AtomicU16, u16);
atomic_integer!(AtomicU32, u32);
atomic_integer!(AtomicU64, u64);
atomic_integer!(AtomicUsize, usize);
atomic_integer!(AtomicI128, i128, |value| run::with(|run| run.number_of_wide(value)));
atomic_integer!(AtomicU128, u128, |value| run::with(|run| run.number_of_wide(value as i128)));
atomic! {
    /// An atomic truth value, as [`std::sync::atomic::AtomicBool`].
    AtomicBool, bool, i64::from
}

impl AtomicBool {
    /// Turns the value over, and returns the old one. One step.
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.0.update("fetch_not", order, |old| !old)
    }
}
