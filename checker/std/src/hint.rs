//! As [`std::hint`].

use std::panic::Location;

pub use std::hint::{assert_unchecked, black_box, unreachable_unchecked};

/// Says that the task polls, as [`yield_now`](crate::thread::yield_now) does.
#[track_caller]
pub fn spin_loop() {
    crate::thread::give_way(Location::caller());
}
