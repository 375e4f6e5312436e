//! As [`std::panic`](mod@std::panic).

pub use std::panic::resume_unwind;
pub use std::panic::{AssertUnwindSafe, Location, RefUnwindSafe, UnwindSafe, panic_any};

use unknot_sim::raw;

use crate::run;

/// Calls a closure and catches its panic, which is no finding then. Std's own would swallow the
/// end of an execution, and a task that does so never ends.
///
/// # Errors
/// What it panicked with.
pub fn catch_unwind<R>(f: impl FnOnce() -> R + UnwindSafe) -> std::thread::Result<R> {
    match std::panic::catch_unwind(f) {
        Err(payload) if run::is_inside() => {
            if raw::must_go_on(&*payload) {
                resume_unwind(payload);
            }
            raw::handled(&*payload);
            Err(payload)
        }
        result => result,
    }
}
