//! As parking_lot: locks without poisoning, and a condition variable that takes a guard by
//! reference.
//!
//! | parking_lot | here |
//! |---|---|
//! | `Mutex` | the same; `MutexGuard::{map, unlocked, bump}` and `MappedMutexGuard` |
//! | `RwLock` | the same, upgradable reads included, but for their timed forms, `bump`, `unlocked` and mapped guards |
//! | `Condvar` | the same, but `notify_one` wakes any that waits, in place of the first; a wait never ends without a reason, whatever [`Builder::spurious`](crate::Builder::spurious) says |
//! | `Once`, `OnceState` | the same, but for `Once::state` |
//! | `const_mutex`, `const_rwlock` | the same |
//! | not there | `ReentrantMutex`, `FairMutex`, locks in an `Arc` that own it, `lock_api`, serde, the detection of deadlocks, which a check does anyway |
//!
//! A lock that is given back is for any task that comes, also where it is given back fairly
//! (`unlock_fair`): more orders than there are. A writer that waits keeps readers that come then
//! from the lock, so a task that reads and reads again may be stuck; `read_recursive` is not, and
//! passes also where a writer has come and no reader is left: one more order than there is. Reads
//! are ordered, since a step waits for one thing alone: n readers have n! classes.

mod condvar;
mod mutex;
mod once;
mod rwlock;

pub use condvar::{Condvar, WaitTimeoutResult};
pub use mutex::{MappedMutexGuard, Mutex, MutexGuard, const_mutex};
pub use once::{Once, OnceState};
pub use rwlock::{
    RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard, const_rwlock,
};
