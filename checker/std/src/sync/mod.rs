//! As [`std::sync`]: locks, condition variables, atomics, channels, counted pointers.

/// Says that a primitive may be shared: all tasks of an execution share one thread, and what is
/// beside the objects of the machine is reached inside of steps alone, one at a time.
macro_rules! shared {
    ($t:ident: $name:ty) => {
        #[expect(unsafe_code, reason = "tasks share a thread")]
        // SAFETY: tasks share a thread, and items go from one task to another.
        unsafe impl<$t: Send> Send for $name {}
        #[expect(unsafe_code, reason = "tasks share a thread")]
        // SAFETY: as above.
        unsafe impl<$t: Send> Sync for $name {}
    };
    ($name:ty) => {
        #[expect(unsafe_code, reason = "tasks share a thread")]
        // SAFETY: tasks share a thread, and no reference into it is kept across a step.
        unsafe impl Send for $name {}
        #[expect(unsafe_code, reason = "tasks share a thread")]
        // SAFETY: as above.
        unsafe impl Sync for $name {}
    };
}
pub(crate) use guard::lock_of_value;
pub(crate) use shared;

mod arc;
mod arc_traits;
pub mod atomic;
mod barrier;
mod condvar;
mod counts;
mod guard;
mod lazy_lock;
pub mod mpsc;
mod mutex;
mod once;
mod once_lock;
mod rwlock;
mod weak;

pub use arc::{Arc, Counted};
pub use barrier::{Barrier, BarrierWaitResult};
pub use condvar::{Condvar, WaitTimeoutResult};
pub use lazy_lock::LazyLock;
pub use mutex::{Mutex, MutexGuard};
pub use once::{Once, OnceCall as OnceState};
pub use once_lock::OnceLock;
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
pub use weak::Weak;

pub use crate::poison::{LockResult, PoisonError, TryLockError, TryLockResult};

/// Arc of std, for values without a size that is known (`dyn Trait`, `[T]`). What its counts
/// and drops tell between tasks is not seen: see [`Arc`].
pub use std::sync::Arc as StdArc;
