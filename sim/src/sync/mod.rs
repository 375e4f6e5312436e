//! The primitives, one file each, made of cells and gauges.

mod atomic;
mod barrier;
mod channel;
mod condition;
pub(crate) mod constructors;
mod counter;
mod event;
mod gil;
mod line;
mod lock;
mod queue;
mod rendezvous;
mod rlock;
mod rwlock;
mod semaphore;
mod shared;
mod sorted;
pub(crate) mod store;
mod wait_group;

pub use atomic::Atomic;
pub use barrier::Barrier;
pub use channel::Channel;
pub use condition::{Condition, Wake};
pub use counter::Counter;
pub use event::Event;
pub use gil::{Gil, GilLock};
pub use lock::{Lock, LockGuard};
pub use queue::{LifoQueue, PriorityQueue, Queue};
pub use rendezvous::Rendezvous;
pub use rlock::{RLock, RLockGuard};
pub use rwlock::{ReadGuard, RwLock, WriteGuard};
pub use semaphore::{BoundedSemaphore, Permit, Semaphore};
pub use shared::Shared;
pub use sorted::Sorted;
pub use wait_group::WaitGroup;
