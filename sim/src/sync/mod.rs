//! The primitives, one file each, made of cells and gauges.

mod lock;
mod rlock;
mod shared;

pub use lock::{Lock, LockGuard};
pub use rlock::{RLock, RLockGuard};
pub use shared::Shared;
