//! Numbers that tell one execution from all others of the process. They are for comparing
//! alone, and shown nowhere: threads of the system get theirs in any order.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many threads of the system have run executions.
static N_THREADS: AtomicU64 = AtomicU64::new(0);

/// A thread numbers its executions with so many bits: more than it can ever run.
const BITS_OF_EXECUTIONS: u32 = 40;

thread_local! {
    /// The number of the next execution of this thread. It begins with that of the thread.
    static NEXT_EXECUTION: Cell<u64> = {
        let thread = N_THREADS.fetch_add(1, Ordering::Relaxed) + 1;
        Cell::new(thread << BITS_OF_EXECUTIONS)
    };
}

/// A number for an execution of this thread.
pub(super) fn next_execution() -> u64 {
    NEXT_EXECUTION.replace(NEXT_EXECUTION.get() + 1)
}

/// Tells the thread of the system that ran an execution from others, by the execution's number.
#[must_use]
pub fn thread_of(execution: u64) -> u64 {
    execution >> BITS_OF_EXECUTIONS
}
